//! Claims: one task, one session, and back in the queue when it dies.

mod claims;
mod dependencies;
mod draining;
mod ends;
#[cfg(target_os = "linux")]
mod holding;
mod others;
mod proof;
#[cfg(target_os = "linux")]
mod sandbox;
mod top;
mod waiting;
mod watching;

use std::{ffi::OsStr, fs, process::Command};

use backlog_tests::{Home, Ran};
use serde_json::Value;

/// A workspace with so many tasks, `Task 1` and on, in project `app`.
fn with_tasks(count: usize) -> Home {
    let home = Home::with_project();
    add(&home, count);
    home
}

/// The same, whose leases are short: a second or two to live, a second's grace.
fn with_short_leases(tasks: usize) -> Home {
    let home = Home::with_workspace();
    let config = "[lease]\nttl = \"2s\"\ngrace = \"1s\"\n";
    fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    add(&home, tasks);
    home
}

fn add(home: &Home, count: usize) {
    for number in 1..=count {
        home.run(["task", "add", "-t", &format!("Task {number}")])
            .ok();
    }
}

/// A command of a session of an agent.
fn session<S: AsRef<OsStr>>(home: &Home, name: &str, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = home.command(args);
    command
        .env("BACKLOG_ACTOR", format!("ai:{name}"))
        .env("BACKLOG_SESSION", name);
    command
}

/// Runs it to its end.
#[track_caller]
fn run_as<S: AsRef<OsStr>>(home: &Home, name: &str, args: impl IntoIterator<Item = S>) -> Ran {
    backlog_tests::home::run(&mut session(home, name, args))
}

/// What a claim gives, as JSON.
#[track_caller]
fn claim(home: &Home, name: &str) -> Value {
    run_as(home, name, ["task", "claim", "--json"]).json()
}

fn token(claimed: &Value) -> String {
    let token = claimed["lease"]["token"].as_str();
    token.expect("a claim tells the token").to_owned()
}

/// References of a list, in its order.
fn listed(home: &Home, args: &[&str]) -> Vec<String> {
    let mut command = vec!["task", "list", "--ids-only"];
    command.extend(args);
    home.run(command)
        .ok()
        .stdout()
        .lines()
        .map(str::to_owned)
        .collect()
}
