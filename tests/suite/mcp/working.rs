//! An agent works through the tools: the loop, and what it meets on the way.

use backlog_tests::Mcp;
use serde_json::json;

use super::with_tasks;

#[test]
fn an_agent_claims_plans_comments_and_completes() {
    let home = with_tasks(2);
    home.run(["task", "dep", "add", "2", "--on", "1"]).ok();
    let mut agent = Mcp::agent(&home, "claude-code");
    let claimed = agent.ok("task_claim", json!({}));
    assert!(claimed.starts_with("You now hold TASK-1:"), "{claimed}");
    assert!(claimed.contains("Title: Task 1"), "{claimed}");
    agent.ok(
        "plan_add",
        json!({"task_id": "TASK-1", "title": "How", "body": "1. Do it"}),
    );
    agent.ok(
        "comment_add",
        json!({"task_id": "TASK-1", "body": "Found the cause."}),
    );
    let done = agent.ok("task_complete", json!({"id": "TASK-1", "result": "Fixed."}));
    assert!(done.contains("TASK-2"), "{done}");
    let shown = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(shown["status"], "done");
    assert_eq!(shown["plans"][0]["version"]["body"], "1. Do it");
    assert_eq!(shown["comments"][1]["body"], "Fixed.");
    assert_eq!(shown["comments"][1]["actor"]["name"], "claude-code");
    assert_eq!(shown["comments"][1]["actor"]["kind"], "ai");
}
