//! `backlog loop`: whatever its agents do, each task ends done once or set
//! aside, and nothing is left behind.

mod failing;
mod stopping;
mod worktrees;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use backlog_tests::{Home, Ran, backlog_bin, home::run, until};
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

    /// The next thing that happens, but for waiting.
    fn event(&mut self) -> Value {
        loop {
            let event = self.line();
            if event["event"] != "waiting" {
                return event;
            }
        }
    }

    fn line(&mut self) -> Value {
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

/// What a loop told with `--json`.
fn events(ran: &Ran) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).expect(line);
    ran.stdout().lines().map(parse).collect()
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
    let events = events(&ran);
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
    let first = &home.attempts("1")[1];
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

#[test]
fn an_empty_queue_is_one_that_nobody_works_on_either() {
    let home = with_tasks(2);
    home.run(["task", "dep", "add", "2", "--on", "1"]).ok();
    let claim = ["task", "claim", "1", "--session", "s1", "--quiet"];
    home.run(claim).ok();
    let script = "backlog task done {ref} --quiet";
    let mut started = Started::new(&home, &["--until-empty"], script);
    let waiting = started.line();
    assert_eq!(waiting["event"], "waiting", "{waiting}");
    assert_eq!(waiting["held"][0]["ref"], "TASK-1");
    assert_eq!(waiting["held"][0]["session"], "s1");
    home.run(["task", "done", "1", "--session", "s1"]).ok();
    assert_eq!(started.event()["ref"], "TASK-2");
    assert_eq!(started.event()["outcome"], "done");
    assert_eq!(started.event()["reason"], "empty");
    assert_eq!(started.ended(), Some(0));
}

#[test]
fn what_a_command_claimed_beside_its_task_is_given_back() {
    let home = with_tasks(2);
    let script = "backlog task claim 2 --quiet; backlog task done {ref} --quiet";
    let arguments = ["--max-tasks", "1", "--", "sh", "-c", script];
    let ran = run(&mut a_loop(&home, &arguments)).ok();
    let told = "TASK-2, which it claimed too, was given back";
    assert!(ran.stdout().contains(told), "{}", ran.stdout());
    assert_eq!(home.task("2")["status"], "todo");
    assert_eq!(home.attempts("2")[0]["outcome"], "released");
}

#[test]
fn a_wrong_project_or_time_limit_is_refused_before_anything_else() {
    let home = with_tasks(1);
    let ran = run(&mut a_loop(&home, &["-p", "nosuch", "--", "true"]));
    ran.refused(3, "no project \"nosuch\"");
    let ran = run(&mut a_loop(&home, &["--timeout", "0s", "--", "true"]));
    ran.refused(2, "that leaves no time to run");
}

#[test]
fn a_loop_that_waits_and_one_that_gives_up_say_so() {
    let home = with_tasks(1);
    let ran = run(&mut a_loop(
        &home,
        &[
            "--until-empty",
            "--max-failures",
            "1",
            "--workers",
            "1",
            "--",
            "false",
        ],
    ));
    let stdout = ran.exits(1).stdout();
    assert!(
        stdout.ends_with(
            "Stopped, for so many attempts failed in a row: see whether the command works at all\n"
        ),
        "{stdout}"
    );
    let home = with_tasks(1);
    let arguments = ["--max-failures", "3", "--workers", "1", "--", "false"];
    let stdout = run(&mut a_loop(&home, &arguments)).exits(1).stdout();
    assert!(
        stdout.ends_with("a task that was set aside gets new attempts: backlog task retry REF\n"),
        "{stdout}"
    );
    let home = with_tasks(0);
    let mut started = Started::new(&home, &[], "true");
    let waiting = started.line();
    assert_eq!(waiting["event"], "waiting");
    assert_eq!(waiting["held"].as_array().map(Vec::len), Some(0));
    started.signal(Signal::HUP);
    assert_eq!(started.event()["reason"], "interrupted");
    assert_eq!(started.ended(), Some(130));
}

#[test]
fn a_reader_that_leaves_ends_the_loop_and_loses_nothing() {
    let home = with_tasks(2);
    let arguments = ["--worktree", "--workers", "2"];
    let mut started = Started::new(&home, &arguments, "exec sleep 600");
    started.event();
    started.event();
    let Started { mut child, lines } = started;
    drop(lines);
    // The next line finds out that nobody reads any more.
    home.run(["task", "release", "1", "--force"]).ok();
    assert_eq!(child.wait().expect("it is ours").code(), Some(0));
    assert_eq!(left_running(&home), Vec::<String>::new());
    assert_eq!(git(&home, &["worktree", "list"]).lines().count(), 1);
    for reference in ["1", "2"] {
        assert!(home.task(reference)["lease"].is_null());
    }
}

#[test]
fn a_second_task_can_be_finished_too() {
    let home = with_tasks(2);
    // Each has a lease of its own, and is told how to bring that.
    let script = "finish=$(backlog task claim 2 | grep -o 'done TASK-2 --lease [0-9a-f]*')
        backlog task $finish --quiet && backlog task done {ref} --quiet";
    let arguments = ["--max-tasks", "1", "--", "sh", "-c", script];
    run(&mut a_loop(&home, &arguments)).ok();
    assert_eq!(home.task("2")["status"], "done");
    assert_eq!(home.task("1")["status"], "done");
}

#[test]
fn a_placeholder_that_means_nothing_is_told_of() {
    let home = with_tasks(0);
    let ran = run(&mut a_loop(
        &home,
        &["--until-empty", "--", "echo", "{prompt}"],
    ))
    .ok();
    assert_eq!(
        ran.stderr(),
        "warning: {prompt} stays as it is; there are {ref}, {title} and {prompt_file}\n"
    );
}

#[test]
fn two_loops_of_one_agents_session_keep_their_tasks_apart() {
    let home = with_tasks(2);
    let script = "if [ {ref} = TASK-1 ]; then while ! [ -e go ]; do sleep 0.05; done; fi; backlog task done {ref} --quiet";
    let arguments = ["--session", "s1", "--max-tasks", "1"];
    let mut first = Started::new(&home, &arguments, script);
    assert_eq!(first.event()["ref"], "TASK-1");
    let arguments = [&arguments[..], &["--", "sh", "-c", script]].concat();
    run(&mut a_loop(&home, &arguments)).ok();
    fs::write(home.work().join("go"), "").expect("a file");
    assert_eq!(first.event()["outcome"], "done");
    assert_eq!(home.attempts("1").len(), 1);
}
