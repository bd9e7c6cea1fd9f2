//! Resources, prompts, completions and subscriptions.

use backlog_tests::{Mcp, mcp::inline};
use serde_json::{Value, json};

use super::with_tasks;

fn read(server: &mut Mcp, uri: &str) -> String {
    let answer = server.request("resources/read", json!({"uri": uri}));
    let text = answer["result"]["contents"][0]["text"].as_str();
    text.unwrap_or_else(|| panic!("{uri}: {answer}")).to_owned()
}

fn completed(server: &mut Mcp, reference: &Value, name: &str, value: &str) -> Value {
    let argument = json!({"name": name, "value": value});
    let params = json!({"ref": reference, "argument": argument});
    server.request("completion/complete", params)["result"]["completion"]["values"].clone()
}

#[test]
fn every_address_that_is_listed_can_be_read() {
    let home = with_tasks(2);
    let mut server = Mcp::agent(&home, "a");
    server.ok(
        "plan_add",
        json!({"task_id": 1, "title": "How", "body": "1. Do it"}),
    );
    server.ok("memory_add", json!({"body": "Use tabs.", "tags": "style"}));
    let added = server.ok("doc_add", json!({"title": "Guide", "body": "Long."}));
    let doc = added.split(' ').nth(1).expect("an id").to_owned();
    server.ok("task_claim", json!({"id": 2}));
    let listed = server.request("resources/list", json!({}));
    let listed = listed["result"]["resources"]
        .as_array()
        .expect("a list")
        .clone();
    for resource in &listed {
        assert!(!read(&mut server, resource["uri"].as_str().expect("a uri")).is_empty());
    }
    for (uri, part) in [
        ("backlog://board".to_owned(), "TASK-2"),
        ("backlog://agents".to_owned(), "TASK-2 Task 2 [app]: you ("),
        ("backlog://TASK-1".to_owned(), "# TASK-1: Task 1"),
        ("backlog://1/plan".to_owned(), "1. Do it"),
        ("backlog://memory/app".to_owned(), "Use tabs."),
        (format!("backlog://doc/{doc}"), "Long."),
    ] {
        let text = read(&mut server, &uri);
        assert!(text.contains(part), "{uri}: {text}");
    }
    let templates = server.request("resources/templates/list", json!({}));
    let templates = &templates["result"]["resourceTemplates"];
    assert_eq!(templates.as_array().map(Vec::len), Some(4), "{templates}");
    for uri in [
        "backlog://TASK-99",
        "backlog://nothing",
        "file:///etc/passwd",
    ] {
        let answer = server.request("resources/read", json!({"uri": uri}));
        assert_eq!(answer["error"]["code"], -32002, "{uri}: {answer}");
    }
}

#[test]
fn prompts_are_filled_with_the_queue_as_it_is() {
    let home = with_tasks(2);
    let mut server = Mcp::agent(&home, "a");
    for (name, arguments, part) in [
        ("work_next", json!({}), "TASK-1 P3 Task 1"),
        ("work_on", json!({"ref": "2"}), "task_claim(id=\"TASK-2\")"),
        ("triage", json!({"project": "app"}), "2 of 2 tasks to do"),
        ("handoff", json!({"ref": "TASK-1"}), "# TASK-1: Task 1"),
        ("standup", json!({"project": "app"}), "created TASK-2"),
    ] {
        let params = json!({"name": name, "arguments": arguments});
        let answer = server.request("prompts/get", params);
        let text = answer["result"]["messages"][0]["content"]["text"].as_str();
        assert!(
            text.is_some_and(|text| text.contains(part)),
            "{name}: {answer}"
        );
    }
    let listed = server.request("prompts/list", json!({}));
    assert_eq!(
        listed["result"]["prompts"].as_array().map(Vec::len),
        Some(5)
    );
    for params in [
        json!({"name": "work_on"}),
        json!({"name": "work_on", "arguments": {"ref": "99"}}),
        json!({"name": "dance"}),
    ] {
        let answer = server.request("prompts/get", params);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
}

#[test]
fn references_aliases_and_labels_are_completed() {
    let home = with_tasks(12);
    home.run(["label", "attach", "urgent", "--task", "1"]).ok();
    let mut server = Mcp::agent(&home, "a");
    let template = json!({"type": "ref/resource", "uri": "backlog://{ref}"});
    let ones = completed(&mut server, &template, "ref", "TASK-1");
    assert_eq!(ones.as_array().map(Vec::len), Some(4), "{ones}");
    assert_eq!(
        completed(&mut server, &template, "ref", "12"),
        json!(["TASK-12"])
    );
    assert_eq!(
        completed(&mut server, &template, "ref", "")
            .as_array()
            .map(Vec::len),
        Some(12)
    );
    let prompt = json!({"type": "ref/prompt", "name": "work_next"});
    assert_eq!(
        completed(&mut server, &prompt, "project", "a"),
        json!(["app"])
    );
    assert_eq!(
        completed(&mut server, &prompt, "label", "ur"),
        json!(["urgent"])
    );
    assert_eq!(completed(&mut server, &prompt, "label", "x"), json!([]));
}

#[test]
fn subscribers_of_both_eras_are_told_what_changed() {
    let home = with_tasks(1);
    let mut first = Mcp::agent(&home, "a");
    let subscribed = first.request("resources/subscribe", json!({"uri": "backlog://task-1"}));
    assert_eq!(subscribed["result"], json!({}));
    let mut second = Mcp::start(&home, &[]);
    second.send_line(
        &json!({
            "jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen",
            "params": {
                "_meta": inline("b", "2026-07-28"),
                "notifications": {"resourceSubscriptions": ["backlog://TASK-1"]},
            },
        })
        .to_string(),
    );
    let acknowledged = second.read();
    assert_eq!(
        acknowledged["method"],
        "notifications/subscriptions/acknowledged"
    );
    for (server, uri) in [
        (&mut first, "backlog://task-1"),
        (&mut second, "backlog://TASK-1"),
    ] {
        // It is told of what comes after it listens, which is soon.
        let told = (0..100).find_map(|number| {
            let text = format!("comment {number}");
            home.run(["comment", "add", &text, "--task", "1"]).ok();
            server.read_within(std::time::Duration::from_millis(600))
        });
        let told = told.expect("it is told");
        assert_eq!(told["method"], "notifications/resources/updated", "{told}");
        assert_eq!(told["params"]["uri"], uri);
    }
}
