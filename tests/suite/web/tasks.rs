//! Tasks and projects over HTTP.

use serde_json::json;

use super::{add, serve};

#[test]
fn a_task_is_made_read_changed_moved_and_deleted() {
    let (home, web) = serve();
    let made = web.post(
        "/api/tasks",
        json!({"project": "app", "title": "Fix login", "description": "It **hangs**.", "type": "bug",
               "priority": "P2", "assignee": "ana", "due_date": "2026-05-08", "source": "semgrep",
               "external_ref": "x-1", "project_path": "/src", "labels": ["auth", "ui"],
               "scope": ["src/**"]}),
    );
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(made["ref"], "TASK-1");
    assert_eq!(made["due_at"], "2026-05-08T00:00:00Z");
    assert_eq!(made["labels"], json!(["auth", "ui"]));

    let shown = web.get("/api/tasks/1").ok();
    assert_eq!(shown, web.get("/api/tasks/task-1").ok());
    assert_eq!(shown, home.run(["task", "show", "1", "--json"]).json());

    let changed = web
        .patch(
            "/api/tasks/TASK-1",
            json!({"title": "Fix the login", "assignee": null, "version": 1}),
        )
        .ok();
    assert_eq!(changed["title"], "Fix the login");
    assert_eq!(changed.get("assignee"), None);
    assert_eq!(changed["priority"], 2, "what is left out stays");
    let cleared = web
        .patch("/api/tasks/1", json!({"clear_due_at": true}))
        .ok();
    assert_eq!(cleared.get("due_at"), None);

    let moved = web
        .patch("/api/tasks/1/status", json!({"status": "done"}))
        .ok();
    assert!(moved["completed_at"].is_string());
    assert!(web.patch("/api/tasks/1/archive", json!({})).ok()["archived_at"].is_string());
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 0);
    assert_eq!(
        web.get("/api/tasks?include_archived=true").ok()["page"]["total"],
        1
    );
    web.patch("/api/tasks/1/unarchive", json!({})).ok();
    assert_eq!(web.delete("/api/tasks/1").status, 204);
    web.get("/api/tasks/1").refused(404, "task_not_found");
    assert_eq!(web.get("/api/trash").ok()["items"][0]["ref"], "TASK-1");
    web.post("/api/trash/TASK-1/restore", json!({})).ok();
    web.get("/api/tasks/1").ok();
}

#[test]
fn a_change_that_was_decided_on_an_older_state_names_the_present_one() {
    let (_home, web) = serve();
    add(&web, "One");
    web.patch("/api/tasks/1", json!({"title": "Two", "version": 1}))
        .ok();
    let refusal = web
        .patch("/api/tasks/1", json!({"title": "Three", "version": 1}))
        .refused(409, "version_conflict");
    assert_eq!(refusal["current_version"], 2);
}

#[test]
fn a_list_is_filtered_sorted_and_paged() {
    let (_home, web) = serve();
    for (title, kind, priority, label) in [
        ("Alpha", "bug", 1, "ui"),
        ("Beta", "feature", 2, "ui"),
        ("Gamma", "bug", 3, "db"),
        ("Delta", "chore", 4, "db"),
    ] {
        web.call_as(
            "POST",
            "/api/tasks",
            Some(json!({"project": "app", "title": title, "type": kind, "priority": priority, "labels": [label]})),
            &[("backlog-actor", if priority < 3 { "human:ana" } else { "ai:scanner" })],
        )
        .ok();
    }
    web.patch("/api/tasks/4/status", json!({"status": "doing"}))
        .ok();
    let titles = |query: &str| {
        let list = web.get(&format!("/api/tasks?{query}")).ok();
        let titles: Vec<String> = list["tasks"]
            .as_array()
            .expect("tasks")
            .iter()
            .map(|task| task["title"].as_str().expect("a title").to_owned())
            .collect();
        titles.join(" ")
    };
    for (query, expected) in [
        ("", "Alpha Beta Gamma Delta"),
        ("status=todo", "Alpha Beta Gamma"),
        ("status=doing&status=done", "Delta"),
        ("type=bug", "Alpha Gamma"),
        ("type=bug&type=chore&priority=P3&priority=4", "Gamma Delta"),
        ("label=ui", "Alpha Beta"),
        (
            "label=ui&label=db&sort=title&order=desc",
            "Gamma Delta Beta Alpha",
        ),
        ("actor=ai:scanner", "Gamma Delta"),
        ("actor=human", "Alpha Beta"),
        ("actor=scanner", "Gamma Delta"),
        ("search=bet*", "Beta"),
        ("search=alpha+OR+gamma&sort=seq", "Alpha Gamma"),
        ("ready=true&limit=1", "Alpha"),
        ("project=app&offset=2", "Gamma Delta"),
        ("limit=1&offset=1", "Beta"),
        ("sort=seq&order=desc&limit=2", "Delta Gamma"),
    ] {
        assert_eq!(titles(query), expected, "{query}");
    }
    let first = web.get("/api/tasks?limit=3").ok();
    assert_eq!(
        (&first["page"]["total"], &first["page"]["count"]),
        (&json!(4), &json!(3))
    );
    let cursor = first["page"]["next_cursor"].as_str().expect("more");
    assert_eq!(titles(&format!("limit=3&cursor={cursor}")), "Delta");
    let basic = web.get("/api/tasks?view=basic&search=delta").ok();
    assert_eq!(basic["tasks"][0].get("description"), None);
}

#[test]
fn values_that_make_no_sense_are_named() {
    let (_home, web) = serve();
    add(&web, "One");
    for (query, fragment) in [
        ("status=open", "\"open\" is none of todo, doing, done"),
        ("priority=P9", "no priority"),
        ("limit=many", "limit: not a whole number"),
        ("ready=yes", "ready: "),
        ("limit=1&limit=2", "limit"),
        ("colour=red", "unknown field `colour`"),
        ("cursor=zzz", "page token"),
        ("actor=robot:x", "no actor"),
        ("project=nope", "no project"),
    ] {
        let answer = web.get(&format!("/api/tasks?{query}"));
        assert!(
            matches!(answer.status, 400 | 404 | 422),
            "{query}: {}",
            answer.text()
        );
        assert!(
            answer.text().contains(&fragment.replace('"', "\\\"")),
            "{query}: {}",
            answer.text()
        );
    }
    for (body, status, code) in [
        (json!({"title": ""}), 400, "invalid_value"),
        (json!({"title": 7}), 400, "invalid_value"),
        (json!({"title": "x", "type": "story"}), 400, "invalid_value"),
        (
            json!({"title": "x", "due_date": "soon"}),
            400,
            "invalid_value",
        ),
        (json!({"title": "x", "titel": "y"}), 422, "unknown_field"),
        (
            json!({"title": "x", "project": "nope"}),
            404,
            "project_not_found",
        ),
        (json!({"title": "x".repeat(256)}), 400, "invalid_value"),
        (json!([]), 400, "invalid_value"),
        (
            json!({"title": "x", "parent": "TASK-99"}),
            404,
            "task_not_found",
        ),
    ] {
        web.post("/api/tasks", body).refused(status, code);
    }
    web.patch("/api/tasks/1", json!({}))
        .refused(400, "invalid_value");
    web.patch(
        "/api/tasks/1",
        json!({"due_date": "2026-05-08", "clear_due_at": true}),
    )
    .refused(400, "invalid_value");
    web.get("/api/tasks/99").refused(404, "task_not_found");
    web.get("/api/tasks/%2e%2e").refused(400, "invalid_value");
    web.get("/api/nothing").refused(404, "no_route");
    web.call("PUT", "/api/tasks", Some(json!({})))
        .refused(405, "wrong_method");
}

#[test]
fn a_project_lives_its_life() {
    let (home, web) = serve();
    let made = web.post(
        "/api/projects",
        json!({"alias": "lib", "name": "Library", "repo_path": "/lib"}),
    );
    assert_eq!(made.status, 201);
    web.post("/api/projects", json!({"alias": "lib"}))
        .refused(409, "alias_taken");
    web.post("/api/projects", json!({"alias": "No"}))
        .refused(400, "invalid_value");
    let changed = web
        .patch(
            "/api/projects/lib",
            json!({"description": "Shared", "wip_limit": 2}),
        )
        .ok();
    assert_eq!(
        (&changed["name"], &changed["wip_limit"]),
        (&json!("Library"), &json!(2))
    );
    assert_eq!(
        web.get("/api/projects/lib").ok(),
        home.run(["project", "show", "lib", "--json"]).json()
    );
    assert_eq!(
        web.get("/api/projects").ok()["projects"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    web.delete("/api/projects/lib")
        .refused(409, "project_not_archived");
    web.patch("/api/projects/lib/archive", json!({})).ok();
    assert_eq!(
        web.get("/api/projects").ok()["projects"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let all = web.get("/api/projects?include_archived=true").ok();
    assert_eq!(all["projects"].as_array().map(Vec::len), Some(2));
    web.patch("/api/projects/lib/unarchive", json!({})).ok();
    web.patch("/api/projects/lib/archive", json!({})).ok();
    assert_eq!(web.delete("/api/projects/lib").status, 204);
    web.get("/api/projects/lib")
        .refused(404, "project_not_found");
}

#[test]
fn labels_comments_and_what_a_task_waits_for() {
    let (_home, web) = serve();
    add(&web, "First");
    add(&web, "Second");
    let label = web.post(
        "/api/labels",
        json!({"project": "app", "name": "ui", "color": "#ff0000"}),
    );
    assert_eq!(
        (label.status, &label.json()["color"]),
        (201, &json!("#ff0000"))
    );
    assert_eq!(
        web.post("/api/tasks/1/labels", json!({"name": "ui"})).ok()["labels"],
        json!(["ui"])
    );
    web.post("/api/tasks/1/labels", json!({"name": "a b/c"}))
        .ok();
    assert_eq!(
        web.get("/api/labels?project=app").ok()["labels"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let detached = web.delete("/api/tasks/1/labels/a%20b%2Fc").ok();
    assert_eq!(detached["labels"], json!(["ui"]));
    assert_eq!(web.delete("/api/labels/ui?project=app").status, 204);

    let said = web.post("/api/tasks/1/comments", json!({"body": "Done **so**."}));
    assert_eq!(said.status, 201);
    let comments = web.get("/api/tasks/1/comments").ok();
    assert_eq!(comments["comments"][0], said.json());
    let id = said.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(web.delete(&format!("/api/comments/{id}")).status, 204);

    let waits = web.call("PUT", "/api/tasks/2/blocked-by/1", None).ok();
    assert_eq!(
        (&waits["blocked_by"], &waits["ready"]),
        (&json!(["TASK-1"]), &json!(false))
    );
    web.call("PUT", "/api/tasks/1/blocked-by/2", None)
        .refused(409, "dependency_cycle");
    let why = web.get("/api/tasks/2/why").ok();
    assert_eq!(why["obstacles"][0]["kind"], "blocked");
    let tree = web.get("/api/tasks/2/dependencies").ok();
    assert_eq!(tree["nodes"].as_array().map(Vec::len), Some(2));
    let free = web.delete("/api/tasks/2/blocked-by/1").ok();
    assert_eq!(free["ready"], true);
}

#[test]
fn what_nobody_knows_is_refused_alike_in_the_query_and_in_the_body() {
    let (_home, web) = serve();
    add(&web, "One");
    web.get("/api/tasks?colour=red")
        .refused(422, "unknown_field");
    web.patch("/api/tasks/1", json!({"colour": "red"}))
        .refused(422, "unknown_field");
}

#[test]
fn numbers_out_of_bounds_are_refused_not_bent() {
    let (_home, web) = serve();
    for query in [
        "tasks?limit=0",
        "tasks?limit=501",
        "tasks?limit=-1",
        "tasks?offset=-1",
        "labels?limit=501",
        "reports/doctor?limit=10001",
        "events?after=-1",
        "events?after_hash=zz",
    ] {
        let answer = web.get(&format!("/api/{query}"));
        answer.refused(400, "invalid_value");
    }
    web.get("/api/tasks?limit=500").ok();
}

#[test]
fn a_condition_in_a_header_is_refused_rather_than_passed_over() {
    let (_home, web) = serve();
    add(&web, "One");
    let change = |headers: &[(&str, &str)]| {
        web.call_as(
            "PATCH",
            "/api/tasks/1",
            Some(json!({"title": "x"})),
            headers,
        )
    };
    for header in ["if-match", "if-unmodified-since"] {
        change(&[(header, "\"1\"")]).refused(400, "invalid_value");
    }
    assert_eq!(web.get("/api/tasks/1").ok()["title"], "One");
    change(&[]).ok();
}

#[test]
fn hints_name_what_a_request_has_and_no_flag_of_the_command_line() {
    let (_home, web) = serve();
    add(&web, "One");
    let as_ai = [("backlog-actor", "ai:a"), ("backlog-session", "s1")];
    web.call_as(
        "POST",
        "/api/tasks/claim",
        Some(json!({"ref": "1"})),
        &as_ai,
    )
    .ok();
    let held = web.patch("/api/tasks/1", json!({"title": "x"}));
    let empty = web.post("/api/tasks/claim", json!({}));
    for answer in [held, empty] {
        let hint = answer.json()["hint"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(!hint.is_empty() && !hint.contains("--"), "{hint}");
    }
}

#[test]
fn a_task_is_no_part_of_itself() {
    let (_home, web) = serve();
    add(&web, "One");
    let answer = web.patch("/api/tasks/1", json!({"parent": "TASK-1"}));
    answer.refused(400, "invalid_value");
    assert!(answer.text().contains("TASK-1 cannot be a part of itself"));
}

#[test]
fn an_assignee_is_found_by_name_and_as_it_is_written() {
    let (home, web) = serve();
    let tasks = ["ana", "human:ana", "ai:ana", "human:anabel", "human:bob"];
    for who in tasks {
        web.post(
            "/api/tasks",
            json!({"project": "app", "title": who, "assignee": who}),
        )
        .ok();
    }
    let found = |query: &str| {
        let list = web.get(&format!("/api/tasks?{query}&sort=created&order=asc"));
        let list = list.ok();
        let tasks = list["tasks"].as_array().expect("a list").clone();
        assert_eq!(list["page"]["total"], tasks.len(), "{query}");
        tasks
            .iter()
            .map(|task| task["title"].as_str().expect("a title").to_owned())
            .collect::<Vec<_>>()
    };
    for archived in ["", "&include_archived=true"] {
        for (who, wanted) in [
            ("ana", &tasks[..3]),
            ("human:ana", &tasks[1..2]),
            ("bob", &tasks[4..]),
            ("eve", &[]),
        ] {
            assert_eq!(found(&format!("assignee={who}{archived}")), wanted, "{who}");
        }
    }
    let list = home.run(["task", "list", "--assignee", "bob", "--json"]);
    assert_eq!(list.json()["page"]["total"], 1);
}
