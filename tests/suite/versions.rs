//! Two versions of Backlog on one workspace: a newer command replaces an older
//! daemon, once; an older one is served; nobody's writes are in danger.

use std::{collections::BTreeSet, ffi::OsStr, process::Command};

use backlog_tests::{Home, crowd::at_once, database::assert_sound, home::run, wait::within_limit};
use rustix::process::Signal;

const OLDER: &str = "1.9.0";
const NEWER: &str = "2.1.0";

/// A command of another version; so is the daemon, where it starts one.
fn of_version<S: AsRef<OsStr>>(
    home: &Home,
    version: &str,
    args: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = home.command(args);
    command.env("BACKLOG_TEST_VERSION", version);
    command
}

/// A workspace with the project `app`, served by a daemon of that version.
fn served_by(version: &str) -> Home {
    let home = Home::with_workspace();
    run(&mut of_version(
        &home,
        version,
        ["project", "add", "--alias", "app"],
    ))
    .ok();
    assert_eq!(daemon_version(&home), version);
    home
}

fn daemon_version(home: &Home) -> String {
    let meeting = home.daemon().meeting().expect("a daemon runs");
    meeting["version"].as_str().expect("its version").to_owned()
}

/// How often a daemon of the workspace became ready.
fn daemons(home: &Home) -> usize {
    home.daemon().log().matches(" serving ").count()
}

/// The titles of all tasks, each there once.
fn titles(home: &Home, version: &str) -> BTreeSet<String> {
    let mut list = of_version(
        home,
        version,
        ["task", "list", "--json", "--limit", "100000"],
    );
    let list = run(&mut list).json();
    let tasks = list["tasks"].as_array().expect("a list of tasks");
    let titles: BTreeSet<String> = tasks
        .iter()
        .map(|task| task["title"].as_str().expect("a title").to_owned())
        .collect();
    assert_eq!(titles.len(), tasks.len(), "a task is there twice");
    titles
}

/// Has `writers` clients at once add `each` tasks, as versions that `version`
/// tells by writer and task, and fails the test where one is lost or doubled.
fn write(
    home: &Home,
    writers: usize,
    each: usize,
    version: impl Fn(usize, usize) -> &'static str + Sync,
) {
    let added = at_once(writers, |writer| {
        (0..each)
            .map(|task| {
                let title = format!("{writer}/{task}");
                let args = ["task", "add", "-p", "app", "-t", &title];
                run(&mut of_version(home, version(writer, task), args)).ok();
                title
            })
            .collect::<Vec<_>>()
    });
    let added: BTreeSet<String> = added.into_iter().flatten().collect();
    assert_eq!(titles(home, NEWER), added);
    assert_eq!(daemon_version(home), NEWER);
}

#[test]
fn a_newer_command_replaces_an_older_daemon() {
    let home = served_by(OLDER);
    let replaced = home.daemon().instance();
    run(&mut of_version(&home, NEWER, ["task", "list"])).ok();
    assert_eq!(daemon_version(&home), NEWER);
    assert_ne!(home.daemon().instance(), replaced);
    assert_eq!(daemons(&home), 2);
}

#[test]
fn a_newer_command_replaces_an_older_daemon_that_is_stuck() {
    let home = served_by(OLDER);
    home.daemon().signal(Signal::STOP);
    let mut command = of_version(&home, NEWER, ["task", "list"]);
    command.env("BACKLOG_TEST_STUCK_AFTER_MS", "300");
    within_limit("the command has its answer", move || run(&mut command)).ok();
    assert_eq!(daemon_version(&home), NEWER);
}

#[test]
fn an_older_command_is_served_by_a_newer_daemon() {
    let home = served_by(NEWER);
    let serving = home.daemon().instance();
    run(&mut of_version(
        &home,
        OLDER,
        ["task", "add", "-p", "app", "-t", "old hands"],
    ))
    .ok();
    assert_eq!(titles(&home, OLDER).len(), 1);
    assert_eq!(home.daemon().instance(), serving);
}

#[test]
fn asking_how_an_older_daemon_is_does_not_replace_it() {
    let home = served_by(OLDER);
    let serving = home.daemon().instance();
    let status = run(&mut of_version(
        &home,
        NEWER,
        ["daemon", "status", "--json"],
    ))
    .json();
    assert_eq!(status["version"], OLDER, "{status}");
    assert_eq!(home.daemon().instance(), serving);
    assert!(home.daemon().leads());
}

#[test]
fn two_versions_side_by_side_replace_the_daemon_once() {
    let home = served_by(OLDER);
    for number in 0..20 {
        let version = if number % 2 == 0 { NEWER } else { OLDER };
        let title = number.to_string();
        run(&mut of_version(
            &home,
            version,
            ["task", "add", "-p", "app", "-t", &title],
        ))
        .ok();
    }
    assert_eq!(titles(&home, OLDER).len(), 20);
    assert_eq!(daemons(&home), 2, "{}", home.daemon().log());
}

#[test]
fn an_upgrade_beside_busy_older_clients_replaces_the_daemon_once() {
    let home = served_by(OLDER);
    write(&home, 8, 20, |writer, task| match (writer, task) {
        (0, 5..) => NEWER,
        _ => OLDER,
    });
    assert_eq!(daemons(&home), 2, "{}", home.daemon().log());
    assert_sound(&home);
}

#[test]
fn thirty_two_writers_across_an_upgrade_lose_and_double_nothing() {
    let home = served_by(OLDER);
    write(&home, 32, 6, |writer, task| {
        // They do not all learn of the upgrade at once.
        if task > writer % 4 { NEWER } else { OLDER }
    });
    assert_eq!(daemons(&home), 2, "{}", home.daemon().log());
    assert_sound(&home);
}

#[test]
fn a_program_of_another_api_is_refused_before_it_writes() {
    let home = served_by("2.0.0");
    let serving = home.daemon().instance();
    for args in [
        &[
            "task",
            "add",
            "-p",
            "app",
            "-t",
            "from the future",
            "--json",
        ][..],
        &["task", "list", "--json"],
    ] {
        let mut command = of_version(&home, "2.0.0", args);
        let refused = run(command.env("BACKLOG_TEST_API", "2")).exits(5);
        assert_eq!(refused.stdout(), "");
        let error = refused.json_error();
        assert_eq!(error["code"], "client_unsupported");
        assert_eq!(
            error["message"],
            "backlog 2.0.0 speaks API v2 to v2, this daemon (backlog 2.0.0) speaks v1"
        );
    }
    assert!(titles(&home, "2.0.0").is_empty());
    assert_eq!(home.daemon().instance(), serving);
}
