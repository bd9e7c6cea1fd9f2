//! What the server costs a model, over a workspace of 200 realistic tasks, by
//! a real tokenizer; and that the table in docs/mcp.md says so.

use std::fmt::Write as _;

use backlog_tests::{Home, Mcp};
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

const PARTS: [&str; 10] = [
    "login form",
    "invoice export",
    "search index",
    "webhook retries",
    "session cookie",
    "CSV import",
    "rate limiter",
    "audit log",
    "image upload",
    "billing report",
];
const PROBLEMS: [&str; 10] = [
    "Fix a timeout in the",
    "Add tests for the",
    "Document how to configure the",
    "Speed up the",
    "Handle an empty response in the",
    "Remove dead code from the",
    "Show a clear error in the",
    "Retry failed requests of the",
    "Validate input of the",
    "Make a dark theme for the",
];
const TYPES: [&str; 5] = ["task", "bug", "improvement", "feature", "chore"];

fn description(number: usize) -> String {
    let part = PARTS[number % 10];
    let mut text = format!(
        "## What happens\n\nUnder load the {part} answers after more than 30 seconds, and the caller gives up. \
         It was seen {number} times last week, always between the nightly job and the first users.\n\n## Expected\n\n"
    );
    while text.len() < 2_000 {
        let _ = writeln!(
            text,
            "- the {part} answers within two seconds, or says that it cannot and why;\n- `src/{}/handler.rs` has a test that fails without the change;",
            part.replace(' ', "_")
        );
    }
    text.truncate(2_000);
    text
}

/// 200 tasks in two projects, some held back, some done, some commented.
fn workspace() -> (Home, Mcp) {
    let home = Home::with_project();
    home.run(["project", "add", "--alias", "api"]).ok();
    let mut agent = Mcp::agent(&home, "claude-code");
    for number in 0..200 {
        let title = format!("{} {}", PROBLEMS[number / 10 % 10], PARTS[number % 10]);
        let mut arguments = json!({
            "project": if number % 4 == 3 { "api" } else { "app" },
            "title": if number < 100 { title } else { format!("{title} of tenant {number}") },
            "description": description(number),
            "type": TYPES[number % 5],
            "priority": 1 + number % 5,
            "labels": [PARTS[number % 10].split(' ').next().unwrap_or_default()],
        });
        if number % 7 == 6 {
            arguments["blocked_by"] = json!([number - 3]);
        }
        agent.ok("task_create", arguments);
    }
    for number in (10..60).step_by(10) {
        agent.ok("comment_add", json!({"task_id": number, "body": "Reproduced on the staging system; the log is attached to the build of Tuesday."}));
        agent.ok("task_move", json!({"id": number, "status": "done"}));
    }
    for number in 0..20 {
        agent.ok("memory_add", json!({
            "project": "app", "tags": ["build"],
            "body": format!("Run `make check-{number}` before a commit: the hook does not see generated files."),
        }));
        agent.ok("doc_add", json!({"project": "app", "title": format!("Runbook {number}"), "body": description(number)}));
    }
    (home, agent)
}

fn compact(value: &Value) -> String {
    serde_json::to_string(value).expect("it was JSON")
}

#[test]
fn every_reply_keeps_its_budget_and_the_table_tells_it() {
    let (home, mut agent) = workspace();
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
