//! Many writers at one task: what each wrote stays.

use std::collections::BTreeSet;

use backlog_tests::{Home, crowd::at_once};
use serde_json::{Value, json};

/// A workspace with one task in it.
fn with_task() -> Home {
    let home = Home::with_project();
    home.run(["task", "add", "-p", "app", "-t", "first"]).ok();
    home
}

fn task(home: &Home) -> Value {
    home.run(["task", "show", "TASK-1", "--json"]).json()
}

/// Its events after the one that made it, as their summaries.
fn history(home: &Home) -> Vec<String> {
    let events = home
        .run(["activity", "--json", "--task", "TASK-1", "--limit", "1000"])
        .json();
    let events = events["events"].as_array().expect("a list of events");
    events
        .iter()
        .map(|event| event["summary"].to_string())
        .collect()
}

#[test]
fn twelve_writers_at_twelve_aspects_of_a_task_all_find_theirs_again() {
    const CHANGES: [&[&str]; 12] = [
        &["task", "update", "1", "--title", "second"],
        &["task", "update", "1", "--description", "at length"],
        &["task", "update", "1", "--type", "bug"],
        &["task", "move", "1", "--status", "doing"],
        &["task", "update", "1", "--priority", "P1"],
        &["task", "update", "1", "--assignee", "alice"],
        &["task", "update", "1", "--source", "scanner"],
        &["task", "update", "1", "--external-ref", "CVE-1"],
        &["task", "update", "1", "--project-path", "src/login"],
        &["task", "update", "1", "--due-date", "2030-01-02"],
        &["task", "update", "1", "--label", "urgent"],
        &["comment", "add", "--task", "1", "looked at it"],
    ];
    let home = with_task();
    at_once(CHANGES.len(), |writer| home.run(CHANGES[writer]).ok());
    let task = task(&home);
    for (field, value) in [
        ("title", json!("second")),
        ("description", json!("at length")),
        ("type", json!("bug")),
        ("status", json!("doing")),
        ("priority", json!(1)),
        ("assignee", json!("alice")),
        ("source", json!("scanner")),
        ("external_ref", json!("CVE-1")),
        ("project_path", json!("src/login")),
        ("due_at", json!("2030-01-02T00:00:00Z")),
    ] {
        assert_eq!(task[field], value, "{field} of {task}");
    }
    assert_eq!(task["labels"], json!(["urgent"]), "{task}");
    assert_eq!(task["comments"][0]["body"], "looked at it", "{task}");
    home.run(["activity", "verify"]).ok();
}

#[test]
fn twenty_comments_at_once_are_twenty_comments() {
    let home = with_task();
    at_once(20, |writer| {
        let text = format!("comment {writer}");
        home.run(["comment", "add", "--task", "TASK-1", &text]).ok()
    });
    let task = task(&home);
    let comments = task["comments"].as_array().expect("its comments");
    let bodies: BTreeSet<_> = comments
        .iter()
        .map(|comment| comment["body"].to_string())
        .collect();
    assert_eq!((comments.len(), bodies.len()), (20, 20), "{task}");
}

#[test]
fn a_label_attached_by_twenty_at_once_is_made_and_attached_once() {
    let home = with_task();
    let before = task(&home);
    let attached = at_once(20, |_| {
        home.run(["label", "attach", "flaky", "--task", "TASK-1"])
            .ok()
    });
    let new = attached
        .iter()
        .filter(|ran| ran.stdout().starts_with("Attached flaky"));
    assert_eq!(new.count(), 1, "one of them did it, the others are told so");

    let labels = home.run(["label", "list", "--json"]).json();
    assert_eq!(
        labels["labels"].as_array().map(Vec::len),
        Some(1),
        "{labels}"
    );
    let mut after = task(&home);
    assert_eq!(after["labels"], json!(["flaky"]), "{after}");
    for field in ["labels", "updated_at"] {
        after[field] = before[field].clone();
    }
    assert_eq!(after, before, "nothing else of the task has changed");
    let log = home.run(["activity", "--json", "--kind", "label"]).json();
    let log = log["events"].as_array().expect("a list of events");
    let log: Vec<_> = log.iter().map(|event| &event["action"]).collect();
    assert_eq!(log, ["attached", "created"]);
}

#[test]
fn a_change_to_a_version_that_is_gone_is_refused_with_who_changed_what() {
    let home = with_task();
    home.run([
        "task",
        "update",
        "1",
        "--title",
        "second",
        "--as",
        "human:bob",
    ])
    .ok();
    let stale = [
        "task",
        "update",
        "1",
        "--priority",
        "P1",
        "--if-version",
        "1",
    ];
    let refused = home.run(stale).exits(4);
    assert_eq!(
        refused.stderr().lines().next(),
        Some("error: TASK-1 changed since version 1 (now 2, by human:bob: title)")
    );
    let error = home
        .run(stale.into_iter().chain(["--json"]))
        .exits(4)
        .json_error();
    assert_eq!(error["code"], "version_conflict");
    assert!(
        error["message"]
            .to_string()
            .contains("now 2, by human:bob: title"),
        "{error}"
    );
    assert!(error["hint"].is_string(), "{error}");
    let task = task(&home);
    assert_eq!(
        (&task["priority"], &task["version"]),
        (&json!(3), &json!(2))
    );
    home.run([
        "task",
        "update",
        "1",
        "--priority",
        "P1",
        "--if-version",
        "2",
    ])
    .ok();
}

#[test]
fn of_many_who_read_the_same_version_one_may_write() {
    let home = with_task();
    let codes = at_once(12, |writer| {
        let title = format!("by {writer}");
        home.run(["task", "update", "1", "-t", &title, "--if-version", "1"])
            .code()
    });
    let mut codes: Vec<_> = codes.into_iter().flatten().collect();
    codes.sort_unstable();
    assert_eq!(codes, [vec![0], vec![4; 11]].concat());
    assert_eq!(task(&home)["version"], 2);
}

#[test]
fn a_write_that_changes_nothing_leaves_the_version_and_the_log() {
    let home = with_task();
    home.run(["label", "attach", "auth", "--task", "1"]).ok();
    let (before, log) = (task(&home), history(&home));
    for same in [
        &[
            "task",
            "update",
            "1",
            "--title",
            "first",
            "--priority",
            "P3",
        ][..],
        &["task", "update", "1", "--label", "auth"],
        &["task", "move", "1", "--status", "todo"],
        &["label", "attach", "auth", "--task", "1"],
        &["label", "detach", "unknown", "--task", "1"],
    ] {
        home.run(same).ok();
    }
    assert_eq!(task(&home), before);
    assert_eq!(history(&home), log);
}
