//! What the server costs a model, over a workspace of 200 realistic tasks, by
//! a real tokenizer; and that the table in docs/mcp.md says so.

use backlog_tests::{Mcp, realistic};
use serde_json::{Value, json};
use tiktoken_rs::CoreBPE;

use crate::documented;

/// A row of the table.
struct Cost {
    what: String,
    bytes: usize,
    tokens: usize,
    allowed: usize,
}

struct Meter {
    tokenizer: CoreBPE,
    costs: Vec<Cost>,
}

impl Meter {
    fn measure(&mut self, what: &str, text: &str, allowed: usize) -> usize {
        let tokens = self.tokenizer.encode_ordinary(text).len();
        self.costs.push(Cost {
            what: what.to_owned(),
            bytes: text.len(),
            tokens,
            allowed,
        });
        tokens
    }
}

fn compact(value: &Value) -> String {
    serde_json::to_string(value).expect("it was JSON")
}

#[test]
fn every_reply_keeps_its_budget_and_the_table_tells_it() {
    let (home, mut agent) = realistic::workspace();
    let mut meter = Meter {
        tokenizer: tiktoken_rs::o200k_base().expect("it is built in"),
        costs: Vec::new(),
    };
    // What every session reads.
    let mut fresh = Mcp::start(&home, &[]);
    let answer = fresh.shake_hands("claude-code");
    let instructions = answer["result"]["instructions"].as_str().expect("text");
    assert!(instructions.len() <= 1_000, "{} bytes", instructions.len());
    let said = meter.measure("instructions", instructions, 250);
    let listed = agent.request("tools/list", json!({}));
    let tools = listed["result"]["tools"]
        .as_array()
        .expect("a list")
        .clone();
    let all = compact(&listed["result"]["tools"]);
    assert!(all.len() <= 14_000, "{} bytes", all.len());
    let list = meter.measure("`tools/list`, 23 tools", &all, 2_600);
    let always: Vec<Value> = tools
        .iter()
        .filter(|tool| tool["_meta"]["anthropic/alwaysLoad"] == true)
        .cloned()
        .collect();
    meter.measure(
        "the five that are always loaded",
        &compact(&json!(always)),
        1_000,
    );

    // What the loop costs.
    let plan = "1. Reproduce it with a test that waits for the answer.\n2. Move the export to a worker.\n3. Answer with 202 and a link.\n".repeat(3);
    agent.ok(
        "plan_add",
        json!({"task_id": 1, "title": "Answer at once", "body": plan}),
    );
    let mut loop_cost = said + list;
    for (what, tool, arguments, allowed) in [
        (
            "`task_claim`: 2 kB of description and a plan",
            "task_claim",
            json!({"id": 1}),
            1_300,
        ),
        (
            "`plan_update`",
            "plan_update",
            json!({"plan_id": "TASK-1", "body": "1. Do it"}),
            100,
        ),
        (
            "`comment_add`",
            "comment_add",
            json!({"task_id": 1, "body": "Found it."}),
            100,
        ),
        (
            "`task_complete`",
            "task_complete",
            json!({"id": 1, "result": "Done."}),
            300,
        ),
    ] {
        let text = agent.ok(tool, arguments);
        loop_cost += meter.measure(what, &text, allowed);
    }
    meter.costs.push(Cost {
        what: "a whole loop, with `tools/list`".to_owned(),
        bytes: meter.costs.iter().map(|cost| cost.bytes).sum::<usize>() - meter.costs[2].bytes,
        tokens: loop_cost,
        allowed: 6_000,
    });

    // What else is read.
    agent.ok("task_claim", json!({"id": 2, "worker": "b"}));
    let long = "A line of a long report, with facts and figures. ".repeat(400);
    agent.ok("comment_add", json!({"task_id": 3, "body": long}));
    agent.ok("task_update", json!({"id": 3, "description": long}));
    agent.ok(
        "plan_add",
        json!({"task_id": 3, "title": "Long", "body": long}),
    );
    for (what, tool, arguments, allowed) in [
        (
            "`task_list`, a page as usual (25)",
            "task_list",
            json!({}),
            2_000,
        ),
        (
            "`task_list` of 50",
            "task_list",
            json!({"project": "app", "limit": 50}),
            1_000,
        ),
        (
            "`task_list` of 50 in two projects",
            "task_list",
            json!({"limit": 50}),
            2_000,
        ),
        ("`task_next`", "task_next", json!({}), 2_000),
        ("`task_show`", "task_show", json!({"id": 2}), 2_000),
        (
            "`task_show` of what is long everywhere",
            "task_show",
            json!({"id": 3}),
            2_000,
        ),
        ("`search`", "search", json!({"query": "timeout"}), 2_000),
        (
            "`memory_list`",
            "memory_list",
            json!({"project": "app"}),
            2_000,
        ),
        ("`doc_list`", "doc_list", json!({"project": "app"}), 2_000),
        ("`project_list`", "project_list", json!({}), 2_000),
        ("`lease_list`", "lease_list", json!({}), 2_000),
        (
            "`task_list` of 100 with every detail",
            "task_list",
            json!({"limit": 100, "detail": "full"}),
            8_000,
        ),
        (
            "`task_show` of every part of what is long",
            "task_show",
            json!({"id": 3, "include": ["description", "plan", "comments", "attempts"]}),
            8_000,
        ),
    ] {
        let text = agent.ok(tool, arguments);
        meter.measure(what, &text, allowed);
    }
    for cost in &meter.costs {
        assert!(
            cost.tokens <= cost.allowed,
            "{}: {} tokens, {} allowed",
            cost.what,
            cost.tokens,
            cost.allowed
        );
    }
    let row = |cost: &Cost| {
        let figures = [cost.bytes, cost.tokens, cost.allowed].map(|figure| figure.to_string());
        [vec![cost.what.clone()], figures.to_vec()].concat()
    };
    let rows: Vec<_> = meter.costs.iter().map(row).collect();
    let head = ["what", "bytes", "tokens", "at most"];
    documented::holds("docs/mcp.md", "budgets", &head, &rows);
}
