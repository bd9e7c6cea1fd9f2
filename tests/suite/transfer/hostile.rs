//! Text that would steer a terminal, deceive the eye or break a format goes
//! out and comes back unchanged.

use std::fs;

use backlog_tests::Home;

use super::{export, in_work};

const BODY: &str =
    "a\r\n\tb \u{1b}[31m \u{7} \u{9b}2J \u{202e}x \"q\" 'r' , ; \\ </script> ``` # h\n=1+1";

fn titles() -> Vec<String> {
    [
        "漢".repeat(255).as_str(),
        "👩‍👩‍👧 家族 🇩🇪 👍🏽",
        "abc\u{202e}txt.exe",
        "tag\u{e0041}ged \u{2028} line",
        "=cmd|' /C calc'!A0",
        "\"quoted\", and, commas",
        "## heading \\u0000 %00 &#0;",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn home() -> Home {
    let home = Home::with_project();
    let body = home.path().join("body");
    fs::write(&body, BODY).expect("a file");
    let body = body.to_str().expect("a path");
    for title in titles() {
        home.run([
            "task",
            "add",
            "--from-file",
            body,
            &format!("--title={title}"),
            &format!("--label={title}"),
        ])
        .ok();
    }
    home.run([
        "comment",
        "add",
        BODY,
        "--task",
        "1",
        "--as",
        "ai:\u{202e}tpg",
    ])
    .ok();
    home.run([
        "plan",
        "add",
        "--task",
        "1",
        "--title",
        "\u{2066}x",
        "--content",
        BODY,
    ])
    .ok();
    home.run(["memory", "add", BODY, "-p", "app"]).ok();
    home.run([
        "doc",
        "add",
        "-p",
        "app",
        "--title",
        "\u{2069}y",
        "--content",
        BODY,
    ])
    .ok();
    home
}

#[test]
fn json_goes_round_and_sends_a_terminal_nothing_raw() {
    let first = home();
    let (bytes, document) = export(&first);
    assert_eq!(document["tasks"][0]["description"], BODY);
    let text = String::from_utf8(bytes.clone()).expect("text");
    let raw = text
        .chars()
        .find(|c| c.is_control() && *c != '\n' || matches!(c, '\u{202e}' | '\u{2066}'));
    assert_eq!(raw, None);
    let second = Home::with_workspace();
    fs::write(in_work(&second, "in.json"), &bytes).expect("a file");
    second.run(["import", "in.json"]).ok();
    assert_eq!(export(&second).0, bytes);
}

#[test]
fn csv_and_markdown_hold_it() {
    let home = home();
    let bytes = home.run(["export", "--format", "csv"]).ok().output.stdout;
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(bytes.as_slice())
        .records()
        .map(|row| row.expect("a row"))
        .collect();
    for (row, title) in rows.iter().zip(titles()) {
        assert_eq!(row[2].trim_start_matches('\''), title);
    }
    let text = home.run(["export", "--format", "md"]).ok().stdout();
    let sections = text
        .lines()
        .filter(|line| line.starts_with("## [P3][todo] [app] TASK-"));
    assert_eq!(sections.count(), titles().len());
}

#[test]
fn nul_in_a_file_is_told_and_does_not_stay() {
    let home = Home::with_workspace();
    let text = "{\"tasks\":[{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"title\":\"a\\u0000b\",\"description\":\"c\\u0000d\",
        \"project\":{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAW\",\"alias\":\"app\",\"name\":\"A\"}}]}";
    fs::write(in_work(&home, "in.json"), text).expect("a file");
    let said = home.run(["import", "in.json"]).ok().stdout();
    assert!(said.contains("NUL"), "{said}");
    let task = home.run(["task", "list", "--json"]).json();
    assert_eq!(task["tasks"][0]["title"], "a b");
    fs::write(
        in_work(&home, "bad.json"),
        b"{\"tasks\":[{\"id\":\"\xff\"}]}",
    )
    .expect("a file");
    home.run(["import", "bad.json"])
        .refused(2, "is not an export that can be read");
}
