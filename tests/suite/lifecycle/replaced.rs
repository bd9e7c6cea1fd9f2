//! A database that something else puts in the place of the one that is
//! served: `git stash`, a checkout, a copied directory. Nothing is
//! acknowledged into a file that nobody will see again, no old log is applied
//! to another file, and what was there is kept.

use std::{fs, path::PathBuf, process::Command};

use backlog_tests::{Home, database::assert_sound, eventually, home::run};
use rusqlite::{Connection, OpenFlags};

use super::{add, process, total};

/// The files in `.backlogd/` whose names begin so.
fn kept(home: &Home, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.daemon().dir()).expect("a directory");
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        })
        .collect()
}

/// A workspace with one task in its database, a copy of that aside, and then
/// a second task.
fn with_an_older_copy() -> (Home, PathBuf) {
    let home = Home::with_project();
    add(&home, "Older");
    home.run(["daemon", "stop"]).ok();
    let copy = home.path().join("older.db");
    fs::copy(home.database(), &copy).expect("a copy");
    add(&home, "Newer");
    (home, copy)
}

#[test]
fn a_copied_workspace_is_not_served_by_the_daemon_of_the_original() {
    let home = Home::with_project();
    add(&home, "Original");
    let copy = home.path().join("copy");
    let mut cp = Command::new("cp");
    cp.arg("-r").arg(home.work()).arg(&copy);
    run(&mut cp).ok();
    let mut command = home.command(["task", "add", "-t", "In the copy"]);
    run(command.current_dir(&copy)).ok();
    assert_eq!(total(&home), 1, "the original is as it was");
    let mut command = home.command(["daemon", "stop"]);
    run(command.current_dir(&copy)).ok();
    assert!(process(&home).runs());
}

#[test]
fn a_write_is_never_acknowledged_into_a_database_that_was_replaced() {
    let (home, copy) = with_an_older_copy();
    let old = process(&home);
    // As git does it: another file, renamed into place.
    fs::rename(copy, home.database()).expect("a rename");
    add(&home, "After");
    eventually("the old daemon has left", || !old.runs());
    let titles = home.run(["task", "list", "--json"]).json();
    let titles: Vec<&str> = titles["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|task| task["title"].as_str().expect("a title"))
        .collect();
    assert_eq!(titles, ["Older", "After"]);

    let copies = kept(&home, "replaced-");
    let db = Connection::open_with_flags(&copies[0], OpenFlags::SQLITE_OPEN_READ_ONLY);
    let newer: i64 = db
        .expect("a database")
        .query_row(
            "SELECT count(*) FROM task WHERE title = 'Newer'",
            [],
            |row| row.get(0),
        )
        .expect("a number");
    assert_eq!((copies.len(), newer), (1, 1), "what was replaced is kept");
    assert_sound(&home);
}

#[test]
fn the_log_of_a_killed_daemon_is_not_applied_to_a_database_that_replaced_its_own() {
    let (home, copy) = with_an_older_copy();
    home.daemon().kill();
    let log = home.work().join("backlog.db-wal");
    assert!(
        log.metadata().is_ok_and(|log| log.len() > 0),
        "a log is left"
    );
    fs::rename(copy, home.database()).expect("a rename");
    assert_eq!(total(&home), 1);
    assert_eq!(
        kept(&home, "orphaned-").len(),
        1,
        "the old log is kept aside"
    );
    add(&home, "After");
    assert_sound(&home);
}
