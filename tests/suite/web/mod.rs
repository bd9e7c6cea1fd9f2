//! The HTTP API and who may call it. A file a promise.

mod addresses;
mod bodies;
mod calls;
mod daemon;
mod described;
mod events;
mod examples;
mod files;
mod fuzzed;
mod hostile;
mod knowledge;
mod pages;
mod queue;
mod readers;
mod starting;
mod tasks;

use backlog_tests::{Home, Web};
use serde_json::{Value, json};

/// A workspace with a project `app`, and a server of it.
#[track_caller]
fn serve() -> (Home, Web) {
    let home = Home::with_project();
    let web = Web::start(&home);
    (home, web)
}

/// Makes a task, and returns it.
#[track_caller]
fn add(web: &Web, title: &str) -> Value {
    let answer = web.post("/api/tasks", json!({"project": "app", "title": title}));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}
