//! However a loop ends, its tasks go back and its commands with it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use backlog_tests::eventually;
use rustix::process::{Pid, Signal, kill_process};

use super::{Started, a_loop, left_running, with_tasks};

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
        assert_eq!(home.task(reference)["status"], "todo");
        assert_eq!(home.attempts(reference)[0]["outcome"], "revoked");
    }
    assert_eq!(left_running(&home), Vec::<String>::new());
}

#[test]
fn what_is_given_back_by_a_loop_that_stops_is_not_taken_by_it_again() {
    let home = with_tasks(1);
    home.run(["task", "claim", "1", "--session", "s1", "--quiet"])
        .ok();
    home.run(["task", "release", "1", "--session", "s1", "--note", "Half"])
        .ok();
    // One works, the other waits for the next task.
    let mut started = Started::new(&home, &["--workers", "2"], "exec sleep 600");
    started.event();
    eventually("the other one waits", || {
        let queue = home.run(["top", "--json"]).json();
        queue["waiting"]
            .as_array()
            .is_some_and(|all| all.len() == 1)
    });
    started.signal(Signal::INT);
    assert_eq!(started.event()["outcome"], "interrupted");
    assert_eq!(started.event()["event"], "summary");
    assert_eq!(started.ended(), Some(130));
    assert_eq!(home.task("1")["last_attempt"]["note"], "Half");
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
    assert_eq!(home.task("1")["status"], "todo");
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
    assert_eq!(home.attempts("1")[1]["outcome"], "expired");
    eventually("its command has ended too", || {
        left_running(&home).is_empty()
    });
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
    assert_eq!(home.attempts("1")[0]["outcome"], "revoked");
}

#[test]
fn a_task_that_a_person_finished_meanwhile_is_done() {
    let home = with_tasks(1);
    let mut started = Started::new(&home, &["--max-tasks", "1"], "exec sleep 600");
    started.event();
    home.run(["task", "done", "1", "--force"]).ok();
    let ended = started.event();
    assert_eq!(ended["outcome"], "done", "{ended}");
    let note = ended["notes"][0].as_str().expect("a note");
    assert!(note.starts_with("finished by human:"), "{note}");
    assert_eq!(started.event()["open"], 0);
    assert_eq!(started.ended(), Some(0));
}

#[test]
fn the_first_interrupt_says_what_it_waits_for() {
    let home = with_tasks(1);
    let arguments = ["--", "sh", "-c", "trap : INT; sleep 600 & wait; kill $!"];
    let mut child = a_loop(&home, &arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut line = || lines.next().expect("a line").expect("text");
    assert_eq!(line(), "[1] TASK-1 Task 1");
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    kill_process(pid.expect("a process"), Signal::INT).expect("it is ours");
    assert_eq!(
        line(),
        "stopping: waiting for 1 command to end; again kills it"
    );
    assert_eq!(child.wait().expect("it is ours").code(), Some(130));
}
