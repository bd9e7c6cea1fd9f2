//! A workspace as it may look after some weeks of work: what is measured, is
//! measured there.

use std::fmt::Write as _;

use serde_json::json;

use crate::{Home, Mcp};

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

/// 200 tasks in two projects, some held back, some done, some commented; with
/// memory and docs. And an agent that works there.
///
/// # Panics
/// Where it cannot be made.
#[track_caller]
pub fn workspace() -> (Home, Mcp) {
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
