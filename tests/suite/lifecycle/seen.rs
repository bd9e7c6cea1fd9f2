//! What people get to see of the daemon: its status and its log.

use std::os::unix::fs::MetadataExt as _;

use backlog_tests::{Home, home};

#[test]
fn the_status_tells_all_there_is_to_know() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "One"]).ok();
    let status = home.run(["daemon", "status", "--json"]).json();
    let daemon = home.daemon();
    let meeting = daemon.meeting().expect("a daemon runs");
    let work = home.work().canonicalize().expect("a directory");
    assert_eq!(status["running"], true);
    for (name, value) in [
        ("pid", &meeting["pid"]),
        ("instance_id", &meeting["instance_id"]),
        ("version", &meeting["version"]),
        ("socket", &meeting["endpoint"]),
        ("started_at", &meeting["since"]),
    ] {
        assert_eq!(&status[name], value, "{name}");
    }
    assert_eq!(status["workspace"].as_str(), work.to_str());
    assert_eq!(status["log"].as_str(), work.join(".backlogd/log").to_str());
    assert_eq!(status["draining"], false);
    assert_eq!(status["idle_timeout_seconds"], 900);
    assert_eq!(status["writes"], 2);
    for (name, least) in [
        ("api_version", 1),
        ("schema_version", 1),
        ("connections", 1),
        ("active_calls", 1),
        ("calls", 3),
        ("commits", 1),
        ("database_bytes", 4_096),
        ("wal_bytes", 0),
        ("write_queue", 0),
    ] {
        assert!(
            status[name].as_i64().is_some_and(|number| number >= least),
            "{name}: {status}"
        );
    }
    assert!(status["last_migration_at"].is_string(), "{status}");
    for part in ["running", "Socket", "Workspace"] {
        assert!(
            home.run(["daemon", "status"]).ok().stdout().contains(part),
            "{part}"
        );
    }
}

#[test]
fn the_status_starts_no_daemon() {
    let home = Home::with_project();
    home.run(["daemon", "stop"]).ok();
    let status = home.run(["daemon", "status", "--json"]).json();
    assert_eq!(status["running"], false);
    home.run(["daemon", "logs"]).ok();
    assert!(!home.daemon().leads());
}

#[test]
fn the_log_tells_no_text_of_tasks_and_is_its_owners_alone() {
    let home = Home::with_workspace();
    let secret = "zebra";
    home.run(["project", "add", secret, "--alias", "zebra"])
        .ok();
    home.run([
        "task",
        "add",
        "-t",
        secret,
        "-d",
        secret,
        "--label",
        secret,
        "--assignee",
        secret,
    ])
    .ok();
    home.run(["comment", "add", secret, "--task", "1"]).ok();
    home.run([
        "plan",
        "add",
        "--task",
        "1",
        "--title",
        secret,
        "--content",
        secret,
    ])
    .ok();
    home.run(["task", "list", "--search", secret]).ok();
    home.run(["label", "create", secret, "--color", "zebra"])
        .exits(2);
    home.run(["task", "show", "zebra"]).exits(2);
    home.run(["daemon", "restart"]).ok();

    let log = home.daemon().log();
    assert!(log.lines().count() >= 3, "{log}");
    assert!(!log.contains(secret), "{log}");
    let file = home.daemon().dir().join("log").metadata().expect("a file");
    assert_eq!(file.mode() & 0o777, 0o600);
    assert_eq!(home.run(["daemon", "logs"]).ok().stdout(), log);
}

#[test]
fn the_level_of_the_log_is_set_by_a_variable() {
    let home = Home::with_project();
    let restart = |level: &str| {
        let mut command = home.command(["daemon", "restart"]);
        home::run(command.env("BACKLOG_LOG", level))
    };
    let before = home.daemon().log().len();
    restart("off").ok();
    let silent = home.daemon().log().len();
    assert!(silent > before, "the one before says that it leaves");
    restart("off").ok();
    assert_eq!(home.daemon().log().len(), silent);
    restart("loud=very").refused(5, "BACKLOG_LOG=\"loud=very\" names no level");
}
