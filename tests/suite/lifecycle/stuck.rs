//! Stuck is not slow: the one is ended, the other is waited for.

use std::{
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use backlog_tests::{Home, database::assert_sound, eventually, home};
use rusqlite::Connection;
use rustix::process::Signal;

use super::{add, process, total};

/// As long as a client waits for an answer, in milliseconds, instead of 30 s.
const PATIENCE: &str = "300";

fn spawned(home: &Home, title: &str, patience: Option<&str>) -> Child {
    let mut command = home.command(["task", "add", "-t", title]);
    if let Some(patience) = patience {
        command.env("BACKLOG_TEST_STUCK_AFTER_MS", patience);
    }
    command.stdout(Stdio::null()).spawn().expect("it starts")
}

/// Sees for a while that the command waits and does nothing else.
#[track_caller]
fn assert_waits(child: &mut Child, time: Duration) {
    let end = Instant::now() + time;
    eventually("the time has passed", || {
        let ended = child.try_wait().expect("a child of ours");
        assert_eq!(ended, None, "it did not wait");
        Instant::now() > end
    });
}

#[test]
fn a_daemon_that_answers_nothing_is_ended_and_another_one_serves() {
    let home = Home::with_project();
    let stuck = process(&home);
    home.daemon().signal(Signal::STOP);
    let mut command = home.command(["task", "add", "-t", "With another one"]);
    home::run(command.env("BACKLOG_TEST_STUCK_AFTER_MS", PATIENCE)).ok();
    eventually("the stuck one is gone", || !stuck.runs());
    assert_eq!(total(&home), 1);
    assert_sound(&home);
}

#[test]
fn many_who_meet_a_stuck_daemon_all_succeed_and_write_once() {
    let home = Home::with_project();
    home.daemon().signal(Signal::STOP);
    let children: Vec<Child> = (0..8)
        .map(|_| spawned(&home, "Crowd", Some(PATIENCE)))
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(total(&home), 8);
    assert_sound(&home);
}

#[test]
fn a_daemon_that_is_slow_to_answer_is_waited_for() {
    let home = Home::with_project();
    let instance = home.daemon().instance();
    home.daemon().signal(Signal::STOP);
    let mut child = spawned(&home, "Patience", None);
    assert_waits(&mut child, Duration::from_secs(2));
    home.daemon().signal(Signal::CONT);
    assert!(child.wait().expect("it ends").success());
    assert_eq!(home.daemon().instance(), instance, "it was replaced");
    assert_eq!(total(&home), 1);
}

#[test]
fn a_call_that_takes_long_is_waited_for_while_the_daemon_lives() {
    let home = Home::with_project();
    add(&home, "The first");
    let instance = home.daemon().instance();
    let other = Connection::open(home.database()).expect("another program may look");
    eventually("another program writes", || {
        other.execute_batch("BEGIN IMMEDIATE").is_ok()
    });
    let mut child = spawned(&home, "After the other program", Some(PATIENCE));
    assert_waits(&mut child, Duration::from_secs(2));
    other
        .execute_batch("ROLLBACK")
        .expect("it had a transaction");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(home.daemon().instance(), instance, "it was replaced");
    assert_eq!(total(&home), 2);
    drop(other);
    assert_sound(&home);
}
