//! What one whole loop costs a model to read: by the skill and the command
//! line, by `backlog loop`, and by the MCP server; and that the table in
//! docs/performance.md says so.
//!
//! `BACKLOG_UPDATE_DOCS=1` writes the table anew.

use std::{env, fmt::Write as _, fs, path::Path};

use backlog_tests::{Home, Mcp, home::run};
use serde_json::{Value, json};
use tiktoken_rs::CoreBPE;

const BEGIN: &str = "<!-- session -->\n";
const END: &str = "<!-- /session -->\n";

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
    let rows: Vec<Row> = ways.iter().map(|way| Row::of(way, &tokenizer)).collect();
    for row in &rows {
        assert!(row.tokens <= 6_000, "{}: {} tokens", row.what, row.tokens);
    }
    check_table(&rows);
}

struct Row {
    what: &'static str,
    before: usize,
    during: usize,
    tokens: usize,
}

impl Row {
    fn of(way: &Way, tokenizer: &CoreBPE) -> Self {
        let tokens = |text: &str| tokenizer.encode_ordinary(text).len();
        Self {
            what: way.what,
            before: way.before.len(),
            during: way.during.len(),
            tokens: tokens(&way.before) + tokens(&way.during),
        }
    }
}

/// Sees that the table says this, but for what times and ids make of it.
fn check_table(rows: &[Row]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
    let document = fs::read_to_string(&path).expect("docs/performance.md");
    let (before, rest) = document.split_once(BEGIN).expect("the table's beginning");
    let (table, after) = rest.split_once(END).expect("its end");
    let mut now = "| by | before the task | the task | bytes in all | tokens |\n| --- | ---: | ---: | ---: | ---: |\n".to_owned();
    for row in rows {
        let (what, before, during, tokens) = (row.what, row.before, row.during, row.tokens);
        let all = before + during;
        let _ = writeln!(now, "| {what} | {before} | {during} | {all} | {tokens} |");
    }
    if env::var_os("BACKLOG_UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{now}{END}{after}")).expect("it is written");
        return;
    }
    let cells = |table: &str| -> Vec<Vec<String>> {
        let rows = table.lines().skip(2);
        rows.map(|row| {
            row.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
    };
    let (told, now) = (cells(table), cells(&now));
    assert_eq!(
        told.len(),
        now.len(),
        "write it anew with BACKLOG_UPDATE_DOCS=1"
    );
    for (told, now) in told.iter().zip(&now) {
        let is_near = told.iter().zip(now).all(|(told, now)| {
            match (told.parse::<usize>(), now.parse::<usize>()) {
                (Ok(told), Ok(now)) => told.abs_diff(now) <= 10 + now / 20,
                _ => told == now,
            }
        });
        assert!(
            is_near,
            "{told:?} but {now:?}: write it anew with BACKLOG_UPDATE_DOCS=1"
        );
    }
}
