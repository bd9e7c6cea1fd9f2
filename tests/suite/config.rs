//! `config.toml`: what it sets, what counts more, and that no write of ours
//! loses what a person wrote.

use std::fs;

use backlog_tests::{Home, Ran, crowd::at_once, home::run};
use serde_json::json;

fn workspace_file(home: &Home) -> std::path::PathBuf {
    home.work().join("config.toml")
}

fn user_file(home: &Home) -> std::path::PathBuf {
    home.home().join(".config/backlog/config.toml")
}

fn set(home: &Home, key: &str, value: &str, whose: &str) -> Ran {
    home.run(["config", "set", key, value, whose])
}

#[test]
fn a_new_task_gets_what_the_flag_the_workspace_and_the_user_say_in_that_order() {
    let home = Home::with_project();
    let add = |flags: &[&str]| {
        home.run([&["task", "add", "-t", "x", "--json"], flags].concat())
            .json()
    };
    let task = add(&[]);
    assert_eq!(
        (&task["priority"], &task["status"], &task["type"]),
        (&json!(3), &json!("todo"), &json!("task"))
    );
    assert_eq!(task["actor"], json!({"kind": "human", "name": "tester"}));

    for (key, value) in [
        ("defaults.priority", "P4"),
        ("defaults.status", "doing"),
        ("defaults.type", "bug"),
        ("defaults.actor", "human:user"),
    ] {
        set(&home, key, value, "--user").ok();
    }
    let task = add(&[]);
    assert_eq!(
        (&task["priority"], &task["status"], &task["type"]),
        (&json!(4), &json!("doing"), &json!("bug"))
    );
    assert_eq!(task["actor"]["name"], "user");

    set(&home, "defaults.priority", "1", "--workspace").ok();
    set(&home, "defaults.status", "todo", "--workspace").ok();
    set(&home, "defaults.type", "chore", "--workspace").ok();
    set(&home, "defaults.actor", "ai:here", "--workspace").ok();
    let task = add(&[]);
    assert_eq!(
        (&task["priority"], &task["status"], &task["type"]),
        (&json!(1), &json!("todo"), &json!("chore"))
    );
    assert_eq!(task["actor"], json!({"kind": "ai", "name": "here"}));

    let mut command = home.command(["task", "add", "-t", "x", "--json"]);
    let task = run(command.env("BACKLOG_ACTOR", "human:variable")).json();
    assert_eq!(task["actor"]["name"], "variable");
    let mut command = home.command([
        "task",
        "add",
        "-t",
        "x",
        "--json",
        "--as",
        "human:flag",
        "--priority",
        "5",
        "--status",
        "done",
        "--type",
        "spike",
    ]);
    let task = run(command.env("BACKLOG_ACTOR", "human:variable")).json();
    assert_eq!(
        (&task["priority"], &task["status"], &task["type"]),
        (&json!(5), &json!("done"), &json!("spike"))
    );
    assert_eq!(task["actor"]["name"], "flag");
}

#[test]
fn the_form_of_answers_and_colours_follow_the_same_order() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "x"]).ok();
    let list = |flags: &[&str]| home.run([&["task", "list"], flags].concat()).ok().stdout();
    let is_coloured = |text: &str| text.contains('\u{1b}');
    assert!(!is_coloured(&list(&[])));

    set(&home, "output.color", "always", "--user").ok();
    assert!(is_coloured(&list(&[])));
    set(&home, "output.color", "never", "--workspace").ok();
    assert!(!is_coloured(&list(&[])));
    assert!(is_coloured(&list(&["--color", "always"])));

    set(&home, "output.default_format", "json", "--user").ok();
    assert!(list(&[]).starts_with('{'));
    set(&home, "output.default_format", "table", "--workspace").ok();
    assert!(list(&[]).starts_with("REF"));
    assert!(list(&["--json"]).starts_with('{'));
}

#[test]
fn the_project_follows_the_same_order() {
    let home = Home::with_project();
    for alias in ["web", "ops"] {
        home.run(["project", "add", "--alias", alias]).ok();
    }
    let add = |flags: &[&str]| {
        let task = home
            .run([&["task", "add", "-t", "x", "--json"], flags].concat())
            .json();
        task["project"]["alias"]
            .as_str()
            .expect("an alias")
            .to_owned()
    };
    home.run(["task", "add", "-t", "x"]).exits(2);
    set(&home, "default_project", "web", "--user").ok();
    assert_eq!(add(&[]), "web");
    set(&home, "default_project", "ops", "--workspace").ok();
    assert_eq!(add(&[]), "ops");
    assert_eq!(add(&["-p", "app"]), "app");
}

#[test]
fn what_is_set_is_listed_read_and_taken_back() {
    let home = Home::with_project();
    set(&home, "output.color", "never", "--user").ok();
    home.run(["config", "set", "output.color", "always"]).ok();
    home.run(["config", "set", "lease.max_attempts", "5"]).ok();
    home.run(["config", "set", "daemon.allow_network_filesystem", "true"])
        .ok();
    let list = home.run(["config", "list", "--json"]).json();
    let told: Vec<_> = list["settings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|setting| {
            (
                setting["key"].clone(),
                setting["value"].clone(),
                setting["scope"].clone(),
            )
        })
        .collect();
    for expected in [
        (json!("output.color"), json!("always"), json!("workspace")),
        (json!("lease.max_attempts"), json!(5), json!("workspace")),
        (
            json!("daemon.allow_network_filesystem"),
            json!(true),
            json!("workspace"),
        ),
        (json!("output.color"), json!("never"), json!("user")),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let get = |flags: &[&str]| home.run([&["config", "get", "output.color"], flags].concat());
    assert_eq!(get(&[]).ok().stdout(), "always\n");
    assert_eq!(get(&["--user"]).ok().stdout(), "never\n");
    home.run(["config", "unset", "output.color"]).ok();
    assert_eq!(get(&[]).ok().stdout(), "never\n");
    get(&["--workspace"]).refused(3, "output.color is not set");

    let paths = home.run(["config", "path"]).ok().stdout();
    let expected = format!(
        "{}\n{}\n",
        workspace_file(&home).display(),
        user_file(&home).display()
    );
    assert_eq!(paths, expected);
}

#[test]
fn values_that_are_not_allowed_are_refused_before_they_are_written() {
    let home = Home::with_project();
    let before = fs::read_to_string(workspace_file(&home)).expect("a file");
    for (key, value, told) in [
        ("output.color", "pink", "auto, always, never"),
        ("output.default_format", "xml", "table, json"),
        ("defaults.priority", "9", "priority"),
        ("defaults.priority", "high", "is no number"),
        ("defaults.status", "started", "todo, doing, done"),
        ("defaults.type", "story", "bug"),
        ("defaults.actor", "alice", "human:alice"),
        ("daemon.idle_timeout", "soon", "soon"),
        (
            "daemon.allow_network_filesystem",
            "perhaps",
            "neither true nor false",
        ),
        ("lease.ttl", "2d", "24h"),
        ("lease.max_attempts", "0", "0 attempts"),
        ("lease.max_attempts", "-3", "-3"),
        ("default_project", "", "empty"),
    ] {
        let ran = home.run(["config", "set", key, value]).exits(2);
        assert!(ran.stderr().contains(told), "{key}: {}", ran.stderr());
    }
    home.run(["config", "set", "no.such", "x"]).exits(2);
    set(&home, "default_profile", "x", "--workspace").refused(2, "yours alone");
    set(&home, "lease.ttl", "1h", "--user").refused(2, "a workspace's alone");
    assert_eq!(
        fs::read_to_string(workspace_file(&home)).expect("a file"),
        before
    );
    home.run(["task", "list"]).ok();
}

#[test]
fn comments_order_and_unknown_keys_survive_every_write() {
    let home = Home::with_project();
    let before = "# ours\nzebra = 1 # first\n\ndefault_project = 'app'   # the usual\n\n[output] # how\ncolor = \"auto\" # on a terminal\n\n[future.thing]\non = true\n";
    fs::write(workspace_file(&home), before).expect("a file");
    let text = || fs::read_to_string(workspace_file(&home)).expect("a file");
    home.run(["project", "add", "--alias", "web"]).ok();
    home.run(["project", "use", "web"]).ok();
    home.run(["config", "set", "output.color", "never"]).ok();
    assert_eq!(
        text(),
        before
            .replace("'app'", "\"web\"")
            .replace("\"auto\"", "\"never\"")
    );
    home.run(["config", "set", "lease.ttl", "1h"]).ok();
    home.run(["config", "unset", "lease.ttl"]).ok();
    home.run(["config", "unset", "output.color"]).ok();
    home.run(["project", "clear-default"]).ok();
    let after = text();
    for kept in [
        "# ours",
        "zebra = 1 # first",
        "[output] # how",
        "[future.thing]\non = true",
    ] {
        assert!(after.contains(kept), "{kept} in {after}");
    }
    assert!(!after.contains("[lease]"), "{after}");
}

#[test]
fn a_broken_file_is_told_of_with_its_line_and_left_alone() {
    let home = Home::with_project();
    for (path, whose) in [
        (workspace_file(&home), "--workspace"),
        (user_file(&home), "--user"),
    ] {
        let whole = fs::read_to_string(&path).unwrap_or_default();
        let broken = "# mine\n\n[output]\ncolor = = 3\n";
        fs::write(&path, broken).expect("a file");
        for args in [
            ["task", "list"].as_slice(),
            &["config", "set", "output.color", "never", whose],
            &["config", "list"],
        ] {
            home.run(args).refused(2, "config.toml\", line 4");
        }
        assert_eq!(fs::read_to_string(&path).expect("a file"), broken);
        fs::write(&path, whole).expect("a file");
    }
}

#[test]
fn a_priority_is_shown_as_everywhere_however_it_was_written() {
    let home = Home::with_project();
    for written in ["2", "P2"] {
        let said = home.run(["config", "set", "defaults.priority", written]);
        assert!(said.ok().stdout().contains("P2"), "{written}");
        let listed = home.run(["config", "list"]).ok().stdout();
        assert!(listed.contains(" P2 "), "{listed}");
        let got = home.run(["config", "get", "defaults.priority"]);
        assert_eq!(got.ok().stdout().trim_end(), "P2");
    }
}

#[test]
fn of_many_who_write_at_once_none_is_lost() {
    let home = Home::with_project();
    let values = [
        ("default_project", "app"),
        ("output.default_format", "table"),
        ("output.color", "auto"),
        ("defaults.priority", "P2"),
        ("defaults.status", "todo"),
        ("defaults.type", "bug"),
        ("lease.ttl", "1h"),
        ("lease.grace", "1m"),
    ];
    at_once(values.len(), |number| {
        let (key, value) = values[number];
        home.run(["config", "set", key, value, "--workspace"]).ok();
    });
    for (key, value) in values {
        let said = home
            .run(["config", "get", key, "--workspace"])
            .ok()
            .stdout();
        assert_eq!(said.trim_end(), value, "{key}");
    }
}

#[test]
fn without_a_workspace_there_is_the_users_alone() {
    let home = Home::new();
    home.run(["config", "set", "output.color", "never"])
        .refused(3, "there is no workspace");
    set(&home, "output.color", "never", "--user").ok();
    let list = home.run(["config", "list", "--json"]).json();
    assert_eq!(list["settings"][0]["scope"], "user");
    home.run(["--profile", "none", "config", "list"])
        .refused(3, "there is no profile");
}

#[test]
fn a_default_that_is_not_there_is_refused_before_it_is_written() {
    let home = Home::with_project();
    home.run(["config", "set", "default_project", "nope"])
        .refused(3, "no project \"nope\"");
    home.run(["config", "set", "default_profile", "nope", "--user"])
        .refused(3, "there is no profile \"nope\"");
    home.run(["task", "add", "-t", "Works as before"]).ok();
    home.run(["config", "set", "default_project", "app"]).ok();
    home.run(["config", "set", "default_profile", "work"]).ok();
    home.run(["project", "add", "--alias", "old"]).ok();
    home.run(["project", "archive", "old"]).ok();
    home.run(["config", "set", "default_project", "old"])
        .refused(4, "is archived");
}
