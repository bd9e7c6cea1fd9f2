//! `import` of Backlog 1.x.

use backlog_tests::{Home, database::assert_sound};
use rusqlite::params;
use serde_json::{Value, json};

use super::{
    counts, in_work,
    one::{self, WHEN, ulid},
};

const TIME: &str = "2024-05-04T12:00:00.000000007Z";

#[test]
fn every_version_comes_over_with_all_it_had() {
    for version in 1..=8 {
        let home = Home::with_workspace();
        drop(one::filled(&in_work(&home, "old.db"), version));
        let summary = home.run(["import", "old.db", "--json"]).json();
        assert_eq!(summary["source"], "backlog-1.x");
        assert_eq!(summary["notes"], json!([]), "version {version}");

        let task = home.run(["task", "show", &ulid(2), "--json"]).json();
        let seen = format!("version {version}: {task:#}");
        assert_eq!(task["ref"], "TASK-1", "{seen}");
        assert_eq!(task["status"], "done", "{seen}");
        assert_eq!(task["type"], "bug", "{seen}");
        assert_eq!(task["created_at"], TIME, "{seen}");
        assert_eq!(
            task["completed_at"], "2024-05-04T12:00:00.000000012Z",
            "{seen}"
        );
        assert!(task["archived_at"].is_string(), "{seen}");
        assert_eq!(
            task["actor"],
            json!({"kind": "ai", "name": "claude-code"}),
            "{seen}"
        );
        assert_eq!(task["labels"], json!(["auth"]), "{seen}");
        assert_eq!(task["plans"][0]["version"]["body"], "Two", "{seen}");
        assert_eq!(task["comments"][0]["actor"]["name"], "bob", "{seen}");
        let path = if version >= 7 {
            json!("services/login")
        } else {
            Value::Null
        };
        assert_eq!(task["project_path"], path, "{seen}");
        let old = home
            .run(["plan", "show", &ulid(4), "--version", "1", "--json"])
            .json();
        assert_eq!(old["version"]["body"], "One", "{seen}");
        assert_eq!(
            home.run(["label", "list", "--json"]).json()["labels"][0]["color"],
            "#ff0000"
        );

        let memory = home.run(["memory", "list", "--json"]).json();
        let entry = &memory["entries"][0];
        match version {
            1 | 2 => assert!(entry.is_null()),
            3..=5 => assert_eq!(entry["tags"], json!(["deploy"])),
            _ => assert_eq!(entry["tags"], json!(["deploy", "rules"])),
        }
        if version >= 3 {
            assert_eq!(entry["body"], "On Fridays never");
        }
        if version >= 4 {
            let doc = home
                .run(["doc", "show", &ulid(12), "--version", "1", "--json"])
                .json();
            assert_eq!(
                (&doc["version"]["body"], &doc["current_version"]),
                (&json!("So"), &json!(2))
            );
        }
        if version >= 5 {
            let bytes = home
                .run(["attachment", "fetch", &ulid(15), "--out", "-"])
                .ok()
                .output
                .stdout;
            assert_eq!(bytes, [0, 255, 1]);
        }
        let history = home.run(["activity", "--task", "1", "--json"]).json();
        let events = history["events"].as_array().expect("events");
        assert_eq!(
            events.len(),
            3,
            "two of theirs, and that it was imported: {history:#}"
        );
        let created = events
            .iter()
            .find(|event| event["entity"] == "task" && event["action"] == "created");
        let created = created.expect("it was created");
        assert_eq!(created["created_at"], TIME);
        assert_eq!(created["actor"]["name"], "claude-code");
        let said = if version >= 8 {
            "said in full"
        } else {
            "created task"
        };
        assert_eq!(created["summary"], said);
        assert_eq!(
            home.run([
                "task",
                "list",
                "--search",
                "Timeout",
                "--include-archived",
                "--json"
            ])
            .json()["page"]["total"],
            1
        );
        assert_eq!(
            home.run(["project", "show", "app", "--json"]).json()["task_counts"],
            json!({"todo": 0, "doing": 1, "done": 0, "archived": 1})
        );

        let again = home.run(["import", "old.db", "--json"]).json();
        assert!(counts(&again, "added").is_empty(), "{again:#}");
        assert_sound(&home);
    }
}

#[test]
fn what_1_x_let_pass_is_mended_as_little_as_can_be_and_told() {
    let home = Home::with_workspace();
    let db = one::filled(&in_work(&home, "old.db"), 8);
    let long = "漢".repeat(300);
    let task = |number: u32,
                title: &str,
                kind: &str,
                status: &str,
                priority: i64,
                project: &str| {
        db.execute(
            "INSERT INTO tasks (id, project_id, title, description, type, status, priority, actor_kind,
                 actor_name, created_at, updated_at, task_seq)
             VALUES (?, ?, ?, 'text', ?, ?, ?, 'robot', '', ?, ?, ?)",
            params![ulid(number), project, title, kind, status, priority, WHEN, WHEN + 9, number],
        )
        .expect("a task");
    };
    task(101, &long, "epic", "in_progress", 9, &ulid(1));
    task(102, "two\nlines\u{7}", "task", "done", 2, &ulid(1));
    task(103, "a\0b", "task", "todo", 2, "gone");
    task(104, "", "task", "blocked", 0, &ulid(1));
    db.execute_batch(&format!(
        "UPDATE tasks SET description = CAST(x'41ff42' AS TEXT) WHERE id = '{t}';
         INSERT INTO labels VALUES ('{}', '{p}', 'auth', 'red'), ('{}', '{p}', '{}', '');
         INSERT INTO task_labels VALUES ('{t}', '{}'), ('{t}', '{}');
         INSERT INTO comments VALUES ('{}', 'nowhere', 'lost', 'human', 'bob', {WHEN});
         INSERT INTO plans VALUES ('{}', '{t}', 1, '', NULL, {WHEN}, {WHEN});
         INSERT INTO activity_log (id, entity, entity_id, action, payload, created_at)
         VALUES ('{}', 'thing', 'not-a-ulid', 'did', 'no json', {WHEN});",
        ulid(201),
        ulid(202),
        "x".repeat(300),
        ulid(201),
        ulid(202),
        ulid(203),
        ulid(204),
        ulid(205),
        p = ulid(1),
        t = ulid(101),
    ))
    .expect("oddities");
    drop(db);
    let summary = home.run(["import", "old.db", "--json"]).json();
    let notes: Vec<&str> = summary["notes"]
        .as_array()
        .expect("notes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    insta::assert_snapshot!(notes.join("\n"), @r"
    actors of an unknown kind, taken for programs: 4 (TASK-101, TASK-102, TASK-103, TASK-104)
    actors without a name, called unknown: 5 (TASK-101, TASK-102, TASK-103, TASK-104, …)
    comments whose task did not come along: 1
    labels whose colour was none, now without: 1 (auth)
    lines cut to 255 characters: 2 (TASK-101, …)
    lines in which control characters became spaces: 2 (TASK-102, TASK-103)
    names and titles that were empty: 1 (TASK-104)
    plans without a version, which were left out: 1
    priorities outside P1 to P5, now the nearest: 2 (TASK-101, TASK-104)
    projects gone there, their tasks now in project imported: 1
    tasks done at no time, now done when they last changed: 1 (TASK-102)
    tasks of an unknown status, now with the nearest: 2 (TASK-101, TASK-104)
    tasks of an unknown type, now of type task: 1 (TASK-101)
    texts that were not UTF-8, with U+FFFD for what was none: 1
    titles cut to 255 characters, the whole of them begins the text: 1 (TASK-101)
    ");

    let task = home.run(["task", "show", "TASK-101", "--json"]).json();
    assert_eq!(
        task["title"].as_str().map(|title| title.chars().count()),
        Some(255)
    );
    assert_eq!(task["description"], format!("{long}\n\nA\u{fffd}B"));
    assert_eq!(
        (&task["type"], &task["status"], &task["priority"]),
        (&json!("task"), &json!("doing"), &json!(5))
    );
    assert_eq!(task["actor"], json!({"kind": "ai", "name": "unknown"}));
    assert_eq!(task["labels"].as_array().map(Vec::len), Some(2));
    let task = home.run(["task", "show", "TASK-102", "--json"]).json();
    assert_eq!(
        (&task["title"], &task["status"]),
        (&json!("two lines"), &json!("done"))
    );
    let task = home.run(["task", "show", "TASK-103", "--json"]).json();
    assert_eq!(task["project"]["alias"], "imported");
    assert_sound(&home);
}

#[test]
fn tasks_without_a_number_get_the_next_ones() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "Mine"]).ok();
    drop(one::filled(&in_work(&home, "old.db"), 1));
    let said = home.run(["import", "old.db"]).ok().stdout();
    insta::assert_snapshot!(said, @r"
    Imported 1 label, 2 tasks, 1 plan, 1 comment, 2 log entries from old.db (Backlog 1.x)
    Here already: 1 project
    Other numbers:
      TASK-2 had no number
      TASK-3 had no number
    Note: The project app here is another one than app there; what was in that came into it.
    ");
    let titles: Vec<String> = (1..=3)
        .map(|number| {
            home.run(["task", "show", &number.to_string(), "--json"])
                .json()["title"]
                .to_string()
        })
        .collect();
    assert_eq!(titles, ["\"Mine\"", "\"Fix login\"", "\"Add limits\""]);
}

#[test]
fn a_workspace_in_use_is_read_with_what_is_in_its_log_and_not_written_to() {
    let home = Home::with_workspace();
    let path = in_work(&home, "old.db");
    let db = one::filled(&path, 8);
    let before = std::fs::read(&path).expect("a file");
    // What is written is in the log beside the file, which nobody has emptied.
    db.execute_batch("BEGIN IMMEDIATE")
        .expect("somebody writes");
    let summary = home.run(["import", "old.db", "--json"]).json();
    assert_eq!(counts(&summary, "added")["task"], 2);
    db.execute_batch("COMMIT").expect("and goes on");
    assert_eq!(std::fs::read(&path).expect("a file"), before);
}

#[test]
fn only_one_project_comes_where_only_one_is_asked_for() {
    let home = Home::with_workspace();
    let db = one::filled(&in_work(&home, "old.db"), 8);
    db.execute_batch(&format!(
        "INSERT INTO projects VALUES ('{}', 'lib', 'Lib', '', '', NULL, 1, 1)",
        ulid(301)
    ))
    .expect("a project");
    drop(db);
    let refused = home.run(["import", "old.db", "-p", "nope"]);
    refused.refused(3, "no project \"nope\"");
    let summary = home.run(["import", "old.db", "-p", "lib", "--json"]).json();
    assert_eq!(
        counts(&summary, "added"),
        json!({"project": 1}).as_object().expect("counts").clone()
    );
    let summary = home.run(["import", "old.db", "-p", "app", "--json"]).json();
    assert_eq!(counts(&summary, "added")["activity"], 2);
}

#[test]
fn a_schema_that_is_newer_or_none_is_refused() {
    let home = Home::with_workspace();
    let db = one::schema(&in_work(&home, "new.db"), 8);
    db.execute_batch("UPDATE schema_meta SET value = '9'")
        .expect("a later version");
    drop(db);
    home.run(["import", "new.db"])
        .refused(2, "schema version 9 of Backlog 1.x");
    let db = rusqlite::Connection::open(in_work(&home, "other.db")).expect("a file");
    db.execute_batch("CREATE TABLE t (x)").expect("a table");
    drop(db);
    home.run(["import", "other.db"])
        .refused(2, "neither of this Backlog nor of Backlog 1.x");
}
