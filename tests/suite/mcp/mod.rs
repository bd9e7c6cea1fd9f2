//! The MCP server, over its own lines and by clients of others.

mod answers;
mod arguments;
mod budgets;
mod clients;
mod config;
mod holding;
mod modes;
mod protocol;
mod reading;
mod sessions;
mod skills;
mod working;

use std::fs;

use backlog_tests::Home;

/// A workspace with so many tasks, `Task 1` and on, in project `app`.
fn with_tasks(count: usize) -> Home {
    let home = Home::with_project();
    for number in 1..=count {
        home.run(["task", "add", "-t", &format!("Task {number}")])
            .ok();
    }
    home
}

/// The same, whose leases are short: two seconds to live, a second's grace.
fn short_leases(home: Home) -> Home {
    let config = "[lease]\nttl = \"2s\"\ngrace = \"1s\"\n";
    fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    home
}
