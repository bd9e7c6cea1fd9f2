//! What is read: the whole file is checked before anything is written.

use std::{fs, io::Write as _, process::Stdio};

use backlog_tests::Home;
use serde_json::json;

use super::{import, size, three};

fn give(home: &Home, bytes: &[u8]) -> backlog_tests::Ran {
    fs::write(home.work().join("f.json"), bytes).expect("writable");
    home.run(["import-findings", "f.json"])
}

#[test]
fn one_wrong_item_keeps_all_out_unless_told_to_go_on() {
    let home = Home::with_project();
    let items = json!([
        {"title": "Good"},
        {"title": "x".repeat(300)},
        {"title": "Urgent", "priority": "P9", "type": "bugg"},
        {"title": "Plan", "plans": [{"title": ""}]},
    ]);
    let before = size(&home);
    insta::assert_snapshot!(import(&home, &items, &[]).exits(2).stderr(), @r#"
    error: findings.json: 3 of 4 items are wrong: items[1]: title has 300 characters; at most 255 are allowed; items[2].priority: "P9" is not one of P1..P5; items[2].type: "bugg" is not one of task, bug, issue, improvement, feature, vulnerability, chore, spike, bucket-list; items[3]: title may not be empty
    hint: Nothing was written. To import the others: --keep-going
    "#);
    assert_eq!(size(&home), before);
    let ran = import(&home, &items, &["--keep-going", "--quiet"]).exits(2);
    insta::assert_snapshot!(ran.stdout(), @"imported 1 tasks · 0 plans · 3 errors");
    assert!(
        ran.stderr()
            .starts_with("error: findings.json: 3 of 4 items were left out: "),
        "{}",
        ran.stderr()
    );
    assert_eq!(size(&home).0, 1);
    let told = import(&home, &items, &["--keep-going", "--json"]).exits(2);
    let document: serde_json::Value = serde_json::from_slice(&told.output.stdout).expect("JSON");
    assert_eq!(document["errors"], 3);
    assert_eq!(document["unchanged"], 1);
    assert_eq!(
        document["problems"][1],
        json!({"place": "items[2].priority", "message": "\"P9\" is not one of P1..P5"})
    );
}

#[test]
fn fields_that_mean_nothing_are_named_once() {
    let home = Home::with_project();
    let items = json!([{"title": "a", "cve": 1}, {"title": "b", "cve": 2, "severity": "high"}]);
    let ran = import(&home, &items, &[]).ok();
    insta::assert_snapshot!(ran.stderr(), @"warning: findings.json has fields that mean nothing here: items[].cve, items[].severity");
    insta::assert_snapshot!(ran.stdout(), @"imported 2 tasks · 0 plans · 0 errors");
}

#[test]
fn what_is_no_findings_file_is_refused_in_a_line() {
    let home = Home::with_project();
    let good = br#"{"items": [{"title": "caf"#;
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    for (bytes, fragment) in [
        (b"".to_vec(), "f.json: it cannot be read: EOF"),
        (b"SQL injection!".to_vec(), "it cannot be read"),
        (b"[]".to_vec(), "expected an object"),
        (b"{}".to_vec(), "neither a findings file"),
        (br#"{"items": 3}"#.to_vec(), "expected a list of items"),
        (
            br#"{"version": 3, "items": []}"#.to_vec(),
            "version 3 is not known",
        ),
        (
            br#"{"version": "2.0.0", "runs": []}"#.to_vec(),
            "SARIF of version \"2.0.0\"",
        ),
        (
            br#"{"version": "2.1.0", "runs": [{"results": []}]}"#.to_vec(),
            "missing field `tool`",
        ),
        (
            [good.as_slice(), b"\xe9\"}]}"].concat(),
            "f.json is not UTF-8 text (byte 25)",
        ),
        ([good.as_slice(), b"\0\"}]}"].concat(), "it cannot be read"),
        (
            [good.as_slice(), b"\\u0000\"}]}"].concat(),
            "may not contain '\\0'",
        ),
        (
            [br#"{"items": ["#.to_vec(), deep, b"]}".to_vec()].concat(),
            "recursion limit",
        ),
    ] {
        give(&home, &bytes).refused(2, fragment);
    }
    home.run(["import-findings", "."])
        .refused(2, "cannot read .: Is a directory");
    home.run(["import-findings", "none.json"])
        .refused(2, "cannot read none.json");
    assert_eq!(size(&home).0, 0);
    let nobody = br#"{"items": [{"title": "a"}], "project": "nobody"}"#;
    give(&home, nobody).refused(3, "no project \"nobody\"");
    home.run(["project", "archive", "app"]).ok();
    give(&home, br#"{"items": [{"title": "a"}], "project": "app"}"#).refused(4, "is archived");
}

#[test]
fn a_file_may_come_through_a_pipe_and_with_the_marks_of_other_systems() {
    let home = Home::with_project();
    let text = json!({"items": [{"title": "Zwölf 漢字 😀 \u{202e}"}]}).to_string();
    let marked = format!("\u{feff}{text}");
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    give(&home, &wide).ok();
    let ran = give(&home, marked.as_bytes()).ok();
    insta::assert_snapshot!(ran.stdout(), @"imported 0 tasks · 0 plans · 0 errors · 1 unchanged");
    let mut command = home.command(["import-findings", "-"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(text.as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let stdout = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!(stdout, @"imported 0 tasks · 0 plans · 0 errors · 1 unchanged");
}

#[test]
fn more_findings_than_one_message_holds_are_one_write() {
    let home = Home::with_project();
    let items: Vec<_> = (0..40)
        .map(|number| json!({"title": format!("Number {number}"), "description": "x".repeat(1 << 19)}))
        .collect();
    let ran = import(&home, &json!(items), &[]).ok();
    insta::assert_snapshot!(ran.stdout(), @"imported 40 tasks · 0 plans · 0 errors");
    let mut items = items;
    items.push(json!({"title": ""}));
    items.push(json!({"title": "new"}));
    let before = size(&home);
    import(&home, &json!(items), &[]).exits(2);
    assert_eq!(size(&home), before);
}

#[test]
fn the_project_is_the_flags_then_the_files_then_the_default() {
    let home = Home::with_project();
    home.run(["project", "add", "--alias", "web"]).ok();
    super::write(&home, &three());
    home.run(["import-findings", "findings.json", "-p", "web"])
        .ok();
    assert_eq!(home.task("TASK-1")["project"]["alias"], "web");
    home.run(["import-findings", "findings.json"]).ok();
    assert_eq!(home.task("TASK-4")["project"]["alias"], "app");
    home.run(["project", "set-default", "web"]).ok();
    let ran = give(&home, br#"{"items": [{"title": "Only a title"}]}"#).ok();
    insta::assert_snapshot!(ran.stdout(), @"imported 0 tasks · 0 plans · 0 errors · 1 unchanged");
}

#[test]
fn of_many_findings_a_terminal_is_shown_how_far_it_has_come() {
    let home = Home::with_project();
    let items: Vec<_> = (0..600)
        .map(|n| json!({"title": format!("Flaw {n}")}))
        .collect();
    let file = json!({"version": 1, "items": items});
    fs::write(home.work().join("many.json"), file.to_string()).expect("a file");
    // A terminal of its own for the command.
    let mut command = std::process::Command::new("script");
    let import = format!(
        "{} import-findings many.json",
        backlog_tests::backlog_bin().display()
    );
    command.args(["-qec", &import, "/dev/null"]);
    home.settle(&mut command);
    command.env("TERM", "xterm");
    let shown = backlog_tests::home::run(&mut command).ok().stdout();
    assert!(shown.contains("Importing"), "{shown:?}");
    assert!(shown.contains("imported 600 tasks"), "{shown:?}");
}
