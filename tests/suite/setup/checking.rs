//! What is set up, and what the agents themselves say of it.

use std::time::{Duration, Instant};

use super::{asking::agent, *};

/// `setup --check --json`, and its exit code.
fn check(home: &Home, args: &[&str]) -> (Option<i32>, Value) {
    let ran = run_alone(home, &[&["--check", "--json"], args].concat());
    let document =
        serde_json::from_str(&ran.stdout()).unwrap_or_else(|_| panic!("{}", ran.stderr()));
    (ran.code(), document)
}

#[test]
fn each_part_is_told_to_be_there_or_not() {
    let home = Home::new();
    let before = files(home.path());
    let (code, done) = check(&home, &["claude"]);
    assert_eq!((code, &done["ok"]), (Some(1), &Value::Bool(false)));
    for name in ["mcp", "skills", "hooks"] {
        assert_eq!(part(&done, "claude", name)["state"], "missing");
    }
    assert_eq!(files(home.path()), before);
    setup(&home, &["claude", "cursor", "--yes"]);
    let (code, done) = check(&home, &["claude", "cursor"]);
    assert_eq!((code, &done["ok"]), (Some(0), &Value::Bool(true)));
    assert_eq!(part(&done, "cursor", "hooks")["state"], "unsupported");

    let path = home.home().join(".claude/settings.json");
    let other = read(&path).replace(&program(), "/old/backlog");
    fs::write(&path, other).expect("written");
    fs::remove_file(home.home().join(".claude/skills/backlog/SKILL.md")).expect("removed");
    write(&home.home().join(".cursor/mcp.json"), "{");
    let (code, done) = check(&home, &["claude", "cursor"]);
    assert_eq!(code, Some(1));
    assert_eq!(part(&done, "claude", "hooks")["state"], "outdated");
    assert_eq!(part(&done, "claude", "skills")["state"], "outdated");
    assert_eq!(part(&done, "cursor", "mcp")["state"], "refused");
    let shown = run_alone(&home, &["--check", "claude"]).exits(1).stdout();
    assert!(shown.contains("Not everything is set up."), "{shown}");
}

#[test]
fn the_agents_own_word_counts() {
    let home = Home::new();
    setup(&home, &["claude", "codex", "opencode", "gemini", "--yes"]);
    agent(
        &home,
        "claude",
        "[ \"$1 $2\" = \"mcp list\" ] && echo 'backlog: /x/backlog mcp serve - ✔ Connected'",
    );
    agent(
        &home,
        "gemini",
        "echo '✗ backlog: /x/backlog mcp serve (stdio) - Disconnected' >&2",
    );
    agent(&home, "codex", "echo 'No MCP servers configured yet.'");
    agent(&home, "opencode", "exit 3");
    let (code, done) = check(&home, &["claude", "codex", "opencode", "gemini", "--mcp"]);
    assert_eq!(code, Some(1));
    let listings: Vec<(&str, bool)> = done["listings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (it["client"].as_str().expect("a name"), it["ok"] == true))
        .collect();
    assert_eq!(
        listings,
        [
            ("claude", true),
            ("codex", false),
            ("opencode", false),
            ("gemini", false)
        ]
    );
    assert!(
        done["listings"][3]["says"]
            .as_str()
            .is_some_and(|it| it.ends_with("- Disconnected"))
    );
    let (code, _) = check(&home, &["claude", "--mcp"]);
    assert_eq!(code, Some(0));
}

#[test]
fn an_agent_that_does_not_answer_is_not_waited_for_for_ever() {
    let home = Home::new();
    setup(&home, &["claude", "--mcp", "--yes"]);
    agent(&home, "claude", "/bin/sleep 600");
    let began = Instant::now();
    let mut command = home.command(["setup", "claude", "--mcp", "--check"]);
    command
        .env("PATH", home.path().join("bin"))
        .env("BACKLOG_TEST_LISTING_MS", "200");
    let shown = run(&mut command).exits(1).stdout();
    assert!(shown.contains("no answer within"), "{shown}");
    assert!(began.elapsed() < Duration::from_secs(30));
}
