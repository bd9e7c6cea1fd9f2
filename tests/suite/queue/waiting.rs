//! Claims that wait: woken by what becomes ready, first come first served.

use std::process::{Child, Output, Stdio};

use backlog_tests::{Home, database::assert_sound, eventually, until};
use rustix::process::{Pid, Signal, kill_process};

use super::{add, claim, dependencies::soon, run_as, session, with_short_leases, with_tasks};

/// A session that waits for a task.
struct Waiter(Child);

impl Waiter {
    fn start(home: &Home, name: &str, wait: &str) -> Self {
        let args = ["task", "claim", "--quiet", "--wait", wait];
        let child = session(home, name, args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("backlog runs");
        Self(child)
    }

    fn waits(&mut self) -> bool {
        self.0.try_wait().expect("it is ours").is_none()
    }

    fn end(self) -> Output {
        self.0.wait_with_output().expect("it is ours")
    }

    fn kill(mut self) {
        self.0.kill().expect("it is ours");
        self.0.wait().expect("it is ours");
    }
}

fn waiting(home: &Home) -> usize {
    let status = home.run(["daemon", "status", "--json"]).json();
    // None where no daemon runs.
    let count = status["waiting_claims"].as_u64().unwrap_or(0);
    usize::try_from(count).expect("a few")
}

/// So many, each there before the next.
fn queue(home: &Home, count: usize) -> Vec<Waiter> {
    (0..count)
        .map(|number| {
            let waiter = Waiter::start(home, &format!("w{number}"), "60s");
            eventually("it waits", || waiting(home) == number + 1);
            waiter
        })
        .collect()
}

#[test]
fn of_twenty_who_wait_one_new_task_wakes_the_first() {
    let home = with_tasks(0);
    let mut waiters = queue(&home, 20);
    for served in 0..3 {
        add(&home, 1);
        let first = waiters.remove(0);
        let output = first.end();
        let task = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert_eq!(task, format!("TASK-{}", served + 1));
        let holder = &home.task(&task)["lease"]["session"];
        assert_eq!(*holder, format!("w{served}"));
        assert!(waiters.iter_mut().all(Waiter::waits), "the others wait");
        assert_eq!(waiting(&home), waiters.len());
    }
    waiters.into_iter().for_each(Waiter::kill);
    eventually("those who left are forgotten", || waiting(&home) == 0);
    add(&home, 1);
    assert_eq!(claim(&home, "late")["ref"], "TASK-4", "nobody dead got it");
    assert_sound(&home);
}

#[test]
fn a_finished_blocker_an_ended_lease_and_a_date_wake_those_who_wait() {
    let home = with_short_leases(1);
    home.run(["task", "add", "-t", "Later", "--blocked-by", "1"])
        .ok();
    let args = ["task", "claim", "--ttl", "1h"];
    run_as(&home, "s1", args).ok();
    let woken = |wake: &dyn Fn()| {
        let mut waiter = Waiter::start(&home, "w", "60s");
        eventually("it waits", || waiting(&home) == 1);
        assert!(waiter.waits());
        wake();
        String::from_utf8_lossy(&waiter.end().stdout)
            .trim()
            .to_owned()
    };
    let done = woken(&|| drop(run_as(&home, "s1", ["task", "done", "1"]).ok()));
    assert_eq!(done, "TASK-2");
    // Its two seconds pass.
    assert_eq!(woken(&|| ()), "TASK-2");
    run_as(&home, "w", ["task", "done", "2"]).ok();
    home.run(["task", "add", "-t", "Soon", "--defer-until", &soon()])
        .ok();
    assert_eq!(woken(&|| ()), "TASK-3");
}

#[test]
fn who_waits_keeps_the_place_when_the_daemon_is_killed() {
    let home = with_tasks(0);
    let mut waiters = queue(&home, 4);
    home.daemon().kill();
    eventually("all wait again", || waiting(&home) == 4);
    for (number, waiter) in waiters.drain(..).enumerate() {
        add(&home, 1);
        assert!(waiter.end().status.success());
        let task = home.task(&(number + 1).to_string());
        assert_eq!(task["lease"]["session"], format!("w{number}"));
    }
    assert_sound(&home);
}

#[test]
fn a_wait_that_is_over_exits_with_6() {
    let home = with_tasks(0);
    let output = Waiter::start(&home, "w", "1s").end();
    assert_eq!(output.status.code(), Some(6));
    assert_eq!(waiting(&home), 0);
}

#[test]
fn stopping_the_daemon_does_not_wait_for_those_who_wait() {
    let home = with_tasks(0);
    let waiter = Waiter::start(&home, "w", "60s");
    eventually("it waits", || waiting(&home) == 1);
    let pid = until("the daemon is there", || home.daemon().pid());
    kill_process(pid, Signal::TERM).expect("it is ours");
    eventually("another daemon serves", || {
        home.daemon().pid().is_some_and(|now: Pid| now != pid) && waiting(&home) == 1
    });
    add(&home, 1);
    assert!(waiter.end().status.success());
}
