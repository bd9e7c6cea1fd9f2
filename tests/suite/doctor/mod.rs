//! Copies of a workspace, and bringing them back; finding what is wrong.

mod backup;
mod check;
mod restore;

use std::path::{Path, PathBuf};

use backlog_tests::{Home, Ran};

/// A home with a copy of its workspace, `copy.db`, and tasks `One` and `Two` in both.
fn copied() -> (Home, PathBuf) {
    let home = Home::with_project();
    for title in ["One", "Two"] {
        home.run(["task", "add", "-t", title]).ok();
    }
    let copy = home.path().join("copy.db");
    back_up(&home, &copy).ok();
    (home, copy)
}

fn back_up(home: &Home, to: &Path) -> Ran {
    home.run([
        "doctor",
        "backup",
        "--to",
        to.to_str().expect("a path"),
        "--json",
    ])
}

/// What stands beside the database, but for what is always there.
fn beside(home: &Home) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(home.work())
        .expect("a directory")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            !matches!(
                name.as_str(),
                ".backlogd"
                    | "backlog.db"
                    | "backlog.db-wal"
                    | "backlog.db-shm"
                    | "config.toml"
                    | "config.toml.lock"
            )
        })
        .collect();
    names.sort();
    names
}
