//! What comes over stays what it was there, however odd it is.

use std::fs;

use backlog_tests::{Home, database::assert_sound};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::{
    counts, export, in_work,
    one::{self, ulid},
};

fn import(home: &Home, document: &Value) -> Value {
    fs::write(in_work(home, "in.json"), document.to_string()).expect("a file");
    home.run(["import", "in.json", "--json"]).json()
}

fn task(number: u32, more: Value) -> Value {
    let mut task = json!({"id": ulid(number), "seq": number, "title": format!("Task {number}"),
        "actor": {"kind": "human", "name": "ana"},
        "project": {"id": ulid(99), "alias": "app", "name": "App"}});
    let (task_fields, more) = (task.as_object_mut().expect("fields"), more);
    task_fields.extend(more.as_object().expect("fields").clone());
    task
}

fn show(home: &Home, reference: &str) -> Value {
    home.run(["task", "show", reference, "--json"]).json()
}

#[test]
fn names_and_paths_of_any_length_come_over_whole_and_a_finding_is_known_again() {
    let name = format!("rule@{}#1", "src/漢/".repeat(80));
    let findings = json!({"version": 1, "items": [
        {"title": "Flaw", "source": "scan", "external_ref": name, "project_path": "x"}]});
    let there = Home::with_project();
    fs::write(in_work(&there, "scan.json"), findings.to_string()).expect("a file");
    there.run(["import-findings", "scan.json"]).ok();
    there
        .run(["task", "update", "1", "--project-path", "a\nb"])
        .ok();
    let path = format!("/code/{}", "x".repeat(300));
    there
        .run(["project", "update", "app", "--repo-path", &path])
        .ok();
    let exported = there.run(["export"]).ok().stdout();
    for file in ["out.json", "out.db"] {
        let home = Home::with_workspace();
        fs::write(in_work(&home, "out.json"), &exported).expect("a file");
        there.run(["daemon", "stop"]).ok();
        fs::copy(there.database(), in_work(&home, "out.db")).expect("a copy");
        let summary = home.run(["import", file, "--json"]).json();
        assert_eq!(summary["notes"], json!([]), "{file}");
        let task = show(&home, "1");
        assert_eq!(task["external_ref"], name);
        assert_eq!(task["project_path"], "a\nb");
        let project = home.run(["project", "show", "app", "--json"]).json();
        assert_eq!(project["repo_path"], path);

        fs::write(in_work(&home, "scan.json"), findings.to_string()).expect("a file");
        let again = home.run(["import-findings", "scan.json", "--json"]).json();
        assert_eq!(
            (&again["imported"], &again["unchanged"]),
            (&json!(0), &json!(1)),
            "{file}: {again:#}"
        );
    }
}

#[test]
fn a_number_that_is_too_large_to_keep_moves_no_other() {
    let home = Home::with_workspace();
    let summary = import(
        &home,
        &json!({"tasks": [task(7, json!({})), task(8, json!({"seq": 5_000_000_000_i64}))]}),
    );
    assert_eq!(
        summary["renumbered"],
        json!([{"there": "TASK-5000000000", "here": "TASK-8"}])
    );
    let said = home.run(["task", "add", "-p", "app", "-t", "Next"]).ok();
    assert!(said.stdout().contains("TASK-9"), "{}", said.stdout());

    let home = Home::with_workspace();
    let db = one::filled(&in_work(&home, "old.db"), 8);
    db.execute(
        "UPDATE tasks SET task_seq = 5000000000 WHERE id = ?",
        [ulid(2)],
    )
    .expect("an absurd number");
    drop(db);
    let summary = home.run(["import", "old.db", "--json"]).json();
    assert_eq!(
        summary["renumbered"],
        json!([{"there": "TASK-5000000000", "here": "TASK-3"}])
    );
}

#[test]
fn times_and_priorities_that_cannot_be_read_are_named() {
    let home = Home::with_workspace();
    let summary = import(
        &home,
        &json!({"tasks": [
            task(1, json!({"due_at": "2026-05-08", "priority": "urgent"})),
            task(2, json!({"created_at": "yesterday", "priority": 1.5, "archived_at": null})),
            task(3, json!({"due_at": "2026-05-08T00:00:00Z", "priority": "P1"})),
            task(4, json!({"priority": "2"})),
        ]}),
    );
    assert_eq!(
        summary["notes"],
        json!([
            "priorities that cannot be read, now P3: 2 (TASK-1, TASK-2)",
            "times that are not RFC 3339, left out: 2 (TASK-1, TASK-2)",
        ])
    );
    assert_eq!(show(&home, "1")["due_at"], Value::Null);
    let priorities = [1, 2, 3, 4].map(|n: u32| show(&home, &n.to_string())["priority"].clone());
    assert_eq!(priorities, [3, 3, 1, 2]);
}

#[test]
fn a_project_that_is_named_by_its_alias_alone_is_the_one_of_the_list() {
    let home = Home::with_workspace();
    let summary = import(
        &home,
        &json!({
            "projects": [{"id": ulid(50), "alias": "app", "name": "App"}],
            "tasks": [task(1, json!({"project": {"alias": "app"}})),
                      task(2, json!({"project": {"alias": "lib"}})),
                      task(3, json!({"project": {"alias": "lib"}}))],
        }),
    );
    assert_eq!(summary["notes"], json!([]));
    assert_eq!(counts(&summary, "added")["project"], 2);
    assert_eq!(show(&home, "1")["project"]["id"], ulid(50));
}

#[test]
fn a_time_of_0_in_1_x_is_none() {
    let home = Home::with_workspace();
    let db = one::filled(&in_work(&home, "old.db"), 8);
    db.execute_batch("UPDATE tasks SET archived_at = 0, due_at = 0, completed_at = 0, status = 'todo', priority = 'P2'")
        .expect("times of 0");
    drop(db);
    let summary = home.run(["import", "old.db", "--json"]).json();
    assert_eq!(summary["notes"], json!([]));
    let listed = home.run(["task", "list", "--json"]).json();
    assert_eq!(listed["page"]["total"], 2, "{listed:#}");
    for time in ["archived_at", "due_at", "completed_at"] {
        assert_eq!(show(&home, "1")[time], Value::Null);
    }
    assert_eq!(show(&home, "1")["priority"], 2);
}

#[test]
fn a_doc_that_was_archived_stays_so_also_through_json() {
    let home = Home::with_workspace();
    let db = one::filled(&in_work(&home, "old.db"), 8);
    db.execute("UPDATE project_docs SET archived_at = ?", [one::WHEN])
        .expect("a doc in the archive");
    drop(db);
    home.run(["import", "old.db"]).ok();
    let (bytes, document) = export(&home);
    assert_eq!(
        document["docs"][0]["archived_at"],
        "2024-05-04T12:00:00.000000007Z"
    );
    let second = Home::with_workspace();
    fs::write(in_work(&second, "in.json"), &bytes).expect("a file");
    second.run(["import", "in.json"]).ok();
    assert_eq!(export(&second).0, bytes);
}

#[test]
fn an_attachment_of_more_than_may_be_added_here_is_kept_and_told() {
    let home = Home::with_workspace();
    let db = one::filled(&in_work(&home, "old.db"), 8);
    let large: Vec<u8> = (0..(11_u32 << 20)).map(|n| (n % 251) as u8).collect();
    db.execute("UPDATE attachments SET data = ?", [&large])
        .expect("a large one");
    drop(db);
    let summary = home.run(["import", "old.db", "--json"]).json();
    assert_eq!(
        summary["notes"],
        json!(["attachments of more than 10 MiB, kept as they are: 1 (a.bin)"])
    );
    let fetched = home
        .run(["attachment", "fetch", &ulid(15), "--out", "-"])
        .ok();
    assert!(fetched.output.stdout == large, "all of it");
    let (bytes, _) = export(&home);
    let second = Home::with_workspace();
    fs::write(in_work(&second, "in.json"), &bytes).expect("a file");
    second.run(["import", "in.json"]).ok();
    assert!(export(&second).0 == bytes, "all of it, by JSON too");
}

#[test]
fn a_chain_of_thousands_comes_over_without_the_one_link_that_closes_it() {
    const TASKS: u32 = 4_000;
    let home = Home::with_workspace();
    let tasks: Vec<Value> = (1..=TASKS)
        .map(|number| {
            let on = number % TASKS + 1;
            task(number, json!({"blocked_by": [format!("TASK-{on}")]}))
        })
        .collect();
    let summary = import(&home, &json!({"tasks": tasks}));
    assert_eq!(counts(&summary, "added")["dependency"], TASKS - 1);
    let notes = summary["notes"].to_string();
    assert!(
        notes.contains("links left out, since they made a circle: 1"),
        "{notes}"
    );
    let ready = home.run(["task", "list", "--ready", "--json"]).json();
    assert_eq!(ready["page"]["total"], 1, "the one that waits for nothing");
    assert_sound(&home);
}

/// A database as an earlier version of this Backlog left it, with a task.
fn of_schema_2(home: &Home) {
    let db = Connection::open(in_work(home, "older.db")).expect("a file");
    let steps = [
        include_str!("../../../backlogd/src/store/migrations/0001_core.sql"),
        include_str!("../../../backlogd/src/store/migrations/0002_claims.sql"),
    ];
    for step in steps {
        db.execute_batch(step).expect("a step of the schema");
    }
    db.execute_batch(
        "PRAGMA application_id = 0x424b4c47; PRAGMA user_version = 2;
         INSERT INTO workspace (id, ulid, created_at) VALUES (1, randomblob(16), 1);
         INSERT INTO project (id, ulid, alias, name, description, repo_path, actor_kind, actor_name,
             created_at, updated_at)
         VALUES (1, randomblob(16), 'app', 'App', '', '', 'human', 'ana', 1, 1)",
    )
    .expect("a project");
    db.execute(
        "INSERT INTO task (seq, ulid, project_id, title, type, status, priority, assignee, source,
             external_ref, project_path, actor_kind, actor_name, created_at, updated_at, description)
         VALUES (12, ?, 1, 'Old', 'bug', 'todo', 2, '', '', '', '', 'human', 'ana', 1, 1, 'text')",
        params![[7_u8; 16]],
    )
    .expect("a task");
}

#[test]
fn a_database_of_an_older_schema_comes_over_and_stays_as_it_is() {
    let home = Home::with_workspace();
    of_schema_2(&home);
    let path = in_work(&home, "older.db");
    let before = fs::read(&path).expect("a file");
    let summary = home.run(["import", "older.db", "--json"]).json();
    assert_eq!(counts(&summary, "added")["task"], 1, "{summary:#}");
    let task = show(&home, "TASK-12");
    assert_eq!(
        (&task["title"], &task["type"]),
        (&json!("Old"), &json!("bug"))
    );
    assert_eq!(fs::read(&path).expect("a file"), before);
    assert_sound(&home);
    let left: Vec<_> = fs::read_dir(home.work())
        .expect("a directory")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(".backlog-import"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
