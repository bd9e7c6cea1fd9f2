//! Taking a task.

use std::collections::BTreeSet;

use backlog_tests::{Home, crowd::at_once, database::assert_sound};

use super::{claim, listed, run_as, token, with_tasks};

#[test]
fn a_claim_takes_the_most_urgent_and_of_those_the_oldest() {
    let home = Home::with_project();
    for (title, priority) in [("a", "P3"), ("b", "P1"), ("c", "P1"), ("d", "P2")] {
        home.run(["task", "add", "-t", title, "--priority", priority])
            .ok();
    }
    let next = home.run(["task", "next", "--json"]).json();
    assert_eq!(next["ref"], "TASK-2");
    let taken: Vec<String> = (0..4)
        .map(|number| {
            let claimed = claim(&home, &format!("s{number}"));
            assert_eq!(claimed["status"], "doing");
            assert_eq!(claimed["lease"]["fence"], 1);
            assert_eq!(claimed["plans"].as_array().map(Vec::len), Some(0));
            claimed["ref"].as_str().expect("a reference").to_owned()
        })
        .collect();
    assert_eq!(taken, ["TASK-2", "TASK-3", "TASK-4", "TASK-1"]);
    for verb in ["claim", "next"] {
        let none = run_as(&home, "s9", ["task", verb]);
        none.refused(6, "nothing is ready to be claimed: 4 being done");
    }
    assert_sound(&home);
}

#[test]
fn a_task_is_given_to_one_session_only() {
    let home = with_tasks(20);
    let taken: Vec<String> = at_once(16, |number| {
        let name = format!("s{number}");
        let claimed = run_as(&home, &name, ["task", "claim", "--quiet"]).ok();
        claimed.stdout().trim().to_owned()
    });
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 16, "{taken:?}");
    let the_same = at_once(8, |number| {
        run_as(&home, &format!("t{number}"), ["task", "claim", "20"]).code()
    });
    assert_eq!(the_same.iter().filter(|code| **code == Some(0)).count(), 1);
    assert!(the_same.iter().all(|code| matches!(code, Some(0 | 4))));
    assert_sound(&home);
}

#[test]
fn claiming_what_one_holds_is_the_same_lease() {
    let home = with_tasks(1);
    let first = claim(&home, "s1");
    let again = run_as(&home, "s1", ["task", "claim", "1", "--json"]).json();
    assert_eq!(again["held_already"], true);
    assert_eq!(token(&again), token(&first));
    assert_eq!(again["lease"]["fence"], 1);
    assert_eq!(home.attempts("1").len(), 1);
}

#[test]
fn filters_choose_among_what_is_ready() {
    let home = with_tasks(1);
    home.run([
        "task", "add", "-t", "A bug", "--type", "bug", "--label", "ui",
    ])
    .ok();
    for filter in [["--type", "bug"], ["--label", "ui"], ["--search", "bug"]] {
        let next = home.run(["task", "next", "--quiet"].iter().chain(&filter));
        assert_eq!(next.ok().stdout(), "TASK-2\n", "{filter:?}");
    }
    run_as(&home, "s1", ["task", "claim", "--type", "spike"]).refused(6, "2 ready, but");
}

#[test]
fn scopes_that_overlap_are_not_held_at_once() {
    let home = Home::with_project();
    for scope in ["src/auth/**", "src/auth/login.rs", "docs"] {
        home.run(["task", "add", "-t", scope, "--scope", scope])
            .ok();
    }
    assert_eq!(claim(&home, "s1")["ref"], "TASK-1");
    assert_eq!(claim(&home, "s2")["ref"], "TASK-3");
    assert_eq!(listed(&home, &["--ready"]), ["TASK-2"]);
    run_as(&home, "s3", ["task", "claim"]).refused(6, "nothing is ready");
    run_as(&home, "s3", ["task", "claim", "2"]).refused(4, "would touch files of TASK-1");
    let why = home.run(["task", "why", "2"]).ok().stdout();
    assert!(why.contains("held by ai:s1 (session s1)"), "{why}");
    run_as(&home, "s1", ["task", "done", "1"]).ok();
    assert_eq!(claim(&home, "s3")["ref"], "TASK-2");
}

#[test]
fn a_project_caps_how_many_of_its_tasks_are_held() {
    let home = with_tasks(3);
    home.run(["project", "update", "app", "--wip-limit", "1"])
        .ok();
    claim(&home, "s1");
    run_as(&home, "s2", ["task", "claim"]).refused(6, "nothing is ready");
    run_as(&home, "s2", ["task", "claim", "2"]).refused(4, "as many as it allows");
    home.run(["project", "update", "app", "--wip-limit", "0"])
        .ok();
    assert_eq!(claim(&home, "s2")["ref"], "TASK-2");
}

#[test]
fn what_cannot_be_claimed_says_what_holds_it_back() {
    let home = with_tasks(4);
    home.run(["task", "move", "1", "--status", "done"]).ok();
    home.run(["task", "archive", "2"]).ok();
    home.run(["task", "dep", "add", "4", "--on", "3"]).ok();
    home.run(["task", "move", "3", "--status", "doing"]).ok();
    for (task, fragment) in [
        ("1", "TASK-1 is done"),
        ("2", "TASK-2 is archived"),
        ("3", "TASK-3 is being done by somebody without a claim"),
        (
            "4",
            "it waits for TASK-3: TASK-3 is being done by somebody without a claim",
        ),
    ] {
        run_as(&home, "s1", ["task", "claim", task]).refused(4, fragment);
    }
    run_as(&home, "s1", ["task", "claim", "99"]).refused(3, "no task TASK-99");
}

#[test]
fn a_lease_lives_a_second_to_a_day() {
    let home = with_tasks(1);
    for (ttl, fragment) in [
        ("0s", "1s to 24h"),
        ("365d", "1s to 24h"),
        ("soon", "write a number and a unit"),
        ("-1s", "write a number and a unit"),
    ] {
        let ttl = format!("--ttl={ttl}");
        run_as(&home, "s1", ["task", "claim", &ttl]).refused(2, fragment);
    }
    run_as(&home, "s1", ["task", "claim", "--wait", "2d"]).refused(2, "at most 24h");
    run_as(&home, "s1", ["task", "claim", "--hold-pid", "999999999"])
        .refused(2, "there is no such process");
    run_as(&home, "s1", ["task", "claim", "1", "--ttl", "24h"]).ok();
    assert_eq!(home.task("1")["lease"]["session"], "s1");
}
