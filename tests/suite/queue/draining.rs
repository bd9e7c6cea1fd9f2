//! Many workers empty a queue with dependencies.

use std::collections::HashMap;

use backlog_tests::{Home, crowd::at_once_despite, database::assert_sound};

use super::run_as;

/// So many tasks; `BACKLOG_DRAIN_TASKS=2000` for the long run.
fn tasks() -> usize {
    std::env::var("BACKLOG_DRAIN_TASKS")
        .ok()
        .and_then(|tasks| tasks.parse().ok())
        .unwrap_or(120)
}
const WORKERS: usize = 16;

/// Tasks of which each waits for up to two before it.
fn web_of_tasks() -> Home {
    let home = Home::with_project();
    for number in 1..=tasks() {
        let mut args = vec!["task".into(), "add".into(), "-t".into(), "One".to_owned()];
        for blocker in [number / 2, number / 3] {
            if number % 4 != 0 && (1..number).contains(&blocker) {
                args.extend(["--blocked-by".to_owned(), blocker.to_string()]);
            }
        }
        home.run(args).ok();
    }
    home
}

#[test]
fn sixteen_workers_drain_a_queue_with_dependencies_while_the_daemon_is_killed() {
    let home = web_of_tasks();
    let taken = at_once_despite(
        WORKERS,
        |number| work(&home, &format!("w{number}")),
        std::time::Duration::from_millis(700),
        || {
            home.daemon().kill();
        },
    );
    let taken: Vec<String> = taken.into_iter().flatten().collect();
    assert_eq!(taken.len(), tasks(), "each is done once");

    // By the log: claimed once, and after its blockers were finished.
    let events = home.run(["activity", "--limit", "100000", "--json"]).json();
    let mut at: HashMap<(String, String), i64> = HashMap::new();
    for event in events["events"].as_array().expect("a list") {
        let action = event["action"].as_str().expect("a word");
        if matches!(action, "claimed" | "completed") {
            let task = event["ref"].as_str().expect("a task").to_owned();
            let seq = event["seq"].as_i64().expect("a number");
            let twice = at.insert((task.clone(), action.to_owned()), seq);
            assert!(twice.is_none(), "{task} was {action} twice");
        }
    }
    let list = home
        .run(["task", "list", "--limit", "100000", "--json"])
        .json();
    for task in list["tasks"].as_array().expect("a list") {
        let name = task["ref"].as_str().expect("a reference").to_owned();
        assert_eq!(task["status"], "done", "{name}");
        for blocker in task["blocked_by"].as_array().into_iter().flatten() {
            let blocker = blocker.as_str().expect("a reference").to_owned();
            let finished = at[&(blocker, "completed".to_owned())];
            assert!(
                finished < at[&(name.clone(), "claimed".to_owned())],
                "{name}"
            );
        }
    }
    assert_sound(&home);
}

/// Claims and finishes until nothing is left, and returns what it did.
fn work(home: &Home, name: &str) -> Vec<String> {
    let mut done = Vec::new();
    loop {
        let claimed = run_as(home, name, ["task", "claim", "--wait", "2s", "--quiet"]);
        if claimed.code() == Some(6) {
            return done;
        }
        let task = claimed.ok().stdout().trim().to_owned();
        run_as(home, name, ["task", "done", &task]).ok();
        done.push(task);
    }
}
