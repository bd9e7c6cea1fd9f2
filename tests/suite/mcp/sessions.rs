//! Several servers, several sessions, several workers; and what is left of them.

use std::collections::BTreeSet;

use backlog_tests::{Home, Mcp, eventually};
use serde_json::{Value, json};

use super::{short_leases, with_tasks};

fn task(home: &Home, number: u32) -> Value {
    home.run(["task", "show", &number.to_string(), "--json"])
        .json()
}

fn attempts(home: &Home, number: u32) -> Vec<Value> {
    let list = home
        .run(["task", "attempts", &number.to_string(), "--json"])
        .json();
    list["attempts"].as_array().expect("a list").clone()
}

/// The task that a claim says was taken.
fn taken(claimed: &str) -> String {
    let name = claimed
        .split([' ', ':'])
        .find(|word| word.starts_with("TASK-"));
    name.unwrap_or_else(|| panic!("no task in {claimed}"))
        .to_owned()
}

#[test]
fn of_four_servers_one_is_killed_and_its_task_goes_to_another() {
    let home = short_leases(with_tasks(4));
    let mut servers: Vec<Mcp> = (0..4).map(|_| Mcp::agent(&home, "claude-code")).collect();
    let claimed: Vec<String> = servers
        .iter_mut()
        .map(|server| taken(&server.ok("task_claim", json!({}))))
        .collect();
    assert_eq!(
        claimed.iter().collect::<BTreeSet<_>>().len(),
        4,
        "{claimed:?}"
    );
    let lost = claimed[1].clone();
    servers[1].kill();
    let mut heir = Mcp::agent(&home, "codex-mcp-client");
    let inherited = heir.ok("task_claim", json!({"wait_seconds": 30}));
    assert_eq!(taken(&inherited), lost);
    assert!(
        inherited.contains("Attempt 1: ai:claude-code, expired"),
        "{inherited}"
    );
    // The others hold what they held, long after its time.
    for (server, name) in servers.iter_mut().zip(&claimed) {
        if *name != lost {
            server.ok("task_complete", json!({"id": name, "result": "done"}));
        }
    }
    let number = lost.trim_start_matches("TASK-").parse().expect("a number");
    assert_eq!(attempts(&home, number).len(), 2);
    let events = home.run(["activity", "--json"]).json();
    let sessions: BTreeSet<String> = events["events"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|event| event["action"] == "claimed")
        .map(|event| event["session"].as_str().expect("a session").to_owned())
        .collect();
    assert_eq!(sessions.len(), 5, "{sessions:?}");
    // And by the people who look.
    let mut look = home.command(["activity", "--action", "claimed"]);
    let shown = backlog_tests::home::run(look.env("COLUMNS", "80"))
        .ok()
        .stdout();
    for session in &sessions {
        let mark = &session[session.len() - 6..];
        assert!(shown.contains(mark), "{mark}: {shown}");
    }
}

#[test]
fn a_lease_outlives_its_time_while_its_server_lives() {
    let home = short_leases(with_tasks(1));
    let mut server = Mcp::agent(&home, "a");
    server.ok("task_claim", json!({}));
    let begun = std::time::Instant::now();
    eventually("three times its time has passed", || {
        assert_eq!(task(&home, 1)["status"], "doing");
        begun.elapsed().as_secs() > 6
    });
    server.ok("task_complete", json!({"id": 1, "result": "done"}));
}

#[test]
fn a_session_that_no_longer_calls_gives_its_task_back() {
    let home = short_leases(with_tasks(1));
    let mut command = home.command(["mcp", "serve"]);
    command.env("BACKLOG_TEST_MCP_IDLE_MS", "300");
    let mut server = Mcp::of(command);
    server.shake_hands("a");
    server.ok("task_claim", json!({}));
    eventually("it is to do again", || task(&home, 1)["status"] == "todo");
    let refused = server.refused("task_complete", json!({"id": 1, "result": "late"}));
    assert!(refused.contains("has expired"), "{refused}");
    assert_eq!(task(&home, 1)["status"], "todo");
}

#[test]
fn two_workers_over_one_server_hold_two_tasks() {
    let home = with_tasks(3);
    let mut server = Mcp::agent(&home, "claude-code");
    let first = taken(&server.ok("task_claim", json!({"worker": "a"})));
    let second = taken(&server.ok("task_claim", json!({"worker": "b"})));
    assert_ne!(first, second);
    // Each gets its own again.
    for (worker, name) in [("a", &first), ("b", &second)] {
        let again = server.ok("task_claim", json!({"worker": worker}));
        assert!(
            again.starts_with(&format!("You already hold {name}")),
            "{again}"
        );
    }
    let mut other = Mcp::agent(&home, "codex-mcp-client");
    let refused = other.refused("task_complete", json!({"id": second, "result": "mine now"}));
    assert!(
        refused.starts_with(&format!("{second} is held by ai:claude-code (worker b, ")),
        "{refused}"
    );
    assert!(
        refused.ends_with("Take another with task_claim, or leave a comment."),
        "{refused}"
    );
    for name in [&first, &second] {
        server.ok("task_complete", json!({"id": name, "result": "done"}));
    }
    assert_eq!(
        taken(&server.ok("task_claim", json!({"worker": "a"}))),
        "TASK-3"
    );
}

#[test]
fn anothers_task_may_be_commented_and_planned_and_no_more() {
    let home = with_tasks(1);
    let mut holder = Mcp::agent(&home, "claude-code");
    holder.ok("task_claim", json!({}));
    let mut other = Mcp::agent(&home, "codex-mcp-client");
    other.ok(
        "comment_add",
        json!({"task_id": 1, "body": "Look at the log."}),
    );
    other.ok(
        "plan_add",
        json!({"task_id": 1, "title": "Idea", "body": "x"}),
    );
    other.ok("task_update", json!({"id": 1, "add_labels": ["seen"]}));
    // The end of a lease is told from the time that is left.
    let task = |home: &Home| {
        let mut task = task(home, 1);
        task["lease"]["expires_at"].take();
        task
    };
    let before = task(&home);
    for (tool, arguments) in [
        ("task_update", json!({"id": 1, "title": "Mine"})),
        ("task_move", json!({"id": 1, "status": "todo"})),
        ("task_claim", json!({"id": 1})),
        ("task_release", json!({"id": 1, "reason": "x"})),
        ("task_heartbeat", json!({"id": 1})),
        ("task_complete", json!({"id": 1, "result": "x"})),
    ] {
        let refused = other.refused(tool, arguments);
        assert!(
            refused.starts_with("TASK-1 is held by ai:claude-code ("),
            "{tool}: {refused}"
        );
    }
    assert_eq!(task(&home), before);
}

#[test]
fn a_lease_goes_with_its_client_to_another_process() {
    let home = short_leases(with_tasks(1));
    let mut first = Mcp::agent(&home, "a");
    let claimed = first.ok("task_claim", json!({}));
    let lease = claimed
        .lines()
        .next()
        .and_then(|line| line.rsplit(' ').next());
    let lease = lease.expect("a lease").to_owned();
    assert!(lease.starts_with("1-"), "{claimed}");
    let mut second = Mcp::agent(&home, "a");
    second.refused("task_complete", json!({"id": 1, "result": "x"}));
    second.ok(
        "task_heartbeat",
        json!({"id": 1, "lease": lease, "note": "moved house"}),
    );
    first.kill();
    let begun = std::time::Instant::now();
    eventually("twice the grace has passed", || {
        assert_eq!(task(&home, 1)["status"], "doing");
        begun.elapsed().as_secs() > 4
    });
    second.ok("task_complete", json!({"id": 1, "result": "done"}));
    let refused = second.refused("task_heartbeat", json!({"id": 1, "lease": "nonsense"}));
    assert!(
        refused.contains("Pass the lease that task_claim returned"),
        "{refused}"
    );
}

/// A server of a session that outlives it.
fn in_chat(home: &Home) -> Mcp {
    let mut command = home.command(["mcp", "serve"]);
    command.env("BACKLOG_SESSION", "chat");
    let mut server = Mcp::of(command);
    server.shake_hands("a");
    server
}

#[test]
fn a_server_that_is_started_again_in_the_same_session_goes_on() {
    let home = with_tasks(2);
    let mut first = in_chat(&home);
    first.ok("task_claim", json!({}));
    first.kill();
    let mut second = in_chat(&home);
    let again = second.ok("task_claim", json!({}));
    assert!(again.starts_with("You already hold TASK-1"), "{again}");
    second.ok("task_complete", json!({"id": 1, "result": "done"}));
}

#[test]
fn a_call_whose_server_was_killed_is_done_once_by_the_next_one() {
    let home = with_tasks(1);
    let comment = json!({"task_id": 1, "body": "Once."});
    let mut first = in_chat(&home);
    first.ok("comment_add", comment.clone());
    first.kill();
    let again = in_chat(&home).ok("comment_add", comment);
    assert!(again.contains("by the same call"), "{again}");
    assert_eq!(task(&home, 1)["comments"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_call_is_done_anew_where_what_it_made_is_gone() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    let plan = json!({"task_id": 1, "title": "Again", "body": "x"});
    for (tool, arguments, noun) in [
        ("task_create", json!({"title": "Again"}), "task"),
        ("task_create", json!({"title": "Keyed", "key": "k"}), "task"),
        ("memory_add", json!({"body": "Again."}), "memory"),
        ("plan_add", plan, "plan"),
        ("doc_add", json!({"title": "Again", "body": "x"}), "doc"),
    ] {
        server.ok(tool, arguments.clone());
        let list = home.run(["activity", "--json"]).ok().json();
        let entry = &list["events"].as_array().expect("a list")[0];
        let made = entry["entity_id"].as_str().expect("an id");
        home.run([noun, "delete", made]).ok();
        let again = server.ok(tool, arguments.clone());
        assert!(!again.contains("same call"), "{tool}: {again}");
        // And that is there.
        let third = server.ok(tool, arguments);
        assert!(third.contains("by the same call"), "{tool}: {third}");
    }
}

#[test]
fn a_repeated_call_is_done_once_and_says_so() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    let calls = [
        ("task_create", json!({"title": "Once"})),
        ("comment_add", json!({"task_id": 1, "body": "Once."})),
        ("memory_add", json!({"body": "Once."})),
        (
            "plan_add",
            json!({"task_id": 1, "title": "Once", "body": "x"}),
        ),
        ("doc_add", json!({"title": "Once", "body": "x"})),
    ];
    for (tool, arguments) in &calls {
        let first = server.ok(tool, arguments.clone());
        assert!(!first.contains("same call"), "{tool}: {first}");
        let again = server.ok(tool, arguments.clone());
        assert!(again.contains("by the same call"), "{tool}: {again}");
    }
    assert_eq!(
        home.run(["task", "list", "--json"]).json()["page"]["total"],
        2
    );
    assert_eq!(task(&home, 1)["comments"].as_array().map(Vec::len), Some(1));
    assert_eq!(task(&home, 1)["plans"].as_array().map(Vec::len), Some(1));
    // Another session means it.
    let mut other = Mcp::agent(&home, "a");
    other.ok("task_create", json!({"title": "Once"}));
    assert_eq!(
        home.run(["task", "list", "--json"]).json()["page"]["total"],
        3
    );
    // Unless it says with a key that it is the same.
    let keyed = json!({"title": "Keyed", "key": "k1"});
    server.ok("task_create", keyed.clone());
    let again = other.ok("task_create", keyed);
    assert!(again.contains("nothing new was made"), "{again}");
    let refused = other.refused("task_create", json!({"title": "Else", "key": "k1"}));
    assert!(refused.contains("used for another task"), "{refused}");
    assert_eq!(
        home.run(["task", "list", "--json"]).json()["page"]["total"],
        4
    );
}
