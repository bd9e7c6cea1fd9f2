//! Where nothing can be written, and copies under other names: read as any
//! workspace is, and never changed.

use std::fs;

use backlog_tests::{Home, Mcp, disk::SmallDisk, eventually};
use serde_json::json;

/// Commands that only read.
const READING: &[&[&str]] = &[
    &[],
    &["task", "list"],
    &["task", "show", "1"],
    &["task", "next"],
    &["task", "why", "2"],
    &["search", "first"],
    &["activity"],
    &["activity", "verify"],
    &["project", "list"],
    &["label", "list"],
    &["doctor", "check"],
    &["doctor", "project"],
    &["export"],
    &["trash", "list"],
];

fn fill(home: &Home) {
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    home.run(["task", "add", "-t", "The first", "--label", "x"])
        .ok();
    home.run(["task", "add", "-t", "The second", "--blocked-by", "1"])
        .ok();
}

#[track_caller]
fn reads_and_refuses_writes(home: &Home, global: &[&str]) {
    for command in READING {
        home.run([global, command].concat()).ok();
    }
    let listed = home.run([global, &["task", "list", "--json"]].concat());
    assert_eq!(listed.json()["page"]["total"], 2);
    let ran = home.run([global, &["task", "add", "-t", "Never"]].concat());
    assert_eq!(ran.code(), Some(1), "{}", ran.stderr());
    assert!(
        ran.stderr().contains("cannot be written to"),
        "{}",
        ran.stderr()
    );
}

#[test]
fn a_workspace_where_nothing_can_be_written_is_read_with_and_without_being_told() {
    let Some(disk) = SmallDisk::mounted(16_384) else {
        return;
    };
    let home = disk.home();
    fill(home);
    home.run(["daemon", "stop"]).ok();
    disk.protect();
    reads_and_refuses_writes(home, &["--daemon", "never"]);
    reads_and_refuses_writes(home, &[]);
    let told = home.run(["task", "list"]).ok().stderr();
    assert!(told.starts_with("note: "), "{told}");
    home.run(["--daemon", "require", "task", "list"]).exits(5);
}

#[test]
fn a_server_begun_where_nothing_could_be_written_writes_once_it_can() {
    let Some(disk) = SmallDisk::mounted(16_384) else {
        return;
    };
    let home = disk.home();
    fill(home);
    home.run(["daemon", "stop"]).ok();
    disk.protect();
    let mut command = home.command(["mcp", "serve"]);
    command.env("BACKLOG_TEST_LOOK_EVERY_MS", "100");
    let mut server = Mcp::of(command);
    server.shake_hands("a");
    let refused = server.refused("task_create", json!({"title": "Never"}));
    assert!(refused.contains("cannot be written to"), "{refused}");
    disk.unprotect();
    eventually("it writes", || {
        !server.call("task_create", json!({"title": "Now"})).is_error
    });
    assert!(home.daemon().leads());
}

#[test]
fn a_copy_is_looked_into_under_whatever_name_and_stays_as_it_is() {
    let home = Home::new();
    fill(&home);
    home.run(["doctor", "backup", "--to", "copy.db"]).ok();
    home.run(["task", "add", "-t", "After the copy"]).ok();
    let before = fs::read(home.work().join("copy.db")).expect("a copy");
    reads_and_refuses_writes(&home, &["--db", "copy.db"]);
    home.run(["--db", "copy.db", "daemon", "status"]);
    home.run(["--db", "copy.db", "daemon", "stop"]);
    assert!(
        home.daemon().pid().is_some(),
        "the workspace's own daemon runs"
    );
    home.run([
        "--db",
        "copy.db",
        "doctor",
        "restore",
        "backlog.db",
        "--yes",
    ])
    .refused(2, "is a copy itself");
    let ran = home.run(["--db", "copy.db", "task", "delete", "1"]);
    assert!(
        ran.stderr().contains("a copy is only read"),
        "{}",
        ran.stderr()
    );
    let after = fs::read(home.work().join("copy.db")).expect("a copy");
    assert!(before == after, "the copy was changed");
    let listed = home.run(["task", "list", "--json"]).json();
    assert_eq!(listed["page"]["total"], 3);
}
