//! `import-findings`: what scanners find becomes tasks, once.

mod known;
mod read;
mod scanners;

use std::fs;

use backlog_tests::{Home, Ran};
use serde_json::{Value, json};

/// A findings file with these items, in `work`.
fn write(home: &Home, items: &Value) {
    let file = json!({"version": 1, "project": "app", "items": items});
    fs::write(home.work().join("findings.json"), file.to_string()).expect("writable");
}

/// Imports these items.
fn import(home: &Home, items: &Value, flags: &[&str]) -> Ran {
    write(home, items);
    home.run([&["import-findings", "findings.json"], flags].concat())
}

/// How many tasks and how many entries of the log there are.
fn size(home: &Home) -> (u64, usize) {
    let tasks = home
        .run(["task", "list", "--include-archived", "--json"])
        .json();
    let events = home.run(["activity", "--limit", "10000", "--json"]).json();
    (
        tasks["page"]["total"].as_u64().expect("a number"),
        events["events"].as_array().expect("a list").len(),
    )
}

fn three() -> Value {
    json!([
        {"title": "SQL injection in /search", "description": "By `q`.", "type": "vulnerability",
         "priority": "P1", "status": "todo", "assignee": "", "source": "semgrep",
         "external_ref": "rule:1234@src/search.go", "labels": ["sast", "sql"],
         "plans": [{"title": "Fix", "body": "Use parameterized queries."}]},
        {"title": "Weak hash", "source": "semgrep", "external_ref": "rule:7@src/hash.go", "priority": 4},
        {"title": "Only a title"},
    ])
}
