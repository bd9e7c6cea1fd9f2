//! Nothing is changed that nobody agreed to.

use std::process::Command;

use super::*;

#[test]
fn nobody_there_to_answer_needs_yes() {
    let home = Home::new();
    let ran = home.run(["setup", "cursor"]);
    assert!(ran.stderr().contains("--yes"), "{}", ran.stderr());
    ran.refused(2, "nobody is here to answer");
    let ran = home.run(["setup", "cursor", "--json"]).exits(2);
    assert_eq!(ran.json_error()["code"], "usage");
    assert_eq!(files(home.path()), []);
}

#[test]
fn a_dry_run_shows_the_change_and_makes_none() {
    let home = Home::new();
    let path = home.home().join(".cursor/mcp.json");
    write(&path, "{\n  \"mcpServers\": {}\n}\n");
    let before = files(home.path());
    let shown = home
        .run(["setup", "cursor", "--mcp", "--dry-run"])
        .ok()
        .stdout();
    insta::assert_snapshot!(shown.replace(&program(), "/PROGRAM"), @r#"

    --- ~/.cursor/mcp.json
    +++ ~/.cursor/mcp.json
    @@ -1,3 +1,8 @@
     {
    -  "mcpServers": {}
    +  "mcpServers": {
    +    "backlog": {
    +      "command": "/PROGRAM",
    +      "args": ["mcp", "serve"]
    +    }
    +  }
     }

    cursor     mcp     added        ~/.cursor/mcp.json
    Nothing was changed: this was --dry-run.
    "#);
    let done = setup(&home, &["cursor", "--dry-run"]);
    assert_eq!(done["dry_run"], true);
    let diff = part(&done, "cursor", "mcp")["diff"].as_str().expect("one");
    assert!(
        diff.contains(&format!("+      \"command\": \"{}\"", program())),
        "{diff}"
    );
    assert_eq!(files(home.path()), before);
}

#[test]
fn those_that_are_here_are_found_and_told() {
    let home = Home::new();
    run_alone(&home, &["--dry-run"]).refused(3, "no coding agent");
    // Skills alone are no sign of an agent: somebody may have installed them.
    home.run(["install-skills"]).ok();
    run_alone(&home, &["--dry-run"]).refused(3, "no coding agent");
    write(&home.home().join(".codex/auth.json"), "{}");
    agent(&home, "gemini", "exit 0");
    let shown = run_alone(&home, &["--dry-run"]).ok().stdout();
    for told in ["Codex is here: ~/.codex", "Gemini CLI is here: "] {
        assert!(shown.contains(told), "{told}\n{shown}");
    }
    assert!(!shown.contains("Cursor is"), "{shown}");
    write(&home.work().join(".cursor/rules/a.mdc"), "");
    let shown = run_alone(&home, &["--project", "--dry-run"]).ok().stdout();
    assert!(shown.contains("Cursor is here: .cursor"), "{shown}");
}

#[test]
fn everything_it_says_fits_eighty_columns() {
    let home = Home::new();
    write(&home.home().join(".codex/auth.json"), "{}");
    for args in [
        ["setup", "--dry-run"],
        ["setup", "--yes"],
        ["setup", "--yes"],
        ["setup", "--check"],
    ] {
        let mut command = home.command(args);
        command.env("PATH", home.path().join("bin"));
        let shown = run(&mut command).stdout();
        // What stands in a file is shown as it is.
        let is_ours = |line: &&str| !line.starts_with(['+', '-', ' ']) || line.starts_with("    ");
        for line in shown.lines().filter(is_ours) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

/// A terminal, as `script` makes one.
#[cfg(target_os = "linux")]
fn on_a_terminal(home: &Home, command: &str, answer: &str) -> (Option<i32>, String) {
    let words = format!("{} {command}", program());
    let mut shell = Command::new("sh");
    home.settle(&mut shell);
    let script = format!("echo {answer} | script -qec '{words}' /dev/null");
    let ran = run(shell.args(["-c", &script]).env("TERM", "dumb"));
    (ran.code(), ran.stdout())
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_change_is_shown_and_asked_about() {
    if run(Command::new("sh").args(["-c", "command -v script"])).code() != Some(0) {
        backlog_tests::tool::skip("no script(1)");
        return;
    }
    let home = Home::new();
    let (code, shown) = on_a_terminal(&home, "setup cursor --mcp", "n");
    assert!(
        shown.contains("[y/N]") && shown.contains("+++ ~/.cursor/mcp.json"),
        "{shown}"
    );
    assert!(shown.contains("Nothing was done."), "{shown}");
    assert_eq!(code, Some(1));
    assert_eq!(files(home.path()), []);
    let (code, shown) = on_a_terminal(&home, "setup cursor --mcp", "y");
    assert_eq!(code, Some(0), "{shown}");
    assert!(home.home().join(".cursor/mcp.json").exists());
}

/// A program that passes for an agent.
pub(super) fn agent(home: &Home, name: &str, script: &str) {
    let path = home.path().join("bin").join(name);
    write(&path, &format!("#!/bin/sh\n{script}\n"));
    run(Command::new("chmod").arg("+x").arg(&path)).ok();
}

#[test]
fn what_setup_would_not_write_it_does_not_take() {
    let home = Home::with_project();
    for (flag, value) in [
        ("--db", "backlog.db"),
        ("--profile", "work"),
        ("--as", "ai:x"),
    ] {
        let ran = home.run(["setup", "claude", "--yes", flag, value]);
        let said = format!("{flag} is not written into an agent's files");
        ran.refused(2, &said);
    }
    assert!(!servers_file(&home, "claude", "--user").exists());
}
