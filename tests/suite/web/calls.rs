//! Who signs a write, and what the server says of itself.

use backlog_tests::{Home, Web};
use serde_json::json;

use super::{add, serve};

#[test]
fn a_write_is_signed_by_the_server_unless_it_names_its_own_actor() {
    let home = Home::with_project();
    let args = [
        "web",
        "--port",
        "0",
        "--no-browser",
        "--json",
        "--as",
        "human:board",
    ];
    let web = Web::of(&mut home.command(args));
    assert_eq!(
        add(&web, "One")["actor"],
        json!({"kind": "human", "name": "board"})
    );
    let task = json!({"project": "app", "title": "Two"});
    let by = |actor: &str| {
        web.call_as(
            "POST",
            "/api/tasks",
            Some(task.clone()),
            &[("backlog-actor", actor)],
        )
    };
    assert_eq!(
        by("ai:scanner").ok()["actor"],
        json!({"kind": "ai", "name": "scanner"})
    );
    for actor in ["scanner", "system:backlogd", "robot:x", "ai:"] {
        by(actor).refused(400, "invalid_value");
    }
    assert_eq!(web.get("/api/info").ok()["actor"], "human:board");
}

#[test]
fn a_write_that_is_repeated_under_its_id_is_done_once() {
    let (_home, web) = serve();
    let once = [("backlog-request-id", "01ARZ3NDEKTSV4RRFFQ69G5FAV")];
    let add = |title: &str| {
        let task = json!({"project": "app", "title": title});
        web.call_as("POST", "/api/tasks", Some(task), &once)
    };
    assert_eq!(add("One").ok(), add("One").ok());
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 1);
    add("Two").refused(400, "request_id_reused");
}

#[test]
fn the_server_says_what_it_is() {
    let (home, web) = serve();
    let info = web.get("/api/info").ok();
    assert_eq!(info["workspace"]["projects"], 1);
    assert_eq!(info["daemon"]["running"], true);
    let version = home.run(["version", "--json"]).json();
    assert_eq!(info["version"], version["version"]);
    let healthy = web.bare("GET /healthz", &[], "");
    assert_eq!((healthy.status, healthy.json()), (200, json!({"ok": true})));
}

#[test]
fn markdown_is_rendered_for_many_texts_at_once() {
    let (_home, web) = serve();
    let html = web
        .post("/api/render", json!({"texts": ["**a**", "`b`"]}))
        .ok();
    assert_eq!(
        html["html"],
        json!(["<p><strong>a</strong></p>\n", "<p><code>b</code></p>\n"])
    );
}
