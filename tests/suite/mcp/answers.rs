//! What answers say: whole where it is asked for, short where it is not, and
//! true.

use backlog_tests::{Home, Mcp, mcp::inline};
use serde_json::{Value, json};
use tiktoken_rs::CoreBPE;

use super::with_tasks;

fn served(home: &Home, args: &[&str]) -> Mcp {
    let mut server = Mcp::start(home, args);
    server.shake_hands("a");
    server
}

fn comments(home: &Home) -> Option<usize> {
    let shown = home.run(["task", "show", "1", "--json"]).json();
    shown["comments"].as_array().map(Vec::len)
}

#[test]
fn a_long_entry_of_memory_is_read_to_its_end_by_tool_and_by_address() {
    let home = with_tasks(0);
    let mut server = Mcp::agent(&home, "a");
    let long: String = (0..2_000).map(|number| format!("{number} ")).collect();
    server.ok("memory_add", json!({"body": long}));
    let listed = server.ok("memory_list", json!({}));
    let id = listed
        .split("memory_list(id=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect(&listed)
        .to_owned();
    let mut read = String::new();
    let mut offset = 0;
    loop {
        let part = server.ok("memory_list", json!({"id": id, "offset": offset}));
        let body = part.lines().nth(1).expect("a body");
        read.push_str(body);
        read.push(' ');
        match part.split("offset=").nth(1) {
            Some(next) => {
                offset = next
                    .split(')')
                    .next()
                    .expect("a number")
                    .parse()
                    .expect("a number");
            }
            None => break,
        }
    }
    assert_eq!(
        read.split_whitespace().collect::<String>(),
        long.split_whitespace().collect::<String>()
    );
    let past = server.ok("memory_list", json!({"id": id, "offset": 99_999}));
    assert!(past.contains("nothing from 99999 on"), "{past}");
    let uri = json!({"uri": "backlog://memory/app"});
    let resource = server.request("resources/read", uri);
    let text = resource["result"]["contents"][0]["text"]
        .as_str()
        .expect("text");
    assert!(text.contains("1998 1999"), "{text}");
    let refused = server.refused("memory_list", json!({"id": "01NOSUCHENTRY"}));
    assert!(refused.contains("memory_list"), "{refused}");
}

#[test]
fn a_repeated_note_is_one_comment_and_a_repeated_release_is_told_as_such() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    server.ok("task_claim", json!({}));
    for _ in 0..2 {
        server.ok("task_heartbeat", json!({"id": 1, "note": "Half done."}));
    }
    assert_eq!(comments(&home), Some(1));
    let release = json!({"id": 1, "reason": "Needs a key."});
    server.ok("task_release", release.clone());
    let again = server.ok("task_release", release.clone());
    assert_eq!(again, "You gave TASK-1 back before; nothing was written.");
    let mut other = Mcp::agent(&home, "b");
    let refused = other.refused("task_release", release);
    assert!(refused.contains("You do not hold TASK-1"), "{refused}");
}

#[test]
fn an_empty_result_or_reason_is_refused_and_writes_nothing() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    server.ok("task_claim", json!({}));
    for empty in ["", "  \n"] {
        let refused = server.refused("task_complete", json!({"id": 1, "result": empty}));
        assert!(refused.starts_with("result is empty."), "{refused}");
        let refused = server.refused("task_release", json!({"id": 1, "reason": empty}));
        assert!(refused.starts_with("reason is empty."), "{refused}");
    }
    let refused = server.refused("search", json!({"query": " "}));
    assert!(refused.starts_with("query is empty."), "{refused}");
    assert_eq!(comments(&home), Some(0));
    server.ok("task_complete", json!({"id": 1, "result": "Done."}));
    let again = server.ok("task_complete", json!({"id": 1, "result": "Also this."}));
    assert!(
        again.ends_with("To add to it, call comment_add."),
        "{again}"
    );
}

#[test]
fn what_is_long_beyond_reason_costs_no_more_than_was_promised() {
    let tokenizer: CoreBPE = tiktoken_rs::o200k_base().expect("the vocabulary");
    let home = with_tasks(0);
    let mut server = Mcp::agent(&home, "a");
    let path = "a/long/path/".repeat(4_000);
    server.ok(
        "task_create",
        json!({"title": "Facts", "external_ref": path, "project_path": path, "priority": 1}),
    );
    let title = "Задача с очень длинным названием ".repeat(7);
    for number in 0..110 {
        server.ok("task_create", json!({"title": format!("{number} {title}")}));
        server.ok(
            "doc_add",
            json!({"title": format!("{number} {title}"), "body": "x"}),
        );
    }
    let mut cost = |tool: &str, arguments: Value| {
        let text = server.ok(tool, arguments);
        (tokenizer.encode_ordinary(&text).len(), text)
    };
    for (tool, arguments, allowed) in [
        ("task_claim", json!({"id": 1}), 1_300),
        ("task_show", json!({"id": 1}), 2_000),
        ("task_list", json!({}), 2_000),
        ("task_list", json!({"limit": 100}), 8_000),
        ("task_list", json!({"limit": 100, "detail": "full"}), 8_000),
        ("task_next", json!({"limit": 50}), 8_000),
        ("doc_list", json!({}), 2_000),
        ("search", json!({"query": "задача"}), 2_000),
    ] {
        let (tokens, text) = cost(tool, arguments.clone());
        assert!(tokens <= allowed, "{tool} {arguments}: {tokens}\n{text}");
    }
    // And every doc is on some page.
    let (mut seen, mut cursor) = (0, None);
    loop {
        let (_, page) = cost("doc_list", json!({"cursor": cursor}));
        seen += page.lines().count() - 1;
        match page
            .lines()
            .next()
            .and_then(|line| line.split("cursor=\"").nth(1))
        {
            Some(next) => cursor = Some(next.trim_end_matches('"').to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, 110);
}

#[test]
fn json_has_what_was_asked_for_and_no_more() {
    let home = with_tasks(1);
    let mut server = served(&home, &["--structured"]);
    let long = "A line of a long report. ".repeat(2_000);
    server.ok("task_update", json!({"id": 1, "description": long}));
    for title in ["One", "Two"] {
        server.ok("doc_add", json!({"title": title, "body": long}));
    }
    server.ok(
        "plan_add",
        json!({"task_id": 1, "title": "How", "body": "first\n"}),
    );
    server.ok("plan_update", json!({"plan_id": 1, "body": "second\n"}));
    for (tool, arguments) in [
        ("task_show", json!({"id": 1})),
        ("task_claim", json!({"id": 1})),
        ("doc_list", json!({})),
        ("task_list", json!({"detail": "full"})),
        ("plan_history", json!({"plan_id": "1"})),
    ] {
        let text = server.ok(tool, arguments);
        assert!(text.len() < 6_000, "{tool}: {}", text.len());
    }
    let part = server.call(
        "task_show",
        json!({"id": 1, "include": "description", "offset": 6_000}),
    );
    let described = part.result["structuredContent"]["description"]
        .as_str()
        .expect("text");
    assert!(
        described.contains("[characters 6001 to 12000 of 50000"),
        "{described}"
    );
    let diff = server.call(
        "plan_history",
        json!({"plan_id": 1, "version": 1, "diff_to": 2}),
    );
    let diff = diff.result["structuredContent"]["diff"]
        .as_str()
        .expect("a diff")
        .to_owned();
    assert!(diff.contains("-first\n+second"), "{diff}");
}

#[test]
fn one_sees_what_one_holds_and_what_another_session_of_the_same_client_does() {
    let home = with_tasks(2);
    let mut one = Mcp::agent(&home, "claude-code");
    let mut two = Mcp::agent(&home, "claude-code");
    one.ok("task_claim", json!({"id": 1}));
    let own = one.ok("lease_list", json!({}));
    assert!(own.contains("TASK-1 Task 1: you ("), "{own}");
    let others = two.ok("lease_list", json!({}));
    assert!(
        others.contains("another session of ai:claude-code (…"),
        "{others}"
    );
    let refused = two.refused("task_complete", json!({"id": 1, "result": "x"}));
    assert!(
        refused.starts_with("TASK-1 is held by another session of ai:claude-code (…"),
        "{refused}"
    );
    two.ok("task_update", json!({"id": 2, "assignee": "me"}));
    let listed = one.ok("task_list", json!({}));
    assert!(
        listed.contains("TASK-1 P3 Task 1 (doing, held by you)"),
        "{listed}"
    );
    assert!(
        listed.contains("TASK-2 P3 Task 2 @ai:claude-code"),
        "{listed}"
    );
    let mine = two.ok("task_list", json!({"assignee": "me"}));
    assert!(mine.starts_with("1 task."), "{mine}");
}

#[test]
fn no_tool_is_told_of_that_is_not_served() {
    let home = with_tasks(1);
    let all: Vec<String> = tools(&mut served(&home, &[]));
    for args in [
        &["--read-only"][..],
        &["--tools", "core"],
        &["--read-only", "--tools", "core"],
    ] {
        let mut server = Mcp::start(&home, args);
        let answer = server.shake_hands("a");
        let mut told = answer["result"]["instructions"]
            .as_str()
            .expect("text")
            .to_owned();
        let prompts = server.request("prompts/list", json!({}));
        for prompt in prompts["result"]["prompts"].as_array().expect("a list") {
            let arguments = match prompt["name"].as_str().expect("a name") {
                "work_next" => json!({}),
                "standup" | "triage" => json!({"project": "app"}),
                _ => json!({"ref": "1"}),
            };
            let params = json!({"name": prompt["name"], "arguments": arguments});
            let filled = server.request("prompts/get", params);
            told.push_str(&filled["result"]["messages"][0]["content"]["text"].to_string());
        }
        let served = tools(&mut server);
        for tool in all
            .iter()
            .filter(|tool| tool.contains('_') && !served.contains(tool))
        {
            assert!(
                !told.contains(tool.as_str()),
                "{args:?} tells of {tool}: {told}"
            );
        }
    }
}

fn tools(server: &mut Mcp) -> Vec<String> {
    let listed = server.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().expect("a list");
    tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn tasks_that_hang_together_are_told_together() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    server.ok("task_create", json!({"title": "Part", "parent": 1}));
    server.ok("task_create", json!({"title": "After", "blocked_by": 2}));
    let parent = server.ok("task_show", json!({"id": 1}));
    assert!(parent.contains("waits for its parts"), "{parent}");
    assert!(parent.contains("Open parts: TASK-2"), "{parent}");
    let done = server.ok("task_complete", json!({"id": 1, "result": "Done."}));
    assert!(done.contains("Open parts: TASK-2"), "{done}");
    let waits = server.ok("task_show", json!({"id": 3}));
    assert!(waits.contains("Blocked by: TASK-2"), "{waits}");
    server.ok("task_complete", json!({"id": 2, "result": "Done."}));
    let freed = server.ok("task_claim", json!({"id": 3}));
    assert!(freed.contains("Came after: TASK-2"), "{freed}");
    // Moved by hand, it is in everybody's way: how to free it is told.
    server.ok("task_create", json!({"title": "By hand"}));
    let moved = server.ok("task_move", json!({"id": 4, "status": "doing"}));
    assert!(
        moved.contains("task_move(id=\"TASK-4\", status=\"todo\")"),
        "{moved}"
    );
    let refused = server.refused("task_claim", json!({"id": 4}));
    assert!(refused.contains("task_move it to todo"), "{refused}");
    // A label that nobody uses is no empty queue.
    server.ok("task_update", json!({"id": 4, "add_labels": "urgent"}));
    let refused = server.refused("task_claim", json!({"worker": "b", "label": "urgnt"}));
    assert!(refused.contains("Did you mean urgent?"), "{refused}");
}

#[test]
fn facts_of_several_projects_name_theirs() {
    let home = with_tasks(0);
    home.run(["project", "add", "--alias", "api"]).ok();
    let mut server = Mcp::agent(&home, "a");
    for project in ["app", "api"] {
        server.ok(
            "memory_add",
            json!({"project": project, "body": "Use tabs."}),
        );
    }
    let listed = server.ok("memory_list", json!({}));
    assert!(listed.contains("project=\"api\""), "{listed}");
    let one = server.ok("memory_list", json!({"project": "app"}));
    assert!(!one.contains("project="), "{one}");
    let found = server.ok("search", json!({"query": "tabs"}));
    assert!(found.contains(" [api]: "), "{found}");
}

#[test]
fn plans_are_named_by_their_task_and_compared_with_how_they_are() {
    let home = with_tasks(1);
    let mut server = Mcp::agent(&home, "a");
    server.ok(
        "plan_add",
        json!({"task_id": 1, "title": "How", "body": "first"}),
    );
    for plan in [json!(1), json!("1"), json!("task-1")] {
        server.ok(
            "plan_update",
            json!({"plan_id": plan, "body": format!("second {plan}")}),
        );
    }
    for diff_to in [1, 4] {
        let diff = server.ok("plan_history", json!({"plan_id": 1, "diff_to": diff_to}));
        let from = if diff_to == 1 { 1 } else { 3 };
        assert!(
            diff.starts_with(&format!("<diff from={from} to=4>")),
            "{diff}"
        );
    }
}

#[test]
fn requests_that_do_not_fit_are_told_so_and_fixed_lists_may_be_kept() {
    let home = with_tasks(1);
    let mut server = Mcp::start(&home, &[]);
    let answer = server.request("initialize", json!({"protocolVersion": 7}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    server.shake_hands("a");
    for (method, params) in [
        ("subscriptions/listen", json!({})),
        ("prompts/get", json!({"name": "dance"})),
        (
            "prompts/get",
            json!({"name": "work_next", "arguments": {"colour": "red"}}),
        ),
    ] {
        let answer = server.request(method, params);
        assert_eq!(answer["error"]["code"], -32602, "{method}: {answer}");
    }
    let refused = server.refused("task_show", json!({"id": 1, "offset": 5}));
    assert!(refused.starts_with("offset says where"), "{refused}");
    home.run(["task", "done", "1"]).ok();
    let params = json!({"name": "work_on", "arguments": {"ref": "1"}});
    let filled = server.request("prompts/get", params);
    let text = filled["result"]["messages"][0]["content"]["text"]
        .as_str()
        .expect("text");
    assert!(text.starts_with("TASK-1 is done."), "{text}");
    let mut second = Mcp::start(&home, &[]);
    let meta = json!({"_meta": inline("b", "2026-07-28")});
    let listed = second.request("tools/list", meta);
    assert!(
        listed["result"]["ttlMs"].as_u64() > Some(0),
        "{}",
        listed["result"]["ttlMs"]
    );
}
