//! The MCP server, over its own lines.

mod working;

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
