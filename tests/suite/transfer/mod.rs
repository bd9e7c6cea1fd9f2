//! What goes out of a workspace comes back the same.

mod export;
mod from_one;
mod hostile;
mod import;
mod kept;
#[cfg(target_os = "linux")]
mod memory;
mod one;
mod piped;
mod upgrade;

use std::{fs, path::PathBuf};

use backlog_tests::Home;
use serde_json::{Map, Value};

/// A task with something of everything, in a project `app` with more around it.
fn furnished() -> Home {
    let home = Home::with_project();
    home.run(["project", "add", "Library", "--alias", "lib"])
        .ok();
    let add = |args: &[&str]| {
        let mut all = vec!["task", "add", "-p", "app"];
        all.extend(args);
        home.run(all).ok();
    };
    add(&[
        "-t",
        "Fix login timeout",
        "--type",
        "bug",
        "--priority",
        "P1",
        "--label",
        "auth",
        "--label",
        "now",
        "-d",
        "It times out.\n\nAlways.",
        "--assignee",
        "ana",
        "--source",
        "semgrep",
        "--external-ref",
        "rule:1@a.go:2",
        "--due-date",
        "2026-12-24",
        "--scope",
        "src/auth/**",
        "--project-path",
        "services/login",
    ]);
    add(&["-t", "Part of it", "--parent", "TASK-1"]);
    add(&[
        "-t",
        "After it",
        "--blocked-by",
        "TASK-1",
        "--defer-until",
        "2030-01-01",
    ]);
    home.run(["task", "add", "-p", "lib", "-t", "Elsewhere"])
        .ok();
    home.run([
        "task", "dep", "add", "TASK-4", "--on", "TASK-1", "--type", "related",
    ])
    .ok();
    home.run([
        "label", "create", "unused", "-p", "app", "--color", "#FF8800",
    ])
    .ok();
    let plan = home
        .run([
            "plan",
            "add",
            "--task",
            "1",
            "--title",
            "Fix",
            "--content",
            "1. Look",
            "--json",
        ])
        .json();
    let plan = plan["id"].as_str().expect("an id").to_owned();
    home.run([
        "plan",
        "update",
        &plan,
        "--content",
        "1. Look\n2. Mend",
        "--change-note",
        "more",
    ])
    .ok();
    for text in ["Seen too", "Here as well"] {
        home.run(["comment", "add", text, "--task", "1", "--as", "ai:codex"])
            .ok();
    }
    home.run(["task", "done", "TASK-2", "--note", "Did it"])
        .ok();
    home.run(["task", "archive", "TASK-2"]).ok();
    home.run(["task", "claim", "TASK-1"]).ok();
    home.run(["task", "add", "-p", "app", "-t", "Thrown away"])
        .ok();
    home.run(["task", "delete", "TASK-5"]).ok();
    let doc = home
        .run([
            "doc",
            "add",
            "-p",
            "app",
            "--title",
            "How",
            "--content",
            "So",
            "--json",
        ])
        .json();
    let doc = doc["id"].as_str().expect("an id").to_owned();
    home.run(["doc", "append", &doc, "--content", "And so"])
        .ok();
    for text in ["Remember me", "Me too"] {
        home.run(["memory", "add", text, "-p", "app", "--tag", "b,a"])
            .ok();
    }
    let file = home.work().join("trace.bin");
    fs::write(&file, [0, 159, 146, 150, 255, 0]).expect("a file");
    home.run(["attachment", "add", "trace.bin", "--task", "1"])
        .ok();
    home.run(["attachment", "add", "trace.bin", "--doc", &doc])
        .ok();
    home.run(["project", "add", "Old", "--alias", "old"]).ok();
    home.run(["project", "archive", "old"]).ok();
    home
}

/// The export as JSON, as bytes and as a document.
fn export(home: &Home) -> (Vec<u8>, Value) {
    let bytes = home.run(["export"]).ok().output.stdout;
    let document = serde_json::from_slice(&bytes).expect("JSON");
    (bytes, document)
}

fn in_work(home: &Home, name: &str) -> PathBuf {
    home.work().join(name)
}

/// What a summary counts as `added` or `present`, of each kind that there is.
fn counts(summary: &Value, what: &str) -> Map<String, Value> {
    summary["counts"]
        .as_array()
        .expect("counts")
        .iter()
        .filter(|count| count[what] != 0)
        .map(|count| {
            let kind = count["kind"].as_str().expect("a kind");
            (kind.to_owned(), count[what].clone())
        })
        .collect()
}
