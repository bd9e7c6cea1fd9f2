//! A git worktree and branch for each task, so that agents at work at once do
//! not share files. Nothing an agent wrote is thrown away: what it left
//! uncommitted is committed to the task's branch before the worktree goes.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use backlog_api::workspace::Workspace;
use tokio::{process::Command, sync::Mutex};

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
    pub async fn around(cwd: &Path, workspace: &Workspace) -> Result<Self, CliError> {
        let root = git(cwd, &["rev-parse", "--show-toplevel"])
            .await
            .map_err(|_| {
                CliError::usage(format!(
                    "--worktree needs a git repository, and {} is in none",
                    cwd.display()
                ))
            })?;
        let prefix = git(cwd, &["rev-parse", "--show-prefix"])
            .await
            .unwrap_or_default();
        git(cwd, &["rev-parse", "--verify", "--quiet", "HEAD"])
            .await
            .map_err(|_| {
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
            self.rescue(&path, task, &branch).await?;
        }
        git(&self.root, &["worktree", "prune"]).await?;
        let at = path.to_string_lossy();
        let begun_at = if self.has(&branch).await {
            git(&self.root, &["worktree", "add", "--quiet", &at, &branch]).await?;
            None
        } else {
            let add = ["worktree", "add", "--quiet", "-b", &branch, &at, "HEAD"];
            git(&self.root, &add).await?;
            Some(git(&path, &["rev-parse", "HEAD"]).await?)
        };
        Ok(Worktree {
            cwd: path.join(&self.prefix),
            path,
            branch,
            begun_at,
        })
    }

    /// Removes a worktree; its branch stays, unless nothing is on it. What a
    /// person should know about it comes back.
    pub async fn close(&self, worktree: &Worktree, task: &str) -> Result<Vec<String>, String> {
        let _turn = self.turn.lock().await;
        let notes = self.rescue(&worktree.path, task, &worktree.branch).await?;
        if let Some(begun_at) = &worktree.begun_at {
            let branch = &worktree.branch;
            let tip = format!("refs/heads/{branch}");
            // Deleted only as what it is seen to be: with nothing on it.
            if git(&self.root, &["rev-parse", &tip]).await? == *begun_at {
                git(&self.root, &["update-ref", "-d", &tip, begun_at]).await?;
            }
        }
        Ok(notes)
    }

    /// Keeps what is in a worktree and removes it: what is uncommitted is
    /// committed, and where the agent left the task's branch, what it stands on
    /// gets a branch of its own.
    async fn rescue(&self, path: &Path, task: &str, branch: &str) -> Result<Vec<String>, String> {
        let mut notes = Vec::new();
        let is_dirty = !git(path, &["status", "--porcelain"]).await?.is_empty();
        if is_dirty {
            git(path, &["add", "--all"]).await?;
            let message = format!("wip: what an attempt at {task} left uncommitted");
            commit(path, &message).await?;
        }
        let on = git(path, &["symbolic-ref", "--quiet", "--short", "HEAD"]).await;
        let on = match on {
            Ok(on) => on,
            Err(_) => {
                let astray = self.unused(branch).await;
                git(path, &["branch", "--quiet", &astray, "HEAD"]).await?;
                notes.push(format!(
                    "it left its branch; where it stood is {astray} now"
                ));
                astray
            }
        };
        if is_dirty {
            notes.push(format!("uncommitted changes were committed to {on}"));
        }
        let at = path.to_string_lossy();
        git(&self.root, &["worktree", "remove", "--force", &at]).await?;
        Ok(notes)
    }

    async fn has(&self, branch: &str) -> bool {
        let name = format!("refs/heads/{branch}");
        let look = ["rev-parse", "--verify", "--quiet", &name];
        git(&self.root, &look).await.is_ok()
    }

    /// A name for a branch beside one, that no branch has.
    async fn unused(&self, branch: &str) -> String {
        let mut number = 1;
        loop {
            let name = format!("{branch}-astray-{number}");
            if !self.has(&name).await {
                return name;
            }
            number += 1;
        }
    }
}

/// Commits without the repository's hooks, which may refuse half-done work, and
/// also where nobody told git who they are.
async fn commit(path: &Path, message: &str) -> Result<(), String> {
    let mut arguments = vec![
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "commit.gpgSign=false",
    ];
    if git(path, &["config", "user.email"]).await.is_err() {
        let nobody = [
            "-c",
            "user.name=backlog",
            "-c",
            "user.email=backlog@localhost",
        ];
        arguments.extend(nobody);
    }
    arguments.extend(["commit", "--quiet", "--message", message]);
    git(path, &arguments).await.map(drop)
}

/// Runs git and returns what it printed, or what it complained about.
async fn git(dir: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(arguments);
    for variable in STRAY {
        command.env_remove(variable);
    }
    let output = command.stdin(Stdio::null()).output().await;
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        let printed = String::from_utf8_lossy(&output.stdout);
        return Ok(printed.trim_end().to_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.lines().next().unwrap_or("it failed");
    let what = arguments.first().unwrap_or(&"");
    Err(format!("git {what}: {complaint}"))
}
