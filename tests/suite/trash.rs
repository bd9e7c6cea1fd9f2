//! What is destroyed, and what goes to the trash along with something else.

use std::fs;

use backlog_tests::{Home, database::assert_sound};

fn add(home: &Home, options: &[&str]) {
    home.run([&["task", "add", "-p", "app", "-t", "Task"], options].concat())
        .ok();
}

fn throw_away_project(home: &Home, alias: &str) {
    home.run(["project", "archive", alias]).ok();
    home.run(["project", "delete", alias]).ok();
}

#[test]
fn a_task_that_is_destroyed_leaves_its_parts() {
    let home = Home::with_project();
    add(&home, &[]);
    add(&home, &["--parent", "1"]);
    add(&home, &["--parent", "1"]);
    add(&home, &["--parent", "2"]);
    home.run(["task", "delete", "1"]).ok();
    home.run(["trash", "empty", "--yes"]).ok();
    for part in ["2", "3"] {
        assert_eq!(home.task(part).get("parent"), None, "TASK-{part}");
    }
    assert_eq!(home.task("4")["parent"], "TASK-2");
    // All of them at once, and with their project.
    throw_away_project(&home, "app");
    home.run(["trash", "empty", "--yes"]).ok();
    home.run(["task", "show", "4"]).exits(3);
    assert_sound(&home);
}

#[test]
fn a_project_that_is_deleted_gives_its_tasks_back_and_says_so() {
    let home = Home::with_project();
    for _ in 0..3 {
        add(&home, &[]);
        home.run(["task", "claim"]).ok();
    }
    home.run(["project", "archive", "app"]).ok();
    home.run(["project", "delete", "app", "--as", "ai:codex"])
        .refused(
            4,
            "only a person may delete a project whose tasks another session holds",
        );
    home.run(["project", "delete", "app"]).ok();
    let held = home.run(["top", "--json"]).json();
    assert_eq!(held["held"].as_array().map(Vec::len), Some(0), "{held}");
    home.run(["trash", "restore", "app"]).ok();
    home.run(["project", "unarchive", "app"]).ok();
    let back = home.task("3");
    assert_eq!((&back["status"], back.get("lease")), (&"todo".into(), None));
    let log = home.run(["activity", "--task", "3"]).ok().stdout();
    assert!(log.contains("moved TASK-3 from doing to todo"), "{log}");
    assert_sound(&home);
}

#[test]
fn an_alias_that_looks_like_a_task_is_restored() {
    let home = Home::with_workspace();
    for alias in ["12", "task-7"] {
        home.run(["project", "add", "--alias", alias]).ok();
        throw_away_project(&home, alias);
        home.run(["trash", "restore", alias]).ok();
    }
}

#[test]
fn what_belongs_to_a_doc_of_a_project_in_the_trash_does_not_come_back_alone() {
    let home = Home::with_project();
    let add = [
        "doc",
        "add",
        "--title",
        "Doc",
        "--content",
        "Text",
        "--json",
    ];
    let doc = home.run(add).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    fs::write(home.work().join("a.txt"), "a").expect("a file");
    let attached = home.run(["attachment", "add", "a.txt", "--doc", &doc, "--json"]);
    let id = attached.json()["id"].as_str().expect("an id").to_owned();
    home.run(["attachment", "delete", &id]).ok();
    throw_away_project(&home, "app");
    home.run(["trash", "restore", &id]).exits(3);
    home.run(["trash", "restore", "app"]).ok();
    home.run(["trash", "restore", &id]).ok();
}

#[test]
fn a_holder_archives_and_deletes_its_task_under_its_lease_and_empties_the_trash() {
    let home = Home::with_project();
    add(&home, &[]);
    let claim = || {
        let claimed = home.run(["task", "claim", "--json"]).json();
        let token = claimed["lease"]["token"].as_str();
        token.expect("a token").to_owned()
    };
    home.run(["task", "archive", "1", "--lease", &claim()]).ok();
    home.run(["task", "unarchive", "1"]).ok();
    let token = claim();
    home.run(["task", "delete", "1", "--lease", &token]).ok();
    home.run(["trash", "empty", "--yes", "--lease", &token])
        .ok();
    assert_sound(&home);
}

#[test]
fn what_waits_for_a_task_in_the_trash_can_be_told_not_to() {
    let home = Home::with_project();
    for _ in 0..3 {
        add(&home, &[]);
    }
    for (task, on) in [("1", "2"), ("2", "3")] {
        home.run(["task", "dep", "add", task, "--on", on]).ok();
    }
    home.run(["task", "delete", "2"]).ok();
    home.run(["task", "dep", "add", "3", "--on", "1"])
        .refused(4, "TASK-3");
    home.run(["task", "dep", "remove", "1", "--on", "2"]).ok();
    home.run(["task", "dep", "add", "3", "--on", "1"]).ok();
    assert_sound(&home);
}
