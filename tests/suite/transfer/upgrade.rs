//! Somebody who comes from Backlog 1.x: their workspace is known by name, and
//! the way on that is told works when it is pasted.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use backlog_tests::{Home, Ran, backlog_bin, home};

use super::one;

/// What the hint says to run.
fn way_on(ran: &Ran) -> String {
    let told = ran.stderr();
    let way = told
        .split_once("bring everything over: ")
        .unwrap_or_else(|| panic!("no way on: {told}"))
        .1;
    way.trim_end().to_owned()
}

fn paste(home: &Home, line: &str) -> Ran {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]);
    home.settle(&mut shell);
    let bin = backlog_bin();
    let dir = bin.parent().expect("a directory").display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    home::run(shell.env("PATH", format!("{dir}:{path}")))
}

fn old_workspace(dir: &Path) -> (PathBuf, Vec<u8>) {
    fs::create_dir_all(dir).expect("a directory");
    let database = dir.join("backlog.db");
    drop(one::filled(&database, 8));
    let bytes = fs::read(&database).expect("a database");
    (database, bytes)
}

#[test]
fn the_default_workspace_of_one_is_brought_over_by_what_init_says() {
    let home = Home::new();
    let (old, before) = old_workspace(&home.home().join(".backlog/default"));
    // 1.x kept its profiles in the same file.
    let user = home.home().join(".config/backlog");
    fs::create_dir_all(&user).expect("a directory");
    fs::write(
        user.join("config.toml"),
        "default_profile = \"default\"\n[profiles.default]\npath = \"~/.backlog/default\"\n",
    )
    .expect("a file");

    for command in [
        ["init"].as_slice(),
        &["task", "list"],
        &["init", "--profile", "default", "--reset", "--yes"],
    ] {
        let ran = home.run(command).exits(3);
        assert!(
            ran.stderr().contains("is a workspace of Backlog 1.x"),
            "{}",
            ran.stderr()
        );
    }
    let checked = home.run(["doctor", "check"]).ok().stdout();
    assert!(checked.contains("[backlog_one]"), "{checked}");
    assert!(!checked.contains("restore"), "{checked}");

    let way = way_on(&home.run(["init"]));
    paste(&home, &way).ok();
    let listed = home
        .run(["task", "list", "--include-archived", "--json"])
        .json();
    assert_eq!(listed["page"]["total"], 2, "{listed}");
    assert!(
        fs::read(&old).expect("a database") == before,
        "1.x's file was changed"
    );
    // Pasted again, nothing comes twice.
    paste(&home, &way).ok();
    let listed = home
        .run(["task", "list", "--include-archived", "--json"])
        .json();
    assert_eq!(listed["page"]["total"], 2, "{listed}");
}

#[test]
fn a_workspace_of_one_in_a_directory_of_its_own_is_brought_over_too() {
    let home = Home::new();
    let dir = home.work().join("my queue");
    let (old, before) = old_workspace(&dir);
    let there = |args: &[&str]| home::run(home.command(args).current_dir(&dir));

    let ran = there(&["task", "list"]).exits(3);
    paste(&home, &way_on(&ran)).ok();
    let listed = there(&["task", "list", "--include-archived", "--json"]).json();
    assert_eq!(listed["page"]["total"], 2, "{listed}");
    assert!(
        fs::read(&old).expect("a database") == before,
        "1.x's file was changed"
    );
}
