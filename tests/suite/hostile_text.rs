//! Text that would steer a terminal or deceive the eye is shown for what it
//! is, wherever it comes out.

use std::fs;

use backlog_tests::Home;
use serde_json::json;

/// What a body may hold; a title takes no control characters at all.
const BODY: &str = "red \u{1b}[31m bell \u{7} c1 \u{9b}2J osc \u{1b}]0;owned\u{7} over\rwritten";
const TITLES: &[(&str, &str)] = &[
    ("abc\u{202e}txt.exe", "abc\\u{202e}txt.exe"),
    ("a\u{2066}b\u{2069}c", "a\\u{2066}b\\u{2069}c"),
    ("line\u{2028}break", "line\\u{2028}break"),
    ("tag\u{e0041}ged", "tag\\u{e0041}ged"),
    ("漢字かな交じり文の題名", "漢字かな交じり文の題名"),
    ("👩‍👩‍👧 家族 🇩🇪 👍🏽", "👩‍👩‍👧 家族 🇩🇪 👍🏽"),
    ("e\u{301}tude", "e\u{301}tude"),
    ("'; DROP TABLE task; --", "'; DROP TABLE task; --"),
    ("--title", "--title"),
    (
        "$(reboot) `reboot` %s %n \\x1b",
        "$(reboot) `reboot` %s %n \\x1b",
    ),
];

/// Nothing of it may reach a terminal.
fn is_raw(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{e0000}'..='\u{e007f}')
}

#[track_caller]
fn assert_visible(home: &Home, args: &[&str]) -> String {
    let ran = home.run(args).ok();
    let both = format!("{}{}", ran.stdout(), ran.stderr());
    if let Some(raw) = both.chars().find(|c| is_raw(*c)) {
        panic!("{args:?} sends {raw:?}:\n{both:?}");
    }
    ran.stdout()
}

/// A home whose tasks have these titles, and hostile bodies.
fn home() -> Home {
    let home = Home::with_project();
    let body = home.path().join("body");
    fs::write(&body, BODY).expect("a file");
    let body = body.to_str().expect("a path");
    for (title, _) in TITLES {
        let said = assert_visible(
            &home,
            &[
                "task",
                "add",
                "-t",
                title,
                "--from-file",
                body,
                &format!("--label={title}"),
            ],
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    for (title, _) in TITLES {
        let args = [
            "plan",
            "add",
            "--task",
            "1",
            "--title",
            title,
            "--content",
            BODY,
            "--change-note",
            title,
        ];
        assert_visible(&home, &args);
    }
    assert_visible(
        &home,
        &[
            "comment",
            "add",
            BODY,
            "--task",
            "1",
            "--as",
            "ai:\u{202e}tpg",
        ],
    );
    home
}

#[test]
fn a_list_keeps_one_line_a_task_and_shows_the_titles_visibly() {
    let home = home();
    let table = assert_visible(&home, &["task", "list", "--sort", "seq"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 1 + TITLES.len(), "{table}");
    for ((_, shown), line) in TITLES.iter().zip(&lines[1..]) {
        assert!(line.contains(shown), "no {shown:?} in {line:?}");
    }
}

#[test]
fn nothing_that_is_printed_steers_the_terminal() {
    let home = home();
    let plan = home.run(["plan", "list", "--task", "1", "--json"]).json();
    let plan = plan["plans"][0]["id"].as_str().expect("an id").to_owned();
    home.run(["plan", "update", &plan, "--content", "\u{1b}[2J"])
        .ok();
    for args in [
        ["task", "show", "1"].as_slice(),
        &["task", "list", "--color", "never"],
        &["task", "update", "1", "--priority", "1"],
        &["task", "move", "1", "--status", "doing"],
        &["plan", "list", "--task", "1"],
        &["plan", "show", &plan],
        &["plan", "history", &plan],
        &["plan", "diff", &plan],
        &["comment", "list", "--task", "1"],
        &["label", "list"],
        &["activity"],
        &["task", "archive", "1"],
        &["task", "unarchive", "1"],
        &["task", "delete", "1"],
        &["trash", "list"],
        &["trash", "restore", "TASK-1"],
        &["daemon", "logs"],
        &[],
    ] {
        assert_visible(&home, args);
    }
}

#[test]
fn what_was_given_comes_back_unchanged_as_json() {
    let home = home();
    let list = home.run(["task", "list", "--sort", "seq", "--json"]).json();
    for (number, (title, _)) in TITLES.iter().enumerate() {
        let task = &list["tasks"][number];
        assert_eq!(task["title"], *title);
        assert_eq!(task["description"], BODY);
        assert_eq!(task["labels"], json!([title]));
    }
    // JSON escapes what a terminal would obey.
    let raw = home.run(["task", "show", "1", "--json"]).ok().stdout();
    assert!(!raw.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{raw:?}");
}

#[test]
fn an_error_shows_the_value_it_refuses_visibly() {
    let home = Home::with_project();
    for args in [
        ["task", "show", "\u{1b}[31mx"].as_slice(),
        &["project", "show", "\u{202e}x"],
        &["task", "list", "--status", "\u{1b}[31mx"],
        &["\u{1b}[31mtask"],
        &["label", "create", "x", "--color", "\u{1b}[31m"],
        &["task", "list", "--cursor", "\u{9b}2J"],
        &["task", "add", "-t", "x", "--from-file", "\u{1b}[31m"],
        &["--db", "\u{1b}[31m", "task", "list"],
        &["--profile", "\u{1b}[31m", "task", "list"],
    ] {
        let ran = home.run(args);
        assert!(matches!(ran.code(), Some(2 | 3)), "{args:?}: {ran:?}");
        let told = ran.stderr();
        assert!(!told.chars().any(is_raw), "{args:?} sends {told:?}");
    }
}
