use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use backlog_tests::{
    Home, Ran, backlog_bin, crowd::at_once, database::assert_sound, disk::SmallDisk, eventually,
    home::run, tool,
};
use rusqlite::Connection;

use super::{back_up, beside, copied};

fn restore(home: &Home, copy: &Path, flags: &[&str]) -> Ran {
    let copy = copy.to_str().expect("a path");
    home.run([&["doctor", "restore", copy], flags].concat())
}

#[track_caller]
fn titles(home: &Home) -> Vec<String> {
    let list = home.run(["task", "list", "--sort", "seq", "--json"]).json();
    let tasks = list["tasks"].as_array().expect("tasks");
    tasks
        .iter()
        .map(|task| task["title"].as_str().expect("a title").to_owned())
        .collect()
}

#[test]
fn a_copy_comes_back_and_what_was_there_is_kept() {
    let (home, copy) = copied();
    home.run(["task", "add", "-t", "Three"]).ok();
    let told = restore(&home, &copy, &["--force", "--yes", "--json"]).json();
    assert_eq!(told["entries_given_up"], 1);
    assert_eq!(titles(&home), ["One", "Two"]);
    let [kept] = beside(&home).try_into().expect("one file");
    assert!(kept.starts_with("backlog-replaced-"), "{kept}");
    assert_sound(&home);

    // Nothing is lost: it comes back the same way, and needs no force.
    restore(&home, &home.work().join(kept), &["--yes"]).ok();
    assert_eq!(titles(&home), ["One", "Two", "Three"]);
    let found = home
        .run(["task", "list", "--search", "three", "--json"])
        .json();
    assert_eq!(found["page"]["total"], 1);
    assert_sound(&home);
}

#[test]
fn what_is_newer_is_told_in_numbers_and_not_given_up_unasked() {
    let (home, copy) = copied();
    home.run(["task", "add", "-t", "Three"]).ok();
    home.run(["task", "move", "1", "--status", "doing"]).ok();
    home.run(["comment", "add", "Half way", "--task", "1"]).ok();
    let ran = restore(&home, &copy, &["--yes"]).refused(
        4,
        "3 entries of the log, with 1 task added and 1 changed would be lost",
    );
    assert!(!ran.stderr().contains("--force"), "{}", ran.stderr());
    assert_eq!(titles(&home).len(), 3);
    assert_eq!(beside(&home), [""; 0]);
}

#[test]
fn a_copy_that_went_another_way_is_compared_from_where_they_part() {
    let (home, copy) = copied();
    let other = Home::new();
    fs::copy(&copy, other.database()).expect("a copy");
    other.run(["task", "add", "-t", "Elsewhere"]).ok();
    let elsewhere = home.path().join("elsewhere.db");
    back_up(&other, &elsewhere).ok();

    // It has all that is here, and more.
    let told = restore(&home, &elsewhere, &["--yes", "--json"]).json();
    assert_eq!(told["entries_given_up"], 0);
    assert_eq!(titles(&home), ["One", "Two", "Elsewhere"]);

    // Both have gone on.
    restore(&home, &copy, &["--yes", "--force"]).ok();
    home.run(["task", "add", "-t", "Here"]).ok();
    restore(&home, &elsewhere, &["--yes"]).refused(4, "1 entry of the log");
}

#[test]
fn off_a_terminal_it_needs_to_be_told_and_says_nothing_of_how() {
    let (home, copy) = copied();
    let ran = restore(&home, &copy, &[]).refused(2, "nobody is here to answer");
    assert!(!ran.stderr().contains("--yes"), "{}", ran.stderr());
    assert_eq!(beside(&home), [""; 0]);
}

#[test]
fn what_a_killed_restore_left_goes_with_the_next_one() {
    let (home, copy) = copied();
    let left = home.work().join(".backlog-restore-4711-x");
    fs::create_dir(&left).expect("a directory");
    fs::write(left.join("backlog.db"), "half").expect("a file");
    restore(&home, &copy, &["--yes"]).ok();
    assert!(!left.exists());
}

#[test]
fn whoever_is_ended_at_the_question_leaves_nothing() {
    let (home, copy) = copied();
    let Some(mut asked) = on_terminal(
        &home,
        &["doctor", "restore", copy.to_str().expect("a path")],
    ) else {
        return;
    };
    let mine = || {
        let left = beside(&home);
        left.into_iter()
            .find(|name| name.starts_with(".backlog-restore-"))
    };
    eventually("the copy is prepared", || mine().is_some());
    let name = mine().expect("a directory");
    let mode = fs::metadata(home.work().join(&name))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    let pid = name.split('-').nth(2).expect("a number");
    run(Command::new("kill").args(["-INT", pid])).ok();
    asked.wait().expect("it ends");
    assert_eq!(beside(&home), [""; 0]);
}

/// Starts a command on a terminal of its own, by util-linux's `script`.
fn on_terminal(home: &Home, args: &[&str]) -> Option<Child> {
    if run(Command::new("sh").args(["-c", "command -v script"])).code() != Some(0) {
        tool::skip("there is no script(1) to make a terminal");
        return None;
    }
    let words: Vec<String> = std::iter::once(backlog_bin().display().to_string())
        .chain(args.iter().map(|word| (*word).to_owned()))
        .map(|word| format!("'{word}'"))
        .collect();
    let mut script = Command::new("script");
    script.args(["-qec", &words.join(" "), "/dev/null"]);
    home.settle(&mut script);
    script.stdin(Stdio::piped()).stdout(Stdio::null());
    Some(script.spawn().expect("script(1) runs"))
}

#[test]
fn another_workspace_is_refused_unless_told() {
    let (_elsewhere, copy) = copied();
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Mine"]).ok();
    restore(&home, &copy, &["--yes", "--force"]).refused(4, "of another workspace");
    assert_eq!(titles(&home), ["Mine"]);
    restore(&home, &copy, &["--yes", "--other-workspace"]).ok();
    assert_eq!(titles(&home), ["One", "Two"]);
}

#[test]
fn what_is_no_copy_is_refused_and_changes_nothing() {
    let (home, copy) = copied();
    let bad = home.path().join("bad.db");
    fs::write(&bad, "just some notes\n".repeat(300)).expect("a file");
    restore(&home, &bad, &["--yes"]).refused(2, "is not a Backlog database");
    restore(&home, &home.path().join("none.db"), &["--yes"]).refused(3, "none.db");
    restore(&home, &home.path().join("home"), &["--yes"]).refused(2, "is not a Backlog database");
    restore(&home, &home.database(), &["--yes"]).refused(2, "the workspace's database itself");

    // Bytes of a page, half of a file, an entry of the log.
    let whole = fs::read(&copy).expect("a file");
    let mut damaged = whole.clone();
    for byte in &mut damaged[5 * 4096..7 * 4096] {
        *byte ^= 0x5a;
    }
    fs::write(&bad, &damaged).expect("a file");
    restore(&home, &bad, &["--yes", "--force"]).refused(2, "is damaged");
    fs::write(&bad, &whole[..whole.len() / 2]).expect("a file");
    restore(&home, &bad, &["--yes", "--force"]).refused(2, "is damaged");
    fs::write(&bad, &whole).expect("a file");
    let db = Connection::open(&bad).expect("a database");
    db.execute_batch(
        "DROP TRIGGER activity_is_never_changed; UPDATE activity SET summary = 'x' WHERE seq = 2;",
    )
    .expect("a forgery");
    drop(db);
    restore(&home, &bad, &["--yes", "--force"]).refused(2, "entry 2 of its log");

    assert_eq!(titles(&home), ["One", "Two"]);
    assert_eq!(beside(&home), [""; 0]);
    assert_sound(&home);
}

#[test]
fn a_damaged_database_gives_way_to_a_copy_and_is_kept_as_it_is() {
    let (home, copy) = copied();
    home.run(["daemon", "stop"]).ok();
    let mut damaged = fs::read(home.database()).expect("a file");
    for byte in &mut damaged[4096..] {
        *byte = 0xaa;
    }
    fs::write(home.database(), &damaged).expect("a file");
    restore(&home, &copy, &["--yes"]).refused(4, "cannot be read");
    restore(&home, &copy, &["--yes", "--force"]).ok();
    assert_eq!(titles(&home), ["One", "Two"]);
    let [kept] = beside(&home).try_into().expect("one file");
    assert!(fs::read(home.work().join(kept)).expect("a file") == damaged);
    assert_sound(&home);
}

#[test]
fn a_database_that_is_gone_comes_back() {
    let (home, copy) = copied();
    home.run(["daemon", "stop"]).ok();
    fs::remove_file(home.database()).expect("a file");
    home.run([
        "--db",
        "backlog.db",
        "doctor",
        "restore",
        copy.to_str().expect("a path"),
    ])
    .ok();
    assert_eq!(titles(&home), ["One", "Two"]);
    assert_sound(&home);
}

#[test]
fn the_log_of_a_database_that_is_gone_is_kept_and_not_applied_to_the_copy() {
    let (home, copy) = copied();
    home.run(["task", "add", "-t", "Three"]).ok();
    assert!(home.daemon().kill());
    let log = home.work().join("backlog.db-wal");
    let written = fs::read(&log).expect("the log");
    assert!(!written.is_empty());
    fs::remove_file(home.database()).expect("a file");
    let told = restore(&home, &copy, &["--db", "backlog.db", "--json"]).json();
    let kept = told["kept"].as_str().expect("the log is told of");
    assert!(kept.ends_with("-wal"), "{kept}");
    assert!(fs::read(kept).expect("the kept log") == written);
    assert!(!log.exists());
    let listed = home
        .run(["--daemon", "never", "task", "list", "--json"])
        .json();
    assert_eq!(listed["page"]["total"], 2);
    assert_sound(&home);
}

#[test]
fn numbers_that_were_given_out_since_are_not_given_out_again() {
    let (home, copy) = copied();
    for title in ["Three", "Four"] {
        home.run(["task", "add", "-t", title]).ok();
    }
    home.run(["task", "delete", "4"]).ok();
    restore(&home, &copy, &["--force", "--yes"]).ok();
    assert_eq!(titles(&home), ["One", "Two"]);
    let next = home.run(["task", "add", "-t", "Next", "--json"]).json();
    assert_eq!(next["ref"], "TASK-5");
    assert_sound(&home);
}

#[test]
fn tasks_that_were_imported_since_are_counted_as_added() {
    let (home, copy) = copied();
    let other = Home::with_project();
    other.run(["task", "add", "-t", "Theirs"]).ok();
    let from = home.path().join("theirs.db");
    back_up(&other, &from).ok();
    home.run(["import", from.to_str().expect("a path")]).ok();
    restore(&home, &copy, &["--yes"]).refused(4, "with 1 task added");
}

#[test]
fn killed_at_any_point_the_old_or_the_new_one_is_whole() {
    for (point, expected) in [("kept", 3), ("placed", 2)] {
        let (home, copy) = copied();
        home.run(["task", "add", "-t", "Three"]).ok();
        let crash = home.path().join("crash");
        fs::write(&crash, "").expect("a file");
        let mut command = home.command(["doctor", "restore", "--yes", "--force"]);
        command
            .arg(&copy)
            .env("BACKLOG_TEST_CRASH", format!("{point}:{}", crash.display()));
        let ran = backlog_tests::home::run(&mut command);
        assert_eq!(ran.code(), None, "{point}: it was killed");
        assert_eq!(titles(&home).len(), expected, "{point}");
        home.run(["task", "add", "-t", "On it goes"]).ok();
        assert_sound(&home);
        // Said again, it comes to its end.
        restore(&home, &copy, &["--yes", "--force"]).ok();
        assert_eq!(titles(&home), ["One", "Two"], "{point}");
        assert_sound(&home);
    }
}

#[test]
fn others_who_work_meanwhile_meet_the_old_or_the_new_one_and_nothing_else() {
    let (home, copy) = copied();
    at_once(5, |number| {
        if number == 0 {
            restore(&home, &copy, &["--yes", "--force"]);
            return;
        }
        for turn in 0..6 {
            let title = format!("By {number} in turn {turn}");
            let added = home.run(["task", "add", "-t", &title, "--json"]).json();
            assert_eq!(added["title"], title.as_str());
        }
    });
    let kept = beside(&home);
    assert_eq!(kept.len(), 1, "{kept:?}");
    // What was acknowledged is here or in what was kept.
    let now = titles(&home);
    let old = Home::new();
    fs::copy(home.work().join(&kept[0]), old.database()).expect("a copy");
    let before = titles(&old);
    for number in 1..5 {
        for turn in 0..6 {
            let title = format!("By {number} in turn {turn}");
            assert!(now.contains(&title) != before.contains(&title), "{title}");
        }
    }
    assert_sound(&home);
    assert_sound(&old);
}

#[test]
fn on_a_full_disk_it_says_so_and_loses_nothing() {
    let Some(disk) = SmallDisk::mounted(4_096) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    home.run(["task", "add", "-t", "Kept"]).ok();
    let copy = home.path().join("copy.db");
    back_up(home, &copy).ok();
    let ballast = disk.fill();
    let ran = restore(home, &copy, &["--yes"]).exits(1);
    let told = ran.stderr();
    assert!(told.contains("room"), "{told}");
    fs::remove_file(ballast).expect("a file");
    assert_eq!(beside(home), [""; 0]);
    assert_eq!(titles(home), ["Kept"]);
    restore(home, &copy, &["--yes"]).ok();
    assert_eq!(titles(home), ["Kept"]);
    assert_sound(home);
}

#[test]
fn in_a_read_only_directory_it_says_so_and_loses_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    if tool::is_root() {
        return tool::skip("root may write everywhere");
    }
    let (home, copy) = copied();
    home.run(["daemon", "stop"]).ok();
    let set = |mode| {
        fs::set_permissions(home.work(), fs::Permissions::from_mode(mode)).expect("a mode");
    };
    set(0o555);
    restore(&home, &copy, &["--yes"]).refused(1, "Permission denied");
    set(0o755);
    assert_eq!(titles(&home), ["One", "Two"]);
}
