//! Claims and the log over HTTP.

use serde_json::json;

use super::{add, serve};

#[test]
fn a_task_is_claimed_renewed_and_done_by_its_token() {
    let (_home, web) = serve();
    add(&web, "One");
    add(&web, "Two");
    assert_eq!(web.get("/api/queue/next").ok()["ref"], "TASK-1");
    let as_agent = |method: &str, path: &str, body, lease: &str| {
        let headers = [
            ("backlog-actor", "ai:a"),
            ("backlog-session", "s1"),
            ("backlog-lease", lease),
        ];
        let headers = if lease.is_empty() {
            &headers[..2]
        } else {
            &headers
        };
        web.call_as(method, path, Some(body), headers)
    };
    let claimed = as_agent("POST", "/api/tasks/claim", json!({"ttl": "10m"}), "").ok();
    assert_eq!(claimed["ref"], "TASK-1");
    let token = claimed["lease"]["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let queue = web.get("/api/queue?project=app").ok();
    assert_eq!(queue["held"][0]["lease"]["session"], "s1");
    assert_eq!(queue["counts"]["ready"], 1);

    let refusal = web
        .call_as(
            "POST",
            "/api/tasks/claim",
            Some(json!({"ref": "1"})),
            &[("backlog-actor", "ai:b")],
        )
        .refused(409, "lease_held");
    assert_eq!(refusal["holder"], "ai:a");
    assert_eq!(refusal["session"], "s1");
    assert!(refusal["expires_at"].is_string());
    web.call_as(
        "PATCH",
        "/api/tasks/1",
        Some(json!({"title": "Mine", "force": true})),
        &[("backlog-actor", "ai:b")],
    )
    .refused(403, "human_only");

    as_agent("POST", "/api/tasks/1/renew", json!({"ttl": "20m"}), &token).ok();
    let done = as_agent(
        "POST",
        "/api/tasks/1/done",
        json!({"note": "It works."}),
        &token,
    )
    .ok();
    assert_eq!(done["status"], "done");
    assert_eq!(
        web.get("/api/tasks/1/attempts").ok()["attempts"][0]["outcome"],
        "done"
    );
    assert_eq!(
        web.get("/api/tasks/1").ok()["comments"][0]["body"],
        "It works."
    );

    let second = as_agent("POST", "/api/tasks/claim", json!({"ref": "TASK-2"}), "").ok();
    let token = second["lease"]["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    as_agent(
        "POST",
        "/api/tasks/2/release",
        json!({"note": "Later"}),
        &token,
    )
    .ok();
    as_agent("POST", "/api/tasks/2/renew", json!({}), &token).refused(409, "lease_lost");
    web.patch("/api/tasks/2/status", json!({"status": "done"}))
        .ok();
    web.post("/api/tasks/claim", json!({}))
        .refused(404, "nothing_ready");
    web.get("/api/queue/next").refused(404, "nothing_ready");
}

#[test]
fn a_person_puts_back_what_was_set_aside() {
    let (home, web) = serve();
    add(&web, "Hard");
    for _ in 0..3 {
        home.run(["task", "claim", "1", "--as", "ai:a"]).ok();
        home.run(["task", "release", "1", "--failed", "--as", "ai:a"])
            .ok();
    }
    let aside = web.get("/api/tasks?needs_attention=true").ok();
    assert_eq!(aside["tasks"][0]["ref"], "TASK-1");
    let back = web.call_as(
        "POST",
        "/api/tasks/1/retry",
        Some(json!({})),
        &[("backlog-actor", "human:ana")],
    );
    assert_eq!(back.ok()["ready"], true);
}

#[test]
fn reports_say_what_the_command_line_says() {
    let (home, web) = serve();
    add(&web, "One");
    web.patch("/api/tasks/1/status", json!({"status": "done"}))
        .ok();
    let mut analysis = web
        .get("/api/reports/analyze?since=2d&project=app&limit=5")
        .ok();
    let args = [
        "activity", "analyze", "--since", "2d", "-p", "app", "--limit", "5", "--json",
    ];
    let mut told = home.run(args).json();
    assert_eq!(analysis["completed"], 1);
    for moment in ["since", "until"] {
        analysis[moment].take();
        told[moment].take();
    }
    assert_eq!(analysis, told);
    let audit = web.get("/api/reports/doctor?stale_after=1d").ok();
    assert!(audit["issues"].is_array());
    web.get("/api/reports/analyze?time_zone=Nowhere")
        .refused(400, "invalid_value");
}

#[test]
fn the_log_tells_what_was_asked_for_and_how_much_there_is() {
    let (_home, web) = serve();
    add(&web, "One");
    add(&web, "Two");
    let by_agent = [("backlog-actor", "ai:scanner")];
    web.call_as(
        "POST",
        "/api/tasks/2/comments",
        Some(json!({"body": "Seen"})),
        &by_agent,
    )
    .ok();
    let id = web.get("/api/tasks/1").ok()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for (query, total, newest) in [
        ("", 4, 4),
        ("limit=1", 4, 4),
        ("limit=1&offset=2", 4, 2),
        ("kind=task", 2, 3),
        ("actor=ai:scanner", 1, 4),
        ("actor_kind=ai", 1, 4),
        ("actor_name=scanner", 1, 4),
        ("project=app&kind=comment", 1, 4),
        ("task=TASK-2", 2, 4),
        ("action=created&kind=task", 2, 3),
        ("since=1h", 4, 4),
        (&format!("entity_id={id}"), 1, 2),
    ] {
        let log = web.get(&format!("/api/activity?{query}")).ok();
        assert_eq!(log["total"], total, "{query}");
        assert_eq!(log["events"][0]["seq"], newest, "{query}");
    }
    let page = web.get("/api/activity?limit=3").ok();
    let cursor = page["next_cursor"].as_str().expect("more");
    let rest = web
        .get(&format!("/api/activity?limit=3&cursor={cursor}"))
        .ok();
    assert_eq!(rest["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(web.get("/api/activity/verify").ok()["ok"], true);
    web.get("/api/activity?kind=thing")
        .refused(400, "invalid_value");
    web.get("/api/activity?action=eaten")
        .refused(400, "invalid_value");
    web.get("/api/activity?offset=-1")
        .refused(400, "invalid_value");
}
