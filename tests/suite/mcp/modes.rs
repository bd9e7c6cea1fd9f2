//! Which tools there are, and in which form they answer.

use backlog_tests::{Home, Mcp};
use serde_json::{Value, json};

use super::with_tasks;

fn names(server: &mut Mcp) -> Vec<String> {
    let listed = server.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().expect("a list");
    let name = |tool: &Value| tool["name"].as_str().expect("a name").to_owned();
    tools.iter().map(name).collect()
}

fn served(home: &Home, args: &[&str]) -> Mcp {
    let mut server = Mcp::start(home, args);
    server.shake_hands("a");
    server
}

#[test]
fn the_tools_are_those_of_1x_and_those_of_the_loop() {
    let home = Home::with_project();
    let mut server = served(&home, &[]);
    let mut all = names(&mut server);
    assert_eq!(all, names(&mut server), "always the same order");
    all.sort();
    assert_eq!(
        all,
        [
            "comment_add",
            "doc_add",
            "doc_list",
            "doc_show",
            "doc_update",
            "lease_list",
            "memory_add",
            "memory_list",
            "plan_add",
            "plan_history",
            "plan_update",
            "project_list",
            "search",
            "task_claim",
            "task_complete",
            "task_create",
            "task_heartbeat",
            "task_list",
            "task_move",
            "task_next",
            "task_release",
            "task_show",
            "task_update",
        ]
    );
    let listed = server.request("tools/list", json!({}));
    for tool in listed["result"]["tools"].as_array().expect("a list") {
        assert!(
            tool["title"].is_string() && tool["description"].is_string(),
            "{tool}"
        );
        let hints = &tool["annotations"];
        for hint in [
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        ] {
            assert!(hints[hint].is_boolean(), "{hint} of {tool}");
        }
        assert_eq!(hints["destructiveHint"], false);
        assert_eq!(hints["openWorldHint"], false);
    }
    let always: Vec<&Value> = listed["result"]["tools"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|tool| tool["_meta"]["anthropic/alwaysLoad"] == true)
        .map(|tool| &tool["name"])
        .collect();
    assert_eq!(
        always,
        [
            "task_claim",
            "task_complete",
            "task_create",
            "task_list",
            "task_show"
        ]
    );
}

#[test]
fn the_core_is_nine_tools_and_read_only_writes_nothing() {
    let home = with_tasks(1);
    let mut core = served(&home, &["--tools", "core"]);
    assert_eq!(names(&mut core).len(), 9);
    let mut reading = served(&home, &["--read-only"]);
    let listed = reading.request("tools/list", json!({}));
    for tool in listed["result"]["tools"].as_array().expect("a list") {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
    }
    let params = json!({"name": "task_claim", "arguments": {}});
    assert_eq!(
        reading.request("tools/call", params)["error"]["code"],
        -32602
    );
    reading.ok("task_show", json!({"id": 1}));
}

#[test]
fn structured_answers_are_json_twice_with_a_schema_they_keep() {
    let home = with_tasks(2);
    let mut server = served(&home, &["--structured"]);
    let listed = server.request("tools/list", json!({}));
    let schemas = listed["result"]["tools"]
        .as_array()
        .expect("a list")
        .clone();
    for (tool, arguments) in [
        ("task_list", json!({})),
        ("task_show", json!({"id": 1})),
        ("task_next", json!({})),
        ("task_claim", json!({})),
        ("task_complete", json!({"id": 1, "result": "x"})),
        ("project_list", json!({})),
        ("lease_list", json!({})),
        ("search", json!({"query": "task"})),
        ("doc_list", json!({})),
        ("memory_list", json!({})),
        ("task_claim", json!({"id": 2})),
        ("task_claim", json!({"worker": "b"})),
    ] {
        let told = server.call(tool, arguments);
        assert!(!told.is_error, "{tool}: {}", told.text);
        let document = &told.result["structuredContent"];
        let text: Value = serde_json::from_str(&told.text).expect("the text is JSON");
        assert_eq!(&text, document, "{tool}");
        let schema = schemas.iter().find(|listed| listed["name"] == tool);
        let schema = &schema.expect("it is listed")["outputSchema"];
        assert_eq!(schema["type"], "object", "{tool}");
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            assert!(
                document.get(name).is_some(),
                "{tool} lacks {name}: {document}"
            );
        }
    }
}
