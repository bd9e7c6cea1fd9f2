//! A scratch home with a workspace in it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Daemon, Ran, backlog_bin};

/// A home directory of a test's own. Commands run in its `work` directory.
pub struct Home {
    dir: TempDir,
}

impl Home {
    /// An empty home, without a workspace.
    ///
    /// # Panics
    /// Where the temporary directory cannot be written to.
    #[expect(clippy::new_without_default, reason = "it makes directories")]
    pub fn new() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("backlog-test-")
            .tempdir()
            .expect("a temporary directory");
        for name in ["home", "work"] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        Self { dir }
    }

    /// A home with a workspace in `work` and a project `app` in it.
    #[track_caller]
    pub fn with_project() -> Self {
        let home = Self::with_workspace();
        home.run(["project", "add", "My App", "--alias", "app"])
            .ok();
        home
    }

    /// A home with a workspace in `work`.
    #[track_caller]
    pub fn with_workspace() -> Self {
        let home = Self::new();
        home.run(["init", "--path", "."]).ok();
        home
    }

    /// The directory that holds all of this.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// What HOME is set to.
    pub fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// Where commands run.
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// The database of the workspace in `work`.
    pub fn database(&self) -> PathBuf {
        self.work().join("backlog.db")
    }

    /// The daemon of the workspace in `work`.
    pub fn daemon(&self) -> Daemon {
        Daemon::of(&self.work())
    }

    /// A `backlog` command, not yet run.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(backlog_bin());
        command.args(args);
        self.settle(&mut command);
        command
    }

    /// Gives any command this home, and nothing of the surrounding shell.
    pub fn settle(&self, command: &mut Command) {
        command
            .current_dir(self.work())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.home().join(".config"))
            .env("USER", "tester")
            .env("TZ", "UTC")
            .stdin(Stdio::null());
    }

    /// Runs `backlog` to its end.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        run(&mut self.command(args))
    }

    /// A task, as JSON.
    ///
    /// # Panics
    /// Where there is none.
    #[track_caller]
    #[must_use]
    pub fn task(&self, reference: &str) -> Value {
        self.run(["task", "show", reference, "--json"]).json()
    }

    /// The attempts at a task, as JSON, the oldest first.
    ///
    /// # Panics
    /// Where there is no such task.
    #[track_caller]
    #[must_use]
    pub fn attempts(&self, reference: &str) -> Vec<Value> {
        let list = self.run(["task", "attempts", reference, "--json"]).json();
        list["attempts"].as_array().expect("a list").clone()
    }
}

/// Runs a command to its end.
///
/// # Panics
/// Where it cannot be started.
#[track_caller]
pub fn run(command: &mut Command) -> Ran {
    let what = format!("{command:?}");
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    Ran { what, output }
}

impl Drop for Home {
    fn drop(&mut self) {
        for daemon in Daemon::below(self.path()) {
            daemon.end();
        }
    }
}
