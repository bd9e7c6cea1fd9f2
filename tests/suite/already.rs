//! What is so already is not claimed to have been done, and nothing is written.

use std::fs;

use backlog_tests::Home;

#[test]
fn a_write_that_changes_nothing_says_so() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "One", "--label", "a"]).ok();
    home.run(["project", "update", "app", "--name", "App"]).ok();
    let plan = home
        .run(["plan", "add", "--task", "1", "--title", "How", "--quiet"])
        .ok();
    let plan = plan.stdout().trim().to_owned();
    let events = || home.run(["activity", "--json"]).ok().stdout();
    let before = events();
    for (args, says) in [
        (
            ["task", "update", "1", "-t", "One", "--label", "a"].as_slice(),
            "TASK-1 is like that already",
        ),
        (&["task", "unarchive", "1"], "TASK-1 is not in the archive"),
        (
            &["plan", "update", &plan, "--title", "How"],
            "says that already (version 1)",
        ),
        (
            &["project", "update", "app", "--name", "App"],
            "is like that already",
        ),
        (&["project", "unarchive", "app"], "is not in the archive"),
    ] {
        let said = home.run(args).ok().stdout();
        assert!(said.contains(says), "{args:?}: {said}");
    }
    assert_eq!(events(), before);

    for (archive, says) in [
        (["task", "archive", "1"], "TASK-1 is archived already"),
        (["project", "archive", "app"], "is archived already"),
    ] {
        home.run(archive).ok();
        let before = events();
        let said = home.run(archive).ok().stdout();
        assert!(said.contains(says), "{archive:?}: {said}");
        assert_eq!(events(), before);
    }
}

#[test]
fn a_default_project_that_is_archived_is_the_default_no_longer() {
    let home = Home::with_project();
    home.run(["project", "add", "--alias", "web"]).ok();
    home.run(["project", "use", "app"]).ok();
    let said = home.run(["project", "archive", "web"]).ok();
    assert!(!said.stdout().contains("default"), "{}", said.stdout());
    let said = home.run(["project", "archive", "app"]).ok();
    assert!(
        said.stdout().contains("there is none now"),
        "{}",
        said.stdout()
    );
    let config = fs::read_to_string(home.work().join("config.toml")).expect("a config.toml");
    assert!(!config.contains("default_project ="), "{config}");
    home.run(["project", "current"])
        .refused(3, "there is no default project");
}

#[test]
fn a_workspace_is_made_where_the_users_configuration_cannot_be_written() {
    let home = Home::new();
    let blocked = home.work().join("blocked");
    fs::write(&blocked, "a file where a directory should be").expect("a file");
    let made = |args: &[&str]| {
        let mut command = home.command(args);
        backlog_tests::home::run(command.env("XDG_CONFIG_HOME", &blocked))
    };
    let ran = made(&["init", "--path", "."]).ok();
    assert!(
        ran.stderr().contains("not registered as a profile"),
        "{}",
        ran.stderr()
    );
    assert!(home.database().is_file());
    // Who asks for the profile is not told that it was made.
    made(&["init", "--path", "other", "--profile", "named"]).refused(1, "cannot be written");
}
