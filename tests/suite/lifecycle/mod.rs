//! Nobody notices that there is a daemon: not when it is killed, stopped or
//! idle, not when its files are taken from under it.

mod crash;
mod foreground;
mod ghost;
mod idle;
mod place;
mod replaced;
mod seen;
mod stuck;

use std::fs;

use backlog_tests::{Home, process::Process, until};

/// Adds a task, whatever it takes.
#[track_caller]
fn add(home: &Home, title: &str) {
    home.run(["task", "add", "-t", title]).ok();
}

/// How many tasks there are.
#[track_caller]
fn total(home: &Home) -> i64 {
    let list = home.run(["task", "list", "--limit", "1", "--json"]).json();
    list["page"]["total"].as_i64().expect("a number")
}

/// The daemon that runs now.
#[track_caller]
fn process(home: &Home) -> Process {
    Process::of(until("a daemon runs", || home.daemon().pid()))
}

/// Adds to the workspace's `config.toml`; a daemon reads it when it starts.
fn configure(home: &Home, settings: &str) {
    let path = home.work().join("config.toml");
    let text = fs::read_to_string(&path).expect("a config.toml");
    fs::write(path, format!("{text}\n{settings}\n")).expect("a config.toml");
}
