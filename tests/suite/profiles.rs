//! Names for workspaces: chosen, shown and forgotten, and no workspace is ever
//! touched by it.

use std::fs;

use backlog_tests::{Home, crowd::at_once};
use serde_json::json;

/// A home with workspaces in `one` and `two/.backlog`, known to nobody.
fn two() -> Home {
    let home = Home::new();
    for (dir, at) in [("one", "one"), ("two", "two/.backlog")] {
        fs::create_dir_all(home.work().join(dir)).expect("a directory");
        home.run(["init", "--path", at]).ok();
    }
    fs::remove_dir_all(home.home().join(".config")).expect("the profiles");
    home
}

fn config(home: &Home) -> String {
    fs::read_to_string(home.home().join(".config/backlog/config.toml")).unwrap_or_default()
}

#[test]
fn a_workspace_gets_a_name_and_is_found_by_it() {
    let home = two();
    home.run(["--profile", "first", "project", "list"])
        .refused(3, "there is no profile \"first\"");
    let said = home.run(["profile", "add", "first", "--path", "one"]).ok();
    assert!(said.stdout().contains("your default"), "{}", said.stdout());
    let said = home.run(["profile", "add", "second", "--path", "two"]).ok();
    assert!(!said.stdout().contains("your default"), "{}", said.stdout());
    home.run(["--profile", "second", "project", "add", "--alias", "app"])
        .ok();
    assert!(home.work().join("two/.backlog/backlog.db").is_file());

    let list = home.run(["profile", "list", "--json"]).json();
    let path = |dir: &str| home.work().join(dir).display().to_string();
    assert_eq!(
        list["profiles"],
        json!([
            {"name": "first", "path": path("one"), "default": true, "exists": true},
            {"name": "second", "path": path("two/.backlog"), "default": false, "exists": true},
        ])
    );
    let shown = home.run(["profile", "show", "second", "--json"]).json();
    assert_eq!(shown, list["profiles"][1]);
    let shown = home.run(["profile", "show", "--json"]).json();
    assert_eq!(shown, list["profiles"][0]);
}

#[test]
fn paths_below_home_are_kept_so_that_home_may_move() {
    let home = two();
    home.run([
        "init",
        "--path",
        home.home().join("q").to_str().expect("a path"),
    ])
    .ok();
    home.run(["profile", "remove", "q"]).ok();
    home.run(["profile", "add", "q", "--path", "~/q"]).ok();
    assert!(
        config(&home).contains("path = \"~/q\""),
        "{}",
        config(&home)
    );
    home.run(["--profile", "q", "project", "list"]).ok();
}

#[test]
fn the_default_is_chosen_cleared_and_told_apart_from_what_is_here() {
    let home = two();
    home.run(["profile", "add", "first", "--path", "one"]).ok();
    home.run(["profile", "add", "second", "--path", "two", "--set-default"])
        .ok();
    let current = |dir: &str, flags: &[&str]| {
        let mut command = home.command([&["profile", "current", "--quiet"], flags].concat());
        backlog_tests::home::run(command.current_dir(home.work().join(dir)))
    };
    assert_eq!(current("", &[]).ok().stdout(), "second\n");
    assert_eq!(current("one", &[]).ok().stdout(), "first\n");
    assert_eq!(
        current("one", &["--profile", "second"]).ok().stdout(),
        "second\n"
    );

    home.run(["profile", "use", "first"]).ok();
    assert_eq!(current("", &[]).ok().stdout(), "first\n");
    let mut command = home.command(["profile", "set-default", "first"]);
    let told = backlog_tests::home::run(command.current_dir(home.work().join("two"))).ok();
    assert!(
        told.stdout().contains("commands here use another one"),
        "{}",
        told.stdout()
    );

    home.run(["profile", "clear-default"]).ok();
    home.run(["profile", "clear-default"]).ok();
    current("", &[]).refused(3, "there is no workspace");
    home.run(["profile", "show"])
        .refused(3, "no default profile");
    home.run(["profile", "remove", "first"]).ok();
    current("one", &[]).refused(3, "which is no profile");
}

#[test]
fn forgetting_a_name_leaves_the_workspace_and_all_else_alone() {
    let home = two();
    home.run(["profile", "add", "first", "--path", "one"]).ok();
    let path = home.home().join(".config/backlog/config.toml");
    let mut text = config(&home);
    text.insert_str(0, "# mine\nunknown = 1 # kept\n");
    fs::write(&path, &text).expect("a file");
    let said = home.run(["profile", "remove", "first"]).ok().stdout();
    assert!(said.contains("It was your default"), "{said}");
    assert!(home.work().join("one/backlog.db").is_file());
    assert_eq!(config(&home), "# mine\nunknown = 1 # kept\n");
    home.run(["--db", "one/backlog.db", "project", "list"]).ok();
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let home = two();
    home.run(["profile", "add", "first", "--path", "one"]).ok();
    let before = config(&home);
    home.run(["profile", "add", "x", "--path", "nowhere"])
        .refused(3, "there is no workspace in");
    home.run(["profile", "add", "first", "--path", "two"])
        .refused(4, "the profile first is another workspace");
    home.run(["profile", "add", "../x", "--path", "one"])
        .refused(2, "letters, digits");
    for args in [["show", "gone"], ["use", "gone"], ["remove", "gone"]] {
        let ran = home
            .run([&["profile"], args.as_slice()].concat())
            .refused(3, "there is no profile \"gone\"");
        assert!(
            ran.stderr().contains("Profiles: first."),
            "{}",
            ran.stderr()
        );
    }
    assert_eq!(config(&home), before);
    // Said again, it is so already.
    home.run(["profile", "add", "first", "--path", "one"]).ok();
    assert_eq!(config(&home), before);
}

#[test]
fn a_profile_whose_workspace_is_gone_is_shown_as_such_and_can_be_led_elsewhere() {
    let home = two();
    home.run(["profile", "add", "first", "--path", "one"]).ok();
    fs::rename(home.work().join("one"), home.work().join("moved")).expect("a move");
    let list = home.run(["profile", "list"]).ok().stdout();
    assert!(list.contains("no workspace there"), "{list}");
    let shown = home.run(["profile", "show", "first", "--json"]).json();
    assert_eq!(shown["exists"], false);
    let told = home.run(["profile", "use", "first"]).ok().stdout();
    assert!(told.contains("there is no workspace in"), "{told}");
    home.run(["profile", "add", "first", "--path", "moved"])
        .ok();
    home.run(["--profile", "first", "project", "list"]).ok();
}

#[test]
fn of_many_who_name_workspaces_at_once_none_is_lost() {
    let home = two();
    at_once(8, |number| {
        let name = format!("p{number}");
        home.run(["profile", "add", &name, "--path", "one"]).ok();
    });
    let list = home.run(["profile", "list", "--json"]).json();
    assert_eq!(list["profiles"].as_array().expect("a list").len(), 8);
}
