//! A full disk refuses the write that does not fit and loses nothing before
//! it; with room again, things go on by themselves.

use std::fs;

use backlog_tests::{Home, database::assert_sound, disk::SmallDisk};

/// Adds tasks with large descriptions until one does not fit; returns how many
/// did.
fn add_until_full(home: &Home) -> i64 {
    let path = home.path().join("description");
    fs::write(&path, "Much is to be said. ".repeat(5_000)).expect("a file");
    let path = path.to_str().expect("a path");
    for added in 0..100 {
        let ran = home.run(["task", "add", "-t", "Large", "--from-file", path]);
        if ran.code() != Some(0) {
            let ran = ran.refused(1, "the disk is full");
            assert!(
                ran.stderr().contains("Make room on the disk"),
                "{}",
                ran.stderr()
            );
            return added;
        }
    }
    panic!("the disk never filled up");
}

#[track_caller]
fn total(home: &Home) -> i64 {
    let list = home.run(["task", "list", "--json"]).json();
    list["page"]["total"].as_i64().expect("a number")
}

#[test]
fn a_full_disk_refuses_what_does_not_fit_and_goes_on_once_there_is_room() {
    let Some(disk) = SmallDisk::mounted(2_048) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    let instance = home.daemon().instance();

    let added = add_until_full(home);
    assert!(added > 0, "nothing fitted at all");
    assert_eq!(total(home), added);
    home.run(["activity", "verify"]).ok();
    home.run(["task", "show", &added.to_string()]).ok();

    disk.resize(16_384);
    home.run(["task", "add", "-t", "There is room again"]).ok();
    assert_eq!(total(home), added + 1);
    assert_eq!(
        home.daemon().instance(),
        instance,
        "the same daemon goes on"
    );
    assert_sound(home);
}

#[test]
fn a_daemon_killed_on_a_full_disk_loses_nothing() {
    let Some(disk) = SmallDisk::mounted(2_048) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    let added = add_until_full(home);
    assert!(home.daemon().kill());
    disk.resize(16_384);
    assert_eq!(total(home), added);
    assert_sound(home);
}

#[test]
fn what_is_still_in_the_log_for_want_of_room_is_not_taken_for_lost() {
    let Some(disk) = SmallDisk::mounted(4_096) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    let path = home.path().join("description");
    fs::write(&path, "word ".repeat(180_000)).expect("a file");
    let path = path.to_str().expect("a path");
    let add = || home.run(["task", "add", "-t", "Large", "--from-file", path]);
    add().ok();
    let mut fitted = 1;
    while add().code() == Some(0) {
        fitted += 1;
    }
    home.run(["daemon", "stop"]);
    let told = home.run(["doctor", "check", "--strict"]).ok().stdout();
    assert!(told.contains("log_not_taken_up"), "{told}");
    disk.resize(16_384);
    assert_eq!(total(home), fitted);
    assert_sound(home);
}

#[test]
fn where_there_is_no_room_to_start_the_message_says_so() {
    let Some(disk) = SmallDisk::mounted(2_048) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    home.run(["task", "add", "-t", "Kept"]).ok();
    home.run(["daemon", "stop"]).ok();

    let ballast = disk.fill();
    let ran = home.run(["task", "list"]).exits(5);
    let told = ran.stderr();
    assert!(
        told.contains("No space left") || told.contains("disk is full"),
        "{told}"
    );
    assert!(told.contains("room"), "{told}");

    fs::remove_file(ballast).expect("a file");
    assert_eq!(total(home), 1);
    assert_sound(home);
}

#[test]
fn init_on_a_full_disk_makes_nothing_and_can_be_repeated() {
    let Some(disk) = SmallDisk::mounted(256) else {
        return;
    };
    let home = disk.home();
    let ballast = disk.fill();
    let ran = home.run(["init", "--path", "."]).exits(1);
    let told = ran.stderr();
    assert!(
        told.contains("No space left") || told.contains("disk is full"),
        "{told}"
    );
    assert!(!home.database().exists());
    fs::remove_file(ballast).expect("a file");
    disk.resize(4_096);
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    assert_sound(home);
}
