//! Plans, docs and memory over HTTP.

use serde_json::json;

use super::{add, serve};

#[test]
fn a_plan_is_changed_by_versions() {
    let (home, web) = serve();
    add(&web, "One");
    let plan = web.post(
        "/api/tasks/1/plans",
        json!({"title": "Plan", "body": "1. a\n2. b"}),
    );
    assert_eq!(plan.status, 201);
    let id = plan.json()["id"].as_str().expect("an id").to_owned();
    let at = |rest: &str| format!("/api/plans/{id}{rest}");
    let second = web
        .patch(
            &at(""),
            json!({"body": "1. a\n2. c", "change_note": "b was wrong"}),
        )
        .ok();
    assert_eq!(
        (&second["current_version"], &second["version"]["title"]),
        (&json!(2), &json!("Plan"))
    );
    let refusal = web
        .patch(&at(""), json!({"title": "P", "version": 1}))
        .refused(409, "version_conflict");
    assert_eq!(refusal["current_version"], 2);
    assert_eq!(
        web.get(&at("?version=1")).ok()["version"]["body"],
        "1. a\n2. b"
    );
    web.get(&at("?version=9"))
        .refused(404, "plan_version_not_found");
    assert_eq!(
        web.get(&at("/history")).ok()["versions"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(
        web.get(&at("/diff")).ok(),
        home.run(["plan", "diff", &id, "--json"]).json()
    );
    assert_eq!(web.get(&at("/diff?from=2&to=1")).ok()["from"], 2);

    home.run(["project", "add", "--alias", "lib"]).ok();
    web.post("/api/tasks", json!({"project": "lib", "title": "Two"}))
        .ok();
    web.post("/api/tasks/2/plans", json!({"title": "Other"}))
        .ok();
    let count = |query: &str| {
        let plans = web.get(&format!("/api/plans{query}")).ok();
        plans["plans"].as_array().map(Vec::len)
    };
    assert_eq!(count(""), Some(2));
    assert_eq!(count("?project=lib"), Some(1));
    assert_eq!(count("?task=TASK-1"), Some(1));
    assert_eq!(count("?limit=1"), Some(1));
    web.patch("/api/projects/lib/archive", json!({})).ok();
    assert_eq!(
        count(""),
        Some(1),
        "those of projects that are not archived"
    );
    assert_eq!(count("?project=lib"), Some(1));
    assert_eq!(web.delete(&at("")).status, 204);
    web.get(&at("")).refused(404, "plan_not_found");
}

#[test]
fn a_doc_is_changed_by_versions_too() {
    let (home, web) = serve();
    let doc = web.post(
        "/api/docs",
        json!({"project": "app", "title": "Guide", "body": "One."}),
    );
    assert_eq!(doc.status, 201);
    let id = doc.json()["id"].as_str().expect("an id").to_owned();
    let at = |rest: &str| format!("/api/docs/{id}{rest}");
    web.patch(&at(""), json!({"title": "The guide"})).ok();
    let third = web.patch(&at("/append"), json!({"value": "Two."})).ok();
    assert_eq!(
        (&third["current_version"], &third["title"]),
        (&json!(3), &json!("The guide"))
    );
    assert_eq!(
        web.get(&at("/history")).ok()["versions"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(
        web.get(&at("/diff?from=1")).ok(),
        home.run(["doc", "diff", &id, "--from", "1", "--json"])
            .json()
    );
    assert_eq!(
        web.get("/api/docs?project=app").ok()["docs"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(web.get(&at("?version=1")).ok()["title"], "Guide");
    web.post("/api/docs", json!({"title": "x", "text": "y"}))
        .refused(422, "unknown_field");
    assert_eq!(web.delete(&at("")).status, 204);
}

#[test]
fn one_search_finds_whatever_is_written() {
    let (home, web) = serve();
    add(&web, "Rotate the quasar keys");
    web.post(
        "/api/docs",
        json!({"project": "app", "title": "Keys", "body": "The quasar key."}),
    )
    .ok();
    let found = web.get("/api/search?q=quasar").ok();
    assert_eq!(found, home.run(["search", "quasar", "--json"]).json());
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(2));
    let docs = web
        .get("/api/search?q=quasar&kind=doc&project=app&limit=5")
        .ok();
    assert_eq!(docs["hits"][0]["kind"], "doc");
    web.get("/api/search?q=quasar&kind=label")
        .refused(400, "invalid_value");
}

#[test]
fn memory_is_added_to_found_by_tag_and_forgotten() {
    let (_home, web) = serve();
    let entry = web.post(
        "/api/memory",
        json!({"project": "app", "body": "Use uuid v7.", "tags": ["db", "ids"]}),
    );
    assert_eq!(entry.status, 201);
    web.post(
        "/api/memory",
        json!({"project": "app", "body": "Ports from 9000."}),
    )
    .ok();
    let id = entry.json()["id"].as_str().expect("an id").to_owned();
    let at = |rest: &str| format!("/api/memory/{id}{rest}");
    let more = web
        .patch(&at("/append"), json!({"value": "Never v4."}))
        .ok();
    assert_eq!(more["body"], "Use uuid v7.\n\nNever v4.");
    let changed = web
        .patch(&at(""), json!({"tags": ["db"], "version": 2}))
        .ok();
    assert_eq!(changed["tags"], json!(["db"]));
    web.patch(&at(""), json!({"tags": [], "version": 2}))
        .refused(409, "version_conflict");
    let count = |query: &str| {
        let found = web.get(&format!("/api/memory{query}")).ok();
        found["entries"].as_array().map(Vec::len)
    };
    assert_eq!(
        (count(""), count("?tag=db"), count("?project=app&tag=ids")),
        (Some(2), Some(1), Some(0))
    );
    assert_eq!(count("?search=ports"), Some(1));
    assert_eq!(web.delete(&at("")).status, 204);
    assert_eq!(count(""), Some(1));
}
