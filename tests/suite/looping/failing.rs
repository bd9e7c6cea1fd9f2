//! Commands that fail, again and again or before they begin.

use std::fs;

use backlog_tests::home::run;
use serde_json::Value;

use super::{a_loop, events, looped, with_tasks};

#[test]
fn a_task_that_keeps_failing_is_set_aside_and_its_loop_says_so() {
    let home = with_tasks(1);
    let ran = looped(&home, "bad", &["--until-empty"]).exits(1);
    assert!(
        ran.stdout().contains("set aside for a person"),
        "{}",
        ran.stdout()
    );
    let outcomes: Vec<Value> = home
        .attempts("1")
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
    let events = events(&ran.exits(1));
    let summary = events.last().expect("a summary");
    assert_eq!(summary["reason"], "max_failures");
    assert_eq!(summary["attempts"], 4);
    // What it needs may come back; the fourth attempt is not made at once.
    let names: Vec<&str> = events
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(
        names[4..],
        ["started", "ended", "pausing", "started", "ended", "summary"]
    );
    assert_eq!(events[6]["failures"], 3);
}

#[test]
fn a_task_that_is_done_ends_a_row_of_failures() {
    let home = with_tasks(6);
    // The first takes as long as it takes another to fail three times.
    let script = "if [ {ref} != TASK-1 ]; then exit 1; fi
        until backlog task list --needs-attention --ids-only | grep -q .; do sleep 0.05; done
        backlog task done TASK-1";
    let options = ["--workers", "2", "--max-tasks", "7", "--json"];
    let command = ["--", "sh", "-c", script];
    let events = events(&run(&mut a_loop(&home, &[&options[..], &command].concat())).exits(1));
    let pauses = events.iter().filter(|event| event["event"] == "pausing");
    let failures: Vec<&Value> = pauses.map(|pause| &pause["failures"]).collect();
    assert_eq!(failures, [3], "{events:?}");
}

#[test]
fn the_reason_of_a_failure_is_the_last_line_that_was_printed() {
    let home = with_tasks(1);
    let script = "echo building; echo 'no such table: users' >&2; exit 4";
    let arguments = ["--until-empty", "--", "sh", "-c", script];
    run(&mut a_loop(&home, &arguments)).exits(1);
    let why = home.task("1")["needs_attention"].to_string();
    assert!(
        why.contains("ai:sh failed: no such table: users (exit status: 4"),
        "{why}"
    );
}

#[test]
fn a_command_that_does_not_exist_costs_no_attempt() {
    let home = with_tasks(1);
    run(&mut a_loop(&home, &["--", "no-such-agent"]))
        .refused(3, "there is no program 'no-such-agent' to run");
    assert_eq!(home.attempts("1").len(), 0);
}

#[test]
fn a_file_that_cannot_be_executed_is_told_of() {
    let home = with_tasks(1);
    fs::write(home.work().join("agent.sh"), "#!/bin/sh\n").expect("a file");
    run(&mut a_loop(&home, &["--", "./agent.sh"])).refused(2, "./agent.sh cannot be executed");
}
