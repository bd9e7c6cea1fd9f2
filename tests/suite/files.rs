//! Files that are not what they should be: they are told apart, told of in
//! words, and left as they are.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
};

use backlog_tests::{
    Home, Ran,
    database::assert_sound,
    home,
    tool::{self, OtherUser},
};
use rusqlite::Connection;

/// Files that are no workspace.
const STRANGERS: &[&str] = &[
    "a text",
    "an empty file",
    "another program's database",
    "another program's database with a log",
];

fn make(stranger: &str, path: &Path) {
    match stranger {
        "a text" => fs::write(path, "just some notes\n".repeat(100)).expect("a file"),
        "an empty file" => fs::write(path, "").expect("a file"),
        "another program's database" => foreign(path, "DELETE"),
        _ => foreign(path, "WAL"),
    }
}

fn foreign(path: &Path, journal: &str) {
    let db = Connection::open(path).expect("a database");
    db.pragma_update(None, "journal_mode", journal)
        .expect("a journal");
    db.execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup'); PRAGMA user_version = 1;")
        .expect("a table");
}

/// A workspace with a task and no daemon.
fn resting() -> Home {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Kept"]).ok();
    home.run(["daemon", "stop"]).ok();
    home
}

#[test]
fn what_is_no_workspace_is_refused_and_stays_as_it_is() {
    for name in STRANGERS {
        let home = Home::new();
        make(name, &home.database());
        let before = fs::read(home.database()).expect("a file");
        for (args, code) in [
            (["task", "list"].as_slice(), 3),
            (&["task", "add", "-t", "x"], 3),
            (&["daemon", "start"], 3),
            (&["--db", "backlog.db", "task", "list"], 3),
            (&["init", "--path", "."], 3),
            (&["init", "--path", ".", "--reset", "--yes"], 3),
        ] {
            home.run(args).refused(code, "is not a Backlog database");
            let after = fs::read(home.database()).expect("a file");
            assert!(after == before, "{name} was changed by {args:?}");
        }
        assert!(!home.work().join("config.toml").exists(), "{name}");
    }
}

#[test]
fn a_wrong_file_beside_a_workspace_is_never_answered_for_by_it() {
    let home = Home::with_project();
    make("a text", &home.work().join("notes.txt"));
    home.run(["--db", "notes.txt", "task", "list"])
        .refused(3, "notes.txt is not a Backlog database");
}

#[test]
fn a_directory_is_no_database() {
    let home = Home::new();
    fs::create_dir(home.database()).expect("a directory");
    home.run(["--db", "backlog.db", "task", "list"])
        .refused(3, "not a file");
    home.run(["init", "--path", "."]).refused(3, "not a file");
    assert!(home.database().is_dir());
}

#[test]
fn a_newer_database_is_refused_with_the_version_that_is_needed_and_stays_as_it_is() {
    let home = resting();
    let db = Connection::open(home.database()).expect("a database");
    db.execute(
        "INSERT INTO migration (version, program, applied_at) VALUES (99, '9.8.7', 1)",
        [],
    )
    .expect("a later migration");
    db.pragma_update(None, "user_version", 99)
        .expect("a later schema");
    drop(db);
    let before = fs::read(home.database()).expect("a file");
    for args in [
        ["task", "list"].as_slice(),
        &["task", "add", "-t", "x"],
        &["daemon", "start"],
        &["init", "--path", ".", "--reset", "--yes"],
    ] {
        let ran = home
            .run(args)
            .refused(5, "schema version 99, made by backlog 9.8.7");
        assert!(
            ran.stderr().contains("Use backlog 9.8.7 or newer"),
            "{}",
            ran.stderr()
        );
    }
    home.run(["daemon", "run"]).exits(5);
    let after = fs::read(home.database()).expect("a file");
    assert!(after == before, "the database was changed");
}

#[test]
fn a_damaged_database_is_told_of_and_not_made_worse() {
    let home = resting();
    let whole = fs::read(home.database()).expect("a file");
    let mut damaged = whole.clone();
    for byte in &mut damaged[4096..] {
        *byte = 0xaa;
    }
    fs::write(home.database(), &damaged).expect("a file");
    for args in [["task", "list"].as_slice(), &["task", "add", "-t", "x"]] {
        let ran = home.run(args);
        assert!(matches!(ran.code(), Some(1 | 5)), "{ran:?}");
        assert!(ran.stderr().contains("damaged"), "{}", ran.stderr());
        assert!(!ran.stderr().contains("malformed"), "{}", ran.stderr());
    }
    home.run(["daemon", "stop"]).ok();
    assert!(
        fs::read(home.database()).expect("a file") == damaged,
        "it was written to"
    );
    fs::write(home.database(), whole).expect("a file");
    home.run(["task", "show", "1"]).ok();
    assert_sound(&home);
}

/// Runs a command as somebody whom permissions hold back.
fn run_held_back(home: &Home, user: Option<OtherUser>, args: &[&str]) -> Ran {
    let mut command: Command = match user {
        Some(user) => user.command(home, args),
        None => home.command(args),
    };
    home::run(&mut command)
}

/// A workspace of somebody whom permissions hold back: another user where we
/// are root, else ourselves.
fn held_back() -> Option<(Home, Option<OtherUser>)> {
    let user = if tool::is_root() {
        Some(OtherUser::become_able(65_534)?)
    } else {
        None
    };
    let home = resting();
    fs::remove_dir_all(home.daemon().dir()).expect("the daemon has left");
    if let Some(user) = user {
        user.take_over(&home);
    }
    Some((home, user))
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn in_a_read_only_directory_nothing_starts_and_what_is_there_is_read() {
    let Some((home, user)) = held_back() else {
        return;
    };
    allow(&home.work(), 0o555);
    let list = run_held_back(&home, user, &["task", "list", "--json"]);
    assert_eq!(list.json()["page"]["total"], 1);
    let ran = run_held_back(&home, user, &["task", "add", "-t", "x"]);
    assert_eq!(ran.code(), Some(1), "{}", ran.stderr());
    for said in [
        "Permission denied",
        "working without the daemon",
        "the database cannot be written to",
    ] {
        assert!(ran.stderr().contains(said), "{}", ran.stderr());
    }
    allow(&home.work(), 0o755);
    run_held_back(&home, user, &["task", "add", "-t", "Now"]).ok();
    assert_sound(&home);
}

#[test]
fn a_read_only_database_is_read_and_refuses_writes() {
    let Some((home, user)) = held_back() else {
        return;
    };
    allow(&home.database(), 0o444);
    let list = run_held_back(&home, user, &["task", "list", "--json"]).json();
    assert_eq!(list["page"]["total"], 1);
    let ran =
        run_held_back(&home, user, &["task", "add", "-t", "x"]).refused(1, "cannot be written to");
    let hint = "all files named backlog.db* in it, then: backlog daemon restart";
    assert!(ran.stderr().contains(hint), "{}", ran.stderr());
    let list = run_held_back(&home, user, &["task", "list", "--json"]).json();
    assert_eq!(list["page"]["total"], 1);

    // The hint tells the truth.
    for entry in fs::read_dir(home.work()).expect("a directory").flatten() {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with("backlog.db")
        {
            allow(&entry.path(), 0o644);
        }
    }
    run_held_back(&home, user, &["daemon", "restart"]).ok();
    run_held_back(&home, user, &["task", "add", "-t", "Now"]).ok();
    run_held_back(&home, user, &["daemon", "stop"]).ok();
    assert_sound(&home);
}
