//! A git worktree and branch for each task, so that agents at work at once do
//! not share files. Nothing an agent wrote is thrown away: what it left
//! uncommitted is committed to the task's branch before the worktree goes.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use backlog_api::workspace::Workspace;
use tokio::sync::Mutex;

use crate::error::CliError;

/// Where git would look for another repository than the directory says.
const STRAY: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
];

/// The repository around the working directory.
pub struct Repository {
    root: PathBuf,
    /// The working directory within it, which it is in the worktrees too.
    prefix: PathBuf,
    /// Where the worktrees are made.
    place: PathBuf,
    /// Two `git worktree add` at once trip over each other's locks.
    turn: Mutex<()>,
}

/// A worktree on a task's branch.
pub struct Worktree {
    path: PathBuf,
    /// Where the command runs.
    pub cwd: PathBuf,
    /// The branch's name.
    pub branch: String,
    /// The commit it began at, where this loop made the branch.
    begun_at: Option<String>,
}

impl Repository {
    /// Finds it; where there is none, or no commit to begin at, says so.
    pub fn around(cwd: &Path, workspace: &Workspace) -> Result<Self, CliError> {
        let root = git(cwd, &["rev-parse", "--show-toplevel"]).map_err(|_| {
            CliError::usage(format!(
                "--worktree needs a git repository, and {} is in none",
                cwd.display()
            ))
        })?;
        let prefix = git(cwd, &["rev-parse", "--show-prefix"]).unwrap_or_default();
        git(cwd, &["rev-parse", "--verify", "--quiet", "HEAD"]).map_err(|_| {
            CliError::usage(format!(
                "--worktree needs a commit to begin at, and {root} has none"
            ))
        })?;
        Ok(Self {
            root: root.into(),
            prefix: prefix.into(),
            place: workspace.runtime_dir().join("worktrees"),
            turn: Mutex::new(()),
        })
    }

    /// Makes the worktree of a task: on its branch, where an earlier attempt
    /// left one, else on a new one from where the repository is.
    pub async fn open(&self, task: &str) -> Result<Worktree, String> {
        let _turn = self.turn.lock().await;
        let path = self.place.join(task);
        let branch = format!("backlog/{task}");
        if path.exists() {
            // Of a loop that was killed.
            self.rescue(&path, task)?;
        }
        git(&self.root, &["worktree", "prune"])?;
        let at = path.to_string_lossy();
        let exists = git(
            &self.root,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                &format!("refs/heads/{branch}"),
            ],
        );
        let begun_at = match exists {
            Ok(_) => {
                git(&self.root, &["worktree", "add", "--quiet", &at, &branch])?;
                None
            }
            Err(_) => {
                git(
                    &self.root,
                    &["worktree", "add", "--quiet", "-b", &branch, &at, "HEAD"],
                )?;
                Some(git(&path, &["rev-parse", "HEAD"])?)
            }
        };
        Ok(Worktree {
            cwd: path.join(&self.prefix),
            path,
            branch,
            begun_at,
        })
    }

    /// Removes a worktree; its branch stays, unless nothing is on it. What
    /// there is to know about it comes back.
    pub async fn close(&self, worktree: &Worktree, task: &str) -> Result<Option<String>, String> {
        let _turn = self.turn.lock().await;
        let kept = self.rescue(&worktree.path, task)?;
        if let Some(begun_at) = &worktree.begun_at {
            let branch = &worktree.branch;
            let new = git(
                &self.root,
                &["rev-list", "--count", &format!("{begun_at}..{branch}")],
            )?;
            if new == "0" {
                git(&self.root, &["branch", "--quiet", "-D", branch])?;
            }
        }
        Ok(kept.then(|| format!("uncommitted changes were committed to {}", worktree.branch)))
    }

    /// Commits what is uncommitted in a worktree and removes it.
    fn rescue(&self, path: &Path, task: &str) -> Result<bool, String> {
        let is_dirty = !git(path, &["status", "--porcelain"])?.is_empty();
        if is_dirty {
            git(path, &["add", "--all"])?;
            commit(
                path,
                &format!("wip: what an attempt at {task} left uncommitted"),
            )?;
        }
        let at = path.to_string_lossy();
        git(&self.root, &["worktree", "remove", "--force", &at])?;
        Ok(is_dirty)
    }
}

/// Commits without the repository's hooks, which may refuse half-done work, and
/// also where nobody told git who they are.
fn commit(path: &Path, message: &str) -> Result<(), String> {
    let mut arguments = vec![
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "commit.gpgSign=false",
    ];
    if git(path, &["config", "user.email"]).is_err() {
        arguments.extend([
            "-c",
            "user.name=backlog",
            "-c",
            "user.email=backlog@localhost",
        ]);
    }
    arguments.extend(["commit", "--quiet", "--message", message]);
    git(path, &arguments).map(drop)
}

/// Runs git and returns what it printed, or what it complained about.
fn git(dir: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(arguments);
    for variable in STRAY {
        command.env_remove(variable);
    }
    let output = command
        .output()
        .map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.lines().next().unwrap_or("git failed");
    Err(format!(
        "git {}: {complaint}",
        arguments.first().unwrap_or(&"")
    ))
}
