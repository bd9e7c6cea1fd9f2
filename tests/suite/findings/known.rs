//! A finding that was imported before is known again, whatever has become of
//! its task.

use backlog_tests::{Home, database::assert_sound};
use serde_json::json;

use super::{import, size, three};

#[test]
fn each_finding_becomes_a_task_with_all_it_says_and_once() {
    let home = Home::with_project();
    insta::assert_snapshot!(import(&home, &three(), &["--dry-run"]).ok().stdout(), @"[dry-run] imported 3 tasks · 1 plans · 0 errors");
    assert_eq!(size(&home).0, 0, "a dry run writes nothing");
    insta::assert_snapshot!(import(&home, &three(), &[]).ok().stdout(), @"imported 3 tasks · 1 plans · 0 errors");

    let first = home.task("TASK-1");
    assert_eq!(first["title"], "SQL injection in /search");
    assert_eq!(first["type"], "vulnerability");
    assert_eq!(first["priority"], 1);
    assert_eq!(first["source"], "semgrep");
    assert_eq!(first["external_ref"], "rule:1234@src/search.go");
    assert_eq!(first["labels"], json!(["sast", "sql"]));
    assert_eq!(
        first["plans"][0]["version"]["body"],
        "Use parameterized queries."
    );
    let last = home.task("TASK-3");
    assert_eq!(
        (&last["type"], &last["status"], &last["priority"]),
        (&json!("issue"), &json!("todo"), &json!(3))
    );

    let before = size(&home);
    insta::assert_snapshot!(import(&home, &three(), &[]).ok().stdout(), @"imported 0 tasks · 0 plans · 0 errors · 3 unchanged");
    assert_eq!(size(&home), before, "the second import writes nothing");
    assert_sound(&home);
}

#[test]
fn what_the_scanner_says_otherwise_is_brought_up_to_date_but_not_what_a_person_changed() {
    let home = Home::with_project();
    let finding = |title: &str, description: &str, priority| json!([{"title": title, "description": description, "priority": priority, "source": "s", "external_ref": "r"}]);
    import(&home, &finding("Old title", "Line 3.", 3), &[]).ok();
    home.run(["task", "update", "1", "-t", "My title"]).ok();
    let ran = import(&home, &finding("New title", "Line 9.", 2), &[]).ok();
    insta::assert_snapshot!(ran.stdout(), @"imported 0 tasks · 0 plans · 0 errors · 1 updated");
    let now = home.task("TASK-1");
    assert_eq!(now["title"], "My title");
    assert_eq!(now["description"], "Line 9.");
    assert_eq!(now["priority"], 2);
    let ran = import(&home, &finding("Newest title", "Line 9.", 2), &[]).ok();
    insta::assert_snapshot!(ran.stdout(), @"imported 0 tasks · 0 plans · 0 errors · 1 unchanged");
    assert_eq!(home.task("TASK-1")["title"], "My title");
}

#[test]
fn a_finding_whose_task_is_done_has_regressed_and_is_opened_only_when_told_to() {
    let home = Home::with_project();
    import(&home, &three(), &[]).ok();
    for done in ["1", "2"] {
        home.run(["task", "move", done, "--status", "done"]).ok();
    }
    home.run(["task", "archive", "2"]).ok();
    insta::assert_snapshot!(import(&home, &three(), &[]).ok().stdout(), @r"
    imported 0 tasks · 0 plans · 0 errors · 1 unchanged · 2 regressed
    Done, but found again: TASK-1, TASK-2. To open them again: --reopen
    ");
    insta::assert_snapshot!(import(&home, &three(), &["--reopen", "--dry-run"]).ok().stdout(), @r"
    [dry-run] imported 0 tasks · 0 plans · 0 errors · 1 unchanged · 2 regressed · 2 reopened
    [dry-run] Found again, and would be opened again: TASK-1, TASK-2
    ");
    assert_eq!(home.task("TASK-1")["status"], "done");
    insta::assert_snapshot!(import(&home, &three(), &["--reopen"]).ok().stdout(), @r"
    imported 0 tasks · 0 plans · 0 errors · 1 unchanged · 2 regressed · 2 reopened
    Found again, and opened again: TASK-1, TASK-2
    ");
    for open in ["TASK-1", "TASK-2"] {
        let open = home.task(open);
        assert_eq!(
            (&open["status"], open.get("archived_at")),
            (&json!("todo"), None)
        );
    }
    insta::assert_snapshot!(import(&home, &three(), &[]).ok().stdout(), @"imported 0 tasks · 0 plans · 0 errors · 3 unchanged");
}

#[test]
fn a_finding_that_a_person_threw_away_stays_away_for_good() {
    let home = Home::with_project();
    import(&home, &three(), &[]).ok();
    home.run(["task", "delete", "1"]).ok();
    for gone in [false, true] {
        if gone {
            home.run(["trash", "empty", "--yes"]).ok();
        }
        insta::allow_duplicates! {
            insta::assert_snapshot!(import(&home, &three(), &["--reopen"]).ok().stdout(), @"imported 0 tasks · 0 plans · 0 errors · 2 unchanged · 1 dismissed");
        }
    }
    assert_sound(&home);
}

#[test]
fn a_task_that_a_session_holds_is_left_for_the_next_import() {
    let home = Home::with_project();
    let finding = |title: &str| json!([{"title": title, "source": "s", "external_ref": "r"}, {"title": "Other"}]);
    import(&home, &finding("Old"), &[]).ok();
    home.run(["task", "claim", "1", "--as", "ai:codex", "--session", "s1"])
        .ok();
    insta::assert_snapshot!(import(&home, &finding("New"), &[]).ok().stdout(), @r"
    imported 0 tasks · 0 plans · 0 errors · 1 unchanged · 1 held
    Held by a session, so left for the next import: TASK-1
    ");
    assert_eq!(home.task("TASK-1")["title"], "Old");
    home.run([
        "task",
        "release",
        "1",
        "--as",
        "ai:codex",
        "--session",
        "s1",
    ])
    .ok();
    insta::assert_snapshot!(import(&home, &finding("New"), &[]).ok().stdout(), @"imported 0 tasks · 0 plans · 0 errors · 1 unchanged · 1 updated");
    assert_eq!(home.task("TASK-1")["title"], "New");
}

#[test]
fn tasks_that_came_another_way_are_known_by_source_and_ref_or_by_title() {
    let home = Home::with_project();
    home.run([
        "task",
        "add",
        "-t",
        "Mine",
        "--source",
        "s",
        "--external-ref",
        "r",
    ])
    .ok();
    home.run(["task", "add", "-t", "Seen", "--type", "issue"])
        .ok();
    let items = json!([{"title": "Theirs", "source": "s", "external_ref": "r"}, {"title": "Seen"}]);
    insta::assert_snapshot!(import(&home, &items, &[]).ok().stdout(), @"imported 0 tasks · 0 plans · 0 errors · 2 unchanged");
    assert_eq!(home.task("TASK-1")["title"], "Mine");
}

#[test]
fn a_task_is_known_although_it_names_no_source_or_is_archived() {
    let home = Home::with_project();
    let add = |args: &[&str]| home.run([&["task", "add", "-t"], args].concat()).ok();
    add(&["Mine", "--external-ref", "r"]);
    add(&["Seen", "--type", "issue"]);
    add(&["Put away", "--external-ref", "q", "--source", "s"]);
    for task in ["TASK-2", "TASK-3"] {
        home.run(["task", "archive", task]).ok();
    }
    let items = json!([{"title": "Theirs", "external_ref": "r"}, {"title": "Seen"},
        {"title": "Put away", "external_ref": "q", "source": "s"}]);
    insta::assert_snapshot!(import(&home, &items, &[]).ok().stdout(), @"imported 0 tasks · 0 plans · 0 errors · 3 unchanged");
}

#[test]
fn findings_that_are_not_in_the_file_are_left_alone() {
    let home = Home::with_project();
    import(&home, &three(), &[]).ok();
    let before = size(&home);
    import(&home, &json!([]), &["--reopen"]).ok();
    assert_eq!(size(&home), before);
}

#[test]
fn the_same_finding_twice_in_a_file_is_one_task_and_a_contradiction_is_an_error() {
    let home = Home::with_project();
    let twice =
        json!([{"title": "One", "external_ref": "r"}, {"title": "One", "external_ref": "r"}]);
    insta::assert_snapshot!(import(&home, &twice, &[]).ok().stdout(), @"imported 1 tasks · 0 plans · 0 errors · 1 repeated");
    let contradiction =
        json!([{"title": "One", "external_ref": "r"}, {"title": "Two", "external_ref": "r"}]);
    insta::assert_snapshot!(import(&home, &contradiction, &[]).exits(2).stderr(), @r#"
    error: findings.json: 1 of 2 items is wrong: items[1]: has the external_ref "r" of items[0], but says something else
    hint: Nothing was written. To import the others: --keep-going
    "#);
}

#[test]
fn an_import_is_there_once_although_the_daemon_is_killed_in_the_middle_of_it() {
    for point in ["commit", "reply"] {
        let home = Home::with_project();
        home.run(["daemon", "stop"]).ok();
        let armed = home.path().join("armed");
        std::fs::write(&armed, "").expect("writable");
        super::write(&home, &three());
        let mut command = home.command(["import-findings", "findings.json"]);
        command.env("BACKLOG_TEST_CRASH", format!("{point}:{}", armed.display()));
        let ran = backlog_tests::home::run(&mut command).ok();
        assert!(!armed.exists(), "it was killed at {point}");
        assert_eq!(
            ran.stdout(),
            "imported 3 tasks · 1 plans · 0 errors\n",
            "{point}"
        );
        assert_eq!(size(&home).0, 3, "{point}");
        assert_sound(&home);
    }
}
