use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use backlog_tests::{Home, crowd::at_once, database::assert_sound, disk::SmallDisk};
use rusqlite::{Connection, OpenFlags};

use super::{back_up, beside, copied};

/// A home whose workspace is the file at `path`.
fn opened(copy: &std::path::Path) -> Home {
    let home = Home::new();
    fs::copy(copy, home.database()).expect("a copy");
    home
}

#[test]
fn a_copy_made_while_others_write_is_one_moment_and_finds_the_right_rows() {
    const WRITERS: usize = 4;
    let home = Home::with_project();
    for number in 0..40 {
        let title = format!("early word{number}");
        home.run(["task", "add", "-t", &title]).ok();
    }
    let copy = home.path().join("copy.db");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            at_once(WRITERS, |writer| {
                let mut number = 0;
                while !done.load(Ordering::Relaxed) {
                    let title = format!("late writer{writer} turn{number}");
                    home.run(["task", "add", "-t", &title]).ok();
                    number += 1;
                }
            });
        });
        // Once they are at it.
        backlog_tests::eventually("the writers write", || {
            let list = home
                .run(["task", "list", "--search", "late", "--json"])
                .json();
            list["page"]["total"].as_i64() > Some(4)
        });
        let told = back_up(&home, &copy).json();
        done.store(true, Ordering::Relaxed);
        assert_eq!(told["path"], copy.to_str().expect("a path"));
        assert!(told["last_activity_seq"].as_i64() > Some(45), "{told}");
    });

    let other = opened(&copy);
    let all = other
        .run(["task", "list", "--limit", "1000", "--json"])
        .json();
    let tasks = all["tasks"].as_array().expect("tasks").clone();
    assert!(tasks.len() > 44, "{}", tasks.len());
    let now = home.run(["task", "list", "--json"]).json();
    assert!(now["page"]["total"].as_u64() >= Some(tasks.len() as u64));
    for task in &tasks {
        let title = task["title"].as_str().expect("a title");
        let word = title.split(' ').next_back().expect("a word");
        let found = other
            .run(["task", "list", "--search", title, "--json"])
            .json();
        let titles: Vec<_> = found["tasks"]
            .as_array()
            .expect("tasks")
            .iter()
            .map(|task| task["title"].as_str().expect("a title"))
            .collect();
        assert_eq!(titles, [title], "searching {word}");
    }
    assert_sound(&other);
    assert_sound(&home);
}

#[test]
fn a_copy_is_one_private_file_that_can_be_read_where_nothing_can_be_written() {
    let (_home, copy) = copied();
    let mode = fs::metadata(&copy).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = Connection::open_with_flags(&copy, flags).expect("it opens");
    let mode: String = db
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .expect("a mode");
    assert_eq!(mode, "delete");
    drop(db);
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut path = copy.clone().into_os_string();
        path.push(suffix);
        assert!(fs::symlink_metadata(path).is_err(), "{suffix}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_where_it_fails() {
    let (home, copy) = copied();
    let before = fs::read(&copy).expect("a file");
    let to = copy.to_str().expect("a path");
    home.run(["doctor", "backup", "--to", to])
        .refused(4, "exists already");
    assert!(fs::read(&copy).expect("a file") == before);

    let link = home.path().join("link.db");
    std::os::unix::fs::symlink(home.path().join("nowhere"), &link).expect("a link");
    home.run(["doctor", "backup", "--to", link.to_str().expect("a path")])
        .refused(4, "exists already");

    home.run(["doctor", "backup", "--to", "no/such/place.db"])
        .refused(1, "cannot write");
    assert_eq!(beside(&home), [""; 0]);
}

#[test]
fn without_a_name_it_goes_beside_the_database_and_a_relative_one_is_the_callers() {
    let home = Home::with_project();
    let path = home.run(["doctor", "backup", "--quiet"]).ok().stdout();
    let [name] = beside(&home).try_into().expect("one file");
    assert!(
        path.trim_end().ends_with(&format!("/work/{name}")),
        "{path}"
    );
    assert!(name.starts_with("backlog-backup-"), "{name}");

    fs::create_dir(home.work().join("sub")).expect("a directory");
    let mut command = home.command(["doctor", "backup", "--to", "here.db"]);
    backlog_tests::home::run(command.current_dir(home.work().join("sub"))).ok();
    assert!(home.work().join("sub/here.db").is_file());
    home.run(["doctor", "backup", "--to", "sub"]).ok();
    assert_eq!(
        fs::read_dir(home.work().join("sub"))
            .expect("a directory")
            .count(),
        2
    );
}

#[test]
fn a_full_disk_is_told_of_and_leaves_no_half_copy() {
    let Some(disk) = SmallDisk::mounted(4_096) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    home.run(["task", "add", "-t", "Kept"]).ok();
    let ballast = disk.fill();
    let ran = home.run(["doctor", "backup"]).exits(1);
    let told = ran.stderr();
    assert!(
        told.contains("room") || told.contains("No space left"),
        "{told}"
    );
    fs::remove_file(ballast).expect("a file");
    assert_eq!(beside(home), [""; 0]);
    home.run(["doctor", "backup"]).ok();
    assert_sound(home);
}

#[test]
fn where_the_daemon_is_killed_while_it_copies_or_before_it_answers_the_copy_is_there_once() {
    for point in ["copied", "named"] {
        let (home, _) = copied();
        let copy = home.path().join("second.db");
        let to = copy.to_str().expect("a path");
        let crash = home.path().join("crash");
        fs::write(&crash, "").expect("a file");
        home.run(["daemon", "stop"]).ok();
        let mut command = home.command(["doctor", "backup", "--to", to, "--json"]);
        command.env("BACKLOG_TEST_CRASH", format!("{point}:{}", crash.display()));
        let told = backlog_tests::home::run(&mut command).json();
        assert!(!crash.exists(), "{point}: it was killed");
        assert_eq!(told["path"], to, "{point}");
        home.run(["doctor", "backup", "--to", to])
            .refused(4, "exists already");
        let other = opened(&copy);
        assert_sound(&other);
    }
}

#[test]
fn a_directory_that_is_not_there_is_named_as_it_was_given() {
    let home = Home::with_project();
    let ran = home
        .run(["doctor", "backup", "--to", "/nowhere/at/all.db"])
        .exits(1);
    insta::assert_snapshot!(ran.stderr(), @r"
    error: cannot write /nowhere/at/all.db: there is no directory /nowhere/at
    hint: Nothing was written. Name another place, or make room there.
    ");
}
