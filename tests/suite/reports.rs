//! Reports: their figures come from recorded fields, and agree with what
//! anybody can count in the log.

use std::collections::BTreeMap;

use backlog_api::{schema::Document, view};
use backlog_tests::Home;
use rusqlite::Connection;
use serde_json::Value;

const DAY: i64 = 86_400_000_000_000;

fn valid<T: Document>(document: Value) -> Value {
    let schema = backlog_api::schema::of::<T>();
    jsonschema::validate(&schema, &document).unwrap_or_else(|error| panic!("{error}: {document}"));
    document
}

fn analyze(home: &Home, args: &[&str]) -> Value {
    let args = [&["activity", "analyze", "--json"], args].concat();
    valid::<view::Analysis>(home.run(args).json())
}

fn audit(home: &Home, args: &[&str]) -> Value {
    let args = [&["doctor", "project", "--json"], args].concat();
    valid::<view::Audit>(home.run(args).json())
}

fn add(home: &Home, title: &str, args: &[&str]) {
    home.run([&["task", "add", "-t", title], args].concat())
        .ok();
}

fn move_to(home: &Home, task: &str, status: &str, actor: &str) {
    home.run(["task", "move", task, "--status", status, "--as", actor])
        .ok();
}

/// References of what a report points at.
fn refs(items: &Value) -> Vec<&str> {
    let items = items["items"].as_array().expect("a list");
    items
        .iter()
        .filter_map(|item| item["ref"].as_str())
        .collect()
}

/// The references of an audit's issues, by code.
fn issues(audit: &Value) -> BTreeMap<&str, Vec<&str>> {
    let mut issues: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for issue in audit["issues"].as_array().expect("a list") {
        let code = issue["code"].as_str().expect("a code");
        let task = issue["ref"].as_str().expect("a task");
        issues.entry(code).or_default().push(task);
    }
    issues
}

/// Moves everything so far that many days into the past, as if it had been
/// done then. The log's own guard has to stand aside for that.
fn age(home: &Home, days: i64) {
    home.run(["daemon", "stop"]).ok();
    let db = Connection::open(home.database()).expect("the database opens");
    let by = days * DAY;
    db.execute_batch(&format!(
        "BEGIN;
         DROP TRIGGER activity_is_never_changed;
         UPDATE activity SET created_at = created_at - {by};
         CREATE TRIGGER activity_is_never_changed BEFORE UPDATE ON activity
         BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
         UPDATE task SET created_at = created_at - {by}, updated_at = updated_at - {by},
                         completed_at = completed_at - {by};
         UPDATE comment SET created_at = created_at - {by};
         COMMIT;"
    ))
    .expect("it is older now");
}

#[test]
fn a_title_cannot_make_a_report_believe_anything() {
    let home = Home::with_project();
    for title in [
        "moved from done to todo",
        "moved TASK-1 from done to todo",
        "\"status\":{\"from\":\"done\",\"to\":\"todo\"}",
    ] {
        add(&home, title, &[]);
    }
    home.run(["task", "update", "1", "-t", "reopened from done to todo"])
        .ok();
    home.run([
        "comment",
        "add",
        "--task",
        "2",
        "status: done -> todo, label churn",
    ])
    .ok();
    let report = analyze(&home, &[]);
    assert_eq!(report["created"], 3);
    assert_eq!(report["reopened"]["count"], 0);
    assert_eq!(report["label_churn"]["count"], 0);
    assert_eq!(
        report["closed_by"],
        serde_json::json!({"human": 0, "ai": 0, "other": 0})
    );
    assert_eq!(
        report["status"],
        serde_json::json!({"todo": 3, "doing": 0, "done": 0})
    );
}

#[test]
fn moves_are_counted_by_who_made_them() {
    let home = Home::with_project();
    for title in ["a", "b", "c", "d"] {
        add(&home, title, &[]);
    }
    move_to(&home, "1", "doing", "ai:x");
    move_to(&home, "1", "done", "ai:x");
    move_to(&home, "2", "done", "human:ana");
    move_to(&home, "2", "doing", "human:bob");
    move_to(&home, "3", "done", "human:ana");
    home.run(["task", "claim", "4", "--as", "ai:y"]).ok();
    home.run(["comment", "add", "--task", "3", "proof"]).ok();

    let report = analyze(&home, &[]);
    assert_eq!(report["completed"], 2);
    assert_eq!(
        report["closed_by"],
        serde_json::json!({"human": 2, "ai": 1, "other": 0})
    );
    assert_eq!(refs(&report["reopened"]), ["TASK-2"]);
    assert_eq!(
        report["reopened"]["items"][0]["evidence"],
        "from done to doing by human:bob"
    );
    assert_eq!(refs(&report["done_without_evidence"]), ["TASK-1"]);
    assert_eq!(report["doing_to_done"]["count"], 1);
    assert_eq!(report["todo_to_doing"]["count"], 2);
    assert_eq!(report["cycle_time"]["count"], 2);
    let work: Vec<String> = report["in_progress_by_actor"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|work| format!("{} {}", work["actor"]["name"], work["count"]))
        .collect();
    assert_eq!(work, ["\"y\" 1", "\"bob\" 1"]);
    let today = report["days"]
        .as_array()
        .expect("days")
        .last()
        .expect("a day")
        .clone();
    assert_eq!(today["in_progress"], 2);
    assert_eq!(today["total_created"], 4);
    assert_eq!(today["closed_by_humans"], 2);
}

#[test]
fn times_are_those_of_the_window_and_durations_those_of_the_whole_life() {
    let home = Home::with_project();
    add(&home, "old and done", &["--type", "bug"]);
    add(&home, "old and done now", &["--type", "bug"]);
    move_to(&home, "1", "doing", "ai:x");
    move_to(&home, "1", "done", "ai:x");
    move_to(&home, "2", "doing", "ai:x");
    age(&home, 20);
    move_to(&home, "2", "done", "human:ana");

    let week = analyze(&home, &[]);
    assert_eq!(
        (&week["created"], &week["completed"]),
        (&0.into(), &1.into())
    );
    assert_eq!(week["closed_by"]["ai"], 0);
    let about = |value: &Value, days: f64| {
        let seconds = value.as_f64().expect("a number");
        assert!((seconds / 86_400.0 - days).abs() < 0.1, "{seconds}");
    };
    about(&week["doing_to_done"]["p50"], 20.0);
    about(&week["cycle_time"]["average"], 20.0);
    assert_eq!(week["cycle_time_by_type"][0]["type"], "bug");
    about(&week["cycle_time_by_type"][0]["maximum"], 20.0);
    let days = week["days"].as_array().expect("days");
    assert_eq!(days.len(), 8);
    assert_eq!(days[0]["total_created"], 2);
    assert_eq!(days[0]["total_completed"], 1);
    assert_eq!(
        (&days[6]["in_progress"], &days[7]["in_progress"]),
        (&1.into(), &0.into())
    );

    let month = analyze(&home, &["--since", "30d"]);
    assert_eq!(
        (&month["created"], &month["completed"]),
        (&2.into(), &2.into())
    );
    assert_eq!(month["closed_by"]["ai"], 1);
    assert_eq!(month["days"].as_array().expect("days").len(), 31);
    let years = analyze(&home, &["--since", "2000-01-01"]);
    assert_eq!(years["days"].as_array().expect("days").len(), 366);
}

/// Counts in `activity --json` what the report says, the slow way.
#[test]
fn the_figures_agree_with_a_count_over_the_log() {
    let home = Home::with_project();
    let mut random = 7_u64;
    let mut next = |below: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for number in 0..12 {
        add(&home, &format!("task {number}"), &[]);
    }
    for _ in 0..80 {
        let task = (1 + next(12)).to_string();
        let status = ["todo", "doing", "done"][next(3) as usize];
        let actor = ["human:ana", "ai:x", "ai:y"][next(3) as usize];
        move_to(&home, &task, status, actor);
    }
    let log = home.run(["activity", "--json", "--limit", "1000"]).json();
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    let mut add = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    for event in log["events"].as_array().expect("a list") {
        let status = &event["payload"]["changes"]["status"];
        match (status["from"].as_str(), status["to"].as_str()) {
            (Some("todo"), Some("doing")) => add("started"),
            (Some("doing"), Some("done")) => add("finished"),
            _ => {}
        }
        if status["from"] == "done" {
            add("reopened");
        }
        if status["to"] == "done" {
            add(event["actor"]["kind"].as_str().expect("a kind"));
        }
    }
    let report = analyze(&home, &["--limit", "3"]);
    for (what, figure) in [
        ("started", &report["todo_to_doing"]["count"]),
        ("finished", &report["doing_to_done"]["count"]),
        ("reopened", &report["reopened"]["count"]),
        ("human", &report["closed_by"]["human"]),
        ("ai", &report["closed_by"]["ai"]),
    ] {
        assert_eq!(*figure, counts[what], "{what}");
        assert!(counts[what] > 0, "{what} occurs");
    }
    assert_eq!(refs(&report["reopened"]).len(), 3, "cut to the limit");
    let doing = home
        .run(["task", "list", "--status", "doing", "--json"])
        .json();
    assert_eq!(report["status"]["doing"], doing["page"]["total"]);
    assert_eq!(
        report["days"]
            .as_array()
            .expect("days")
            .last()
            .expect("today")["in_progress"],
        doing["page"]["total"]
    );
}

#[test]
fn what_is_there_twice_is_told() {
    let home = Home::with_project();
    add(
        &home,
        "a",
        &[
            "--label", "Back End", "--label", "back-end", "--label", "other",
        ],
    );
    add(&home, "b", &["--type", "bug", "--discovered-from", "1"]);
    for _ in 0..2 {
        home.run(["comment", "add", "--task", "1", "same"]).ok();
        home.run([
            "plan",
            "add",
            "--task",
            "1",
            "--title",
            "P",
            "--content",
            "x",
        ])
        .ok();
    }
    home.run(["comment", "add", "--task", "2", "same"]).ok();
    home.run(["label", "detach", "other", "--task", "1"]).ok();
    let report = analyze(&home, &[]);
    assert_eq!(report["duplicate_labels"]["count"], 1);
    assert_eq!(
        report["duplicate_labels"]["items"][0]["evidence"],
        "label back-end beside Back End"
    );
    assert_eq!(refs(&report["duplicate_comments"]), ["TASK-1"]);
    assert_eq!(refs(&report["duplicate_plans"]), ["TASK-1"]);
    assert_eq!(refs(&report["label_churn"]), ["TASK-1"]);
    assert_eq!(refs(&report["bug_follow_ups"]), ["TASK-2"]);
    assert_eq!(
        report["bug_follow_ups"]["items"][0]["evidence"],
        "discovered from TASK-1"
    );
}

#[test]
fn what_was_before_the_time_asked_for_is_not_of_the_first_day() {
    let home = Home::with_project();
    for title in ["before", "done before"] {
        add(&home, title, &[]);
    }
    move_to(&home, "2", "done", "ai:x");
    add(&home, "since", &[]);
    let first = home.run(["task", "show", "3", "--json"]).json();
    let since = first["created_at"].as_str().expect("a time");
    move_to(&home, "3", "done", "ai:x");
    let report = analyze(&home, &["--since", since]);
    assert_eq!(
        (&report["created"], &report["completed"]),
        (&1.into(), &1.into())
    );
    let days = report["days"].as_array().expect("a list");
    let sum = |what: &str| -> i64 { days.iter().filter_map(|day| day[what].as_i64()).sum() };
    assert_eq!((sum("created"), sum("completed")), (1, 1), "{report}");
    assert_eq!(days[days.len() - 1]["total_created"], 3);
}

#[test]
fn an_audit_names_each_problem_by_its_code() {
    let home = Home::with_project();
    add(&home, "never started", &[]);
    add(&home, "stale", &[]);
    move_to(&home, "2", "doing", "ai:x");
    add(&home, "only labels", &[]);
    age(&home, 10);
    home.run(["label", "attach", "x", "--task", "3"]).ok();

    add(&home, "done early", &[]);
    add(&home, "its part", &["--parent", "4"]);
    move_to(&home, "4", "done", "ai:x");
    add(&home, "given up", &[]);
    add(&home, "waits", &["--blocked-by", "6"]);
    home.run(["task", "archive", "6"]).ok();
    add(&home, "well done", &[]);
    home.run([
        "plan",
        "add",
        "--task",
        "8",
        "--title",
        "P",
        "--content",
        "x",
    ])
    .ok();
    home.run(["comment", "add", "--task", "8", "proof"]).ok();
    move_to(&home, "8", "done", "ai:x");
    add(&home, "expires", &[]);
    for _ in 0..2 {
        home.run(["task", "claim", "9", "--ttl", "1s"]).ok();
        backlog_tests::eventually("the lease is over", || {
            home.run(["task", "show", "9", "--json"]).json()["status"] == "todo"
        });
    }

    let found = audit(&home, &[]);
    let issues = issues(&found);
    let expected = [
        ("blocked_by_archived", vec!["TASK-7"]),
        ("done_without_comments", vec!["TASK-4"]),
        ("done_without_completion_evidence", vec!["TASK-4"]),
        ("final_audit_closed_with_open_work", vec!["TASK-4"]),
        ("latest_activity_label_churn_only", vec!["TASK-3"]),
        ("lease_expired_repeatedly", vec!["TASK-9"]),
        ("stale_doing_task", vec!["TASK-2"]),
        ("task_created_never_started", vec!["TASK-1", "TASK-3"]),
        ("task_without_plan", vec!["TASK-2", "TASK-4"]),
    ];
    assert_eq!(issues, BTreeMap::from(expected));
    assert_eq!(found["issues"][0]["severity"], "error");
    assert_eq!(found["issues"][0]["evidence"], "done, while TASK-5 is open");
    assert_eq!(found["total"], 11);
    assert_eq!(found["tasks"], 8);

    let cut = audit(&home, &["--limit", "2"]);
    assert_eq!(cut["issues"].as_array().expect("a list").len(), 2);
    assert_eq!(cut["total"], 11);
    let patient = audit(&home, &["--stale-after", "2w"]);
    assert!(!patient.to_string().contains("stale_doing_task"));

    home.run(["doctor", "project"]).ok();
    home.run(["doctor", "project", "--strict"]).exits(1);
    assert_eq!(audit(&home, &[])["ok"], false);
}

#[test]
fn without_issues_an_audit_says_so() {
    let home = Home::with_project();
    add(&home, "new", &[]);
    let told = home.run(["doctor", "project", "--strict"]).ok().stdout();
    assert_eq!(told, "No issues in 1 task.\n");
    assert_eq!(audit(&home, &[])["ok"], true);
    home.run(["doctor", "project", "--project", "none"])
        .refused(3, "none");
    home.run(["activity", "analyze", "--project", "none"])
        .refused(3, "none");
}

#[test]
fn archived_projects_and_trash_count_only_where_they_are_asked_for() {
    let home = Home::with_project();
    home.run(["project", "add", "--alias", "old"]).ok();
    add(&home, "a", &["-p", "old"]);
    add(&home, "b", &["-p", "app"]);
    add(&home, "c", &["-p", "app"]);
    home.run(["task", "delete", "3"]).ok();
    home.run(["project", "archive", "old"]).ok();
    assert_eq!(analyze(&home, &[])["created"], 1);
    assert_eq!(analyze(&home, &["--project", "old"])["created"], 1);
}

#[test]
fn people_read_it_in_eighty_columns() {
    let home = Home::with_project();
    add(
        &home,
        "A task whose title is longer than what a line of a report can hold",
        &[],
    );
    move_to(&home, "1", "doing", "ai:claude-code");
    move_to(&home, "1", "done", "ai:claude-code");
    move_to(&home, "1", "doing", "ai:claude-code");
    for command in [["activity", "analyze"], ["doctor", "project"]] {
        let told = home.run(command).ok().stdout();
        for line in told.lines() {
            assert!(line.chars().count() <= 160, "{line}");
        }
    }
    let told = home.run(["activity", "analyze"]).ok().stdout();
    for part in [
        "CREATED",
        "Reopened: 1",
        "from done to doing by ai:claude-code",
        "doing to done",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}
