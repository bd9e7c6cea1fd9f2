//! The protocol's corners, line by line.

use std::time::Duration;

use backlog_tests::{
    Home, Mcp, eventually,
    mcp::{handshake, inline, told},
    until,
};
use serde_json::{Value, json};

use super::with_tasks;

const FIRST_ERA: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const SECOND_ERA: &str = "2026-07-28";

/// A request of the second era.
fn inline_request(id: i64, method: &str, mut params: Value) -> String {
    params["_meta"] = inline("modern-agent", SECOND_ERA);
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

#[test]
fn each_version_of_the_first_era_is_spoken_and_another_gets_the_newest() {
    let home = Home::with_project();
    for version in FIRST_ERA.into_iter().chain(["1999-01-01"]) {
        let mut server = Mcp::start(&home, &[]);
        let answer = server.request("initialize", handshake("a", version));
        let spoken = if version == "1999-01-01" {
            "2025-11-25"
        } else {
            version
        };
        assert_eq!(answer["result"]["protocolVersion"], spoken);
        assert_eq!(answer["result"]["serverInfo"]["name"], "backlog");
        server.notify("notifications/initialized", json!({}));
        assert_eq!(server.request("ping", json!({}))["result"], json!({}));
        let listed = server.request("tools/list", json!({}));
        assert_eq!(listed["result"]["tools"][0]["name"], "task_claim");
        assert_eq!(listed["result"].get("resultType"), None, "{version}");
    }
}

#[test]
fn the_second_era_needs_no_handshake_and_says_what_it_supports() {
    let home = with_tasks(1);
    let mut server = Mcp::start(&home, &[]);
    server.send_line(&inline_request(1, "server/discover", json!({})));
    let discovered = server.answer(1);
    let versions = discovered["result"]["supportedVersions"].as_array();
    assert_eq!(versions.expect("a list").last(), Some(&json!(SECOND_ERA)));
    server.send_line(&inline_request(2, "tools/list", json!({})));
    let listed = server.answer(2);
    assert_eq!(listed["result"]["resultType"], "complete");
    assert!(listed["result"]["ttlMs"].is_u64(), "{}", listed["result"]);
    assert!(listed["result"]["cacheScope"].is_string());
    let params = json!({"name": "task_claim", "arguments": {}});
    server.send_line(&inline_request(3, "tools/call", params));
    let claimed = told(&server.answer(3));
    assert!(claimed.text.contains("TASK-1"), "{}", claimed.text);
    let shown = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(shown["lease"]["holder"]["name"], "modern-agent");
}

#[test]
fn a_version_of_the_second_era_that_is_unknown_is_refused_with_those_there_are() {
    let home = Home::with_project();
    let mut server = Mcp::start(&home, &[]);
    let params = json!({"_meta": inline("a", "2031-01-01")});
    let answer = server.request("tools/list", params);
    assert_eq!(answer["error"]["code"], -32022, "{answer}");
    let supported = answer["error"]["data"]["supported"].as_array();
    assert!(
        supported.is_some_and(|all| all.contains(&json!(SECOND_ERA))),
        "{answer}"
    );
    // And is none the worse for it.
    server.send_line(&inline_request(7, "tools/list", json!({})));
    assert!(server.answer(7)["result"].is_object());
}

#[test]
fn a_notification_is_never_answered() {
    let home = Home::with_project();
    let mut server = Mcp::start(&home, &[]);
    // Before the handshake, too.
    for line in [
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    ] {
        server.send_line(line);
    }
    server.shake_hands("a");
    for line in [
        r#"{"jsonrpc":"2.0","method":"notifications/nobody/knows","params":{"x":1}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4711}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":"what"}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"project_list"}}"#,
        r#"{"jsonrpc":"2.0","id":99,"result":{}}"#,
    ] {
        server.send_line(line);
    }
    // The next message is the answer to the next request.
    let id = server.send("ping", json!({}));
    assert_eq!(server.read()["id"], id);
}

#[test]
fn lines_that_are_no_messages_are_told_so_and_survived() {
    let home = Home::with_project();
    let mut server = Mcp::agent(&home, "a");
    for (line, code, id) in [
        ("{\"jsonrpc\":", -32700, json!(null)),
        ("not json at all", -32700, json!(null)),
        ("\u{1}\u{2}", -32700, json!(null)),
        ("[]", -32600, json!(null)),
        ("42", -32600, json!(null)),
        ("{\"jsonrpc\":\"2.0\"}", -32600, json!(null)),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
            -32600,
            json!(null),
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":7}}",
            -32602,
            json!(5),
        ),
    ] {
        server.send_line(line);
        let answer = server.read();
        assert_eq!(answer["error"]["code"], code, "{line}: {answer}");
        assert_eq!(answer["id"], id, "{line}: {answer}");
    }
    server.send_line("");
    assert!(server.ok("project_list", json!({})).contains("app"));
}

#[test]
fn unknown_methods_and_tools_have_their_codes() {
    let home = Home::with_project();
    let mut server = Mcp::agent(&home, "a");
    for (method, said) in [
        (
            "tools/lst",
            "Unknown method tools/lst; did you mean tools/list?",
        ),
        (
            "dance",
            "Unknown method dance; there are initialize, ping, ",
        ),
        (
            "logging/setLevel",
            "Unknown method logging/setLevel; there are ",
        ),
    ] {
        let unknown = server.request(method, json!({"level": "info"}));
        assert_eq!(unknown["error"]["code"], -32601, "{unknown}");
        let message = unknown["error"]["message"].as_str().expect("a text");
        assert!(message.starts_with(said), "{message}");
    }
    let unknown = server.request("tools/call", json!({"name": "task_clam"}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    assert_eq!(
        unknown["error"]["message"],
        "Unknown tool task_clam; did you mean task_claim?"
    );
    let unknown = server.request("tools/call", json!({"name": "dance"}));
    let message = unknown["error"]["message"].as_str().expect("a text");
    assert!(
        message.starts_with("Unknown tool dance; there are task_claim, "),
        "{message}"
    );
}

#[test]
fn a_call_that_waits_holds_no_other_up() {
    let home = Home::with_project();
    let mut server = Mcp::agent(&home, "a");
    let waiting = server.send_call("task_claim", json!({"wait_seconds": 60}));
    let quick = server.send_call("project_list", json!({}));
    assert_eq!(server.read()["id"], quick);
    server.ok("task_create", json!({"title": "Something to do"}));
    let claimed = told(&server.answer(waiting));
    assert!(claimed.text.contains("Something to do"), "{}", claimed.text);
}

#[test]
fn a_cancelled_wait_ends_without_an_answer_and_takes_nothing() {
    let home = Home::with_project();
    let mut server = Mcp::agent(&home, "a");
    let waiting = server.send_call("task_claim", json!({"wait_seconds": 60}));
    let waits = || home.run(["daemon", "status", "--json"]).json()["waiting_claims"].clone();
    eventually("the claim waits", || waits() == 1);
    server.notify(
        "notifications/cancelled",
        json!({"requestId": waiting, "reason": "user"}),
    );
    eventually("it waits no more", || waits() == 0);
    server.ok("task_create", json!({"title": "Nobody waits for it"}));
    let listed = home.run(["task", "list", "--claimed", "--json"]).json();
    assert_eq!(listed["page"]["total"], 0);
    // A cancel that comes late is ignored.
    let done = server.send_call("project_list", json!({}));
    server.answer(done);
    server.notify("notifications/cancelled", json!({"requestId": done}));
    assert!(server.ok("project_list", json!({})).contains("app"));
    assert_eq!(server.read_within(Duration::from_millis(200)), None);
}

#[test]
fn a_wait_tells_its_progress_where_that_was_asked_for() {
    let home = Home::with_project();
    let mut server = Mcp::agent(&home, "a");
    let params = json!({
        "name": "task_claim",
        "arguments": {"wait_seconds": 7},
        "_meta": {"progressToken": "p1"},
    });
    let id = server.send("tools/call", params);
    let progress = server.read();
    assert_eq!(progress["method"], "notifications/progress", "{progress}");
    assert_eq!(progress["params"]["progressToken"], "p1");
    assert_eq!(progress["params"]["total"], 7.0);
    let answer = told(&server.answer(id));
    assert!(!answer.is_error, "{}", answer.text);
    assert!(
        answer.text.starts_with("Nothing is ready"),
        "{}",
        answer.text
    );
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_call_leaves_nothing_behind() {
    let home = Home::with_project();
    let mut server = Mcp::agent(&home, "a");
    server.send_call("task_claim", json!({"wait_seconds": 60}));
    let waits = || home.run(["daemon", "status", "--json"]).json()["waiting_claims"].clone();
    eventually("the claim waits", || waits() == 1);
    server.close();
    assert!(until("the server has left", || server.ended()));
    eventually("nobody waits", || waits() == 0);
}

#[test]
fn an_agent_that_hands_on_no_environment_works_in_the_directorys_queue() {
    let home = with_tasks(1);
    let mut command = home.command(["mcp", "serve"]);
    command.env_clear().env("HOME", home.home());
    let mut server = Mcp::of(command);
    server.shake_hands("codex-mcp-client");
    let turn = json!({"session_id": "thread-7", "turn_id": "1"});
    let params = json!({
        "name": "task_claim",
        "arguments": {},
        "_meta": {"x-codex-turn-metadata": turn.to_string()},
    });
    let claimed = told(&server.request("tools/call", params));
    assert!(claimed.text.contains("TASK-1"), "{}", claimed.text);
    let shown = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(shown["lease"]["holder"]["name"], "codex");
    assert_eq!(shown["lease"]["session"], "thread-7");
}

#[test]
fn the_server_is_there_before_the_workspace_is() {
    let home = Home::new();
    let mut server = Mcp::agent(&home, "a");
    assert!(server.request("tools/list", json!({}))["result"].is_object());
    let refused = server.refused("project_list", json!({}));
    assert!(refused.contains("backlog init"), "{refused}");
    home.run(["init", "--path", "."]).ok();
    server.ok("project_list", json!({}));
}

#[test]
fn the_agents_project_directory_counts_and_not_where_it_was_started() {
    let home = with_tasks(1);
    let mut command = home.command(["mcp", "serve"]);
    command
        .current_dir("/")
        .env("CLAUDE_PROJECT_DIR", home.work())
        .env("CLAUDE_CODE_SESSION_ID", "chat-1");
    let mut server = Mcp::of(command);
    server.shake_hands("claude-code");
    server.ok("task_claim", json!({}));
    let shown = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(shown["lease"]["session"], "chat-1");
}
