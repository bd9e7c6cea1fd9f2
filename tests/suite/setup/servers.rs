//! The MCP server, in the file of each client.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    process::Command,
};

use super::*;

/// A file that somebody wrote, with comments where the client allows them.
fn of_somebody(client: &str) -> &'static str {
    match client {
        "codex" => {
            "# mine\nmodel = \"x\"   # which\n\n[mcp_servers.other]\ncommand = 'other'\n\n# [mcp_servers.off]\n# command = \"off\"\n"
        }
        "claude" => {
            "{\n    \"numStartups\": 7,\n    \"mcpServers\": {\n        \"other\": { \"command\": \"other\",  \"args\": [] }\n    },\n    \"projects\": {\"/a\": {}}\n}\n"
        }
        "opencode" => {
            "{\n  // mine\n  \"$schema\": \"https://opencode.ai/config.json\",\n  \"mcp\": {\n    \"other\": {\"type\": \"remote\", \"url\": \"https://example.org\"}, // of others\n  },\n  \"model\": \"x\",\n}\n"
        }
        "vscode" => {
            "{\n\t// mine\n\t\"inputs\": [],\n\t\"servers\": {\n\t\t\"other\": {\n\t\t\t\"command\": \"other\" /* it */\n\t\t}\n\t}\n}"
        }
        _ => "{\n  // mine\n  \"theme\": \"x\",\n  \"mcpServers\": {\n    // none yet\n  }\n}\n",
    }
}

/// The lines of a text that another has not, one for one.
fn added(before: &str, after: &str) -> Vec<String> {
    let mut left: Vec<&str> = before.lines().collect();
    let is_new = |line: &&str| {
        let comma = format!("{line},");
        // A comma may have come behind what was last.
        let known = left
            .iter()
            .position(|it| it == line || format!("{it},") == *line || **it == comma);
        known.map(|at| left.remove(at)).is_none()
    };
    let added: Vec<String> = after.lines().filter(is_new).map(str::to_owned).collect();
    assert!(left.is_empty(), "lost: {left:#?}\n{after}");
    added
}

#[test]
fn each_client_is_told_in_its_own_file_and_twice_changes_nothing() {
    for client in CLIENTS {
        for scope in SCOPES {
            let home = Home::new();
            let path = servers_file(&home, client, scope);
            let done = setup(&home, &[client, scope, "--mcp", "--yes"]);
            let told = part(&done, client, "mcp");
            assert_eq!(told["state"], "added", "{client} {scope}");
            assert_eq!(
                told["path"],
                path.to_str().expect("text"),
                "{client} {scope}"
            );
            let printed = home.run(["mcp", "config", client]).ok().stdout();
            assert_eq!(read(&path), printed, "{client} {scope}");

            let before = files(home.path());
            let done = setup(&home, &[client, scope, "--mcp", "--yes"]);
            assert_eq!(part(&done, client, "mcp")["state"], "unchanged");
            assert_eq!(files(home.path()), before, "{client} {scope}");
            // Without a change there is nothing to ask about either.
            let again = home.run(["setup", client, scope, "--mcp"]).ok().stdout();
            assert!(again.contains("Nothing to do"), "{again}");

            let done = setup(&home, &[client, scope, "--mcp", "--remove", "--yes"]);
            assert_eq!(part(&done, client, "mcp")["state"], "removed");
            assert_eq!(files(home.path()), [], "{client} {scope}");
        }
    }
}

#[test]
fn what_somebody_wrote_survives_and_comes_back_to_the_byte() {
    for client in CLIENTS {
        for scope in SCOPES {
            let home = Home::new();
            let path = servers_file(&home, client, scope);
            let before = of_somebody(client);
            write(&path, before);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
            let done = setup(&home, &[client, scope, "--mcp", "--yes"]);

            let after = read(&path);
            let lines = added(before, &after);
            assert!(
                lines.iter().any(|line| line.contains(&program())),
                "{client}: {after}"
            );
            assert!(lines.len() <= 9, "{client}: {lines:#?}");
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o640, "{client}");
            let backup = PathBuf::from(part(&done, client, "mcp")["backup"].as_str().expect("one"));
            assert_eq!(
                backup,
                PathBuf::from(format!("{}.backlog-backup", path.display()))
            );
            assert_eq!(read(&backup), before);
            let again = setup(&home, &[client, scope, "--mcp", "--yes"]);
            assert_eq!(part(&again, client, "mcp")["state"], "unchanged");
            assert_eq!(read(&path), after, "{client}");

            setup(&home, &[client, scope, "--mcp", "--remove", "--yes"]);
            assert_eq!(read(&path), before, "{client}");
            assert!(!backup.exists(), "{client}: it is what the file says");
        }
    }
}

#[test]
fn removing_leaves_what_was_written_since() {
    let home = Home::new();
    let path = home.home().join(".cursor/mcp.json");
    write(&path, "{\n  \"mcpServers\": {\n    \"a\": {}\n  }\n}\n");
    setup(&home, &["cursor", "--mcp", "--yes"]);
    let since = read(&path).replace("\"a\": {},", "\"a\": {}, // since");
    fs::write(&path, since).expect("written");
    let done = setup(&home, &["cursor", "--mcp", "--remove", "--yes"]);
    assert_eq!(part(&done, "cursor", "mcp")["state"], "removed");
    let after = read(&path);
    assert!(
        after.contains("// since") && !after.contains("backlog"),
        "{after}"
    );
}

/// A program that is this one, at another place.
fn moved(home: &Home, name: &str) -> PathBuf {
    let moved = home.path().join(name).join("backlog");
    fs::create_dir_all(moved.parent().expect("a directory")).expect("made");
    fs::hard_link(backlog_bin(), &moved)
        .or_else(|_| fs::copy(backlog_bin(), &moved).map(|_| ()))
        .expect("there");
    moved
}

#[track_caller]
fn with(program: &Path, home: &Home, args: &[&str]) {
    let mut command = Command::new(program);
    home.settle(&mut command);
    run(command.args([&["setup"], args].concat())).ok();
}

#[test]
fn after_an_upgrade_the_file_still_comes_back_to_the_byte() {
    let one_line = r#"{"mcpServers":{"a":{"command":"a"}},"x":1}"#;
    for before in [of_somebody("cursor"), one_line, "{}", ""] {
        let home = Home::new();
        let path = servers_file(&home, "cursor", "--user");
        let backup = PathBuf::from(format!("{}.backlog-backup", path.display()));
        let (old, new) = (moved(&home, "1"), moved(&home, "2"));
        let args = ["cursor", "--mcp", "--yes"];
        write(&path, before);
        with(&old, &home, &args);
        with(&new, &home, &args);
        assert!(read(&path).contains(new.to_str().expect("text")));
        assert_eq!(read(&backup), before, "the first is kept");
        // By whichever program it is removed.
        setup(&home, &["cursor", "--mcp", "--remove", "--yes"]);
        assert_eq!(read(&path), before);
        assert!(!backup.exists(), "it is what the file says");

        // What was written since stays.
        with(&old, &home, &args);
        let since = read(&path).replacen('{', "{\"since\": 1,", 1);
        fs::write(&path, since).expect("written");
        with(&new, &home, &args);
        setup(&home, &["cursor", "--mcp", "--remove", "--yes"]);
        let after = read(&path);
        assert!(
            after.contains("\"since\"") && !after.contains("\"backlog\""),
            "{after}"
        );
    }
}

#[test]
fn a_file_that_was_new_leaves_nothing_after_an_upgrade() {
    let home = Home::new();
    let (old, new) = (moved(&home, "1"), moved(&home, "2"));
    let args = ["claude", "--mcp", "--hooks", "--yes"];
    with(&old, &home, &args);
    with(&new, &home, &args);
    setup(&home, &["claude", "--mcp", "--hooks", "--remove", "--yes"]);
    assert_eq!(files(&home.home()), []);
}

#[test]
fn the_link_on_the_path_is_written_and_not_what_it_leads_to_today() {
    let home = Home::new();
    let bin = home.path().join("linked");
    fs::create_dir(&bin).expect("made");
    let link = bin.join("backlog");
    let target = backlog_bin().canonicalize().expect("it is there");
    symlink(target, &link).expect("linked");
    let link = link.to_str().expect("text");
    let on_path = |args: &[&str]| {
        let mut command = home.command(args);
        command.env("PATH", &bin);
        run(&mut command).ok()
    };
    assert!(
        on_path(&["mcp", "config", "cursor"])
            .stdout()
            .contains(link)
    );
    on_path(&["setup", "cursor", "--mcp", "--yes"]);
    assert!(read(&servers_file(&home, "cursor", "--user")).contains(link));
    // Another backlog there is not this one.
    fs::remove_file(link).expect("removed");
    write(Path::new(link), "#!/bin/sh\n");
    fs::set_permissions(link, fs::Permissions::from_mode(0o755)).expect("set");
    let told = on_path(&["mcp", "config", "cursor"]).stdout();
    assert!(told.contains(&program()), "{told}");
}

#[test]
fn a_file_that_cannot_be_read_is_left_alone_and_its_place_is_told() {
    for (client, text, place) in [
        (
            "claude",
            "{\n  \"a\": 1\n  \"b\": 2\n}\n",
            "line 2, column 9",
        ),
        ("codex", "a = 1\nb = = 2\n", "line 2, column 5"),
        ("vscode", "{\n  \"servers\": {\n", "line"),
    ] {
        let home = Home::new();
        let path = servers_file(&home, client, "--user");
        write(&path, text);
        let ran = home.run(["setup", client, "--mcp", "--yes", "--quiet"]);
        ran.refused(2, place);
        assert_eq!(read(&path), text);
        assert_eq!(files(home.path()).len(), 1, "nothing else is there");
        // What is wrong with one client is no reason not to set up another.
        let ran = home
            .run(["setup", client, "gemini", "--mcp", "--yes"])
            .exits(2);
        assert!(ran.stdout().contains("refused"), "{}", ran.stdout());
        assert!(servers_file(&home, "gemini", "--user").exists());
    }
}

#[test]
fn a_directory_in_a_files_place_is_a_bad_value_as_everywhere() {
    let home = Home::new();
    let path = servers_file(&home, "cursor", "--user");
    fs::create_dir_all(&path).expect("made");
    home.run(["setup", "cursor", "--mcp", "--yes", "--quiet"])
        .refused(2, "it is a directory, not a file");
}

#[test]
fn another_server_of_that_name_is_a_conflict_until_forced() {
    let other = "{\"mcpServers\": {\"backlog\": {\"url\": \"https://example.org/mcp\"}}}\n";
    let home = Home::new();
    let path = home.home().join(".cursor/mcp.json");
    write(&path, other);
    let ran = home.run(["setup", "cursor", "--mcp", "--yes", "--quiet"]);
    assert!(ran.stderr().contains("--force"), "{}", ran.stderr());
    ran.refused(4, "another server named 'backlog'");
    let done = setup(&home, &["cursor", "--mcp", "--remove", "--yes"]);
    assert_eq!(part(&done, "cursor", "mcp")["state"], "absent");
    assert_eq!(read(&path), other);
    let done = setup(&home, &["cursor", "--mcp", "--yes", "--force"]);
    assert_eq!(part(&done, "cursor", "mcp")["state"], "replaced");
    assert!(!read(&path).contains("example.org"));
    assert_eq!(
        read(&home.home().join(".cursor/mcp.json.backlog-backup")),
        other
    );
}

#[test]
fn an_entry_of_a_backlog_elsewhere_runs_this_one_and_keeps_its_flags() {
    let home = Home::new();
    let path = home.home().join(".codex/config.toml");
    let before = "[mcp_servers.backlog]\ncommand = \"/gone/backlog\" # mine\nargs = [\"mcp\", \"serve\", \"--read-only\"]\nstartup_timeout_sec = 20\n";
    write(&path, before);
    let done = setup(&home, &["codex", "--mcp", "--yes"]);
    assert_eq!(part(&done, "codex", "mcp")["state"], "updated");
    assert_eq!(read(&path), before.replace("/gone/backlog", &program()));
}

#[test]
fn a_linked_file_is_changed_where_it_is_and_stays_linked() {
    let home = Home::new();
    let real = home.home().join("dotfiles/gemini.json");
    write(&real, "{\n  \"theme\": \"x\"\n}\n");
    let path = home.home().join(".gemini/settings.json");
    fs::create_dir(path.parent().expect("one")).expect("made");
    symlink("../dotfiles/gemini.json", &path).expect("linked");
    setup(&home, &["gemini", "--mcp", "--yes"]);
    assert!(path.symlink_metadata().expect("there").is_symlink());
    assert!(read(&real).contains(&program()));
    // The repository that it is in gets no file that it did not have.
    assert_eq!(files(&home.home().join("dotfiles")).len(), 1);
    setup(&home, &["gemini", "--mcp", "--remove", "--yes"]);
    assert!(path.symlink_metadata().expect("there").is_symlink());
    assert_eq!(read(&real), "{\n  \"theme\": \"x\"\n}\n");
}

#[test]
fn directories_that_clients_let_be_moved_are_found() {
    let home = Home::new();
    for (variable, client, file) in [
        ("CLAUDE_CONFIG_DIR", "claude", ".claude.json"),
        ("CODEX_HOME", "codex", "config.toml"),
        ("XDG_CONFIG_HOME", "opencode", "opencode/opencode.json"),
        ("GEMINI_CLI_HOME", "gemini", ".gemini/settings.json"),
    ] {
        let dir = home.path().join(variable);
        let mut command = home.command(["setup", client, "--mcp", "--yes"]);
        run(command.env(variable, &dir)).ok();
        assert!(read(&dir.join(file)).contains("backlog"), "{client}");
    }
    assert_eq!(files(&home.home()), []);
    // The form with comments, where that is the one somebody has.
    let commented = home.home().join(".config/opencode/opencode.jsonc");
    write(&commented, "// mine\n{}\n");
    setup(&home, &["opencode", "--mcp", "--yes"]);
    assert!(read(&commented).contains("backlog"));
}
