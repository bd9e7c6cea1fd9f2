//! What a limit allows is taken whole; what is one over it is refused, naming
//! the limit and the size given.

use std::{fs, process::Stdio};

use backlog_tests::{Home, Ran, home};

const MIB: usize = 1 << 20;

fn home() -> Home {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "The first"]).ok();
    home
}

/// Runs a command with a file as its standard input.
fn run_with(home: &Home, args: &[&str], input: &[u8]) -> Ran {
    let path = home.path().join("input");
    fs::write(&path, input).expect("a file");
    let input = fs::File::open(path).expect("a file");
    home::run(home.command(args).stdin(Stdio::from(input)))
}

#[test]
fn a_line_has_255_characters_whatever_their_bytes() {
    let home = home();
    for sign in ["x", "é", "漢", "🦀"] {
        let longest = sign.repeat(255);
        let task = home.run(["task", "add", "--json", "-t", &longest]).json();
        assert_eq!(task["title"], longest);
        for args in [
            ["task", "add", "-t"].as_slice(),
            &["task", "update", "1", "-t"],
            &["task", "update", "1", "--assignee"],
            &["task", "update", "1", "--source"],
            &["task", "update", "1", "--label"],
            &["project", "add", "--alias", "other"],
            &["label", "create"],
            &["plan", "add", "--task", "1", "--title"],
            &["--session"],
        ] {
            let longer = sign.repeat(256);
            let rest: &[&str] = if args[0] == "--session" {
                &["task", "add", "-t", "x"]
            } else {
                &[]
            };
            let ran = home.run([args, &[longer.as_str()], rest].concat());
            let ran = ran.refused(2, "256 characters");
            assert!(ran.stderr().contains("255"), "{}", ran.stderr());
        }
    }
}

#[test]
fn an_alias_has_64_characters() {
    let home = home();
    home.run(["project", "add", "--alias", &"a".repeat(64)])
        .ok();
    home.run(["project", "add", "--alias", &"a".repeat(65)])
        .refused(2, "1 to 64");
}

#[test]
fn a_body_has_one_mebibyte() {
    let home = home();
    let longest = "x".repeat(MIB);
    let longer = "x".repeat(MIB + 1);
    for args in [
        ["task", "update", "1", "-d", "-"].as_slice(),
        &[
            "plan",
            "add",
            "--task",
            "1",
            "--title",
            "Plan",
            "--content",
            "-",
        ],
        &["comment", "add", "-", "--task", "1"],
        &["project", "update", "app", "--description", "-"],
    ] {
        let ran = run_with(&home, args, longer.as_bytes()).refused(2, "1048577 bytes");
        assert!(ran.stderr().contains("1048576"), "{}", ran.stderr());
        run_with(&home, args, longest.as_bytes()).ok();
    }
    let task = home.run(["task", "show", "1", "--json"]).json();
    for body in [
        &task["description"],
        &task["plans"][0]["version"]["body"],
        &task["comments"][0]["body"],
    ] {
        assert_eq!(body.as_str().map(str::len), Some(MIB));
    }
}

#[test]
fn what_is_no_text_or_has_nul_in_it_is_refused() {
    let home = home();
    for args in [
        ["task", "update", "1", "-d", "-"].as_slice(),
        &[
            "plan",
            "add",
            "--task",
            "1",
            "--title",
            "Plan",
            "--content",
            "-",
        ],
        &["comment", "add", "-", "--task", "1"],
    ] {
        run_with(&home, args, b"before\0after").refused(2, "may not contain NUL");
        run_with(&home, args, b"caf\xe9").refused(2, "not UTF-8 text (byte 3)");
        run_with(&home, args, &b"\0".repeat(3 * MIB)).refused(2, "1 MiB");
    }
    let task = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(task["version"], 1);
}

#[test]
fn a_file_with_a_task_names_all_that_is_wrong_in_it() {
    let home = home();
    let path = home.work().join("task.json");
    fs::write(
        &path,
        r#"{"title": 3, "urgent": true, "priority": 9, "type": "story"}"#,
    )
    .expect("a file");
    let ran = home
        .run(["task", "add", "--from-file", "task.json"])
        .refused(2, "'title' is 3");
    for part in [
        "'urgent' is no field",
        "'priority' is 9",
        "'type' is \"story\"",
    ] {
        assert!(ran.stderr().contains(part), "{part} in {}", ran.stderr());
    }
    fs::write(&path, "{\"title\": \"x\"").expect("a file");
    home.run(["task", "add", "--from-file", "task.json"])
        .refused(2, "task.json");
    let list = home.run(["task", "list", "--json"]).json();
    assert_eq!(list["page"]["total"], 1);
}
