//! `import` of another workspace, and of an export.

use std::{fs, process::Stdio};

use backlog_tests::{Home, database::assert_sound, eventually, home};
use serde_json::json;

use super::{counts, export, furnished, in_work};

#[test]
fn an_export_imported_into_a_fresh_workspace_is_exported_again_byte_by_byte() {
    let first = furnished();
    let (bytes, _) = export(&first);
    let second = Home::with_workspace();
    fs::write(in_work(&second, "in.json"), &bytes).expect("a file");
    let summary = second.run(["import", "in.json", "--json"]).json();
    assert_eq!(summary["source"], "json");
    assert_eq!(summary["notes"], json!([]));
    let (again, _) = export(&second);
    assert_eq!(
        String::from_utf8_lossy(&again),
        String::from_utf8_lossy(&bytes)
    );

    let repeated = second.run(["import", "in.json", "--json"]).json();
    assert!(counts(&repeated, "added").is_empty(), "{repeated:#}");
    assert_eq!(repeated["newer_there"], json!([]));
    assert_eq!(export(&second).0, bytes);
    assert_sound(&second);
}

#[test]
fn another_workspace_comes_over_while_it_is_in_use() {
    let other = furnished();
    let home = Home::with_workspace();
    let path = other.database().display().to_string();
    let summary = home.run(["import", &path, "--json"]).json();
    assert_eq!(summary["source"], "backlog");
    assert_eq!(
        export(&home).0,
        export(&other).0,
        "their daemon runs, and nobody claims there"
    );
    let found = home
        .run(["task", "list", "--search", "times", "--json"])
        .json();
    assert_eq!(found["page"]["total"], 1);
    let ready = home.run(["task", "list", "--ready", "--json"]).json();
    assert_eq!(ready["tasks"][0]["ref"], "TASK-4");
    assert_eq!(ready["page"]["total"], 1);
    let blocked = home.run(["task", "list", "--blocked", "--json"]).json();
    assert_eq!(blocked["tasks"][0]["ref"], "TASK-3");
    let tried = home.run(["task", "attempts", "1", "--json"]).json();
    assert_eq!(tried["attempts"], json!([]), "the claim is not over there");

    let events = |home: &Home| {
        let all = home.run(["activity", "--limit", "500", "--json"]).json();
        all["events"].as_array().expect("events").clone()
    };
    let (there, here) = (events(&other), events(&home));
    for event in &there {
        let came = here.iter().find(|came| {
            came["summary"] == event["summary"] && came["created_at"] == event["created_at"]
        });
        let came = came.unwrap_or_else(|| panic!("{event} did not come"));
        assert_eq!(came["actor"], event["actor"]);
    }

    // What changed there since is told; what is new there comes.
    other
        .run(["task", "update", "TASK-4", "--title", "Changed since"])
        .ok();
    other.run(["comment", "add", "New", "--task", "3"]).ok();
    let again = home.run(["import", &path, "--json"]).json();
    let added = counts(&again, "added");
    assert_eq!(added["comment"], 1);
    assert!(added.get("task").is_none(), "{again:#}");
    assert_eq!(again["newer_there"], json!(["TASK-3", "TASK-4"]));
    assert_eq!(
        home.run(["task", "show", "4", "--json"]).json()["title"],
        "Elsewhere"
    );
    let nothing = home.run(["import", &path, "--json"]).json();
    assert!(counts(&nothing, "added").is_empty(), "{nothing:#}");
    assert_sound(&home);
}

#[test]
fn a_copy_that_went_its_own_way_brings_only_what_is_its_own() {
    let home = furnished();
    home.run(["daemon", "stop"]).ok();
    let copy = Home::new();
    fs::copy(home.database(), copy.database()).expect("a copy");
    home.run(["task", "add", "-p", "app", "-t", "Only here"])
        .ok();
    copy.run(["task", "add", "-p", "app", "-t", "Only there"])
        .ok();
    let path = copy.database().display().to_string();
    let summary = home.run(["import", &path, "--json"]).json();
    let added = counts(&summary, "added");
    assert_eq!(
        (&added["task"], &added["activity"]),
        (&json!(1), &json!(1)),
        "{summary:#}"
    );
    assert_eq!(
        summary["renumbered"],
        json!([{"there": "TASK-6", "here": "TASK-7"}])
    );
    // And back again.
    let path = home.database().display().to_string();
    let back = copy.run(["import", &path, "--json"]).json();
    let added = counts(&back, "added");
    assert_eq!(added["task"], 1, "{back:#}");
    assert_sound(&home);
    assert_sound(&copy);
}

#[test]
fn numbers_stay_where_they_are_free_and_nobodys_is_given_again() {
    let other = Home::with_project();
    for number in 1..=4 {
        other
            .run([
                "task",
                "add",
                "-t",
                &format!("There {number}"),
                "--label",
                "x",
            ])
            .ok();
    }
    let home = Home::with_project();
    for number in 1..=2 {
        home.run(["task", "add", "-t", &format!("Here {number}")])
            .ok();
    }
    home.run(["task", "delete", "2"]).ok();
    home.run(["trash", "empty", "--yes"]).ok();
    let path = other.database().display().to_string();
    let dry = home.run(["import", &path, "--dry-run", "--json"]).json();
    assert_eq!(
        home.run(["task", "list", "--json"]).json()["page"]["total"],
        1
    );
    let mut wet = home.run(["import", &path, "--json"]).json();
    wet["dry_run"] = json!(true);
    assert_eq!(wet, dry, "a dry run tells the same");
    assert_eq!(
        wet["renumbered"],
        json!([{"there": "TASK-1", "here": "TASK-5"}, {"there": "TASK-2", "here": "TASK-6"}])
    );
    assert_eq!(
        home.run(["task", "show", "3", "--json"]).json()["title"],
        "There 3"
    );
    assert_eq!(
        home.run(["task", "show", "6", "--json"]).json()["title"],
        "There 2"
    );
    let said = home.run(["task", "add", "-t", "Next"]).ok().stdout();
    assert!(said.contains("TASK-7"), "{said}");
    let notes = wet["notes"].to_string();
    assert!(
        notes.contains("The project app here is another one than app there"),
        "{notes}"
    );
    assert_sound(&home);
}

#[test]
fn what_is_said_reads_well() {
    let other = furnished();
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Mine"]).ok();
    other.run(["daemon", "stop"]).ok();
    fs::copy(other.database(), in_work(&home, "other.db")).expect("a copy");
    let dry = home.run(["import", "other.db", "--dry-run"]).ok().stdout();
    insta::assert_snapshot!(dry, @r"
    [dry-run] Would import 2 projects, 3 labels, 4 tasks, 1 plan, 3 comments, 3 dependencies, 1 doc, 2 memory entries, 2 attachments, 31 log entries from other.db
    [dry-run] Here already: 1 project
    Other numbers:
      TASK-1 there is TASK-6 here
    Note: The project app here is another one than app there; what was in that came into it.
    ");
    let said = home.run(["import", "other.db"]).ok().stdout();
    insta::assert_snapshot!(said, @r"
    Imported 2 projects, 3 labels, 4 tasks, 1 plan, 3 comments, 3 dependencies, 1 doc, 2 memory entries, 2 attachments, 31 log entries from other.db
    Here already: 1 project
    Other numbers:
      TASK-1 there is TASK-6 here
    Note: The project app here is another one than app there; what was in that came into it.
    ");
    let again = home.run(["import", "other.db"]).ok().stdout();
    insta::assert_snapshot!(again, @r"
    Nothing new in other.db
    Here already: 3 projects, 3 labels, 4 tasks, 1 plan, 3 comments, 1 doc, 2 memory entries, 2 attachments, 31 log entries
    Note: The project app here is another one than app there; what was in that came into it.
    ");
}

#[test]
fn what_cannot_be_imported_is_refused_in_a_sentence_and_nothing_is_written() {
    let home = Home::with_project();
    let write = |name: &str, text: &str| fs::write(in_work(&home, name), text).expect("a file");
    write("text", "hello");
    write("empty", "");
    write(
        "half.json",
        "{\"tasks\":[{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"title\":\"x\"}",
    );
    write("other.json", "{\"a\":1}");
    write("findings.json", "{\"version\":1,\"items\":[]}");
    write(
        "wrong.json",
        "{\"tasks\":[{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"}]}",
    );
    write("bad.db", "SQLite format 3\0 and then nothing of the kind");
    let list = || home.run(["activity", "--json"]).ok().stdout();
    let before = list();
    for (file, fragment) in [
        ("text", "text is neither a Backlog database nor an export"),
        ("empty", "is neither"),
        ("half.json", "is not an export that can be read"),
        ("other.json", "has no tasks"),
        ("findings.json", "import-findings"),
        ("wrong.json", "title"),
        ("bad.db", "bad.db is damaged"),
        ("nowhere.db", "cannot be read"),
        (".", "is a directory"),
        ("backlog.db", "is this workspace's own database"),
    ] {
        home.run(["import", file]).refused(2, fragment);
    }
    assert_eq!(list(), before);
}

#[test]
fn a_database_of_a_newer_backlog_is_refused_by_its_version() {
    let other = Home::with_workspace();
    other.run(["daemon", "stop"]).ok();
    let db = rusqlite::Connection::open(other.database()).expect("it opens");
    db.pragma_update(None, "user_version", 99)
        .expect("a later version");
    drop(db);
    let home = Home::with_workspace();
    let path = other.database().display().to_string();
    home.run(["import", &path])
        .refused(2, "schema version 99 of a newer Backlog");
}

#[test]
fn an_import_whose_daemon_is_killed_in_the_middle_is_done_once() {
    for point in ["import", "commit", "reply"] {
        let other = furnished();
        let home = Home::with_workspace();
        home.daemon().kill();
        let trap = home.path().join("trap");
        fs::write(&trap, "").expect("a file");
        let mut command =
            home.command(["import", &other.database().display().to_string(), "--json"]);
        command.env("BACKLOG_TEST_CRASH", format!("{point}:{}", trap.display()));
        let summary = home::run(&mut command).json();
        assert!(!trap.exists(), "no daemon came by {point}");
        assert_eq!(counts(&summary, "added")["task"], 4, "at {point}");
        assert_eq!(export(&home).0, export(&other).0, "at {point}");
        assert_sound(&home);
    }
}

#[test]
fn an_import_that_is_killed_with_its_daemon_leaves_nothing_half_done() {
    let other = furnished();
    let home = Home::with_project();
    home.daemon().kill();
    let trap = home.path().join("trap");
    fs::write(&trap, "").expect("a file");
    let mut command = home.command(["import", &other.database().display().to_string()]);
    let mut child = command
        .env("BACKLOG_TEST_CRASH", format!("import:{}", trap.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    eventually("the daemon is killed in the middle", || !trap.exists());
    let _ = child.kill();
    let _ = child.wait();
    home.daemon().end();
    let (_, left) = export(&home);
    let tasks = left["tasks"].as_array().map_or(0, Vec::len);
    // The command may have been fast enough to have a second daemon do it.
    assert!(tasks == 0 || tasks == 4, "{tasks} tasks");
    assert_sound(&home);
}

#[test]
fn a_circle_in_an_export_is_left_out_and_told() {
    let home = Home::with_workspace();
    let task = |number: u32, on: u32, parent: u32| {
        json!({"id": super::one::ulid(number), "ref": format!("TASK-{number}"), "title": "x",
            "project": {"id": super::one::ulid(99), "alias": "app", "name": "App"},
            "blocked_by": [format!("TASK-{on}")], "parent": format!("TASK-{parent}")})
    };
    let all = json!({"tasks": [task(1, 2, 3), task(2, 1, 2), task(3, 1, 9), {
        "id": super::one::ulid(5), "seq": i64::MAX, "title": "far", "priority": "P1"}]});
    fs::write(in_work(&home, "in.json"), all.to_string()).expect("a file");
    let summary = home.run(["import", "in.json", "--json"]).json();
    let notes = summary["notes"].to_string();
    assert!(notes.contains("since they made a circle"), "{notes}");
    assert!(notes.contains("did not come along"), "{notes}");
    assert_eq!(
        summary["renumbered"][0]["there"],
        format!("TASK-{}", i64::MAX)
    );
    home.run(["task", "add", "-p", "app", "-t", "There are numbers left"])
        .ok();
    assert_sound(&home);
}

#[test]
fn what_waits_for_a_task_that_is_new_waits_for_it_here_too() {
    let there = Home::with_project();
    for title in ["One", "Waits", "Comes later"] {
        there.run(["task", "add", "-t", title]).ok();
    }
    there.run(["task", "dep", "add", "2", "--on", "3"]).ok();
    there.run(["label", "attach", "late", "--task", "1"]).ok();
    there.run(["task", "delete", "3"]).ok();
    there.run(["label", "delete", "late"]).ok();
    let home = Home::with_workspace();
    let bring = || {
        let file = in_work(&home, "out.json");
        fs::write(&file, there.run(["export"]).ok().output.stdout).expect("a file");
        home.run(["import", "out.json"]).ok().stdout()
    };
    bring();
    let task = |number: &str| home.run(["task", "show", number, "--json"]).json();
    assert_eq!(task("2")["ready"], true);

    there.run(["trash", "restore", "TASK-3"]).ok();
    let trash = there.run(["trash", "list", "--json"]).json();
    let label = trash["items"][0]["id"].as_str().expect("an id").to_owned();
    there.run(["trash", "restore", &label]).ok();
    let told = bring();
    assert!(
        told.contains("1 task, 1 dependency") || told.contains("1 dependency"),
        "{told}"
    );
    assert!(told.contains("tied to what is new: 1 (TASK-2)"), "{told}");
    assert_eq!(task("2")["blocked_by"][0], "TASK-3");
    assert_eq!(task("2")["ready"], false);
    assert_eq!(task("1")["labels"][0], "late");
    home.run(["doctor", "check", "--strict"]).ok();
    for (task, said) in [
        ("1", "TASK-1 got label late, as in out.json"),
        ("2", "TASK-2 now waits for TASK-3, as in out.json"),
    ] {
        let log = home
            .run(["activity", "--task", task, "--json"])
            .ok()
            .stdout();
        assert!(log.contains(said), "{log}");
    }

    // What was taken away here stays away, and nothing comes twice.
    home.run(["task", "dep", "remove", "2", "--on", "3"]).ok();
    home.run(["task", "delete", "1"]).ok();
    let told = bring();
    assert!(
        told.contains("in the trash here, and stay in it: 1 (TASK-1)"),
        "{told}"
    );
    assert_eq!(task("2")["ready"], true);
}

#[test]
fn numbers_that_nobody_counted_to_stop_neither_leases_nor_changes() {
    let other = Home::with_project();
    other.run(["task", "add", "-t", "One"]).ok();
    let doc = ["doc", "add", "--title", "Doc", "--content", "Text"];
    other.run(doc).ok();
    let (_, mut all) = export(&other);
    all["tasks"][0]["attempts_spent"] = json!(i64::MAX);
    all["tasks"][0]["version"] = json!(i64::MAX);
    // The older of two versions is said to be the current one.
    let mut newer = all["docs"][0]["versions"][0].clone();
    newer["version"] = json!(2);
    newer["id"] = json!("01JZX3K7000000000000000002");
    let versions = all["docs"][0]["versions"].as_array_mut().expect("versions");
    versions.push(newer);

    let home = Home::with_workspace();
    fs::write(in_work(&home, "in.json"), all.to_string()).expect("a file");
    let summary = home.run(["import", "in.json", "--json"]).json();
    let notes = summary["notes"].to_string();
    assert!(
        notes.contains("current version was not their newest"),
        "{notes}"
    );
    let id = all["docs"][0]["id"].as_str().expect("an id");
    home.run(["doc", "update", id, "--title", "Changed"]).ok();
    home.run(["task", "update", "1", "--title", "Changed"]).ok();
    home.run(["task", "claim", "1"]).ok();
    home.run(["task", "release", "1"]).ok();
    assert_sound(&home);
}

#[test]
fn a_circle_through_what_is_in_the_trash_does_not_come_over() {
    let there = Home::with_project();
    there.run(["task", "add", "-t", "Whole"]).ok();
    there
        .run(["task", "add", "-t", "Part", "--parent", "1"])
        .ok();
    let path = there.database().display().to_string();
    let home = Home::with_workspace();
    home.run(["import", &path]).ok();
    home.run(["task", "delete", "2"]).ok();
    there.run(["task", "update", "2", "--clear-parent"]).ok();
    let add = [
        "task",
        "add",
        "-t",
        "Next",
        "--parent",
        "2",
        "--blocked-by",
        "1",
    ];
    there.run(add).ok();
    home.run(["import", &path]).ok();
    home.run(["trash", "restore", "2"]).ok();
    let ready = home.run(["task", "list", "--ready", "--ids-only"]).ok();
    assert_ne!(ready.stdout(), "", "something can be done first");
    assert_sound(&home);
}
