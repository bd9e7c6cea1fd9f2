//! Files that are taken from under a daemon: it leaves by itself, and never
//! writes into what is at their place by then.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use backlog_tests::{
    Home, crowd::at_once_despite, database::assert_sound, eventually, home, process::Process,
};
use rusqlite::Connection;

use super::{add, process, total};

/// What is in a directory, byte by byte.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        let path = entry.path();
        match entry.file_type().expect("a type") {
            kind if kind.is_dir() => files.extend(contents(&path)),
            kind if kind.is_file() => {
                files.insert(path.clone(), fs::read(&path).expect("a file"));
            }
            _ => {
                files.insert(path, Vec::new());
            }
        }
    }
    files
}

#[test]
fn without_its_socket_a_daemon_makes_way_for_another() {
    let home = Home::with_project();
    let old = process(&home);
    fs::remove_file(home.daemon().dir().join("s")).expect("a socket");
    add(&home, "Nobody noticed");
    assert_eq!(total(&home), 1);
    eventually("the old one has left", || !old.runs());
    assert_sound(&home);
}

#[test]
fn the_daemon_of_a_deleted_workspace_leaves_and_makes_nothing_there() {
    let home = Home::with_project();
    add(&home, "Doomed");
    let old = process(&home);
    fs::remove_dir_all(home.work()).expect("a directory");
    eventually("the daemon has left", || !old.runs());
    assert!(!home.work().exists());
}

#[test]
fn the_daemon_of_a_deleted_workspace_leaves_the_next_one_at_its_place_alone() {
    let next = Home::with_project();
    add(&next, "Of the next workspace");
    next.run(["daemon", "stop"]).ok();

    let home = Home::with_project();
    add(&home, "Doomed");
    let old = process(&home);
    fs::rename(home.work(), home.path().join("trash")).expect("a directory");
    fs::rename(next.work(), home.work()).expect("a directory");
    fs::remove_dir_all(home.path().join("trash")).expect("a directory");
    let before = contents(&home.work());
    eventually("the daemon has left", || !old.runs());
    assert!(
        contents(&home.work()) == before,
        "the next workspace was written to"
    );

    let task = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(task["title"], "Of the next workspace");
    assert_sound(&home);
}

#[test]
fn a_moved_workspace_goes_on_at_its_new_place() {
    let home = Home::with_project();
    add(&home, "Before");
    let old = process(&home);
    let moved = home.path().join("moved");
    fs::rename(home.work(), &moved).expect("a directory");
    let mut command = home.command(["task", "add", "-t", "After"]);
    home::run(command.current_dir(&moved)).ok();
    eventually("the old daemon has left", || !old.runs());
    assert!(
        !home.work().exists(),
        "something came back at the old place"
    );

    home::run(home.command(["daemon", "stop"]).current_dir(&moved)).ok();
    fs::rename(&moved, home.work()).expect("a directory");
    assert_eq!(total(&home), 2);
    assert_sound(&home);
}

#[test]
fn without_its_lock_a_daemon_leaves_and_no_write_is_lost() {
    let home = Home::with_project();
    let seen: Mutex<Vec<Process>> = Mutex::new(vec![process(&home)]);
    at_once_despite(
        4,
        |number| (0..8).for_each(|round| add(&home, &format!("{number}.{round}"))),
        Duration::from_millis(400),
        || {
            // Now another daemon leads, beside one that does not know it yet.
            let _ = fs::remove_file(home.daemon().dir().join("leader.lock"));
            let _ = fs::remove_file(home.daemon().dir().join("s"));
            seen.lock()
                .expect("nobody panics")
                .extend(home.daemon().pid().map(Process::of));
        },
    );
    assert_eq!(total(&home), 32);
    let current = process(&home);
    for old in seen.into_inner().expect("nobody panics") {
        eventually("all others have left", || old == current || !old.runs());
    }
    assert_sound(&home);
}

#[test]
fn a_daemon_leaves_when_a_newer_program_changes_the_schema() {
    let home = Home::with_project();
    let old = process(&home);
    let other = Connection::open(home.database()).expect("a database");
    other
        .pragma_update(None, "user_version", 99)
        .expect("a later schema");
    drop(other);
    eventually("the daemon has left", || !old.runs());
    home.run(["task", "add", "-t", "x"])
        .refused(5, "schema version 99");
}
