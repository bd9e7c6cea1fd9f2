use std::{fs, os::unix::fs::PermissionsExt as _};

use backlog_tests::{Home, Ran, database::assert_sound, home};
use rusqlite::Connection;
use serde_json::Value;

/// A workspace with something of every kind, and no daemon.
fn resting() -> Home {
    let home = Home::with_project();
    for (title, more) in [
        ("Fix the login timeout", ["--priority", "P1"].as_slice()),
        ("漢字かな交じり文の題名", &["--parent", "1"]),
        ("Deferred", &["--defer-until", "2199-01-01"]),
        ("Waits", &["--blocked-by", "1", "--label", "x"]),
        ("Archived", &[]),
        ("Deleted", &[]),
    ] {
        home.run([&["task", "add", "-t", title], more].concat())
            .ok();
    }
    home.run([
        "plan",
        "add",
        "--task",
        "1",
        "--title",
        "Plan",
        "--content",
        "Retry twice",
    ])
    .ok();
    home.run(["comment", "add", "It waits 60 s", "--task", "1"])
        .ok();
    home.run(["task", "archive", "5"]).ok();
    home.run(["task", "delete", "6"]).ok();
    home.run(["task", "claim", "2"]).ok();
    home.run(["task", "release", "2"]).ok();
    home.run([
        "doc",
        "add",
        "--title",
        "Doc",
        "--content",
        "Words of a doc",
    ])
    .ok();
    home.run(["memory", "add", "To be kept", "--tag", "a,b"])
        .ok();
    let file = home.path().join("file.txt");
    fs::write(&file, "bytes").expect("a file");
    home.run([
        "attachment",
        "add",
        file.to_str().expect("a path"),
        "--task",
        "1",
    ])
    .ok();
    home.run(["daemon", "stop"]).ok();
    home
}

fn check(home: &Home) -> Ran {
    home.run(["doctor", "check", "--json", "--strict"])
}

/// The codes of what is found, with their severity, but for a log that the
/// last daemon could not move into the database because a reader was in its way.
#[track_caller]
fn found(home: &Home) -> Vec<String> {
    let mut found = all_found(home);
    found.retain(|issue| issue != "info log_not_taken_up");
    found
}

#[track_caller]
fn all_found(home: &Home) -> Vec<String> {
    let ran = check(home);
    assert!(matches!(ran.code(), Some(0 | 1)), "{ran:?}");
    let health: Value = serde_json::from_slice(&ran.output.stdout).expect("JSON");
    assert_eq!(ran.code() == Some(0), health["ok"] == true, "{health}");
    health["issues"]
        .as_array()
        .expect("issues")
        .iter()
        .map(|issue| {
            format!(
                "{} {}",
                issue["severity"].as_str().expect("a severity"),
                issue["code"].as_str().expect("a code")
            )
        })
        .collect()
}

/// Changes the database behind everybody's back.
fn tamper(home: &Home, sql: &str) {
    let db = Connection::open(home.database()).expect("a database");
    db.execute_batch(sql).expect("it can be changed");
}

#[test]
fn a_workspace_that_is_well_has_no_issues_with_and_without_a_daemon() {
    let home = resting();
    assert_eq!(found(&home), [""; 0]);
    home.run(["task", "add", "-t", "More"]).ok();
    assert_eq!(found(&home), [""; 0]);
    let told = home.run(["doctor", "check"]).ok().stdout();
    assert!(told.starts_with("Nothing is wrong with "), "{told}");
    home.run(["doctor", "check", "--quiet"]).ok();
    assert_sound(&home);
}

#[test]
fn checking_changes_nothing_in_the_database() {
    let home = resting();
    let before = fs::read(home.database()).expect("a file");
    check(&home).ok();
    assert!(fs::read(home.database()).expect("a file") == before);
}

#[test]
fn what_was_changed_behind_its_back_is_found() {
    for (sql, code) in [
        ("UPDATE task_count SET n = n + 1", "totals_differ"),
        ("DELETE FROM task_count", "totals_differ"),
        ("DELETE FROM task_search WHERE rowid = 1", "search_differs"),
        (
            "INSERT INTO task_search (rowid, title) VALUES (6, 'ghost')",
            "search_differs",
        ),
        (
            "DROP TRIGGER search_task_updated; UPDATE task SET title = 'Fix the logout timeout' WHERE seq = 1",
            "search_differs",
        ),
        (
            "DELETE FROM knowledge_search WHERE rowid = 2",
            "knowledge_search_differs",
        ),
        (
            "DROP TRIGGER search_memory_updated; UPDATE memory SET body = 'Not to be kept'",
            "knowledge_search_differs",
        ),
        (
            "DROP TRIGGER task_counted_on_update; UPDATE task SET holdback = 0; DELETE FROM task_count;
             INSERT INTO task_count SELECT project_id, archived_at IS NULL, status, type, priority, holdback, count(*)
             FROM task WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6",
            "readiness_differs",
        ),
        (
            "DROP TRIGGER activity_is_never_changed; UPDATE activity SET summary = 'x' WHERE seq = 3",
            "log_broken",
        ),
        (
            "DROP TRIGGER activity_is_never_removed; DELETE FROM activity WHERE seq = 3",
            "log_broken",
        ),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM label",
            "reference_astray",
        ),
        ("UPDATE plan SET current_version = 7", "version_missing"),
        (
            "UPDATE attachment SET data = CAST('other' AS BLOB)",
            "attachment_changed",
        ),
        (
            "UPDATE attempt SET ended_at = NULL, outcome = NULL WHERE task_seq = 2",
            "claims_differ",
        ),
        ("PRAGMA user_version = 99", "schema_newer"),
    ] {
        let home = resting();
        tamper(&home, sql);
        let expected = format!("error {code}");
        assert!(found(&home).contains(&expected), "{sql}: {:?}", found(&home));
        home.run(["doctor", "check"]).ok();
    }
}

#[test]
fn pages_that_were_overwritten_are_found_where_no_daemon_can_start() {
    let home = resting();
    let whole = fs::read(home.database()).expect("a file");
    let mut damaged = whole.clone();
    for byte in &mut damaged[4096..] {
        *byte = 0xaa;
    }
    fs::write(home.database(), &damaged).expect("a file");
    assert!(found(&home).contains(&"error damaged".to_owned()));
    assert!(fs::read(home.database()).expect("a file") == damaged);

    // One page of many.
    for page in [4, 9, 20] {
        let mut damaged = whole.clone();
        for byte in &mut damaged[page * 4096..][..64] {
            *byte ^= 0x5a;
        }
        fs::write(home.database(), &damaged).expect("a file");
        let found = found(&home);
        assert!(
            found.iter().any(|issue| issue.starts_with("error")),
            "page {page}: {found:?}"
        );
    }

    fs::write(home.database(), &whole[..whole.len() / 2 + 100]).expect("a file");
    let found = found(&home);
    assert!(found.contains(&"error truncated".to_owned()), "{found:?}");
    let told = home.run(["doctor", "check"]).ok();
    assert!(
        told.stdout().contains("doctor restore"),
        "{}",
        told.stdout()
    );
}

#[test]
fn what_is_no_database_is_told() {
    let home = resting();
    fs::write(home.database(), "just some notes\n".repeat(300)).expect("a file");
    assert!(found(&home).contains(&"error not_a_database".to_owned()));
}

#[test]
fn a_broken_configuration_is_an_issue_and_no_obstacle() {
    let home = resting();
    let config = home.work().join("config.toml");
    fs::write(&config, "[defaults]\npriority = 9\n").expect("a file");
    assert_eq!(found(&home), ["error config_invalid"]);
    let told = home.run(["doctor", "check"]).ok().stdout();
    assert!(told.contains("line 2"), "{told}");
    fs::write(&config, "[lease]\nmax_attempts = 0\n").expect("a file");
    assert_eq!(found(&home), ["error config_invalid"]);
    fs::write(&config, "default_project = \"gone\"\n").expect("a file");
    assert_eq!(found(&home), ["warning default_project_missing"]);
    fs::remove_file(&config).expect("a file");

    let user = home.home().join(".config/backlog/config.toml");
    fs::write(&user, "= = =\n").expect("a file");
    assert_eq!(found(&home), ["error config_invalid"]);
    fs::write(
        &user,
        "default_profile = \"x\"\n[profiles.y]\npath = \"/no/where\"\n",
    )
    .expect("a file");
    assert_eq!(
        found(&home),
        ["warning default_profile_missing", "info profile_dangling"]
    );
}

#[test]
fn where_only_a_broken_configuration_knows_the_workspace_that_is_what_is_told() {
    let home = Home::new();
    home.run(["init", "--profile", "mine"]).ok();
    let user = home.home().join(".config/backlog/config.toml");
    fs::write(&user, "= = =\n").expect("a file");
    assert_eq!(
        found(&home),
        ["error config_invalid", "error workspace_unknown"]
    );
    let told = home.run(["doctor", "check"]).ok().stdout();
    assert!(told.contains("line 1"), "{told}");
    assert!(told.contains("doctor check --db PATH"), "{told}");
    assert!(!told.contains("at or above"), "{told}");
}

#[test]
fn profiles_of_workspaces_that_are_gone_are_one_line() {
    let home = resting();
    let user = home.home().join(".config/backlog/config.toml");
    let gone = |name: &str| format!("[profiles.{name}]\npath = \"/no/where/{name}\"\n");
    fs::write(&user, gone("a") + &gone("b") + &gone("c")).expect("a file");
    let told = home.run(["doctor", "check"]).ok().stdout();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "info: the workspaces of 3 of your profiles are not there [profile_dangling]",
            "  hint: See which: backlog profile list. Forget one: backlog profile remove a",
        ]
    );
    assert_eq!(lines.len(), 3, "{told}");
}

#[test]
fn files_that_others_may_use_and_those_left_over_are_told() {
    let home = resting();
    let set = |path: &str, mode| {
        fs::set_permissions(home.work().join(path), fs::Permissions::from_mode(mode))
            .expect("a mode");
    };
    set("backlog.db", 0o666);
    set(".backlogd/log", 0o644);
    fs::write(home.work().join(".backlog-backup-x"), "half").expect("a file");
    fs::write(home.work().join(".backlogd/replaced-x.db"), "kept").expect("a file");
    fs::set_permissions(
        home.work().join(".backlogd/replaced-x.db"),
        fs::Permissions::from_mode(0o600),
    )
    .expect("a mode");
    assert_eq!(
        found(&home),
        [
            "error database_open",
            "warning runtime_file_open",
            "warning replaced_under_the_daemon",
            "info left_over",
        ]
    );
    set("backlog.db", 0o600);
    set(".backlogd", 0o755);
    assert!(found(&home).contains(&"error runtime_dir_open".to_owned()));
}

#[test]
fn the_log_of_a_killed_daemon_and_a_daemon_of_another_version_are_told() {
    let home = resting();
    home.run(["task", "add", "-t", "Written"]).ok();
    assert!(home.daemon().kill());
    assert_eq!(all_found(&home), ["info log_not_taken_up"]);

    let mut command = home.command(["daemon", "start"]);
    home::run(command.env("BACKLOG_TEST_VERSION", "1.9.0")).ok();
    assert_eq!(found(&home), ["info daemon_of_another_version"]);
}

#[test]
fn indexes_are_looked_through_by_what_is_there_however_far_apart() {
    let home = resting();
    let db = Connection::open(home.database()).expect("the database opens");
    db.execute_batch(
        "UPDATE sqlite_sequence SET seq = 999999998 WHERE name = 'task';
         UPDATE sqlite_sequence SET seq = 499 WHERE name = 'memory';",
    )
    .expect("the next numbers are large");
    drop(db);
    home.run(["task", "add", "-t", "Far away"]).ok();
    // Where a piece ends, and what is next to it.
    home.run(["memory", "add", "At an end"]).ok();
    home.run(["memory", "add", "At a beginning"]).ok();
    home.run(["daemon", "stop"]).ok();
    assert_eq!(found(&home), [""; 0]);
}
