//! Leases that live as long as a session's process does.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use backlog_tests::{Home, eventually, until};

use super::{run_as, with_short_leases};

/// A process that holds a task by a stream.
struct Holder(Child);

impl Holder {
    fn start(home: &Home, session: &str) -> (Self, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holder"));
        home.settle(&mut command);
        let mut child = command
            .arg(home.database())
            .arg(session)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let task = line.trim().strip_prefix("holds ").expect(&line).to_owned();
        (Self(child), task)
    }

    fn kill(mut self) {
        self.0.kill().expect("it is ours");
        self.0.wait().expect("it is ours");
    }
}

#[test]
fn a_killed_holders_task_is_taken_by_another_after_the_grace() {
    let home = with_short_leases(1);
    let (holder, name) = Holder::start(&home, "s1");
    let streams = || home.run(["daemon", "status", "--json"]).json()["streams"].clone();
    eventually("the stream holds", || streams() == 1);
    holder.kill();
    let waited = run_as(&home, "s2", ["task", "claim", "--wait", "30s", "--quiet"]).ok();
    assert_eq!(waited.stdout().trim(), name);
    assert_eq!(home.attempts("1")[1]["outcome"], "expired");
    eventually("the stream is gone", || streams() == 0);
}

#[test]
fn a_stream_keeps_a_lease_far_beyond_its_time_and_through_the_daemons_death() {
    let home = with_short_leases(1);
    let (holder, name) = Holder::start(&home, "s1");
    let begun = Instant::now();
    let mut killed = false;
    eventually("three times its time has passed", || {
        let elapsed = begun.elapsed();
        if !killed && elapsed > Duration::from_secs(3) {
            killed = home.daemon().kill();
        }
        // Also starts the next daemon.
        let shown = home.task(&name);
        assert_eq!(shown["lease"]["session"], "s1", "{elapsed:?}");
        elapsed > Duration::from_secs(7)
    });
    assert!(killed);
    assert_eq!(home.attempts(&name).len(), 1);
    holder.kill();
}

#[test]
fn a_daemons_death_ends_no_lease_that_its_session_goes_on_with() {
    let home = with_short_leases(1);
    run_as(&home, "s1", ["task", "claim"]).ok();
    for _ in 0..3 {
        home.daemon().kill();
        run_as(&home, "s1", ["task", "renew", "1"]).ok();
    }
    run_as(&home, "s1", ["task", "done", "1"]).ok();
    assert_eq!(home.attempts("1").len(), 1);
}

#[test]
fn a_lease_lives_as_long_as_the_process_it_is_tied_to() {
    let home = with_short_leases(1);
    let mut sleeper = Command::new("sleep").arg("600").spawn().expect("sleep");
    let pid = sleeper.id().to_string();
    run_as(&home, "s1", ["task", "claim", "--hold-pid", &pid]).ok();
    let begun = Instant::now();
    eventually("twice its time has passed", || {
        assert_eq!(home.task("1")["lease"]["session"], "s1");
        begun.elapsed() > Duration::from_secs(5)
    });
    sleeper.kill().expect("it is ours");
    sleeper.wait().expect("it is ours");
    let ended = until("the lease has ended", || {
        let attempts = home.attempts("1");
        let outcome = attempts[0]["outcome"].as_str()?.to_owned();
        (outcome != "held").then_some(outcome)
    });
    assert_eq!(ended, "expired");
}
