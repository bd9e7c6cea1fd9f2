//! `--worktree`: agents do not share files, and nothing they wrote is lost.

use std::fs;

use backlog_tests::{Home, Ran, eventually, home::run};
use rustix::process::Signal;

use super::{Started, a_loop, git, looped, with_tasks};

#[test]
fn commits_that_an_agent_made_on_no_branch_are_kept() {
    let home = with_tasks(2);
    // What goes on from the branch is on it again; what does not has its own.
    let script = "git switch --quiet --detach
        if [ {ref} = TASK-2 ]; then git switch --quiet -; echo one > one.txt; commit; git switch --quiet --detach HEAD~1; fi
        echo {ref} > half.txt; commit; backlog task done {ref} --quiet";
    let stdout = worked(&home, script).ok().stdout();
    assert_eq!(files(&home, "backlog/TASK-1"), ["half.txt"]);
    assert_eq!(files(&home, "backlog/TASK-2"), ["one.txt"]);
    let told = "it left its branch; where it stood is backlog/TASK-2-astray-1 now";
    assert!(stdout.contains(told), "{stdout}");
    assert_eq!(files(&home, "backlog/TASK-2-astray-1"), ["half.txt"]);
    assert!(!stdout.contains("TASK-1-astray"), "{stdout}");
}

#[test]
fn a_worktree_that_cannot_be_made_stops_nobody_else() {
    let home = with_tasks(2);
    // Somebody looks at the work of an earlier attempt.
    let elsewhere = home.path().join("elsewhere").display().to_string();
    git(
        &home,
        &[
            "worktree",
            "add",
            "--quiet",
            "-b",
            "backlog/TASK-1",
            &elsewhere,
        ],
    );
    let ran = looped(
        &home,
        "good",
        &["--worktree", "--until-empty", "--workers", "1"],
    )
    .exits(1);
    let stdout = ran.stdout();
    assert!(stdout.contains("1 done · 1 set aside"), "{stdout}");
    assert!(stdout.contains("git worktree"), "{stdout}");
}

#[test]
fn what_an_agent_left_uncommitted_is_kept_on_its_branch() {
    let home = with_tasks(2);
    let script = "if [ {ref} = TASK-1 ]; then echo half > half.txt; fi; exit 1";
    let arguments = [
        "--worktree",
        "--workers",
        "1",
        "--max-failures",
        "2",
        "--",
        "sh",
        "-c",
        script,
    ];
    let ran = run(&mut a_loop(&home, &arguments)).exits(1);
    assert!(
        ran.stdout()
            .contains("uncommitted changes were committed to backlog/TASK-1"),
        "{}",
        ran.stdout()
    );
    assert_eq!(git(&home, &["show", "backlog/TASK-1:half.txt"]), "half\n");
    // A branch with nothing on it does not stay.
    let branches = git(&home, &["branch", "--list", "backlog/*"]);
    assert_eq!(branches.trim(), "backlog/TASK-1");
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(&home, &["status", "--porcelain"]), "?? config.toml\n");
}

#[test]
fn a_task_begins_with_the_work_of_those_it_waited_for() {
    let home = with_tasks(4);
    // Both 1 and 2 come before 3, and 3 before 4.
    home.run(["task", "dep", "add", "3", "--on", "1"]).ok();
    home.run(["task", "dep", "add", "3", "--on", "2"]).ok();
    home.run(["task", "dep", "add", "4", "--on", "3"]).ok();
    let script = "cat > prompt; echo {ref} > {ref}.txt; git add {ref}.txt
        git -c user.name=a -c user.email=a@localhost commit --quiet -m {ref}
        ls TASK-*.txt | xargs; mv prompt ../../../{ref}.md; backlog task done {ref} --quiet";
    let arguments = ["--worktree", "--until-empty", "--", "sh", "-c", script];
    run(&mut a_loop(&home, &arguments)).ok();
    let files = |reference: &str| {
        let branch = format!("backlog/{reference}");
        let list = git(&home, &["ls-tree", "--name-only", &branch, "--"]);
        let tasks = list.lines().filter(|name| name.starts_with("TASK-"));
        tasks.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(files("TASK-2"), "TASK-2.txt");
    assert_eq!(files("TASK-3"), "TASK-1.txt TASK-2.txt TASK-3.txt");
    assert_eq!(
        files("TASK-4"),
        "TASK-1.txt TASK-2.txt TASK-3.txt TASK-4.txt"
    );
    let prompt = fs::read_to_string(home.work().join("TASK-3.md")).expect("a prompt");
    assert!(
        prompt.contains("It has the work of TASK-1 and TASK-2, which this task waited for."),
        "{prompt}"
    );
}

#[test]
fn work_that_does_not_merge_is_left_to_the_agent() {
    let home = with_tasks(3);
    home.run(["task", "dep", "add", "3", "--on", "1"]).ok();
    home.run(["task", "dep", "add", "3", "--on", "2"]).ok();
    let script = "cat > ../../../{ref}.md; echo {ref} >> same.txt; git add same.txt
        git -c user.name=a -c user.email=a@localhost commit --quiet -m {ref}
        backlog task done {ref} --quiet";
    let arguments = ["--worktree", "--until-empty", "--", "sh", "-c", script];
    let ran = run(&mut a_loop(&home, &arguments)).ok();
    let note = "the work of TASK-2, on backlog/TASK-2, does not merge";
    assert!(ran.stdout().contains(note), "{}", ran.stdout());
    let prompt = fs::read_to_string(home.work().join("TASK-3.md")).expect("a prompt");
    assert!(prompt.contains(note), "{prompt}");
    let text = git(&home, &["show", "backlog/TASK-3:same.txt"]);
    assert_eq!(text, "TASK-1\nTASK-3\n");
}

#[test]
fn worktrees_that_a_killed_loop_left_are_cleared_away_by_the_next_one() {
    let home = with_tasks(2);
    // The end of the grace is no attempt too many: it sets the task aside.
    let config = "[lease]\nttl = \"2s\"\ngrace = \"1s\"\nmax_attempts = 1\n";
    fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    let script = "if [ {ref} = TASK-1 ]; then echo half > half.txt; fi; touch ../../../{ref}.begun; exec sleep 600";
    let mut started = Started::new(&home, &["--worktree"], script);
    started.event();
    started.event();
    eventually("both are at work", || {
        ["TASK-1.begun", "TASK-2.begun"]
            .iter()
            .all(|name| home.work().join(name).exists())
    });
    started.signal(Signal::KILL);
    assert_eq!(started.ended(), None);
    eventually("both are set aside", || {
        let list = home
            .run(["task", "list", "--needs-attention", "--ids-only"])
            .ok();
        list.stdout().lines().count() == 2
    });
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 3);
    let ran = looped(&home, "good", &["--worktree", "--until-empty"]).ok();
    let mut told: Vec<String> = ran.stdout().lines().map(str::to_owned).collect();
    told.sort();
    assert_eq!(
        told,
        [
            "Nothing was ready.",
            "TASK-1: removed the worktree of an earlier loop; uncommitted changes were committed to backlog/TASK-1",
            "TASK-2: removed the worktree of an earlier loop",
        ]
    );
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 1);
    let branches = git(&home, &["branch", "--list", "backlog/*"]);
    assert_eq!(branches.trim(), "backlog/TASK-1");
}

#[test]
fn a_worktree_is_not_cleared_away_while_a_loop_is_at_work_in_it() {
    let home = with_tasks(1);
    let script = "backlog task done {ref} --quiet; touch ../../../begun
        while ! [ -e ../../../go ]; do sleep 0.05; done; echo late > late.txt";
    let mut started = Started::new(&home, &["--worktree", "--until-empty"], script);
    started.event();
    eventually("it is done, and goes on", || {
        home.work().join("begun").exists()
    });
    looped(&home, "good", &["--worktree", "--until-empty"]).ok();
    fs::write(home.work().join("go"), "").expect("a file");
    assert_eq!(started.event()["outcome"], "done");
    assert_eq!(started.event()["event"], "summary");
    assert_eq!(started.ended(), Some(0));
    assert_eq!(git(&home, &["show", "backlog/TASK-1:late.txt"]), "late\n");
}

#[test]
fn a_task_taken_away_is_begun_anew_only_when_its_first_command_has_left() {
    let home = with_tasks(1);
    let script = "trap 'echo first > first.txt; exit 1' TERM
        if [ -e ../../../again ]; then backlog task done {ref} --quiet; exit; fi
        touch ../../../again; sleep 600 & wait";
    let arguments = ["--worktree", "--until-empty", "--workers", "2"];
    let mut started = Started::new(&home, &arguments, script);
    started.event();
    eventually("it is at work", || home.work().join("again").exists());
    home.run(["task", "release", "1", "--force"]).ok();
    assert_eq!(started.event()["outcome"], "lost");
    assert_eq!(started.event()["attempt"], 2);
    assert_eq!(started.event()["outcome"], "done");
    assert_eq!(started.event()["done"], 1);
    assert_eq!(started.ended(), Some(0));
    assert_eq!(git(&home, &["show", "backlog/TASK-1:first.txt"]), "first\n");
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 1);
}

#[test]
fn a_directory_that_is_in_no_commit_is_told_of() {
    let home = with_tasks(1);
    let new = home.work().join("new");
    fs::create_dir(&new).expect("a directory");
    let mut command = a_loop(&home, &["--worktree", "--", "true"]);
    run(command.current_dir(new)).refused(2, "the last commit, and that has no new");
    assert_eq!(home.attempts("1").len(), 0);
}

#[test]
fn a_directory_that_is_no_worktree_is_not_taken_for_one() {
    let home = with_tasks(1);
    let half = home.work().join(".backlogd/worktrees/TASK-1");
    fs::create_dir_all(&half).expect("a directory");
    fs::write(half.join("half"), "").expect("a file");
    fs::write(home.work().join("mine.txt"), "").expect("a file");
    looped(&home, "good", &["--worktree", "--until-empty"]).ok();
    let untracked = git(&home, &["status", "--porcelain"]);
    assert!(untracked.contains("?? mine.txt\n"), "{untracked}");
}

/// Commits whatever is there, as an agent does.
const COMMIT: &str = "commit() { git add --all && git -c user.name=a -c user.email=a@localhost commit --quiet -m work; }";

fn files(home: &Home, branch: &str) -> Vec<String> {
    let list = git(home, &["ls-tree", "-r", "--name-only", branch]);
    let is_ours = |name: &&str| !name.starts_with('.');
    list.lines().filter(is_ours).map(str::to_owned).collect()
}

/// A loop with worktrees over all there is, to its end.
#[track_caller]
fn worked(home: &Home, script: &str) -> Ran {
    let script = format!("{COMMIT}\n{script}");
    let arguments = ["--worktree", "--until-empty", "--", "sh", "-c", &script];
    run(&mut a_loop(home, &arguments))
}

#[test]
fn new_files_are_kept_also_where_git_does_not_show_them() {
    let home = with_tasks(1);
    git(&home, &["config", "status.showUntrackedFiles", "no"]);
    worked(&home, "echo hi > new.txt; backlog task done {ref} --quiet").ok();
    assert_eq!(files(&home, "backlog/TASK-1"), ["new.txt"]);
}

#[test]
fn a_repository_within_a_worktree_is_not_thrown_away_and_stops_nobody() {
    let home = with_tasks(2);
    let script = "if [ {ref} = TASK-1 ]; then
            [ -d vendor ] || { git init --quiet vendor; echo mine > vendor/mine.txt; (cd vendor; commit); }
            git init --quiet scratch
            [ -e ../../../once ] || { touch ../../../once; exit 1; }
        fi
        backlog task done {ref} --quiet";
    let ran = worked(&home, script).ok();
    assert!(
        ran.stdout().contains("2 done · 0 set aside"),
        "{}",
        ran.stdout()
    );
    assert!(
        ran.stdout()
            .contains("TASK-1 stays, for vendor in it is a repository of its own"),
        "{}",
        ran.stdout()
    );
    let kept = home
        .work()
        .join(".backlogd/worktrees/TASK-1/vendor/mine.txt");
    assert!(kept.exists());
    // It is told of again, and nothing else is held up.
    home.run(["task", "add", "-t", "Another"]).ok();
    let ran = worked(&home, "backlog task done {ref} --quiet").ok();
    assert!(
        ran.stdout().contains("1 done · 0 set aside"),
        "{}",
        ran.stdout()
    );
    assert!(
        ran.stdout()
            .contains("TASK-1: could not remove the worktree of an earlier loop"),
        "{}",
        ran.stdout()
    );
    assert!(kept.exists());
}

#[test]
fn a_merge_that_an_agent_did_not_finish_is_told_of_again() {
    let home = with_tasks(2);
    home.run(["task", "dep", "add", "2", "--on", "1"]).ok();
    // After TASK-1 began, somebody else changed the same file.
    let script = "if [ {ref} = TASK-1 ]; then
            echo one > same.txt; commit
            (cd ../../..; echo two > same.txt; git add same.txt; git -c user.name=a -c user.email=a@localhost commit --quiet -m two)
        else
            grep -c 'does not merge' {prompt_file} >> ../../../told
            git -c user.name=a -c user.email=a@localhost merge backlog/TASK-1
            [ $(wc -l < ../../../told) -ge 2 ] || exit 1
        fi
        backlog task done {ref} --quiet";
    worked(&home, script).ok();
    let told = fs::read_to_string(home.work().join("told")).expect("a file");
    assert_eq!(told, "1\n1\n");
}

#[test]
fn the_work_before_is_found_through_tasks_without_any() {
    let home = with_tasks(3);
    home.run(["task", "dep", "add", "2", "--on", "1"]).ok();
    home.run(["task", "dep", "add", "3", "--on", "2"]).ok();
    // A part waits for what its whole waits for.
    home.run(["task", "add", "-t", "Part", "--parent", "3"])
        .ok();
    let script = "if [ {ref} != TASK-2 ]; then echo x > {ref}.txt; commit; fi; backlog task done {ref} --quiet";
    worked(&home, script).ok();
    assert_eq!(files(&home, "backlog/TASK-4"), ["TASK-1.txt", "TASK-4.txt"]);
    let whole = ["TASK-1.txt", "TASK-3.txt", "TASK-4.txt"];
    assert_eq!(files(&home, "backlog/TASK-3"), whole);
}

#[test]
fn what_is_committed_after_done_is_there_for_the_next_task() {
    let home = with_tasks(2);
    home.run(["task", "dep", "add", "2", "--on", "1"]).ok();
    let script = "backlog task done {ref} --quiet
        if [ {ref} = TASK-1 ]; then
            while ! backlog task show 2 --json | grep -q '\"status\":\"doing\"'; do sleep 0.05; done
            echo late > late.txt; commit
        fi";
    worked(&home, script).ok();
    // TASK-2 had nothing to add.
    assert_eq!(files(&home, "backlog/TASK-1"), ["late.txt"]);
    assert_eq!(files(&home, "backlog/TASK-2"), ["late.txt"]);
}

#[test]
fn a_released_task_is_begun_anew_when_its_command_has_ended() {
    let home = with_tasks(1);
    let script = "if [ -e ../../../again ]; then backlog task done {ref} --quiet; exit; fi
        touch ../../../again; backlog task release {ref} --quiet
        while ! backlog task show 1 --json | grep -q '\"fence\":2'; do sleep 0.05; done
        echo first > first.txt; commit";
    let ran = worked(&home, script).ok();
    assert!(
        ran.stdout()
            .contains("1 done · 0 set aside · 0 open · 2 attempts"),
        "{}",
        ran.stdout()
    );
    assert_eq!(files(&home, "backlog/TASK-1"), ["first.txt"]);
}

#[test]
fn two_loops_at_once_do_not_trip_over_each_other() {
    let home = with_tasks(16);
    let script = "echo x > {ref}.txt; git add --all
        git -c user.name=a -c user.email=a@localhost commit --quiet -m x
        backlog task done {ref} --quiet";
    let arguments = ["--worktree", "--until-empty"];
    let others = Started::new(&home, &arguments, script);
    let ran = run(&mut a_loop(
        &home,
        &[&arguments[..], &["--", "sh", "-c", script]].concat(),
    ));
    ran.ok();
    assert_eq!(others.ended(), Some(0));
    let branches = git(&home, &["branch", "--list", "backlog/*"]);
    assert_eq!(branches.lines().count(), 16);
    for number in 1..=16 {
        let reference = number.to_string();
        assert_eq!(home.attempts(&reference).len(), 1);
    }
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 1);
}

#[test]
fn what_is_nothing_to_the_loop_stays_as_it_is() {
    let home = with_tasks(1);
    // Somebody's worktree on a disk that is away for now.
    let away = home.path().join("away").display().to_string();
    git(&home, &["worktree", "add", "--quiet", "-b", "mine", &away]);
    fs::rename(&away, home.path().join("aside")).expect("moved");
    let script = format!("{COMMIT}\necho x > x.txt; commit; backlog task done {{ref}} --quiet");
    let arguments = ["--worktree", "--until-empty", "--", "sh", "-c", &script];
    run(a_loop(&home, &arguments).env("GIT_DIR", home.work().join(".git"))).ok();
    assert_eq!(files(&home, "backlog/TASK-1"), ["x.txt"]);
    assert_eq!(files(&home, "HEAD"), Vec::<String>::new());
    fs::rename(home.path().join("aside"), &away).expect("moved");
    assert_eq!(
        git(&home, &["-C", &away, "branch", "--show-current"]),
        "mine\n"
    );
}

#[test]
fn work_on_a_branch_of_the_agents_own_is_on_the_tasks_too() {
    let home = with_tasks(1);
    let script =
        "git switch --quiet -c feature/x; echo x > x.txt; commit; backlog task done {ref} --quiet";
    let ran = worked(&home, script).ok();
    let told = "it left its branch for feature/x; backlog/TASK-1 has that too";
    assert!(ran.stdout().contains(told), "{}", ran.stdout());
    assert_eq!(files(&home, "backlog/TASK-1"), ["x.txt"]);
}

#[test]
fn a_branch_that_is_in_the_way_of_all_others_is_told_of_first() {
    let home = with_tasks(1);
    git(&home, &["branch", "backlog"]);
    run(&mut a_loop(&home, &["--worktree", "--", "true"]))
        .refused(2, "git has none beside one named backlog");
    assert_eq!(home.attempts("1").len(), 0);
}
