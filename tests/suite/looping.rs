//! `backlog loop`: whatever its agents do, each task ends done once or set
//! aside, and nothing is left behind.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use backlog_tests::{Home, Ran, backlog_bin, eventually, home::run, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

fn fake_agent() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fake-agent.sh")
}

/// A workspace in a git repository, with so many tasks, and `backlog` on the
/// path of what the loop runs.
fn with_tasks(count: usize) -> Home {
    let home = Home::with_project();
    git(&home, &["init", "--quiet", "."]);
    fs::write(home.work().join(".gitignore"), "backlog.db*\n.backlogd\n").expect("a file");
    git(&home, &["add", ".gitignore"]);
    let author = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
    git(
        &home,
        &[&author[..], &["commit", "--quiet", "--message", "begin"]].concat(),
    );
    for number in 1..=count {
        home.run(["task", "add", "-t", &format!("Task {number}")])
            .ok();
    }
    home
}

fn git(home: &Home, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    home.settle(&mut command);
    run(command.args(arguments)).ok().stdout()
}

/// A loop over the workspace, not yet run.
fn a_loop(home: &Home, arguments: &[&str]) -> Command {
    let bin = home.path().join("bin");
    let _ = fs::create_dir(&bin);
    let _ = std::os::unix::fs::symlink(backlog_bin(), bin.join("backlog"));
    let mut command = home.command([&["loop"], arguments].concat());
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", bin.display()));
    command
}

/// The same, run to its end, with the fake agent in that mood.
#[track_caller]
fn looped(home: &Home, mood: &str, arguments: &[&str]) -> Ran {
    let agent = fake_agent();
    let agent = agent.to_string_lossy();
    let arguments = [arguments, &["--", &agent]].concat();
    run(a_loop(home, &arguments).env("FAKE_AGENT", mood))
}

/// A loop that runs a shell script, started.
struct Started {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Started {
    fn new(home: &Home, arguments: &[&str], script: &str) -> Self {
        let arguments = [arguments, &["--json", "--", "sh", "-c", script]].concat();
        let mut child = a_loop(home, &arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, lines }
    }

    fn event(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect(&line)
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), signal).expect("it is ours");
    }

    fn ended(mut self) -> Option<i32> {
        self.child.wait().expect("it is ours").code()
    }
}

fn task(home: &Home, reference: &str) -> Value {
    home.run(["task", "show", reference, "--json"]).json()
}

fn attempts(home: &Home, reference: &str) -> Vec<Value> {
    let list = home.run(["task", "attempts", reference, "--json"]).json();
    list["attempts"].as_array().expect("a list").clone()
}

/// What runs with this workspace in its environment, as only a loop sets it.
fn left_running(home: &Home) -> Vec<String> {
    let mark = format!("BACKLOG_DB={}", home.database().display());
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    processes
        .filter_map(|process| {
            let environment = fs::read(process.path().join("environ")).ok()?;
            let is_ours = environment
                .split(|byte| *byte == 0)
                .any(|variable| variable == mark.as_bytes());
            is_ours.then(|| process.file_name().to_string_lossy().into_owned())
        })
        .collect()
}

#[test]
fn a_queue_drains_whatever_its_agents_do() {
    let home = with_tasks(100);
    for number in (10..=100).step_by(10) {
        let before = format!("{}", number - 9);
        home.run(["task", "dep", "add", &number.to_string(), "--on", &before])
            .ok();
    }
    let ran = looped(
        &home,
        "",
        &["--worktree", "--until-empty", "--timeout", "3s", "--json"],
    );
    let events: Vec<Value> = ran
        .stdout()
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let summary = events.last().expect("a summary");
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["reason"], "empty", "{summary}");

    // Each ended done or set aside, as the tasks themselves say.
    let list = home
        .run(["task", "list", "--limit", "200", "--json"])
        .json();
    let tasks = list["tasks"].as_array().expect("a list");
    assert_eq!(tasks.len(), 100);
    let (done, open): (Vec<&Value>, Vec<&Value>) =
        tasks.iter().partition(|task| task["status"] == "done");
    // Blocked by one that was set aside: also that is right.
    let set_aside = open
        .iter()
        .filter(|task| task["needs_attention"].is_string());
    assert_eq!(summary["done"], done.len());
    assert_eq!(summary["set_aside"], set_aside.count());
    assert!(
        open.iter()
            .all(|task| task["lease"].is_null() && task["ready"] == false)
    );
    assert!(done.len() >= 90, "{} done", done.len());

    // None was finished twice, or worked on by two at once.
    let mut finished = BTreeMap::new();
    for event in events.iter().filter(|event| event["outcome"] == "done") {
        *finished.entry(event["ref"].to_string()).or_insert(0) += 1;
    }
    assert!(finished.values().all(|times| *times == 1), "{finished:?}");
    let mut at_work = BTreeMap::new();
    for event in &events {
        let at_work = at_work.entry(event["ref"].to_string()).or_insert(0);
        match event["event"].as_str() {
            Some("started") => *at_work += 1,
            Some("ended") => *at_work -= 1,
            _ => {}
        }
        assert!((0..=1).contains(at_work), "{event}");
    }

    // Nothing is left: no process, no worktree; the work is on its branch.
    assert_eq!(left_running(&home), Vec::<String>::new());
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 1);
    let name = done[0]["ref"].as_str().expect("a name");
    let file = git(&home, &["show", &format!("backlog/{name}:{name}.txt")]);
    assert!(file.starts_with("attempt "), "{file}");
}

#[test]
fn what_the_agent_printed_is_the_next_attempts_hand_off_and_stays_with_the_task() {
    let home = with_tasks(1);
    let script = "if grep -q 'no such table: users' {prompt_file}; then
            backlog task done {ref} --note 'The last attempt said what to do.'
        else
            echo 'no such table: users'; exit 1
        fi";
    let arguments = ["--until-empty", "--quiet", "--", "sh", "-c", script];
    let ran = run(&mut a_loop(&home, &arguments)).ok();
    insta::assert_snapshot!(
        ran.stdout().split(" · ").take(4).collect::<Vec<_>>().join(" · "),
        @"1 done · 0 set aside · 0 open · 2 attempts"
    );
    let first = &attempts(&home, "1")[1];
    let note = first["note"].as_str().expect("a note");
    assert!(note.contains("exit status: 1"), "{note}");
    assert!(note.ends_with("no such table: users"), "{note}");
    assert_eq!(first["actor"]["name"], "sh");
    let list = home
        .run(["attachment", "list", "--task", "1", "--json"])
        .json();
    let logs = list["attachments"].as_array().expect("a list");
    let names: Vec<&Value> = logs.iter().map(|log| &log["name"]).collect();
    assert_eq!(names, ["TASK-1-attempt-1.log", "TASK-1-attempt-2.log"]);
}

#[test]
fn a_task_that_keeps_failing_is_set_aside_and_its_loop_says_so() {
    let home = with_tasks(1);
    let ran = looped(&home, "bad", &["--until-empty"]).exits(1);
    assert!(
        ran.stdout().contains("set aside for a person"),
        "{}",
        ran.stdout()
    );
    let outcomes: Vec<Value> = attempts(&home, "1")
        .iter()
        .map(|attempt| attempt["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["failed", "failed", "failed"]);
}

#[test]
fn a_broken_command_does_not_use_up_the_whole_queue() {
    let home = with_tasks(20);
    let ran = looped(
        &home,
        "bad",
        &[
            "--until-empty",
            "--workers",
            "1",
            "--max-failures",
            "4",
            "--json",
        ],
    );
    let events = ran.exits(1).stdout();
    let summary: Value =
        serde_json::from_str(events.lines().last().expect("a summary")).expect("JSON");
    assert_eq!(summary["reason"], "max_failures");
    assert_eq!(summary["attempts"], 4);
}

#[test]
fn a_command_that_does_not_exist_costs_no_attempt() {
    let home = with_tasks(1);
    run(&mut a_loop(&home, &["--", "no-such-agent"]))
        .refused(3, "there is no program 'no-such-agent' to run");
    assert_eq!(attempts(&home, "1").len(), 0);
}

#[test]
fn no_more_tasks_are_taken_than_were_asked_for() {
    let home = with_tasks(5);
    let ran = looped(&home, "good", &["--max-tasks", "2", "--workers", "3"]).ok();
    assert!(
        ran.stdout().contains("2 done · 0 set aside"),
        "{}",
        ran.stdout()
    );
    let left = home.run(["task", "list", "--ready", "--ids-only"]).ok();
    assert_eq!(left.stdout().lines().count(), 3);
}

#[test]
fn a_loop_that_may_take_one_task_waits_for_it() {
    let home = with_tasks(0);
    let script = "backlog task done \"$BACKLOG_TASK\"";
    let mut started = Started::new(&home, &["--max-tasks", "1"], script);
    // It goes on asking, in its old place.
    let waiting = || {
        let queue = home.run(["top", "--json"]).json();
        let claims = queue["waiting"].as_array().expect("a list").clone();
        assert!(claims.len() <= 1, "{claims:?}");
        let claim = claims.first()?.clone();
        Some((claim["asked_at"].to_string(), claim["until"].to_string()))
    };
    let (asked_at, first) = until("a worker waits", waiting);
    let again = until("it asks again", || {
        waiting().filter(|(_, then)| *then != first)
    });
    assert_eq!(again.0, asked_at);
    home.run(["task", "add", "-t", "Late"]).ok();
    assert_eq!(started.event()["title"], "Late");
    assert_eq!(started.event()["outcome"], "done");
    assert_eq!(started.event()["reason"], "max_tasks");
    assert_eq!(started.ended(), Some(0));
}

#[test]
fn commits_that_an_agent_made_on_no_branch_are_kept() {
    let home = with_tasks(1);
    let script = "git checkout --quiet --detach && echo half > half.txt && git add . \
        && git -c user.name=a -c user.email=a@localhost commit --quiet -m half; exit 1";
    let arguments = [
        "--worktree",
        "--max-failures",
        "1",
        "--workers",
        "1",
        "--",
        "sh",
        "-c",
        script,
    ];
    let ran = run(&mut a_loop(&home, &arguments)).exits(1);
    let stdout = ran.stdout();
    assert!(stdout.contains("backlog/TASK-1-astray-1"), "{stdout}");
    let kept = git(&home, &["show", "backlog/TASK-1-astray-1:half.txt"]);
    assert_eq!(kept, "half\n");
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
fn an_interrupted_loop_gives_its_tasks_back() {
    let home = with_tasks(2);
    let mut started = Started::new(&home, &["--workers", "2"], "sleep 600");
    started.event();
    started.event();
    started.signal(Signal::INT);
    assert_eq!(started.event()["outcome"], "interrupted");
    assert_eq!(started.event()["outcome"], "interrupted");
    assert_eq!(started.event()["reason"], "interrupted");
    assert_eq!(started.ended(), Some(130));
    for reference in ["1", "2"] {
        assert_eq!(task(&home, reference)["status"], "todo");
        assert_eq!(attempts(&home, reference)[0]["outcome"], "revoked");
    }
    assert_eq!(left_running(&home), Vec::<String>::new());
}

#[test]
fn a_second_interrupt_kills_what_does_not_listen() {
    let home = with_tasks(1);
    let mark = |name| home.path().join(name);
    let script = format!(
        "trap 'touch {}' INT; touch {}; while :; do sleep 0.05; done",
        mark("heard").display(),
        mark("ready").display()
    );
    let mut started = Started::new(&home, &[], &script);
    started.event();
    eventually("the command is ready", || mark("ready").exists());
    started.signal(Signal::INT);
    eventually("the command heard it", || mark("heard").exists());
    started.signal(Signal::INT);
    assert_eq!(started.ended(), Some(130));
    assert_eq!(task(&home, "1")["status"], "todo");
    assert_eq!(left_running(&home), Vec::<String>::new());
}

#[test]
fn a_killed_loops_tasks_are_back_after_the_grace() {
    let home = with_tasks(1);
    let config = "[lease]\nttl = \"2s\"\ngrace = \"1s\"\n";
    fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    let mut started = Started::new(&home, &[], "exec sleep 600");
    let begun = started.event();
    assert_eq!(begun["ref"], "TASK-1");
    eventually("the lease is held by a stream", || {
        home.run(["daemon", "status", "--json"]).json()["streams"] == 1
    });
    started.signal(Signal::KILL);
    assert_eq!(started.ended(), None);
    let waited = home.run(["task", "claim", "--wait", "30s", "--quiet"]).ok();
    assert_eq!(waited.stdout().trim(), "TASK-1");
    assert_eq!(attempts(&home, "1")[1]["outcome"], "expired");
    for pid in left_running(&home) {
        let pid = pid.parse().ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), Signal::KILL).expect("it is ours");
    }
}

#[test]
fn a_command_whose_task_was_taken_away_is_ended() {
    let home = with_tasks(1);
    let mut started = Started::new(&home, &["--max-tasks", "1"], "exec sleep 600");
    started.event();
    home.run(["task", "release", "1", "--force"]).ok();
    assert_eq!(started.event()["outcome"], "lost");
    assert_eq!(started.event()["event"], "summary");
    assert_eq!(started.ended(), Some(0));
    assert_eq!(attempts(&home, "1")[0]["outcome"], "revoked");
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
fn a_waiting_loop_takes_what_comes() {
    let home = with_tasks(0);
    let mut started = Started::new(
        &home,
        &["--workers", "2", "--max-tasks", "1"],
        "backlog task done \"$BACKLOG_TASK\"",
    );
    home.run(["task", "add", "-t", "Late"]).ok();
    assert_eq!(started.event()["title"], "Late");
    assert_eq!(started.event()["outcome"], "done");
    assert_eq!(started.ended(), Some(0));
    until("the log tells who", || {
        let events = home.run(["activity", "--task", "1", "--json"]).json();
        let completed = events["events"]
            .as_array()?
            .iter()
            .find(|event| event["action"] == "completed")?;
        (completed["actor"]["name"] == "sh").then_some(())
    });
}
