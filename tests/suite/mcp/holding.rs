//! What becomes of a lease when its server dies, is started again, or never
//! got to answer: with a grace of a second, and half an hour to live.

use std::{fs, time::Instant};

use backlog_tests::{Home, Mcp, eventually, mcp::told};
use serde_json::{Value, json};

use super::{short_leases, with_tasks};

fn short_grace(home: Home) -> Home {
    fs::write(home.work().join("config.toml"), "[lease]\ngrace = \"1s\"\n").expect("a file");
    home.run(["daemon", "restart"]).ok();
    home
}

fn claimed(home: &Home) -> Value {
    home.run(["task", "list", "--claimed", "--json"]).json()["page"]["total"].clone()
}

fn waiting(home: &Home) -> Value {
    home.run(["daemon", "status", "--json"]).json()["waiting_claims"].clone()
}

fn in_session(home: &Home, session: &str, args: &[&str]) -> Mcp {
    let mut command = home.command(["mcp", "serve"]);
    command.args(args).env("BACKLOG_SESSION", session);
    let mut server = Mcp::of(command);
    server.shake_hands("a");
    server
}

/// For longer than twice the grace.
fn stays_claimed(home: &Home) {
    let begun = Instant::now();
    eventually("twice the grace has passed", || {
        assert_eq!(claimed(home), 1, "{:?}", begun.elapsed());
        begun.elapsed().as_millis() > 2_500
    });
}

#[test]
fn a_task_whose_server_dies_with_the_answer_is_back_after_the_grace() {
    const SERVERS: usize = 8;
    let home = short_grace(with_tasks(SERVERS));
    for number in 0..SERVERS {
        let mut server = Mcp::agent(&home, "a");
        server.ok("task_claim", json!({}));
        if number % 2 == 0 {
            server.kill();
        } else {
            server.close();
        }
    }
    eventually("all are to do again", || claimed(&home) == 0);
}

#[test]
fn a_cancelled_claim_that_is_granted_all_the_same_is_given_back_or_answered() {
    let home = with_tasks(0);
    let mut waiting = Mcp::agent(&home, "a");
    let mut other = Mcp::agent(&home, "b");
    for round in 0..15 {
        let id = waiting.send_call("task_claim", json!({"wait_seconds": 20}));
        eventually("the claim waits", || {
            home.run(["daemon", "status", "--json"]).json()["waiting_claims"] == 1
        });
        let made = other.send_call("task_create", json!({"title": format!("Task {round}")}));
        if round % 3 > 0 {
            other.answer(made);
        }
        waiting.notify("notifications/cancelled", json!({"requestId": id}));
        // What is asked afterwards is answered afterwards.
        let next = waiting.send("ping", json!({}));
        let mut held = false;
        loop {
            let message = waiting.read();
            if message["id"] == id {
                held = !told(&message).is_error;
            } else if message["id"] == next {
                break;
            }
        }
        if round % 3 == 0 {
            other.answer(made);
        }
        let name = format!("TASK-{}", round + 1);
        if held {
            waiting.ok("task_complete", json!({"id": name, "result": "Done."}));
        } else {
            eventually("it is given back", || claimed(&home) == 0);
            other.ok("task_complete", json!({"id": name, "result": "Done."}));
        }
    }
}

#[test]
fn a_claim_right_after_a_cancelled_one_keeps_what_it_gets() {
    let home = with_tasks(0);
    let mut waiting = Mcp::agent(&home, "a");
    for round in 0..5 {
        let id = waiting.send_call("task_claim", json!({"wait_seconds": 20}));
        eventually("the claim waits", || {
            home.run(["daemon", "status", "--json"]).json()["waiting_claims"] == 1
        });
        home.run(["task", "add", "-t", &format!("Task {round}")])
            .ok();
        waiting.notify("notifications/cancelled", json!({"requestId": id}));
        waiting.ok("task_claim", json!({"wait_seconds": 20}));
        assert_eq!(claimed(&home), 1);
        let name = format!("TASK-{}", round + 1);
        waiting.ok("task_heartbeat", json!({"id": name}));
        waiting.ok("task_complete", json!({"id": name, "result": "Done."}));
    }
}

#[test]
fn what_the_session_claimed_elsewhere_outlives_a_cancelled_claim() {
    let home = short_grace(with_tasks(2));
    let mut holder = Mcp::agent(&home, "b");
    holder.ok("task_claim", json!({"id": 2}));
    let mut server = in_session(&home, "chat", &[]);
    let id = server.send_call("task_claim", json!({"id": 2, "wait_seconds": 20}));
    eventually("the claim waits", || waiting(&home) == 1);
    home.run(["task", "claim", "1", "--session", "chat"]).ok();
    server.notify("notifications/cancelled", json!({"requestId": id}));
    eventually("nobody waits", || waiting(&home) == 0);
    holder.ok("task_complete", json!({"id": 2, "result": "Done."}));
    stays_claimed(&home);
}

#[test]
fn a_cancelled_claim_gives_back_while_another_of_its_session_waits() {
    let home = with_tasks(1);
    let mut other = Mcp::agent(&home, "b");
    other.ok("task_claim", json!({"id": 1}));
    let mut server = Mcp::agent(&home, "a");
    for round in 0..15 {
        let first = server.send_call("task_claim", json!({"wait_seconds": 20}));
        eventually("the first waits", || waiting(&home) == 1);
        let second = server.send_call("task_claim", json!({"id": 1, "wait_seconds": 20}));
        eventually("both wait", || waiting(&home) == 2);
        let made = other.send_call("task_create", json!({"title": format!("Task {round}")}));
        if round % 3 > 0 {
            other.answer(made);
        }
        server.notify("notifications/cancelled", json!({"requestId": first}));
        let next = server.send("ping", json!({}));
        let mut held = false;
        loop {
            let message = server.read();
            if message["id"] == first {
                held = !told(&message).is_error;
            } else if message["id"] == next {
                break;
            }
        }
        if round % 3 == 0 {
            other.answer(made);
        }
        let name = format!("TASK-{}", round + 2);
        if held {
            server.ok("task_complete", json!({"id": name, "result": "Done."}));
        } else {
            eventually("it is given back", || claimed(&home) == 1);
            other.ok("task_complete", json!({"id": name, "result": "Done."}));
        }
        server.notify("notifications/cancelled", json!({"requestId": second}));
        eventually("nobody waits", || waiting(&home) == 0);
    }
}

#[test]
fn a_server_holds_while_the_hooks_see_its_session_work() {
    let home = short_leases(with_tasks(2));
    let mut command = home.command(["mcp", "serve"]);
    command
        .env("BACKLOG_SESSION", "chat")
        .env("BACKLOG_TEST_MCP_IDLE_MS", "3000");
    let mut server = Mcp::of(command);
    server.shake_hands("a");
    server.ok("task_claim", json!({"id": 1}));
    server.ok("task_claim", json!({"id": 2, "worker": "b"}));
    let streams = || home.run(["daemon", "status", "--json"]).json()["streams"].clone();
    eventually("it holds both", || streams() == 2);
    let begun = Instant::now();
    eventually("more than its idle time has passed", || {
        home.run(["hook", "activity", "--session", "chat"]).ok();
        assert_eq!(streams(), 2, "{:?}", begun.elapsed());
        begun.elapsed().as_secs() > 5
    });
    eventually("nobody works any more", || claimed(&home) == 0);
}

#[test]
fn any_call_of_a_server_started_again_goes_on_with_what_the_session_holds() {
    let home = short_grace(with_tasks(1));
    for (tool, arguments) in [
        ("task_list", json!({})),
        ("comment_add", json!({"task_id": 1, "body": "Still here."})),
        ("task_heartbeat", json!({"id": 1})),
    ] {
        let mut first = in_session(&home, "chat", &[]);
        first.ok("task_claim", json!({"id": 1}));
        first.kill();
        let mut second = in_session(&home, "chat", &[]);
        second.ok(tool, arguments);
        stays_claimed(&home);
        // And it holds as the first did: for as long as it lives.
        second.kill();
        eventually("it is to do again", || claimed(&home) == 0);
        home.run(["task", "retry", "1"]).ok();
    }
}

#[test]
fn a_worker_of_a_server_started_again_goes_on_too() {
    let home = short_grace(with_tasks(1));
    let mut first = in_session(&home, "chat", &[]);
    first.ok("task_claim", json!({"worker": "b"}));
    first.kill();
    let mut second = in_session(&home, "chat", &[]);
    second.ok("comment_add", json!({"task_id": 1, "body": "Still here."}));
    stays_claimed(&home);
    second.ok("task_complete", json!({"id": 1, "result": "Done."}));
}

#[test]
fn a_server_that_only_reads_holds_nothing() {
    let home = short_grace(with_tasks(1));
    let mut first = in_session(&home, "chat", &[]);
    first.ok("task_claim", json!({}));
    first.kill();
    let mut second = in_session(&home, "chat", &["--read-only"]);
    second.ok("task_list", json!({}));
    eventually("it is to do again", || claimed(&home) == 0);
}

#[test]
fn without_a_daemon_a_lease_lives_and_dies_with_its_server_too() {
    let home = short_grace(with_tasks(1));
    home.run(["daemon", "stop"]).ok();
    let never = ["--daemon", "never"];
    let mut server = Mcp::start(&home, &never);
    server.shake_hands("a");
    server.ok("task_claim", json!({}));
    server.ok("comment_add", json!({"task_id": 1, "body": "Begun."}));
    let claim = || {
        let claim = ["task", "claim", "--quiet", "--session", "b"];
        home.run(claim.iter().chain(&never)).code()
    };
    let begun = Instant::now();
    eventually("twice the grace has passed", || {
        assert_eq!(claim(), Some(6), "{:?}", begun.elapsed());
        begun.elapsed().as_millis() > 2_500
    });
    server.kill();
    eventually("another may take it", || claim() == Some(0));
    assert!(!home.daemon().leads());
}
