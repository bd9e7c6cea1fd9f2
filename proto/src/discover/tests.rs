mod worktrees;

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    process::Command,
};

use super::*;
use crate::config::Profile;

/// A directory of its own for each test, by its canonical path.
struct Place {
    _dir: tempfile::TempDir,
    root: PathBuf,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        Self { _dir: dir, root }
    }

    fn dir(&self, path: &str) -> PathBuf {
        let dir = self.root.join(path);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn file(&self, path: &str) -> PathBuf {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
        file
    }

    /// A repository with one commit in it.
    fn repository(&self, path: &str) -> PathBuf {
        let dir = self.dir(path);
        git(&dir, &["init", "-q"]);
        commit(&dir);
        dir
    }
}

fn commit(dir: &Path) {
    git(dir, &["add", "-A"]);
    git(dir, &["commit", "-q", "--allow-empty", "-m", "x"]);
}

fn git(dir: &Path, args: &[&str]) {
    let out = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
}

fn request(cwd: &Path) -> Request<'_> {
    Request {
        db: None,
        profile: None,
        env_db: None,
        env_profile: None,
        cwd,
    }
}

fn user(profiles: &[(&str, &Path)], default: Option<&str>) -> Config {
    Config {
        default_profile: default.map(str::to_owned),
        profiles: profiles
            .iter()
            .map(|(name, dir)| {
                let path = dir.to_str().unwrap().to_owned();
                ((*name).to_owned(), Profile { path })
            })
            .collect(),
        ..Config::default()
    }
}

fn found_from(cwd: &Path) -> PathBuf {
    find(&request(cwd), &Config::default())
        .unwrap_or_else(|error| panic!("{error}"))
        .database()
        .to_owned()
}

fn error_from(cwd: &Path) -> FindError {
    find(&request(cwd), &Config::default()).unwrap_err()
}

#[test]
fn the_first_that_says_something_is_meant() {
    let place = Place::new();
    let databases: Vec<_> = ["flag", "variable", "p1", "p2", "cwd/.backlog", "p3"]
        .map(|dir| place.file(&format!("{dir}/backlog.db")))
        .into();
    let cwd = place.dir("cwd");
    let at = |name: &str| place.root.join(name);
    let user = user(
        &[("one", &at("p1")), ("two", &at("p2")), ("three", &at("p3"))],
        Some("three"),
    );

    let mut request = Request {
        db: Some(&databases[0]),
        env_db: Some(&databases[1]),
        profile: Some("one"),
        env_profile: Some("two"),
        cwd: &cwd,
    };
    let meant = |request: &Request<'_>| find(request, &user).unwrap().database().to_owned();
    assert_eq!(meant(&request), databases[0]);
    request.db = None;
    assert_eq!(meant(&request), databases[1]);
    request.env_db = None;
    assert_eq!(meant(&request), databases[2]);
    request.profile = None;
    assert_eq!(meant(&request), databases[3]);
    request.env_profile = None;
    assert_eq!(meant(&request), databases[4]);
    request.cwd = &place.root;
    assert_eq!(meant(&request), databases[5]);
}

#[test]
fn the_nearest_is_in_dot_backlog_then_beside_then_above() {
    let place = Place::new();
    let cwd = place.dir("a/b/c");
    let above = place.file("a/backlog.db");
    assert_eq!(found_from(&cwd), above);
    let hidden_above = place.file("a/.backlog/backlog.db");
    assert_eq!(found_from(&cwd), hidden_above);
    let here = place.file("a/b/c/backlog.db");
    assert_eq!(found_from(&cwd), here);
    let hidden_here = place.file("a/b/c/.backlog/backlog.db");
    assert_eq!(found_from(&cwd), hidden_here);
}

#[test]
fn relative_paths_start_in_the_current_directory() {
    let place = Place::new();
    let database = place.file("a/backlog.db");
    let cwd = place.dir("a/b");
    let db = Path::new("../backlog.db");
    let found = find(
        &Request {
            db: Some(db),
            ..request(&cwd)
        },
        &Config::default(),
    )
    .unwrap();
    assert_eq!(found.database(), database);
}

#[test]
fn empty_variables_are_unset() {
    let place = Place::new();
    let database = place.file("backlog.db");
    let empty = Request {
        env_db: Some(Path::new("")),
        env_profile: Some(""),
        ..request(&place.root)
    };
    assert_eq!(
        find(&empty, &Config::default()).unwrap().database(),
        database
    );
}

#[test]
fn without_any_workspace_the_message_names_backlog_init() {
    let place = Place::new();
    let error = error_from(&place.dir("somewhere"));
    assert!(matches!(error, FindError::None { .. }));
    assert!(error.message().contains("`backlog init`"), "{error}");
    assert!(error.message().contains("somewhere"), "{error}");
    assert_eq!(error.hint().unwrap(), "Or name one by --db.");

    let user = user(&[("work", &place.root), ("two words", &place.root)], None);
    let error = find(&request(&place.root), &user).unwrap_err();
    assert_eq!(
        error.hint().unwrap(),
        "Or name one by --profile: \"two words\", work."
    );
}

#[test]
fn what_is_named_and_missing_is_never_replaced_by_the_next() {
    let place = Place::new();
    place.file("backlog.db");
    let gone = place.root.join("gone");
    let gone_db = gone.join("backlog.db");
    let user = user(&[("gone", &gone)], Some("gone"));
    let cwd = &place.root;

    let by_path = [
        (
            Request {
                db: Some(&gone_db),
                ..request(cwd)
            },
            "--db",
        ),
        (
            Request {
                env_db: Some(&gone_db),
                ..request(cwd)
            },
            "$BACKLOG_DB",
        ),
        (
            Request {
                profile: Some("gone"),
                ..request(cwd)
            },
            "--profile",
        ),
        (
            Request {
                env_profile: Some("gone"),
                ..request(cwd)
            },
            "$BACKLOG_PROFILE",
        ),
        (
            Request {
                profile: Some("other"),
                ..request(cwd)
            },
            "--profile",
        ),
    ];
    for (request, named_by) in by_path {
        let error = find(&request, &user).unwrap_err();
        assert!(error.message().contains(named_by), "{error}");
        assert!(error.hint().is_some(), "{error}");
        assert!(!error.hint().unwrap().contains("init"), "{error}");
    }
    assert!(!gone.exists());

    let elsewhere = Place::new();
    let error = find(&request(&elsewhere.root), &user).unwrap_err();
    assert!(matches!(error, FindError::ProfileWithoutWorkspace { .. }));
    assert!(error.message().contains("default_profile"), "{error}");
}

#[test]
fn an_unknown_profile_lists_the_known() {
    let place = Place::new();
    let user = user(&[("b", &place.root), ("a", &place.root)], None);
    let unknown = Request {
        profile: Some("c\u{1b}[31m"),
        ..request(&place.root)
    };
    let error = find(&unknown, &user).unwrap_err();
    assert!(!error.message().contains('\u{1b}'), "{error}");
    assert_eq!(error.hint().unwrap(), "Profiles: a, b.");
    let error = find(&unknown, &Config::default()).unwrap_err();
    assert!(error.hint().unwrap().contains("backlog init --profile"));
}

#[test]
fn a_directory_in_the_place_of_a_database_gets_the_right_path_as_a_hint() {
    let place = Place::new();
    let inside = place.file("a/backlog.db");
    let hidden = place.file("b/.backlog/backlog.db");
    for (dir, database) in [("a", &inside), ("b", &hidden), ("b/.backlog", &hidden)] {
        let dir = place.root.join(dir);
        let named = Request {
            db: Some(&dir),
            ..request(&place.root)
        };
        let error = find(&named, &Config::default()).unwrap_err();
        let hint = error.hint().unwrap();
        assert!(
            hint.contains(&format!("--db {database:?}")),
            "{error}: {hint}"
        );
    }
    let tilde = Request {
        env_db: Some(Path::new("~/backlog.db")),
        ..request(&place.root)
    };
    let error = find(&tilde, &Config::default()).unwrap_err();
    assert!(error.hint().unwrap().contains('~'));
}

#[test]
fn a_workspace_that_lost_its_database_ends_the_search() {
    let place = Place::new();
    place.file("backlog.db");
    for (dir, database) in [
        ("a/.backlog", "a/.backlog/backlog.db"),
        ("b", "b/backlog.db"),
    ] {
        place.dir(&format!("{dir}/.backlogd"));
        let error = error_from(&place.root.join(dir));
        assert!(
            matches!(error, FindError::DatabaseMissing { .. }),
            "{error}"
        );
        assert!(error.message().contains("lost"), "{error}");
        let path = format!("{:?}", place.root.join(database));
        assert!(error.hint().unwrap().contains(&path), "{error}");
    }
}

#[test]
fn a_directory_of_profiles_is_no_workspace() {
    let place = Place::new();
    let above = place.file("backlog.db");
    place.file("home/.backlog/default/backlog.db");
    place.dir("home/.backlog/default/.backlogd");
    assert_eq!(found_from(&place.root.join("home")), above);
}

#[test]
fn a_database_that_is_a_link_to_nowhere_is_not_passed_by() {
    let place = Place::new();
    place.file("backlog.db");
    let cwd = place.dir("a");
    place.dir("a/.backlog");
    symlink(
        "/mnt/gone/backlog.db",
        place.root.join("a/.backlog/backlog.db"),
    )
    .unwrap();
    let error = error_from(&cwd);
    assert!(
        matches!(error, FindError::DatabaseMissing { .. }),
        "{error}"
    );
}

#[test]
fn a_directory_named_as_the_database_is_passed_by() {
    let place = Place::new();
    let above = place.file("backlog.db");
    place.dir("a/backlog.db");
    place.dir("a/.backlog/backlog.db");
    assert_eq!(found_from(&place.root.join("a")), above);
}

#[test]
fn links_lead_to_one_and_the_same_workspace() {
    let place = Place::new();
    let database = place.file("real/.backlog/backlog.db");
    place.dir("real/src");
    let link = place.root.join("link");
    symlink("real/src", &link).unwrap();
    assert_eq!(found_from(&link), database);
    let linked = place.dir("elsewhere");
    symlink(place.root.join("real/.backlog"), linked.join(".backlog")).unwrap();
    assert_eq!(found_from(&linked), database);
}

#[test]
fn a_strangers_workspace_in_a_directory_for_everyone_is_not_taken() {
    let place = Place::new();
    let shared = place.dir("tmp");
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
    let cwd = place.dir("tmp/mine");
    let hidden = place.file("tmp/.backlog/backlog.db");
    assert_eq!(found_from(&cwd), hidden, "one's own is taken");

    let beside = place.file("tmp/backlog.db");
    let trace = place.dir("tmp/.backlogd");
    let give_away = |path: &Path| std::os::unix::fs::lchown(path, Some(54_321), None);
    if give_away(hidden.parent().unwrap()).is_err() {
        return; // Only root can play the stranger.
    }
    assert_eq!(found_from(&cwd), beside);
    give_away(&beside).unwrap();
    assert!(matches!(error_from(&cwd), FindError::None { .. }));
    fs::remove_file(&beside).unwrap();
    give_away(&trace).unwrap();
    assert!(matches!(error_from(&cwd), FindError::None { .. }));
}
