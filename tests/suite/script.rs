//! The first ten minutes of a new user, as the README has them.

use backlog_tests::{Daemon, Home, eventually, home::run};

/// The commands after `init`, one a line.
const SCRIPT: &[&[&str]] = &[
    &["project", "add", "My App", "--alias", "app"],
    &[
        "task",
        "add",
        "-p",
        "app",
        "-t",
        "Fix login timeout",
        "--type",
        "bug",
        "--priority",
        "P2",
    ],
    &[
        "task",
        "add",
        "-p",
        "app",
        "-t",
        "Add rate limiting",
        "--type",
        "feature",
        "--priority",
        "P3",
    ],
    &["task", "list"],
    &["task", "move", "TASK-1", "--status", "doing"],
    &[
        "plan",
        "add",
        "--task",
        "TASK-1",
        "--title",
        "Fix plan",
        "--content",
        "1. Increase timeout\n2. Add test",
    ],
    &[
        "comment",
        "add",
        "--task",
        "TASK-1",
        "Timeout is 60 s now; test added.",
        "--as",
        "ai:claude-code",
    ],
    &["task", "list", "--search", "login*", "--json"],
    &["task", "move", "TASK-1", "--status", "done"],
    &["activity"],
];

/// Runs the script in a fresh home; `between` runs before each line.
fn play(between: impl Fn(&Home)) -> Home {
    let home = Home::new();
    home.run(["init", "--path", "."]).ok();
    for line in SCRIPT {
        between(&home);
        home.run(*line).ok();
    }
    home
}

/// What is left of a run, without ids and times.
fn story(home: &Home) -> Vec<(String, String)> {
    let events = home.run(["activity", "--json"]).json();
    events["events"]
        .as_array()
        .expect("a list of events")
        .iter()
        .map(|event| {
            let actor = format!("{}:{}", event["actor"]["kind"], event["actor"]["name"]);
            (actor.replace('"', ""), event["summary"].to_string())
        })
        .collect()
}

#[test]
fn the_script_runs_and_all_it_says_is_real() {
    let home = play(|_| {});
    let task = home.run(["task", "show", "TASK-1", "--json"]).json();
    assert_eq!(task["status"], "done");
    assert_eq!(task["priority"], 2);
    assert_eq!(
        task["plans"][0]["version"]["body"],
        "1. Increase timeout\n2. Add test"
    );
    assert_eq!(task["comments"][0]["actor"]["name"], "claude-code");
    assert_eq!(story(&home).len(), 7);
    home.run(["activity", "verify"]).ok();
}

#[test]
fn the_same_comes_of_it_when_the_daemon_is_killed_between_any_two_lines() {
    let undisturbed = story(&play(|_| {}));
    let killed = story(&play(|home| {
        home.daemon().kill();
    }));
    assert_eq!(killed, undisturbed);
}

#[test]
fn the_demo_tells_its_story_and_leaves_no_daemon() {
    let home = Home::new();
    let mut command = home.command(["demo"]);
    let told = run(command.env("TMPDIR", home.path())).ok().stdout();
    assert!(told.contains("task list"), "{told}");
    for daemon in Daemon::below(home.path()) {
        eventually("the demo's daemon has left", || !daemon.leads());
    }
    assert!(
        !home.home().join(".config").exists(),
        "the user's configuration is untouched"
    );
}
