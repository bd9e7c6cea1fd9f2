//! `kill -9` at each point of a daemon's life.

use std::fs;

use backlog_tests::{Home, database::assert_sound, home, until};

use super::total;

/// A command meets a daemon that is killed at this point, once.
#[track_caller]
fn survives(point: &str) {
    let home = Home::with_project();
    home.daemon().kill();
    let trap = home.path().join("trap");
    fs::write(&trap, "").expect("a file");
    let mut command = home.command(["task", "add", "-t", "Despite it all", "--json"]);
    command.env("BACKLOG_TEST_CRASH", format!("{point}:{}", trap.display()));
    let task = home::run(&mut command).json();
    assert!(!trap.exists(), "no daemon came by {point}");
    assert_eq!(task["ref"], "TASK-1");
    assert_eq!(total(&home), 1);
    assert_sound(&home);
}

#[test]
fn a_daemon_killed_when_it_has_the_lock_costs_a_pause_and_nothing_else() {
    survives("lock");
}

#[test]
fn a_daemon_killed_after_its_migration_costs_a_pause_and_nothing_else() {
    survives("migrate");
}

#[test]
fn a_daemon_killed_before_its_socket_has_its_name_costs_a_pause_and_nothing_else() {
    survives("bind");
}

#[test]
fn a_daemon_killed_when_its_socket_has_its_name_costs_a_pause_and_nothing_else() {
    survives("rename");
}

#[test]
fn a_daemon_killed_before_it_says_it_is_ready_costs_a_pause_and_nothing_else() {
    survives("publish");
}

#[test]
fn a_write_whose_daemon_is_killed_before_the_commit_is_there_once() {
    survives("commit");
}

#[test]
fn a_write_whose_daemon_is_killed_before_the_answer_is_there_once() {
    survives("reply");
}

#[test]
fn a_setting_that_makes_no_sense_is_told_of_with_its_line() {
    let home = Home::with_project();
    home.daemon().kill();
    super::configure(&home, "[daemon]\nidle_timeout = \"soon\"");
    home.run(["task", "list"])
        .refused(2, "line 5: \"soon\" is no duration");
    home.run(["daemon", "run"]).exits(5);
}

#[test]
fn a_killed_daemon_costs_a_pause_and_nothing_else() {
    let home = Home::with_project();
    for round in 1..=5 {
        super::add(&home, &format!("Round {round}"));
        let before = until("a daemon runs", || home.daemon().instance());
        assert!(home.daemon().kill());
        assert_eq!(total(&home), round);
        assert_ne!(home.daemon().instance(), Some(before));
    }
    assert_sound(&home);
}
