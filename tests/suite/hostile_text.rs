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
                &format!("--title={title}"),
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
            &format!("--title={title}"),
            "--content",
            BODY,
            &format!("--change-note={title}"),
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

/// What has no line break may hold, and what it is shown as.
const NAME: &str = "a\u{202e}b\u{2028}c 漢字 👩‍👩‍👧";

#[test]
fn docs_memory_attachments_and_plans_keep_their_tables_and_steer_nothing() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "One"]).ok();
    let cjk = "漢".repeat(255);
    let id = |args: &[&str]| {
        let made = home.run([args, &["--json"]].concat()).json();
        made["id"].as_str().expect("an id").to_owned()
    };
    let doc = id(&["doc", "add", "--title", NAME, "--content", BODY]);
    id(&["doc", "add", "--title", &cjk, "--content", "x"]);
    home.run([
        "doc",
        "update",
        &doc,
        "--content",
        "\u{1b}[2J",
        "--change-note",
        NAME,
    ])
    .ok();
    let entry = id(&["memory", "add", BODY, "--tag", NAME]);
    home.run(["memory", "append", &entry, "\u{9b}2J"]).ok();
    let file = home.path().join("f");
    fs::write(&file, BODY).expect("a file");
    let file = file.to_str().expect("a path");
    id(&["attachment", "add", file, "--task", "1", "--name", &cjk]);
    id(&[
        "plan",
        "add",
        "--task",
        "1",
        "--title",
        &cjk,
        "--content",
        BODY,
    ]);
    home.run(["label", "attach", NAME, "--task", "1"]).ok();

    for (args, lines) in [
        (["doc", "list"].as_slice(), Some(3)),
        (&["attachment", "list"], Some(2)),
        (&["plan", "list", "--task", "1"], Some(2)),
        (&["label", "list"], Some(2)),
        (&["doc", "show", &doc], None),
        (&["doc", "history", &doc], None),
        (&["doc", "diff", &doc], None),
        (&["memory", "list"], None),
        (&["search", "red"], None),
        (&["task", "show", "1"], None),
        (&["activity"], None),
        (&["doc", "delete", &doc], None),
        (&["memory", "delete", &entry], None),
        (&["trash", "list"], Some(3)),
    ] {
        let said = assert_visible(&home, args);
        if let Some(lines) = lines {
            assert_eq!(said.lines().count(), lines, "{args:?}: {said}");
        }
    }
}

#[test]
fn names_and_settings_of_the_configuration_steer_nothing() {
    let home = Home::with_project();
    let user = home.home().join(".config/backlog/config.toml");
    fs::write(
        &user,
        "default_project = \"\\u001b[31mx\\u202e\"\n[profiles.\"a\\nb\\u001b[2J\"]\npath = \"/\\u009b2J\"\n",
    )
    .expect("a file");
    for args in [
        ["profile", "list"].as_slice(),
        &["profile", "show", "a\nb\u{1b}[2J"],
        &["profile", "use", "a\nb\u{1b}[2J"],
        &["config", "list"],
        &["config", "get", "default_project"],
        &["doctor", "check"],
        &["profile", "remove", "a\nb\u{1b}[2J"],
    ] {
        assert_visible(&home, args);
    }
    for args in [
        ["profile", "show", "\u{1b}[31m"].as_slice(),
        &["profile", "add", "\u{202e}", "--path", "."],
        &["config", "set", "output.color", "\u{1b}[31m"],
        &["config", "get", "\u{1b}[31m"],
        &["doctor", "restore", "\u{1b}[31m", "--yes"],
        &["attachment", "fetch", "\u{1b}[31m"],
    ] {
        let ran = home.run(args);
        assert!(matches!(ran.code(), Some(2 | 3)), "{args:?}: {ran:?}");
        assert!(
            !ran.stderr().chars().any(is_raw),
            "{args:?} sends {:?}",
            ran.stderr()
        );
    }
}

#[test]
fn what_is_no_text_is_refused_in_arguments_and_files() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let home = Home::with_project();
    home.run(["task", "add", "-t", "One"]).ok();
    let invalid = OsStr::from_bytes(b"a\xff");
    let file = home.path().join("f");
    fs::write(&file, b"a\xffb").expect("a file");
    let file = file.as_os_str();
    let word = OsStr::new;
    for args in [
        ["task", "add", "-t"]
            .map(word)
            .iter()
            .copied()
            .chain([invalid])
            .collect::<Vec<_>>(),
        ["memory", "add"]
            .map(word)
            .iter()
            .copied()
            .chain([invalid])
            .collect(),
        ["doc", "add", "--title", "x", "--from-file"]
            .map(word)
            .iter()
            .copied()
            .chain([file])
            .collect(),
        ["plan", "add", "--task", "1", "--title", "x", "--from-file"]
            .map(word)
            .iter()
            .copied()
            .chain([file])
            .collect(),
        ["config", "set", "defaults.actor"]
            .map(word)
            .iter()
            .copied()
            .chain([invalid])
            .collect(),
        ["profile", "show"]
            .map(word)
            .iter()
            .copied()
            .chain([invalid])
            .collect(),
    ] {
        let ran = home.run(&args);
        assert_eq!(ran.code(), Some(2), "{args:?}: {}", ran.stderr());
    }
    // A NUL cannot be an argument; in a file it is refused or kept, never cut at.
    let nul = home.path().join("nul");
    fs::write(&nul, "before\0after").expect("a file");
    let nul = nul.to_str().expect("a path");
    let ran = home.run(["doc", "add", "--title", "x", "--from-file", nul, "--json"]);
    if ran.code() == Some(0) {
        let doc = ran.json();
        assert_eq!(doc["version"]["body"], "before\0after");
    } else {
        assert_eq!(ran.code(), Some(2), "{}", ran.stderr());
    }
}

#[test]
fn the_name_of_a_file_steers_no_terminal() {
    let home = Home::with_project();
    let name = "\u{1b}[31m\u{202e}nosj.x";
    let findings = json!({"version": 1, "odd\u{7}": 1, "items": []});
    fs::write(home.work().join(name), findings.to_string()).expect("a file");
    assert_visible(&home, &["import-findings", name]);
    let manifest = json!({"version": 1, "odd\u{7}": 1, "projects": []});
    fs::write(home.work().join("backlog.json"), manifest.to_string()).expect("a file");
    assert_visible(&home, &["sync"]);
    fs::write(home.work().join(name), "{}").expect("a file");
    for command in ["import", "import-findings"] {
        let said = home.run([command, name]).exits(2).stderr();
        assert_eq!(said.chars().find(|c| is_raw(*c)), None, "{said:?}");
    }
}
