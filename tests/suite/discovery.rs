//! Which workspace a command means, and who signs it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use backlog_tests::{Home, Ran, home::run};
use serde_json::Value;

/// A workspace in `dir` below the home, with a project of that alias in it.
fn workspace(home: &Home, dir: &str, alias: &str) -> PathBuf {
    let dir = home.path().join(dir);
    home.run(["init", "--path", &dir.display().to_string()])
        .ok();
    let database = dir.join("backlog.db");
    let db = database.display().to_string();
    home.run(["--db", &db, "project", "add", "--alias", alias])
        .ok();
    database
}

/// The alias of the only project in the workspace that a command means.
fn meant(command: &mut Command) -> String {
    let projects = run(command.args(["project", "list", "--json"])).json();
    let projects = projects["projects"].as_array().expect("a list of projects");
    assert_eq!(projects.len(), 1, "{projects:?}");
    projects[0]["alias"].as_str().expect("an alias").to_owned()
}

/// A git command in a directory, with nothing of anybody's configuration.
fn git(home: &Home, dir: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new("git");
    command.args([
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@t",
        "-c",
        "init.defaultBranch=main",
    ]);
    command.args(args);
    home.settle(&mut command);
    run(command.current_dir(dir).env("GIT_CONFIG_NOSYSTEM", "1")).ok()
}

/// A repository in `repo` with a commit and a workspace, where the user has
/// another one by default; and `tree`, where a worktree of it may be.
fn repository(home: &Home) -> (PathBuf, PathBuf) {
    workspace(home, "default", "by-default");
    let (repo, tree) = (home.path().join("repo"), home.path().join("tree"));
    fs::create_dir(&repo).expect("a directory");
    git(home, &repo, &["init", "--quiet"]);
    git(
        home,
        &repo,
        &["commit", "--quiet", "--allow-empty", "-m", "first"],
    );
    run(home.command(["init"]).current_dir(&repo)).ok();
    run(home
        .command(["project", "add", "--alias", "shared"])
        .current_dir(&repo))
    .ok();
    (repo, tree)
}

fn add_worktree(home: &Home, repo: &Path, tree: &Path) {
    git(
        home,
        repo,
        &["worktree", "add", "--quiet", &tree.display().to_string()],
    );
}

#[test]
fn all_worktrees_of_a_repository_share_one_queue() {
    let home = Home::new();
    let (repo, tree) = repository(&home);
    add_worktree(&home, &repo, &tree);
    let below = tree.join("src/deep");
    fs::create_dir_all(&below).expect("a directory");
    run(home
        .command(["task", "add", "-t", "from the worktree"])
        .current_dir(&below))
    .ok();
    let list = run(home.command(["task", "list", "--json"]).current_dir(&repo)).json();
    assert_eq!(list["tasks"][0]["title"], "from the worktree");
    assert!(!tree.join(".backlog").exists());

    let again = run(home.command(["init"]).current_dir(&tree)).ok();
    assert!(
        again.stdout().contains("There is a workspace in"),
        "{}",
        again.stdout()
    );
    assert!(!tree.join(".backlog").exists());
}

#[test]
fn a_worktree_with_a_committed_database_uses_that_of_the_main_checkout() {
    let home = Home::new();
    let (repo, tree) = repository(&home);
    run(home.command(["daemon", "stop"]).current_dir(&repo)).ok();
    git(&home, &repo, &["add", "--all"]);
    git(&home, &repo, &["commit", "--quiet", "-m", "the queue"]);
    add_worktree(&home, &repo, &tree);
    let copy = tree.join(".backlog/backlog.db");
    let before = fs::read(&copy).expect("git has checked it out");

    run(home
        .command(["task", "add", "-t", "from the worktree"])
        .current_dir(&tree))
    .ok();
    let list = run(home.command(["task", "list", "--json"]).current_dir(&repo)).json();
    assert_eq!(list["tasks"][0]["title"], "from the worktree");
    assert!(
        fs::read(&copy).is_ok_and(|now| now == before),
        "the copy is nobody's queue"
    );
    assert!(!tree.join(".backlog/.backlogd").exists());
}

#[test]
fn init_in_a_checkout_leaves_git_only_what_is_to_be_committed() {
    let home = Home::new();
    let (repo, _) = repository(&home);
    assert!(
        home.path().join("repo/.backlog/.backlogd").exists(),
        "a daemon has been here"
    );
    let seen = git(
        &home,
        &repo,
        &["status", "--porcelain", "--untracked-files=all"],
    )
    .stdout();
    let seen: Vec<_> = seen.lines().collect();
    assert_eq!(
        seen,
        [
            "?? .backlog/.gitignore",
            "?? .backlog/backlog.db",
            "?? .backlog/config.toml"
        ]
    );
}

#[test]
fn where_no_workspace_is_the_sentence_names_init() {
    let home = Home::new();
    let ran = run(home.command(["task", "list"]).current_dir("/")).exits(3);
    assert_eq!(
        ran.stderr(),
        "error: there is no workspace at or above \"/\"; `backlog init` makes one\n\
         hint: Or name one by --db.\n"
    );
    let ran = run(home.command(["task", "list", "--json"]).current_dir("/")).exits(3);
    assert_eq!(ran.json_error()["code"], "no_workspace");
    assert_eq!(ran.stdout(), "");
}

#[test]
fn a_named_database_that_is_missing_is_never_made_nor_replaced_by_another() {
    let home = Home::with_project();
    let missing = home.path().join("elsewhere/backlog.db");
    let typo = home.work().join("backlog.dv");
    for path in [&missing, &typo] {
        let path = path.display().to_string();
        let ran = home.run(["task", "add", "-t", "x", "--db", &path]).exits(3);
        assert!(ran.stderr().contains(&path), "{}", ran.stderr());
        run(home.command(["task", "list"]).env("BACKLOG_DB", &path)).exits(3);
    }
    home.run(["task", "list", "--profile", "nobody"]).exits(3);
    assert!(!typo.exists());
    assert!(!home.path().join("elsewhere").exists());
    assert_eq!(
        home.run(["task", "list", "--json"]).json()["page"]["total"],
        0
    );
}

#[test]
fn the_queue_of_one_repository_is_not_that_of_another() {
    let home = Home::new();
    for name in ["one", "other"] {
        let repo = home.work().join(name);
        fs::create_dir(&repo).expect("a directory");
        git(&home, &repo, &["init", "--quiet"]);
    }
    let within = |name: &str, args: &[&str]| {
        let mut command = home.command(args);
        command.current_dir(home.work().join(name));
        run(&mut command)
    };
    within("one", &["init"]).ok();
    within("one", &["project", "add", "--alias", "app"]).ok();
    within("one", &["task", "list"]).ok();
    within("other", &["task", "list"]).refused(3, "there is no workspace at or above");

    // Outside of all, `init` makes the queue that is meant where there is no other.
    let apart = home.path().join("apart");
    fs::create_dir(&apart).expect("a directory");
    let mut command = home.command(["init"]);
    run(command.current_dir(&apart)).ok();
    let mut command = home.command(["project", "add", "--alias", "mine"]);
    run(command.current_dir(&apart)).ok();
    within("one", &["project", "show", "mine"]).refused(3, "mine");
    within("other", &["project", "show", "mine"]).ok();
}

#[test]
fn the_first_that_names_a_workspace_is_meant() {
    let home = Home::new();
    // The first one becomes the default profile.
    workspace(&home, "a", "by-default");
    workspace(&home, "b", "by-profile");
    workspace(&home, "c", "by-profile-variable");
    let variable = workspace(&home, "d", "by-variable");
    let flag = workspace(&home, "e", "by-flag");
    assert_eq!(meant(&mut home.command([] as [&str; 0])), "by-default");

    workspace(&home, "work/.backlog", "by-nearest");
    let below = home.work().join("below");
    fs::create_dir(&below).expect("a directory");
    let command = |args: &[&str]| {
        let mut command = home.command(args);
        command.current_dir(&below);
        command
    };
    assert_eq!(meant(&mut command(&[])), "by-nearest");
    let with = |args: &[&str], variables: &[(&str, &Path)]| {
        meant(command(args).envs(variables.iter().copied()))
    };
    let (profile, db) = (
        ("BACKLOG_PROFILE", Path::new("c")),
        ("BACKLOG_DB", variable.as_path()),
    );
    assert_eq!(with(&[], &[profile]), "by-profile-variable");
    assert_eq!(with(&["--profile", "b"], &[profile]), "by-profile");
    assert_eq!(with(&["--profile", "b"], &[profile, db]), "by-variable");
    let flag = flag.display().to_string();
    assert_eq!(
        with(&["--profile", "b", "--db", &flag], &[profile, db]),
        "by-flag"
    );
}

#[test]
fn a_second_init_says_so_and_changes_nothing() {
    let home = Home::with_project();
    home.run(["daemon", "stop"]).ok();
    let config = home.home().join(".config/backlog/config.toml");
    let files = [home.database(), home.work().join("config.toml"), config];
    let read = || {
        files
            .each_ref()
            .map(|file| fs::read(file).expect("a file of the workspace"))
    };
    let before = read();
    let again = home.run(["init", "--path", ".", "--priority", "P1"]).ok();
    assert!(
        again.stdout().contains("already; nothing was changed"),
        "{}",
        again.stdout()
    );
    let document = home.run(["init", "--path", ".", "--json"]).json();
    assert_eq!(document["created"], false);
    assert!(read() == before, "a file has changed");
    assert!(!home.daemon().leads(), "it needs no daemon to see that");
}

#[test]
fn the_nearest_that_names_an_actor_signs() {
    let home = Home::with_project();
    let signed = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = home.command(["task", "add", "-t", "x", "--json"]);
        let task: Value = run(command.args(args).envs(variables.iter().copied())).json();
        let part = |name: &str| task["actor"][name].as_str().expect("a text").to_owned();
        format!("{}:{}", part("kind"), part("name"))
    };
    let configure = |path: &Path, actor: &str| {
        let mut text = fs::read_to_string(path).expect("init has made it");
        text.push_str(&format!("\n[defaults]\nactor = \"{actor}\"\n"));
        fs::write(path, text).expect("it is ours");
    };
    let agent = ("CLAUDECODE", "1");
    let variable = ("BACKLOG_ACTOR", "ai:by-variable");

    assert_eq!(signed(&[], &[]), "human:tester");
    configure(
        &home.home().join(".config/backlog/config.toml"),
        "human:by-user",
    );
    assert_eq!(signed(&[], &[]), "human:by-user");
    configure(&home.work().join("config.toml"), "human:by-workspace");
    assert_eq!(signed(&[], &[]), "human:by-workspace");
    assert_eq!(signed(&[], &[agent]), "ai:claude-code");
    assert_eq!(signed(&[], &[agent, variable]), "ai:by-variable");
    assert_eq!(
        signed(&["--as", "human:by-flag"], &[agent, variable]),
        "human:by-flag"
    );
}
