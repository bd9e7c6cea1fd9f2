//! What one whole loop costs a model to read: by the skill and the command
//! line, by `backlog loop`, and by the MCP server; and that the table in
//! docs/performance.md says so.

use std::{env, fs, path::Path};

use backlog_tests::{Home, Mcp, home::run};
use serde_json::{Value, json};
use tiktoken_rs::CoreBPE;

use crate::documented;

const TITLE: &str = "Fix a timeout in the invoice export";
const PLAN: &str = "1. Reproduce it with a test that waits for the answer.
2. Move the export to a worker.
3. Answer with 202 and a link.";
const FOUND: &str = "The export holds a transaction while it renders; the worker does not.";
const DONE: &str = "The export answers at once; tests/export.rs shows it.";

/// What a model reads on one way through a task.
struct Way {
    what: &'static str,
    /// Before it knows of any task: instructions, schemas, skills.
    before: String,
    /// Of the task, from the claim to its end.
    during: String,
}

/// A task with 2 kB of description and a plan, as somebody left it.
fn workspace() -> Home {
    let home = Home::with_project();
    let mut description =
        "Under load the invoice export answers after more than 30 seconds.\n".to_owned();
    while description.len() < 2_000 {
        description.push_str("- The export answers within two seconds, or says that it cannot and why; a test fails without the change.\n");
    }
    description.truncate(2_000);
    home.run(["task", "add", "-t", TITLE, "-d", &description])
        .ok();
    let first = ["plan", "add", "--task", "1", "--title", "First thoughts"];
    home.run(first.into_iter().chain(["--content", &PLAN.repeat(3)]))
        .ok();
    home
}

/// What the steps print, run as an agent runs them.
fn printed(home: &Home, steps: &[&[&str]]) -> String {
    let steps = steps.iter().map(|step| {
        let mut command = home.command(step.iter());
        run(command.env("BACKLOG_ACTOR", "ai:agent")).ok().stdout()
    });
    steps.collect()
}

const REST: [&[&str]; 3] = [
    &[
        "plan",
        "add",
        "--task",
        "TASK-1",
        "--title",
        "Plan",
        "--content",
        PLAN,
    ],
    &["comment", "add", FOUND, "--task", "TASK-1"],
    &["task", "done", "TASK-1", "--note", DONE],
];

/// The heads of all skills, which every session reads, and the body of the one
/// that is used.
fn skills(used: &str) -> String {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backlog-cli/skills");
    let mut text = String::new();
    for entry in fs::read_dir(&dir).expect("skills").flatten() {
        let skill = fs::read_to_string(entry.path().join("SKILL.md")).expect("a skill");
        let head = skill.split("---\n").nth(1).expect("a head");
        text.push_str(head);
    }
    let skill = fs::read_to_string(dir.join(used).join("SKILL.md")).expect("a skill");
    text + skill.splitn(3, "---\n").nth(2).expect("a body")
}

fn by_skill() -> Way {
    let home = workspace();
    Way {
        what: "the skill `backlog-loop`, and the command line",
        before: skills("backlog-loop"),
        during: printed(&home, &[&["task", "claim"]]) + &printed(&home, &REST),
    }
}

fn by_loop() -> Way {
    let home = workspace();
    let copy = home.path().join("prompt.md");
    let script = format!(
        "cat > {} && backlog task done \"$BACKLOG_TASK\"",
        copy.display()
    );
    let bin = backlog_tests::backlog_bin().parent().expect("a directory");
    let path = env::var("PATH").unwrap_or_default();
    let mut command = home.command(["loop", "--max-tasks", "1", "--", "sh", "-c", &script]);
    run(command.env("PATH", format!("{}:{path}", bin.display()))).ok();
    let prompt = fs::read_to_string(copy).expect("the prompt");
    let again = workspace();
    printed(&again, &[&["task", "claim"]]);
    Way {
        what: "`backlog loop`: its prompt, and the command line",
        before: String::new(),
        during: prompt + &printed(&again, &REST),
    }
}

fn by_mcp(what: &'static str, is_listed: fn(&Value) -> bool) -> Way {
    let home = workspace();
    let mut agent = Mcp::start(&home, &[]);
    let answer = agent.shake_hands("claude-code");
    let instructions = answer["result"]["instructions"].as_str().expect("text");
    let listed = agent.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().expect("a list");
    let tools: Vec<&Value> = tools.iter().filter(|tool| is_listed(tool)).collect();
    let tools = serde_json::to_string(&tools).expect("it was JSON");
    let steps = [
        ("task_claim", json!({})),
        (
            "plan_add",
            json!({"task_id": "TASK-1", "title": "Plan", "body": PLAN}),
        ),
        ("comment_add", json!({"task_id": "TASK-1", "body": FOUND})),
        ("task_complete", json!({"id": "TASK-1", "result": DONE})),
    ];
    Way {
        what,
        before: instructions.to_owned() + &tools,
        during: steps
            .map(|(tool, arguments)| agent.ok(tool, arguments))
            .concat(),
    }
}

#[test]
fn a_whole_loop_costs_what_the_documentation_says() {
    let tokenizer = tiktoken_rs::o200k_base().expect("it is built in");
    let ways = [
        by_skill(),
        by_loop(),
        by_mcp("the MCP server, all schemas", |_| true),
        by_mcp(
            "the MCP server, schemas of four tools loaded as needed",
            |tool| {
                let used = ["task_claim", "plan_add", "comment_add", "task_complete"];
                used.contains(&tool["name"].as_str().unwrap_or_default())
            },
        ),
    ];
    let mut rows = Vec::new();
    for way in &ways {
        let tokens = cost(way, &tokenizer);
        assert!(tokens <= 6_000, "{}: {tokens} tokens", way.what);
        let (before, during) = (way.before.len(), way.during.len());
        let figures = [before, during, before + during, tokens];
        let row = [way.what.to_owned()].into_iter();
        rows.push(
            row.chain(figures.map(|figure| figure.to_string()))
                .collect(),
        );
    }
    let head = [
        "by",
        "before the task",
        "the task",
        "bytes in all",
        "tokens",
    ];
    documented::holds("docs/performance.md", "session", &head, &rows);
}

fn cost(way: &Way, tokenizer: &CoreBPE) -> usize {
    let tokens = |text: &str| tokenizer.encode_ordinary(text).len();
    tokens(&way.before) + tokens(&way.during)
}
