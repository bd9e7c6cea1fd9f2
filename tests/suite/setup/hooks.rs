//! The hooks of Claude Code and Codex.

use super::*;

fn file(home: &Home, client: &str, scope: &str) -> PathBuf {
    let top = if scope == "--project" {
        home.work()
    } else {
        home.home()
    };
    top.join(match client {
        "claude" => ".claude/settings.json",
        _ => ".codex/hooks.json",
    })
}

#[test]
fn the_agent_calls_this_program_at_each_event() {
    for client in ["claude", "codex"] {
        for scope in SCOPES {
            let home = Home::new();
            let done = setup(&home, &[client, scope, "--hooks", "--yes"]);
            assert_eq!(part(&done, client, "hooks")["state"], "added");
            let document: Value =
                serde_json::from_str(&read(&file(&home, client, scope))).expect("plain JSON");
            let hooks = document["hooks"].as_object().expect("an object");
            for (event, ours, seconds) in [
                ("SessionStart", "session-start", 5),
                ("UserPromptSubmit", "activity", 5),
                ("PostToolUse", "activity", 5),
                ("PreCompact", "pre-compact", 5),
                ("SessionEnd", "session-end", 3),
            ] {
                let hook = &hooks[event][0]["hooks"][0];
                assert_eq!(hook["type"], "command");
                assert_eq!(
                    hook["command"],
                    format!("{} hook {ours} || true", program())
                );
                assert_eq!(hook["timeout"], seconds);
            }
            assert_eq!(hooks.len(), 5);

            let before = files(home.path());
            let done = setup(&home, &[client, scope, "--hooks", "--yes"]);
            assert_eq!(part(&done, client, "hooks")["state"], "unchanged");
            assert_eq!(files(home.path()), before);
            setup(&home, &[client, scope, "--hooks", "--remove", "--yes"]);
            assert_eq!(files(home.path()), []);
        }
    }
}

#[test]
fn hooks_and_settings_of_somebody_survive_and_come_back_to_the_byte() {
    let home = Home::new();
    let path = file(&home, "claude", "--user");
    let before = "{\n  // mine\n  \"model\": \"x\",\n  \"hooks\": {\n    \"Stop\": [],\n    \"PostToolUse\": [\n      {\n        \"matcher\": \"Edit|Write\",\n        \"hooks\": [\n          { \"type\": \"command\", \"command\": \"fmt\" } // quick\n        ]\n      }\n    ]\n  },\n  \"permissions\": { \"allow\": [\"Bash(ls:*)\"] }\n}\n";
    write(&path, before);
    setup(&home, &["claude", "--hooks", "--yes"]);
    let after = read(&path);
    for line in before.lines() {
        assert!(
            after.contains(line.trim_end_matches(',')),
            "{line}\n{after}"
        );
    }
    assert!(after.contains("hook activity"), "{after}");
    setup(&home, &["claude", "--hooks", "--remove", "--yes"]);
    assert_eq!(read(&path), before);

    // Also where something was written since.
    setup(&home, &["claude", "--hooks", "--yes"]);
    let since = read(&path).replace("\"model\": \"x\"", "\"model\": \"y\"");
    fs::write(&path, since).expect("written");
    setup(&home, &["claude", "--hooks", "--remove", "--yes"]);
    assert_eq!(
        read(&path),
        before.replace("\"model\": \"x\"", "\"model\": \"y\"")
    );
}

#[test]
fn a_hook_of_ours_that_somebody_tuned_is_kept_so() {
    let home = Home::new();
    let path = file(&home, "codex", "--user");
    setup(&home, &["codex", "--hooks", "--yes"]);
    let tuned = read(&path).replace("\"timeout\": 5", "\"timeout\": 9");
    fs::write(&path, &tuned).expect("written");
    let done = setup(&home, &["codex", "--hooks", "--yes"]);
    assert_eq!(part(&done, "codex", "hooks")["state"], "unchanged");
    let moved = tuned.replace(&program(), "'/old place/backlog'");
    fs::write(&path, moved).expect("written");
    let done = setup(&home, &["codex", "--hooks", "--yes"]);
    assert_eq!(part(&done, "codex", "hooks")["state"], "updated");
    assert_eq!(read(&path), tuned);
}

#[test]
fn what_a_client_does_not_have_is_said() {
    let home = Home::new();
    let done = setup(&home, &["cursor", "--yes"]);
    let told = part(&done, "cursor", "hooks");
    assert_eq!(told["state"], "unsupported");
    assert!(
        told["message"]
            .as_str()
            .is_some_and(|it| it.contains("Claude Code"))
    );
    home.run(["setup", "cursor", "vscode", "--hooks", "--yes"])
        .refused(2, "no hooks for Cursor, VS Code");
}

#[test]
fn hooks_that_would_run_twice_are_told_of() {
    let home = Home::new();
    setup(&home, &["claude", "--user", "--hooks", "--yes"]);
    let done = setup(&home, &["claude", "--project", "--hooks", "--yes"]);
    let there = "they run twice, for they are in ~/.claude/settings.json too: backlog setup claude --hooks --user --remove";
    assert_eq!(part(&done, "claude", "hooks")["message"], there);
    let checked = home
        .run(["setup", "claude", "--project", "--hooks", "--check"])
        .ok();
    assert!(checked.stdout().contains(there), "{}", checked.stdout());
    setup(&home, &["claude", "--user", "--hooks", "--remove", "--yes"]);
    let done = setup(&home, &["claude", "--project", "--hooks", "--yes"]);
    assert!(part(&done, "claude", "hooks")["message"].is_null());
}
