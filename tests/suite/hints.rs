//! What a hint says to run works when it is pasted.

use backlog_tests::{Home, Ran};

/// Runs the command that the hint ends with.
#[track_caller]
fn follow(home: &Home, refused: &Ran) -> Ran {
    let told = refused.stderr();
    let (_, command) = told
        .split_once(": backlog ")
        .unwrap_or_else(|| panic!("no command: {told}"));
    let command = command.lines().next().unwrap_or_default();
    home.run(command.split(' '))
}

#[test]
fn a_task_whose_project_was_deleted_comes_back_with_it() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Goes along"]).ok();
    home.run(["project", "archive", "app"]).ok();
    home.run(["project", "delete", "app"]).ok();
    let refused = home.run(["task", "show", "1"]).refused(3, "TASK-1");
    follow(&home, &refused).ok();
    home.run(["task", "show", "1"]).ok();
}

#[test]
fn a_deleted_project_comes_back_by_its_alias_or_under_another_one() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Goes along"]).ok();
    home.run(["project", "archive", "app"]).ok();
    home.run(["project", "delete", "app"]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    let refused = home
        .run(["trash", "restore", "app"])
        .refused(4, "a project \"app\" exists already");
    follow(&home, &refused).refused(2, "\"NEW\" is not an alias");
    home.run(["trash", "restore", "app", "--alias", "app-2"])
        .ok();
    let shown = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(shown["project"]["alias"], "app-2");
    home.run(["task", "delete", "1"]).ok();
    home.run(["trash", "restore", "TASK-1", "--alias", "x"])
        .refused(2, "only a project has an alias");
    home.run(["activity", "verify"]).ok();
}

#[test]
fn what_is_known_stands_in_the_command() {
    let home = Home::with_project();
    for title in ["One", "Two"] {
        home.run(["task", "add", "-t", title]).ok();
    }
    home.run(["task", "dep", "add", "1", "--on", "2"]).ok();
    let refused = home.run(["task", "dep", "add", "2", "--on", "1"]).exits(4);
    follow(&home, &refused).ok();

    let doc = home
        .run(["doc", "add", "--title", "D", "--content", "x", "--quiet"])
        .ok()
        .stdout();
    let refused = home
        .run(["doc", "show", doc.trim(), "--version", "9"])
        .exits(3);
    follow(&home, &refused).ok();

    let refused = home.run(["project", "delete", "app"]).exits(4);
    follow(&home, &refused).ok();
    let add = || home.run(["task", "add", "-t", "Three", "-p", "app"]);
    follow(&home, &add().exits(4)).ok();
    add().ok();
}

#[test]
fn an_id_that_is_cut_too_short_is_told_so() {
    let home = Home::with_project();
    home.run(["doc", "show", "01JABCD"])
        .refused(3, "an id may be cut to eight characters");
    let told = home.run(["doc", "show", "guide"]).exits(3).stderr();
    assert!(!told.contains("eight"), "{told}");
}

#[test]
fn a_log_that_lost_its_end_is_found_by_a_head_that_was_kept() {
    let home = Home::with_project();
    let head = |home: &Home| {
        let found = home.run(["activity", "verify", "--json"]).json();
        found["head"].as_str().expect("a head").to_owned()
    };
    let early = head(&home);
    home.run(["task", "add", "-t", "Written, and to be lost"])
        .ok();
    let late = head(&home);
    let same = home.run(["activity", "verify", "--head", &late]).ok();
    assert!(
        same.stdout().contains("is the last entry"),
        "{}",
        same.stdout()
    );
    let grown = home.run(["activity", "verify", "--head", &early]).ok();
    assert!(
        grown.stdout().contains("all since goes on from it"),
        "{}",
        grown.stdout()
    );

    home.run(["daemon", "stop"]).ok();
    let db = rusqlite::Connection::open(home.database()).expect("a database");
    db.execute_batch(
        "DROP TRIGGER activity_is_never_removed;
         DELETE FROM activity WHERE seq = (SELECT max(seq) FROM activity);",
    )
    .expect("the last entry goes");
    drop(db);
    home.run(["activity", "verify"]).ok();
    home.run(["activity", "verify", "--head", &early]).ok();
    home.run(["activity", "verify", "--head", &late])
        .refused(1, "the log does not have the head you gave");
}

#[test]
fn json_is_one_document_or_refused() {
    let home = Home::with_project();
    home.run(["completion", "bash", "--json"]).exits(2);
    let version = home.run(["--version", "--json"]).json();
    assert!(version["version"].is_string());
    home.run(["task", "add", "-t", "One"]).ok();
    std::fs::write(home.work().join("a.txt"), "text").expect("a file");
    let added = home
        .run(["attachment", "add", "a.txt", "--task", "1", "--json"])
        .json();
    let id = added["id"].as_str().expect("an id");
    home.run(["attachment", "fetch", id, "--out", "-", "--json"])
        .exits(2);
    home.run(["attachment", "fetch", id, "--out", "-"]).ok();
}

#[test]
fn a_search_that_begins_with_not_is_told_how_not_works() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Login"]).ok();
    for args in [
        ["task", "list", "--search", "NOT slow"].as_slice(),
        &["search", "NOT slow"],
    ] {
        let told = home.run(args).ok().stdout();
        assert!(told.contains("NOT takes away"), "{told}");
    }
    let found = home.run(["search", "login NOT slow", "--json"]).json();
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_text_may_still_begin_with_a_hyphen() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "- a", "-d", "- b\n- c"])
        .ok();
    home.run(["comment", "add", "- item", "--task", "1"]).ok();
    home.run(["comment", "add", "--task", "1", "--", "--json"])
        .ok();
    home.run(["task", "update", "1", "--title=--json"]).ok();
    let task = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(task["title"], "--json");
    assert_eq!(task["comments"][0]["body"], "- item");
    assert_eq!(task["comments"][1]["body"], "--json");
}
