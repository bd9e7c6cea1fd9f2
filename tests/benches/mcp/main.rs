//! What an agent waits for: from the start of the server to its first answer,
//! and for each call.
//!
//! `cargo bench -p backlog-tests --bench mcp` prints the table of docs/mcp.md;
//! `-- --tasks 10000` fills the workspace, `-- --runs 100`.

use std::time::Instant;

use backlog_tests::{Home, Mcp, mcp::handshake};
use serde_json::{Value, json};

fn number(name: &str, usual: usize) -> usize {
    let mut args = std::env::args();
    match args.by_ref().find(|arg| arg == name) {
        Some(_) => args.next().and_then(|n| n.parse().ok()).expect("a number"),
        None => usual,
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2] * 1_000.0
}

fn main() {
    let (tasks, runs) = (number("--tasks", 1_000), number("--runs", 100));
    let home = Home::with_project();
    let mut agent = Mcp::agent(&home, "bench");
    for task in 0..tasks {
        let title = format!("Fix the timeout of part {task}");
        let arguments =
            json!({"title": title, "description": "It waits for too long. ".repeat(20)});
        agent.ok("task_create", arguments);
    }
    println!("With {tasks} tasks, medians of {runs}, ms:\n");
    println!("| what | ms |\n| --- | ---: |");
    let first = (0..runs).map(|_| {
        let started = Instant::now();
        let mut server = Mcp::start(&home, &[]);
        server.request("initialize", handshake("bench", "2025-11-25"));
        started.elapsed().as_secs_f64()
    });
    println!(
        "| start to `initialize` answered | {:.2} |",
        median(first.collect())
    );
    let first = (0..runs).map(|_| {
        let started = Instant::now();
        let mut server = Mcp::agent(&home, "bench");
        server.ok("task_next", json!({"limit": 1}));
        started.elapsed().as_secs_f64()
    });
    println!(
        "| start to the first call answered | {:.2} |",
        median(first.collect())
    );
    time(&mut agent, runs, "task_show", |_| json!({"id": 7}));
    time(&mut agent, runs, "task_list", |_| json!({"limit": 50}));
    time(&mut agent, runs, "search", |_| json!({"query": "timeout"}));
    time(
        &mut agent,
        runs,
        "task_create",
        |run| json!({"title": format!("New {run}")}),
    );
    time(
        &mut agent,
        runs,
        "comment_add",
        |run| json!({"task_id": 7, "body": format!("Seen {run}")}),
    );
    time(&mut agent, runs, "task_claim", |run| json!({"id": run + 1}));
    time(
        &mut agent,
        runs,
        "task_complete",
        |run| json!({"id": run + 1, "result": "Done."}),
    );
}

fn time(agent: &mut Mcp, runs: usize, tool: &str, arguments: impl Fn(usize) -> Value) {
    let times = (0..runs).map(|run| {
        let arguments = arguments(run);
        let started = Instant::now();
        agent.ok(tool, arguments);
        started.elapsed().as_secs_f64()
    });
    println!("| `{tool}` | {:.2} |", median(times.collect()));
}
