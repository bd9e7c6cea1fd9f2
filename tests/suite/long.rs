//! What is long is answered as what is short: refusals that quote it, queries,
//! names in the trash.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use backlog_tests::Home;

#[test]
fn a_conflict_after_many_changes_is_told_in_one_short_sentence() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "First"]).ok();
    for number in 0..120 {
        let title = format!("Title number {number}");
        home.run(["task", "update", "1", "--title", &title]).ok();
    }
    let refused = home
        .run([
            "task",
            "update",
            "1",
            "--if-version",
            "1",
            "--title",
            "Mine",
        ])
        .exits(4);
    let told = refused.stderr();
    assert!(told.contains("(now 121, by human:tester: title)"), "{told}");
}

#[test]
fn a_refusal_quotes_the_beginning_of_what_was_long() {
    let home = Home::with_project();
    let long = "x".repeat(30_000);
    let refused = home.run(["task", "list", "-p", &long]).exits(3);
    assert!(refused.stderr().len() < 3_000, "{}", refused.stderr());
}

#[test]
fn a_search_of_hundreds_of_words_is_answered() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "needle"]).ok();
    let nots = format!("needle {}", "NOT straw ".repeat(300));
    let ors = "needle OR straw ".repeat(300);
    for query in [nots.as_str(), &ors, &"needle ".repeat(300)] {
        let listed = home
            .run(["task", "list", "--json", "--search", query])
            .json();
        assert_eq!(listed["page"]["total"], 1);
    }
}

#[test]
fn what_has_a_long_name_is_taken_back_out_of_the_trash_or_told_why_not() {
    let home = Home::with_project();
    let name = "long ".repeat(20) + "name";
    home.run(["label", "create", &name]).ok();
    home.run(["label", "delete", &name]).ok();
    let id = |home: &Home| {
        let trash = home.run(["trash", "list", "--json"]).json();
        trash["items"][0]["id"].as_str().expect("an id").to_owned()
    };
    let first = id(&home);
    home.run(["label", "create", &name]).ok();
    let refused = home.run(["trash", "restore", &first, "--json"]).exits(4);
    assert_eq!(refused.json_error()["code"], "label_exists");
    home.run(["label", "delete", &name]).ok();
    home.run(["trash", "restore", &first]).ok();
}

#[test]
fn a_directory_for_the_daemon_that_others_can_enter_is_refused() {
    let home = Home::with_workspace();
    let dir = home.daemon().dir().to_owned();
    fs::create_dir(&dir).expect("a directory");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).expect("a mode");
    home.run(["task", "list"])
        .refused(5, "only its owner can enter");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).expect("a mode");
    home.run(["project", "add", "--alias", "app"]).ok();
}

#[test]
fn chinese_and_japanese_are_found_inside_a_run_without_spaces() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "修复登录超时的问题"]).ok();
    home.run(["task", "add", "-t", "ログインの時間切れ"]).ok();
    for (query, total) in [
        ("登录", 1),
        ("登时", 0),
        ("超时*", 1),
        ("ログイン", 1),
        ("時間", 1),
    ] {
        let listed = home
            .run(["task", "list", "--json", "--search", query])
            .json();
        assert_eq!(listed["page"]["total"], total, "{query}");
    }
}
