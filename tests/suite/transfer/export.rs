//! `export`.

use std::fs;

use backlog_tests::Home;

use super::{export, furnished, in_work};

#[test]
fn json_has_all_that_people_would_miss_and_nothing_of_the_trash() {
    let (_, all) = export(&furnished());
    let tasks = all["tasks"].as_array().expect("tasks");
    let refs: Vec<&str> = tasks
        .iter()
        .filter_map(|task| task["ref"].as_str())
        .collect();
    assert_eq!(refs, ["TASK-1", "TASK-2", "TASK-3", "TASK-4"]);
    let task = &tasks[0];
    assert_eq!(task["labels"], serde_json::json!(["auth", "now"]));
    assert_eq!(task["blocks"][0], "TASK-3");
    assert_eq!(task["related"][0], "TASK-4");
    assert_eq!(task["plans"][0]["versions"][0]["body"], "1. Look");
    assert_eq!(task["plans"][0]["version"]["body"], "1. Look\n2. Mend");
    assert_eq!(task["comments"][1]["actor"]["name"], "codex");
    assert!(
        task["lease"].is_null(),
        "a lease is of this workspace alone"
    );
    assert_eq!(tasks[1]["parent"], "TASK-1");
    assert!(tasks[1]["archived_at"].is_string());
    assert_eq!(all["projects"].as_array().map(Vec::len), Some(3));
    assert_eq!(all["projects"][0]["labels"][2]["color"], "#ff8800");
    assert_eq!(all["docs"][0]["versions"][0]["body"], "So");
    assert_eq!(all["memory"][0]["body"], "Remember me");
    assert_eq!(all["attachments"][0]["task_ref"], "TASK-1");
    assert_eq!(all["attachments"][1]["data"], "AJ+Slv8A");
}

#[test]
fn an_export_of_a_project_has_nothing_of_the_others() {
    let home = furnished();
    let one = home.run(["export", "-p", "lib"]).json();
    assert_eq!(one["projects"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["tasks"][0]["title"], "Elsewhere");
    assert_eq!(one["tasks"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["attachments"].as_array().map(Vec::len), Some(0));
    home.run(["export", "-p", "nope"])
        .refused(3, "no project \"nope\"");
}

#[test]
fn an_empty_workspace_is_a_document_too() {
    let home = Home::with_workspace();
    let (bytes, all) = export(&home);
    assert_eq!(all["tasks"], serde_json::json!([]));
    insta::assert_snapshot!(String::from_utf8(bytes).expect("text"), @r#"
    {"projects":[],
    "tasks":[],
    "docs":[],
    "memory":[],
    "attachments":[]}
    "#);
    let csv = home.run(["export", "--format", "csv"]).ok().stdout();
    assert_eq!(csv.lines().count(), 1);
    assert_eq!(
        home.run(["export", "--format", "md"]).ok().stdout(),
        "# Backlog Export\n"
    );
}

#[test]
fn csv_is_read_by_others_and_computes_nothing() {
    let home = Home::with_project();
    let titles = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1,A2)",
        "plain",
        "a \"quoted\", word",
        "漢字 👍🏽 \u{202e}x",
    ];
    for title in titles {
        home.run([
            "task",
            "add",
            &format!("--title={title}"),
            "--label",
            "a",
            "--label",
            "b",
        ])
        .ok();
    }
    let bytes = home.run(["export", "--format", "csv"]).ok().output.stdout;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(Into::into)
        .collect();
    assert_eq!(
        header.join(","),
        "id,project,title,type,status,priority,assignee,actor_kind,actor_name,source,external_ref,created_at,ref,labels,updated_at,completed_at"
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), titles.len());
    for (row, title) in rows.iter().zip(titles) {
        let defused = if title.starts_with(['=', '+', '-', '@']) {
            format!("'{title}")
        } else {
            title.to_owned()
        };
        assert_eq!(&row[2], defused);
        assert_eq!(&row[13], "a,b");
        assert_eq!((&row[1], &row[5]), ("app", "3"));
    }
}

#[test]
fn markdown_has_a_section_a_task() {
    let text = furnished()
        .run(["export", "--format", "md", "-p", "app"])
        .ok()
        .stdout();
    let mut kept = Vec::new();
    for line in text.lines() {
        let is_fact = ["- ID:", "- Created:", "- Completed:", "- Archived:", "**"]
            .iter()
            .any(|start| line.starts_with(start));
        if !is_fact {
            kept.push(line);
        }
    }
    insta::assert_snapshot!(kept.join("\n"), @r"
    # Backlog Export

    ## [P1][doing] [app] TASK-1 Fix login timeout

    It times out.

    Always.

    - Type: bug
    - Actor: human:tester
    - Assignee: ana
    - Labels: auth, now
    - Source: semgrep
    - External ref: rule:1@a.go:2
    - Due: 2026-12-24

    ### Plan: Fix (version 2, human:tester)

    1. Look
    2. Mend

    ### Comments


    Seen too


    Here as well

    ## [P3][done] [app] TASK-2 Part of it

    - Type: task
    - Actor: human:tester

    ### Comments


    Did it

    ## [P3][todo] [app] TASK-3 After it

    - Type: task
    - Actor: human:tester
    ");
}

#[test]
fn a_failed_export_leaves_the_old_file() {
    let home = furnished();
    let file = in_work(&home, "out.json");
    fs::write(&file, "old").expect("a file");
    home.run(["export", "-p", "nope", "-o", "out.json"])
        .refused(3, "no project");
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "old");

    let said = home.run(["export", "--out", "out.json"]).ok().stdout();
    assert_eq!(said, "Wrote out.json: 4 tasks\n");
    assert_eq!(fs::read(&file).expect("it is there"), export(&home).0);
    let left: Vec<_> = fs::read_dir(home.work())
        .expect("a directory")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(".backlog-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    home.run(["export", "-o", "."]).refused(2, "is a directory");
    home.run(["export", "-o", "/dev/null"]).ok();
}

#[test]
fn one_json_document_is_promised_and_kept() {
    let home = furnished();
    let told = home
        .run(["export", "--format", "csv", "-o", "t.csv", "--json"])
        .json();
    assert_eq!(told["tasks"], 4);
    assert_eq!(told["format"], "csv");
    home.run(["export", "--json"]).json();
    home.run(["export", "--format", "csv", "--json"]).exits(2);
    home.run(["export", "--format", "xml"]).refused(2, "xml");
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let home = furnished();
    let mut command = home.command(["export"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
}
