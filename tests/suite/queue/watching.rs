//! Following the log: every entry once, in order, whatever happens.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::mpsc,
    thread,
};

use backlog_tests::{Home, database::assert_sound, eventually};
use serde_json::Value;

use super::{add, with_tasks};

/// `activity --follow`, and what it has told.
struct Follower {
    child: Child,
    lines: mpsc::Receiver<Value>,
    seen: Vec<Value>,
}

impl Follower {
    fn start(home: &Home, more: &[&str]) -> Self {
        let args = ["activity", "--follow", "--json"];
        let mut child = home
            .command(args.iter().chain(more))
            .stdout(Stdio::piped())
            .spawn()
            .expect("backlog runs");
        let stdout = child.stdout.take().expect("it is piped");
        let (told, lines) = mpsc::channel();
        // Ends with the pipe.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("a document a line");
                let _ = told.send(event);
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// The numbers of the first so many.
    fn first(&mut self, count: usize) -> Vec<i64> {
        eventually("so many were told", || {
            self.seen.extend(self.lines.try_iter());
            self.seen.len() >= count
        });
        let numbers = self.seen.iter().map(|event| event["seq"].as_i64());
        numbers.map(|seq| seq.expect("a number")).collect()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_follower_sees_every_entry_once_while_the_daemon_is_killed() {
    let home = with_tasks(3);
    let mut follower = Follower::start(&home, &["--limit", "1000"]);
    // A project and three tasks.
    assert_eq!(follower.first(4), [1, 2, 3, 4]);
    for _ in 0..4 {
        add(&home, 5);
        home.daemon().kill();
    }
    add(&home, 5);
    let all: Vec<i64> = (1..=29).collect();
    assert_eq!(follower.first(29), all);
    assert_sound(&home);
}

#[test]
fn a_follower_is_told_what_it_asked_for() {
    let home = with_tasks(2);
    let mut follower = Follower::start(&home, &["--task", "2"]);
    assert_eq!(follower.first(1), [3]);
    add(&home, 3);
    home.run(["comment", "add", "Look", "--task", "2"]).ok();
    assert_eq!(follower.first(2), [3, 7]);
}

#[test]
fn a_watcher_that_reads_nothing_costs_the_writers_nothing() {
    let home = with_tasks(1);
    let mut deaf = home
        .command(["activity", "--follow", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("backlog runs");
    let streams = || home.run(["daemon", "status", "--json"]).json()["streams"].clone();
    eventually("it watches", || streams() == 1);
    // More than pipe and windows hold.
    let body = "x".repeat(100_000);
    for _ in 0..15 {
        home.run(["task", "update", "1", "-d", &body]).ok();
        home.run(["task", "update", "1", "-d", ""]).ok();
    }
    add(&home, 1);
    deaf.kill().expect("it is ours");
    deaf.wait().expect("it is ours");
    eventually("it is forgotten", || streams() == 0);
    assert_sound(&home);
}
