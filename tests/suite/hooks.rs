//! What an agent's hooks call: it keeps the session's tasks, and never stands in
//! the agent's way.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use backlog_tests::{Home, Mcp, Ran, eventually, home::run, wait};
use serde_json::{Value, json};

/// A command to which an agent says this of its event.
#[track_caller]
fn told(mut command: Command, event: &str) -> Ran {
    let what = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("it is piped");
    // It need not read it.
    let _ = input.write_all(event.as_bytes());
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    Ran { what, output }
}

/// The hook of a session for an event; whatever happens, it does well.
#[track_caller]
fn hook(home: &Home, event: &str, session: &str) -> String {
    let said = json!({
        "session_id": session, "cwd": home.work(), "hook_event_name": event, "source": "startup",
        "tool_name": "Bash", "tool_response": {"stdout": "a".repeat(1000)},
    });
    let ran = told(home.command(["hook", event]), &said.to_string()).ok();
    assert_eq!(ran.stderr(), "", "{event}");
    ran.stdout()
}

/// A project with so many tasks, whose leases live so long.
fn with_tasks(number: usize, ttl: &str, grace: &str) -> Home {
    let home = Home::with_project();
    let config = format!("[lease]\nttl = \"{ttl}\"\ngrace = \"{grace}\"\n");
    fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    for number in 1..=number {
        home.run(["task", "add", "-t", &format!("Task {number}")])
            .ok();
    }
    home
}

#[track_caller]
fn claim(home: &Home, task: &str, session: &str) {
    home.run(["task", "claim", task, "--session", session]).ok();
}

/// How many minutes the lease of a task has, rounded down.
fn minutes_left(home: &Home, number: &str) -> i64 {
    let shown = home.run(["task", "show", number, "--json"]).ok().json();
    let until: jiff::Timestamp = shown["lease"]["expires_at"]
        .as_str()
        .unwrap_or_else(|| panic!("{number} is held by nobody"))
        .parse()
        .expect("a time");
    (until.as_second() - jiff::Timestamp::now().as_second()) / 60
}

#[test]
fn a_session_begins_with_what_it_needs_to_know_in_few_words() {
    let home = with_tasks(40, "30m", "30s");
    home.run(["memory", "add", &"A long decision. ".repeat(500)])
        .ok();
    claim(&home, "3", "chat");
    for event in ["session-start", "SessionStart"] {
        let text = hook(&home, event, "chat");
        assert!(text.starts_with("Backlog is the task queue"), "{text}");
        assert!(text.contains("This session: chat\n"), "{text}");
        assert!(text.contains("- TASK-3 P3 task \"Task 3\""), "{text}");
        assert!(text.contains("How it works\n"), "{text}");
        assert!(text.contains("- TASK-1 P3"), "{text}");
        assert!(text.contains("\"A long decision."), "{text}");
        assert!(text.chars().count() <= 1_500, "{}", text.chars().count());
    }
}

#[test]
fn it_starts_the_daemon_at_a_sessions_beginning_and_never_else() {
    let home = with_tasks(1, "30m", "30s");
    home.run(["daemon", "stop"]).ok();
    for event in ["activity", "pre-compact", "session-end"] {
        assert_eq!(hook(&home, event, "chat"), "", "{event}");
        assert!(!home.daemon().leads(), "{event}");
    }
    assert!(hook(&home, "session-start", "chat").contains("TASK-1"));
    assert!(home.daemon().leads());
}

#[test]
fn shells_of_the_agent_belong_to_its_session() {
    let home = with_tasks(1, "30m", "30s");
    let file = home.path().join("env.sh");
    fs::write(&file, "export PATH=\"$PATH\"").expect("a file");
    for session in ["it's", "it's", "it's"] {
        let mut command = home.command(["hook", "session-start", "--as", "ai:reviewer"]);
        command.env("CLAUDE_ENV_FILE", &file);
        let said = json!({"session_id": session, "source": "resume"});
        told(command, &said.to_string()).ok();
    }
    assert_eq!(
        fs::read_to_string(&file).expect("it is there"),
        "export PATH=\"$PATH\"\nexport BACKLOG_SESSION='it'\\''s'\nexport BACKLOG_ACTOR='ai:reviewer'\n"
    );
    let mut shell = Command::new("sh");
    home.settle(&mut shell);
    let script = format!(
        ". {:?}; {:?} task claim",
        file,
        backlog_tests::backlog_bin()
    );
    run(shell.args(["-c", &script])).ok();
    let held = home.task("1");
    assert_eq!(held["lease"]["session"], "it's");
    assert_eq!(held["lease"]["holder"]["name"], "reviewer");
}

#[test]
fn claude_code_is_one_session_in_its_server_its_hooks_and_its_shells() {
    let home = with_tasks(2, "30m", "30s");
    let mut command = home.command(["mcp", "serve"]);
    command.env("CLAUDE_CODE_SESSION_ID", "chat-1");
    let mut server = Mcp::of(command);
    server.shake_hands("claude-code");
    server.ok("task_claim", json!({}));
    assert!(hook(&home, "session-start", "chat-1").contains("This session holds: 1\n- TASK-1 "));
    assert!(!hook(&home, "session-start", "chat-2").contains("This session holds"));
    let mut shell = home.command(["task", "done", "1", "--note", "Done."]);
    shell
        .env("CLAUDECODE", "1")
        .env("BACKLOG_SESSION", "chat-1");
    run(&mut shell).ok();
}

#[test]
fn codex_is_one_session_in_its_server_its_hooks_and_its_shells() {
    let home = with_tasks(2, "30m", "30s");
    let mut server = Mcp::agent(&home, "codex-mcp-client");
    let turn = json!({"session_id": "thread-1", "turn_id": "3"});
    let answer = server.request(
        "tools/call",
        json!({"name": "task_claim", "arguments": {}, "_meta": {"x-codex-turn-metadata": turn.to_string()}}),
    );
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    assert!(hook(&home, "session-start", "thread-1").contains("This session holds: 1\n- TASK-1 "));
    let mut shell = home.command(["task", "done", "1", "--note", "Done."]);
    shell.env("CODEX_SESSION_ID", "thread-1");
    run(&mut shell).ok();
}

#[test]
fn an_agent_in_a_shell_of_another_has_a_session_of_its_own() {
    let home = with_tasks(2, "30m", "30s");
    let around = |command: &mut Command| {
        command
            .env("CLAUDECODE", "1")
            .env("CLAUDE_CODE_SESSION_ID", "chat-1")
            .env("BACKLOG_SESSION", "chat-1");
    };
    let mut shell = home.command(["task", "claim"]);
    around(&mut shell);
    run(shell.env("CODEX_THREAD_ID", "thread-1")).ok();
    let lease = home.task("1")["lease"].clone();
    assert_eq!(lease["session"], "thread-1");
    assert_eq!(lease["holder"]["name"], "codex");
    let mut command = home.command(["hook", "session-start"]);
    around(&mut command);
    let text = told(command, &json!({"session_id": "thread-1"}).to_string())
        .ok()
        .stdout();
    assert!(text.contains("This session holds: 1\n- TASK-1 "), "{text}");
}

#[test]
fn a_session_that_was_named_is_the_hooks_session_too() {
    let home = with_tasks(1, "30m", "30s");
    claim(&home, "1", "w1");
    let mut command = home.command(["hook", "session-start"]);
    command.env("BACKLOG_SESSION", "w1");
    let text = told(command, &json!({"session_id": "chat"}).to_string())
        .ok()
        .stdout();
    assert!(text.contains("This session: w1\n"), "{text}");
    assert!(text.contains("This session holds: 1"), "{text}");
}

#[test]
fn activity_keeps_the_tasks_of_its_session_and_no_others() {
    let home = with_tasks(2, "2s", "1s");
    let before = home.run(["activity", "--json"]).ok().json();
    let begun = Instant::now();
    claim(&home, "1", "chat");
    claim(&home, "2", "other");
    wait::every(
        Duration::from_millis(200),
        || begun.elapsed() > Duration::from_secs(6),
        || assert_eq!(hook(&home, "PostToolUse", "chat"), ""),
    );
    assert_eq!(home.task("1")["lease"]["session"], "chat");
    assert_eq!(home.task("2")["status"], "todo");
    // What renews itself is no news.
    let after = home.run(["activity", "--json"]).ok().json();
    let count = |events: &Value| events["events"].as_array().expect("a list").len();
    assert_eq!(count(&after), count(&before) + 3, "{after}");
}

#[test]
fn a_sessions_tasks_end_after_the_grace_unless_it_comes_back() {
    let home = with_tasks(2, "30m", "5m");
    claim(&home, "1", "chat");
    claim(&home, "2", "other");
    assert!(minutes_left(&home, "1") >= 28);
    assert_eq!(hook(&home, "session-end", "chat"), "");
    assert!((3..=5).contains(&minutes_left(&home, "1")));
    assert!(minutes_left(&home, "2") >= 28);
    // A grace is not begun anew.
    assert_eq!(hook(&home, "SessionEnd", "chat"), "");
    assert!((3..=5).contains(&minutes_left(&home, "1")));
    assert!(hook(&home, "session-start", "chat").contains("- TASK-1 "));
    assert!(minutes_left(&home, "1") >= 28);
    hook(&home, "session-end", "chat");
    eventually("activity takes it back too", || {
        hook(&home, "activity", "chat");
        minutes_left(&home, "1") >= 28
    });
}

#[test]
fn when_the_grace_is_over_the_task_is_back_in_the_queue() {
    let home = with_tasks(1, "30m", "1s");
    claim(&home, "1", "chat");
    hook(&home, "session-end", "chat");
    eventually("it is to do again", || home.task("1")["status"] == "todo");
    let attempts = home.run(["task", "attempts", "1", "--json"]).ok().json();
    assert_eq!(attempts["attempts"][0]["outcome"], "expired");
    assert!(!hook(&home, "session-start", "chat").contains("This session holds"));
}

#[test]
fn what_a_living_server_holds_outlives_a_sessions_end() {
    let home = with_tasks(1, "30m", "1m");
    let mut command = home.command(["mcp", "serve"]);
    command.env("CLAUDE_CODE_SESSION_ID", "chat");
    let mut server = Mcp::of(command);
    server.shake_hands("claude-code");
    server.ok("task_claim", json!({}));
    let streams = || home.run(["daemon", "status", "--json"]).json()["streams"].clone();
    eventually("the server holds it", || streams() == 1);
    hook(&home, "session-end", "chat");
    assert!(minutes_left(&home, "1") >= 28);
    server.kill();
    eventually("the grace has begun", || minutes_left(&home, "1") <= 1);
}

#[test]
fn before_a_summary_the_session_is_told_what_it_holds() {
    let home = with_tasks(2, "30m", "30s");
    assert_eq!(hook(&home, "pre-compact", "chat"), "");
    claim(&home, "1", "chat");
    home.run([
        "task",
        "release",
        "1",
        "--session",
        "chat",
        "--note",
        "The cause is in the parser.",
    ])
    .ok();
    claim(&home, "1", "chat");
    let events = || {
        let log = home.run(["activity", "--json"]).ok().json();
        log["events"].as_array().expect("a list").len()
    };
    let before = events();
    let text = hook(&home, "PreCompact", "chat");
    assert!(text.contains("- TASK-1 P3 task \"Task 1\""), "{text}");
    assert!(
        text.contains("left \"The cause is in the parser.\""),
        "{text}"
    );
    assert!(!text.contains("TASK-2"), "{text}");
    assert_eq!(events(), before);
}

#[test]
fn without_a_workspace_it_says_nothing() {
    let home = Home::new();
    for event in ["session-start", "activity", "pre-compact", "session-end"] {
        assert_eq!(hook(&home, event, "chat"), "", "{event}");
    }
}

#[test]
fn the_agents_project_counts_and_not_where_it_stands() {
    let home = with_tasks(1, "30m", "30s");
    for (variable, cwd) in [(None, home.work()), (Some(home.work()), "/".into())] {
        let mut command = home.command(["hook", "session-start"]);
        command.current_dir("/");
        if let Some(directory) = variable {
            command.env("CLAUDE_PROJECT_DIR", directory);
        }
        let said = json!({"session_id": "chat", "cwd": cwd});
        let text = told(command, &said.to_string()).ok().stdout();
        assert!(text.contains("TASK-1"), "{text}");
    }
}

/// Whatever it is called with, it exits with 0, says nothing to the agent and at
/// most a line to people.
#[track_caller]
fn survives(command: Command, input: &str) -> String {
    let ran = told(command, input).ok();
    assert_eq!(ran.stdout(), "", "{}", ran.what);
    let stderr = ran.stderr();
    assert!(stderr.lines().count() <= 1, "{}: {stderr}", ran.what);
    stderr
}

#[test]
fn whatever_it_is_called_with_it_does_not_fail() {
    let home = with_tasks(1, "30m", "30s");
    for (args, said) in [
        (&["hook"][..], "EVENT"),
        (&["hook", "activity", "--bogus"], "--bogus"),
        (&["hook", "activity", "more"], "more"),
        (&["hook", "Stop"], "nothing is done at 'Stop'"),
        (&["hook", "SubagentStop"], "SubagentStop"),
        (&["hook", "\u{1b}[2J"], "\\x1b[2J"),
        (&["hook", "session-start", "--as", "root"], "root"),
        (&["hook", "session-start", "--profile", "none"], "none"),
        (&["hook", "session-start", "--daemon", "no"], "no"),
    ] {
        let line = survives(home.command(args), "{}");
        assert!(line.contains(said), "{args:?}: {line}");
    }
    let mut command = home.command(["hook", "activity"]);
    command.env("BACKLOG_DAEMON", "perhaps");
    assert!(survives(command, "{}").contains("perhaps"));
    let mut command = home.command(["hook", "activity"]);
    command.env("BACKLOG_DAEMON", "never");
    assert_eq!(survives(command, "{}"), "");
}

#[test]
fn whatever_it_is_told_it_does_not_fail() {
    let home = with_tasks(1, "30m", "30s");
    let huge = format!("{{\"tool_response\": \"{}\", ", "a".repeat(20 << 20));
    let deep = "[".repeat(100_000);
    for input in [
        "",
        "\u{0}",
        "not JSON",
        "null",
        "{\"session_id\": 7}",
        "{\"session_id\": {}}",
        "{\"session_id\": \"a\\nb\"}",
        &format!("{{\"session_id\": \"{}\"}}", "s".repeat(100_000)),
        &huge,
        &deep,
    ] {
        survives(home.command(["hook", "activity"]), input);
        let ran = told(home.command(["hook", "session-start"]), input).ok();
        assert!(ran.stderr().lines().count() <= 1, "{}", ran.stderr());
    }
}

#[test]
fn an_input_that_never_ends_is_not_waited_for() {
    let home = with_tasks(1, "30m", "30s");
    for (said, knows) in [("", false), ("{\"session_id\": \"chat\"}", true)] {
        let mut child = home
            .command(["hook", "session-start"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(said.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        drop(input);
        assert!(output.status.success());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("TASK-1"), "{text}");
        assert_eq!(text.contains("This session: chat"), knows, "{text}");
    }
}

#[test]
fn a_file_that_cannot_be_written_costs_nothing_else() {
    let home = with_tasks(1, "30m", "30s");
    for file in [home.work(), home.path().join("none/env.sh")] {
        let mut command = home.command(["hook", "session-start"]);
        command.env("CLAUDE_ENV_FILE", &file);
        let ran = told(command, "{\"session_id\": \"chat\"}").ok();
        assert!(ran.stdout().contains("TASK-1"), "{}", ran.stdout());
        assert_eq!(ran.stderr().lines().count(), 1, "{}", ran.stderr());
        assert!(ran.stderr().contains("cannot write"), "{}", ran.stderr());
    }
}

#[test]
fn a_daemon_that_cannot_be_had_is_one_line_at_the_beginning_and_none_later() {
    let home = with_tasks(1, "30m", "30s");
    home.run(["daemon", "stop"]).ok();
    let runtime = home.daemon().dir().to_owned();
    fs::remove_dir_all(&runtime).expect("nobody uses it");
    fs::write(&runtime, "").expect("a file");
    let line = survives(
        home.command(["hook", "session-start"]),
        "{\"session_id\": \"chat\"}",
    );
    assert!(line.starts_with("backlog: "), "{line}");
    for event in ["activity", "pre-compact", "session-end"] {
        assert_eq!(hook(&home, event, "chat"), "", "{event}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_daemon_that_stands_still_is_not_waited_for() {
    use rustix::process::Signal;
    let home = with_tasks(1, "30m", "30s");
    claim(&home, "1", "chat");
    home.daemon().signal(Signal::STOP);
    // A daemon's clients wait for half a minute before they call it stuck.
    for event in ["activity", "session-end", "session-start"] {
        let begun = Instant::now();
        let line = survives(home.command(["hook", event]), "{\"session_id\": \"chat\"}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{event}");
        assert_eq!(
            !line.is_empty(),
            event == "session-start",
            "{event}: {line}"
        );
    }
    home.daemon().signal(Signal::CONT);
    assert!(hook(&home, "session-start", "chat").contains("- TASK-1 "));
}
