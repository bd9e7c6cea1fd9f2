//! Completion with live values: what there is, at once, and never more than that.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use backlog_tests::{Home, backlog_bin, home::run, tool};
use rustix::process::Signal;

/// A workspace with two tasks, a label and a second project.
fn home() -> Home {
    let home = Home::with_project();
    home.run(["project", "add", "Website", "--alias", "web"])
        .ok();
    home.run([
        "task",
        "add",
        "-p",
        "app",
        "-t",
        "Fix login\u{9}now",
        "--label",
        "auth",
    ])
    .exits(2);
    home.run([
        "task",
        "add",
        "-p",
        "app",
        "-t",
        "Fix login",
        "--label",
        "auth",
    ])
    .ok();
    home.run(["task", "add", "-p", "web", "-t", "Add a page"])
        .ok();
    home
}

/// What could stand in the place of the last word, as the bash script asks.
fn candidates(home: &Home, words: &[&str]) -> Vec<String> {
    let all = ["--", "backlog"].iter().chain(words);
    let mut command = home.command(all);
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n");
    let ran = run(&mut command).ok();
    assert_eq!(ran.stderr(), "");
    ran.stdout().lines().map(str::to_owned).collect()
}

#[test]
fn what_there_is_is_offered_where_it_belongs() {
    let home = home();
    home.run(["task", "add", "-p", "web", "-t", "Gone"]).ok();
    home.run(["task", "delete", "3"]).ok();
    for (words, expected) in [
        (
            ["task", "show", "TASK-"].as_slice(),
            ["TASK-2", "TASK-1"].as_slice(),
        ),
        (&["task", "show", "task-"], &["TASK-2", "TASK-1"]),
        (&["task", "done", "1"], &["1"]),
        (&["plan", "add", "--task", "TASK-1"], &["TASK-1"]),
        (
            &["task", "dep", "add", "1", "--on", ""],
            &["TASK-2", "TASK-1"],
        ),
        (&["task", "list", "-p", ""], &["app", "web"]),
        (&["task", "list", "--project", "w"], &["web"]),
        (&["task", "move", "1", "--status", "do"], &["doing", "done"]),
        (&["task", "add", "-p", "app", "--label", "a"], &["auth"]),
        (&["trash", "restore", "T"], &["TASK-3"]),
        (&["schema", "new"], &["new-task"]),
        (&["task", "unar"], &["unarchive"]),
        (&["project", "add", "--alias", "a"], &[]),
    ] {
        assert_eq!(candidates(&home, words), expected, "{words:?}");
    }
    let named = home.database();
    let elsewhere = Home::new();
    let words = [
        "--db",
        named.to_str().expect("text"),
        "task",
        "show",
        "TASK-",
    ];
    assert_eq!(candidates(&elsewhere, &words), ["TASK-2", "TASK-1"]);
}

#[test]
fn what_has_no_number_is_offered_by_its_id() {
    let home = home();
    let id = |args: &[&str]| {
        let made = home.run(args.iter().chain(&["--json"])).ok().json();
        made["id"].as_str().expect("an id").to_owned()
    };
    let plan = id(&["plan", "add", "--task", "1", "--title", "How"]);
    let memory = id(&["memory", "add", "-p", "app", "It is so"]);
    std::fs::write(home.work().join("a.log"), "x").expect("writable");
    let file = id(&["attachment", "add", "a.log", "--task", "1"]);
    for (words, expected) in [
        (["plan", "show", "0"], plan),
        (["attachment", "fetch", "0"], file),
        (["memory", "delete", "0"], memory),
    ] {
        assert_eq!(candidates(&home, &words), [expected], "{words:?}");
    }
}

#[test]
fn a_title_is_told_beside_its_task_and_cannot_harm_the_terminal() {
    let home = home();
    home.run(["task", "update", "1", "-t", "Fix \u{202e}login"])
        .ok();
    let mut command = home.command(["--", "backlog", "task", "show", "TASK-1"]);
    let told = run(command.env("COMPLETE", "fish")).ok().stdout();
    assert!(told.starts_with("TASK-1\tFix "), "{told:?}");
    assert!(!told.contains('\u{202e}'), "{told:?}");
}

#[test]
fn no_daemon_is_started_or_waited_for() {
    let home = home();
    home.run(["daemon", "stop"]).ok();
    let none: [&str; 0] = [];
    // The process reads for itself where nobody serves.
    assert_eq!(
        candidates(&home, &["task", "show", "T"]),
        ["TASK-2", "TASK-1"]
    );
    assert!(!home.daemon().leads());
    assert_eq!(candidates(&Home::new(), &["task", "show", "T"]), none);
    assert_eq!(candidates(&home, &["task", "renew", "--t"]), ["--ttl"]);

    home.run(["task", "list"]).ok();
    home.daemon().signal(Signal::STOP);
    // The fastest of some: other processes keep this one from running at times.
    let fastest = (0..5)
        .map(|_| {
            let begin = Instant::now();
            assert_eq!(candidates(&home, &["task", "show", "T"]), none);
            begin.elapsed()
        })
        .min();
    home.daemon().signal(Signal::CONT);
    // What the daemon may take, and as much again for the process in a debug build.
    assert!(fastest < Some(Duration::from_millis(200)), "{fastest:?}");
}

#[test]
fn a_real_shell_offers_the_tasks() {
    let home = home();
    let directory = backlog_bin().parent().expect("a directory");
    for (shell, script) in [
        (
            "bash",
            "source <(backlog completion bash)
             COMP_WORDS=(backlog task show TASK-); COMP_CWORD=3; COMP_TYPE=9
             _clap_complete_backlog backlog TASK- show
             printf '%s\\n' \"${COMPREPLY[@]}\"",
        ),
        (
            "fish",
            "backlog completion fish | source; complete -C 'backlog task show TASK-' | cut -f 1",
        ),
    ] {
        let mut command = Command::new(shell);
        command.args(["-c", script]);
        home.settle(&mut command);
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", directory.display()));
        match command.output() {
            Ok(output) => {
                let told = String::from_utf8_lossy(&output.stdout).into_owned();
                let mut told: Vec<_> = told.split_whitespace().collect();
                told.sort_unstable();
                assert_eq!(told, ["TASK-1", "TASK-2"], "{shell}: {output:?}");
            }
            Err(_) => tool::skip(&format!("no {shell}")),
        }
    }
}

#[test]
fn every_shell_has_its_script() {
    let home = Home::new();
    for (shell, part) in [
        ("bash", "complete -o nospace"),
        ("zsh", "compdef"),
        ("fish", "complete --keep-order"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = home.run(["completion", shell]).ok().stdout();
        assert!(script.contains(part), "{shell}: {script}");
        if shell == "powershell" || !tool::shell(shell) {
            continue;
        }
        let file = home.path().join(shell);
        fs::write(&file, script).expect("a file");
        let checked = Command::new(shell).arg("-n").arg(&file).output();
        let checked = checked.expect("it runs");
        assert!(
            checked.status.success() && checked.stderr.is_empty(),
            "{shell}: {checked:?}"
        );
    }
}
