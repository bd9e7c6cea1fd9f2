//! Input of every wrong kind to every tool, from the schemas that the server
//! itself tells.

use backlog_tests::{Home, Mcp};
use serde_json::{Map, Value, json};

use super::with_tasks;

/// The tools with their schemas.
fn tools(server: &mut Mcp) -> Vec<(String, Value)> {
    let listed = server.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().expect("a list");
    tools
        .iter()
        .map(|tool| {
            let name = tool["name"].as_str().expect("a name").to_owned();
            (name, tool["inputSchema"].clone())
        })
        .collect()
}

/// Something that fits a property.
fn fitting(name: &str, property: &Value) -> Value {
    if let Some(choice) = property["enum"].get(0) {
        return choice.clone();
    }
    match (name, property["type"].as_str()) {
        ("id" | "task_id" | "plan_id" | "parent", _) => json!("TASK-1"),
        ("due_date", _) => json!("2031-01-01"),
        ("project", _) => json!("app"),
        (_, Some("integer")) => json!(1),
        (_, Some("boolean")) => json!(true),
        (_, Some("array")) => json!([fitting(
            name.trim_end_matches("blocked_by"),
            &property["items"]
        )]),
        _ => json!("x"),
    }
}

fn required(schema: &Value) -> Map<String, Value> {
    let names = schema["required"].as_array().cloned().unwrap_or_default();
    names
        .iter()
        .map(|name| {
            let name = name.as_str().expect("a name");
            (name.to_owned(), fitting(name, &schema["properties"][name]))
        })
        .collect()
}

/// Values that do not fit a property.
fn misfits(property: &Value) -> Vec<Value> {
    let mut misfits = vec![json!({"a": 1})];
    match property["type"].as_str() {
        Some("integer") => misfits.extend([
            json!("many"),
            json!(1.5),
            json!(-3),
            json!([1]),
            json!(true),
        ]),
        Some("boolean") => misfits.extend([json!("perhaps"), json!(7)]),
        Some("array") => misfits.extend([json!(true), json!([{"a": 1}]), json!([[]])]),
        Some("string") => misfits.extend([json!(true), json!(["x"])]),
        _ => {}
    }
    if property["enum"].is_array() {
        misfits.push(json!("no such choice"));
    }
    if let Some(most) = property["maximum"].as_i64() {
        misfits.push(json!(most + 1));
    }
    misfits
}

/// How far the log has come: whether something was written.
fn log_end(home: &Home) -> Value {
    let events = home.run(["activity", "--limit", "1", "--json"]).json();
    events["events"][0]["seq"].clone()
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_written() {
    let home = with_tasks(2);
    let mut server = Mcp::agent(&home, "a");
    let before = log_end(&home);
    let (mut calls, mut tools_seen) = (0, 0);
    for (tool, schema) in tools(&mut server) {
        tools_seen += 1;
        assert_eq!(schema["type"], "object", "{tool}");
        assert_eq!(schema["additionalProperties"], false, "{tool}");
        let whole = required(&schema);
        let mut wrong: Vec<(String, Value)> = Vec::new();
        for name in whole.keys() {
            let mut arguments = whole.clone();
            arguments.remove(name);
            wrong.push((name.clone(), arguments.into()));
        }
        let mut extra = whole.clone();
        extra.insert("surprise".to_owned(), json!(1));
        wrong.push(("surprise".to_owned(), extra.into()));
        for (name, property) in schema["properties"].as_object().expect("properties") {
            for misfit in misfits(property) {
                let mut arguments = whole.clone();
                arguments.insert(name.clone(), misfit);
                wrong.push((name.clone(), arguments.into()));
            }
        }
        for (name, arguments) in wrong {
            calls += 1;
            let refused = server.refused(&tool, arguments.clone());
            assert!(refused.contains(&name), "{tool} {arguments}: {refused}");
            assert!(
                refused.ends_with(['.', '?']),
                "{tool} {arguments}: {refused}"
            );
            assert!(refused.len() < 600, "{tool} {arguments}: {refused}");
        }
    }
    assert_eq!(tools_seen, 23);
    assert!(calls > 200, "{calls}");
    assert_eq!(log_end(&home), before);
    // And it lives.
    server.ok("project_list", json!({}));
}

#[test]
fn what_is_too_long_is_refused_with_the_limit() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    let before = log_end(&home);
    let mib = "x".repeat((1 << 20) + 1);
    for (tool, arguments, limit) in [
        ("task_create", json!({"title": "é".repeat(256)}), "255"),
        (
            "task_create",
            json!({"title": "x", "description": mib}),
            "1 MiB",
        ),
        (
            "task_update",
            json!({"id": 1, "title": "x".repeat(256)}),
            "255",
        ),
        ("comment_add", json!({"task_id": 1, "body": mib}), "1 MiB"),
        (
            "plan_add",
            json!({"task_id": 1, "title": "x", "body": mib}),
            "1 MiB",
        ),
        ("memory_add", json!({"body": mib}), "1 MiB"),
        (
            "doc_add",
            json!({"title": "x".repeat(256), "body": ""}),
            "255",
        ),
        (
            "task_create",
            json!({"title": "x", "key": "k".repeat(101)}),
            "100",
        ),
    ] {
        let refused = server.refused(tool, arguments);
        assert!(refused.contains(limit), "{tool}: {refused}");
    }
    assert_eq!(log_end(&home), before);
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let home = with_tasks(1);
    home.run(["project", "add", "--alias", "beta"]).ok();
    let mut server = Mcp::agent(&home, "a");
    for (tool, arguments, told) in [
        (
            "task_create",
            json!({"title": "x"}),
            "No project was named, and there is more than one. Projects: app, beta.",
        ),
        (
            "task_list",
            json!({"project": "alhpa"}),
            "No project \"alhpa\". Projects: app, beta.",
        ),
        (
            "task_list",
            json!({"project": "bata"}),
            "No project \"bata\". Did you mean beta? Projects: app, beta.",
        ),
        (
            "task_show",
            json!({"id": 99}),
            "No task TASK-99. Call task_list to see the tasks.",
        ),
        (
            "task_show",
            json!({"id": "the first"}),
            "\"the first\" names no task; write TASK-12. Correct it and call again.",
        ),
        (
            "task_list",
            json!({"stauts": "done"}),
            "Unknown argument stauts; did you mean status?",
        ),
        (
            "task_list",
            json!({"type": "story"}),
            "type has no value \"story\". It is one of task, bug, issue, improvement, feature, vulnerability, chore, spike, bucket-list.",
        ),
        (
            "task_create",
            json!({"title": "x", "priority": 9}),
            "priority must be a whole number from 1 to 5, not 9. Correct it and call again.",
        ),
        (
            "task_claim",
            json!({"wait_seconds": 61}),
            "wait_seconds must be a whole number from 0 to 60, not 61. Correct it and call again.",
        ),
        (
            "task_move",
            json!({"id": 1, "status": "open"}),
            "status has no value \"open\". It is one of todo, doing, done.",
        ),
        (
            "task_update",
            json!({"id": 1, "if_version": 9, "title": "x"}),
            "TASK-1 changed since version 9 (now 1). Call task_show and retry.",
        ),
        (
            "task_list",
            json!({"cursor": "made up"}),
            "The page token \"made up\" does not belong to this list. Pass the cursor exactly as it was given, with the same filters, or start again without.",
        ),
        (
            "plan_update",
            json!({"plan_id": "TASK-1", "body": "x"}),
            "TASK-1 has no plan. Add one with plan_add.",
        ),
        (
            "task_update",
            json!({"id": 1, "add_blocked_by": [1]}),
            "That would be a circle: TASK-1 waits for TASK-1. Leave that edge out; task_show tells what a task waits for.",
        ),
        (
            "task_heartbeat",
            json!({"id": 1}),
            "You do not hold TASK-1. Stop working on it, leave a comment if you have findings, and call task_claim for a task.",
        ),
    ] {
        assert_eq!(server.refused(tool, arguments), told, "{tool}");
    }
}

#[test]
fn the_meaning_that_is_plain_is_understood() {
    let home = with_tasks(2);
    let mut server = Mcp::agent(&home, "a");
    for id in [
        json!(1),
        json!("1"),
        json!("task-1"),
        json!("#1"),
        json!("TASK-1"),
    ] {
        let shown = server.ok("task_show", json!({"id": id}));
        assert!(shown.starts_with("TASK-1 "), "{shown}");
    }
    let arguments = json!({
        "title": "Forgiven", "type": "Bug", "priority": "p1", "labels": "web, auth", "blocked_by": "1,2",
    });
    server.ok("task_create", arguments);
    let made = home.run(["task", "show", "3", "--json"]).json();
    assert_eq!(made["priority"], 1);
    assert_eq!(made["type"], "bug");
    assert_eq!(made["labels"], json!(["auth", "web"]));
    assert_eq!(made["blocked_by"], json!(["TASK-1", "TASK-2"]));
    let listed = server.ok("task_list", json!({"limit": "2", "status": null}));
    assert!(
        listed.starts_with("2 of 3 tasks. More: cursor=\""),
        "{listed}"
    );
}
