//! The examples that help shows, run as they stand.

use std::fs;

use backlog_tests::{Home, home::run};

use super::{Commands, list, text};

/// Commands whose examples go on for ever, need another machine's programs, or
/// change the user's shell.
const NOT_RUN: &[&str] = &[
    "completion",
    "daemon",
    "demo",
    "loop",
    "mcp serve",
    "top",
    "web",
    "import",
    "doctor restore",
];

const FINDINGS: &str = r#"{"version": 1, "items": [{"title": "Injection"}]}"#;
const SARIF: &str =
    r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "results": []}]}"#;

/// What has to come before an example that has these words.
const BEFORE: &[(&str, &str)] = &[
    (
        "git ",
        "git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m First",
    ),
    ("task renew", "backlog task claim 12"),
    ("task release", "backlog task claim 12"),
    ("project delete", "backlog project archive app"),
    ("dep remove", "backlog task dep add 12 --on 7"),
    ("label detach", "backlog label attach urgent --task 12"),
    ("label delete", "backlog label create urgent"),
    (
        "--if-version 3",
        "backlog task update 12 -t a && backlog task update 12 -t b",
    ),
    ("trash restore TASK-12", "backlog task delete 12"),
    (
        "trash restore web",
        "backlog project add --alias web && backlog project archive web && backlog project delete web",
    ),
    ("profile add", "backlog init --path ~/work/queue"),
    ("profile show", PROFILE),
    ("profile current", PROFILE),
    ("profile set-default", PROFILE),
    ("profile use", PROFILE),
    ("profile remove", PROFILE),
    (
        "config get defaults",
        "backlog config set defaults.priority P2",
    ),
    (
        "config get output",
        "backlog config set output.color never --user",
    ),
    (".codex", "mkdir -p ~/.codex"),
    (
        "backlog setup",
        "mkdir -p ~/.codex && touch ~/.codex/auth.json",
    ),
    ("/mnt/safe/", "mkdir safe"),
];
const PROFILE: &str = "cd ~ && backlog init --path ~/work/queue --profile work --set-default";

/// What stands in an example for something of the reader's own.
const INSTEAD: &[(&str, &str)] = &[
    ("--alias app", "--alias shop"),
    ("4711", "$$"),
    ("trash empty", "trash empty --yes"),
    (
        "--head HASH",
        "--head $(backlog activity verify | sed 's/.* head //')",
    ),
    ("/mnt/safe", "safe"),
];

/// Those that go on until they are interrupted.
const ENDLESS: &[&str] = &["--follow", " -f"];

/// A workspace in which the examples make sense: a dozen tasks of project app,
/// of which TASK-12 is held, and the files that are named.
fn home() -> Home {
    let home = Home::with_project();
    for number in 1..=12 {
        home.run([
            "task",
            "add",
            "-p",
            "app",
            "-t",
            &format!("Task {number}"),
            "--label",
            "auth",
            "--type",
            "bug",
        ])
        .ok();
    }
    home.run(["project", "use", "app"]).ok();
    home.run(["daemon", "stop"]).ok();
    for (name, content) in [
        ("plan.md", "# Plan\n"),
        ("trace.log", "a line\n"),
        ("shot.png", "a picture\n"),
        ("build.log", "failed\n"),
        ("deploy.md", "# Deploy\n"),
        ("addendum.md", "More.\n"),
        ("decision.md", "Use rg.\n"),
        ("report.md", "It fails.\n"),
        ("more.md", "And more.\n"),
        ("task.json", "{\"title\": \"T\"}"),
        ("findings.json", FINDINGS),
        ("semgrep.sarif", SARIF),
        ("eslint.sarif", SARIF),
        (
            "backlog.json",
            "{\"version\": 1, \"projects\": [{\"alias\": \"api\"}]}",
        ),
    ] {
        fs::write(home.work().join(name), content).expect("a file");
    }
    home
}

/// A home of its own that is as this one is.
fn copied(home: &Home) -> Home {
    let copy = Home::new();
    for entry in fs::read_dir(home.work()).expect("a directory").flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), copy.work().join(entry.file_name())).expect("a copy");
        }
    }
    copy
}

#[test]
fn the_examples_of_help_work_as_they_stand() {
    let mut problems = Vec::new();
    let mut count = 0;
    let template = home();
    for command in &Commands::read().0 {
        let path = text(command, "path");
        let is_run = !NOT_RUN
            .iter()
            .any(|not| path == *not || path.starts_with(&format!("{not} ")));
        for example in list(command, "examples").iter().filter(|_| is_run) {
            let example = example.as_str().unwrap_or_default();
            if !example.contains("backlog ") || ENDLESS.iter().any(|flag| example.contains(flag)) {
                continue;
            }
            let home = copied(&template);
            let ready = prepared(&home, path, example);
            let mut shell = std::process::Command::new("timeout");
            // An example that waits for what does not come must not wait for ever.
            shell.args(["20", "bash", "-o", "pipefail", "-c", &ready]);
            home.settle(&mut shell);
            let directory = backlog_tests::backlog_bin().parent().expect("a directory");
            let search = std::env::var("PATH").unwrap_or_default();
            shell.env("PATH", format!("{}:{search}", directory.display()));
            let ran = run(&mut shell);
            count += 1;
            if ran.code() != Some(0) {
                problems.push(format!("{example}\n  {}{}", ran.stdout(), ran.stderr()));
            }
        }
    }
    assert!(count > 80, "{count}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A script for the example: what has to come before it, and the ids it means.
fn prepared(home: &Home, path: &str, example: &str) -> String {
    let quiet = |args: &[&str]| {
        let args = ["--quiet"].iter().chain(args).copied();
        home.run(args).ok().stdout().trim().to_owned()
    };
    let noun = path.split(' ').next().unwrap_or_default();
    let id = if !example.contains("ID") {
        String::new()
    } else if noun == "plan" {
        let plan = quiet(&[
            "plan",
            "add",
            "--task",
            "1",
            "--title",
            "P",
            "--content",
            "a",
        ]);
        quiet(&["plan", "update", &plan, "--content", "b"]);
        quiet(&["plan", "update", &plan, "--content", "c"]);
        plan
    } else if noun == "doc" || example.contains("--doc ID") {
        let doc = quiet(&["doc", "add", "--title", "D", "--content", "a"]);
        quiet(&["doc", "update", &doc, "--content", "b"]);
        quiet(&["doc", "update", &doc, "--content", "c"]);
        doc
    } else if noun == "comment" || noun == "trash" {
        let comment = quiet(&["comment", "add", "C", "--task", "1"]);
        if noun == "trash" {
            quiet(&["comment", "delete", &comment]);
        }
        comment
    } else if noun == "memory" {
        quiet(&["memory", "add", "M", "--tag", "build"])
    } else {
        quiet(&[
            "attachment",
            "add",
            "trace.log",
            "--task",
            "1",
            "--name",
            "old-trace.log",
        ])
    };
    let steps = BEFORE.iter().filter(|(part, _)| example.contains(part));
    let mut script: String = steps
        .map(|(_, before)| format!("{{ {before}; }} >&2 && "))
        .collect();
    script.push_str(&example.replace("ID", &id));
    for (theirs, ours) in INSTEAD {
        script = script.replace(theirs, ours);
    }
    script
}
