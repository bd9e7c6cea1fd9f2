//! A git worktree and branch for each task, so that agents at work at once do
//! not share files. Nothing an agent wrote is thrown away: what it left
//! uncommitted is committed to the task's branch before the worktree goes.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use backlog_api::workspace::Workspace;
use rustix::fs::{FlockOperation, flock};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use super::git::{git, git_as_somebody};
use crate::error::CliError;

/// How long a command that lost its task may take to leave its worktree: longer
/// than it is given to end.
const LEAVES_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);

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
    /// The commits it begins with. With none but these nothing is on it.
    bases: Vec<String>,
    /// The tasks whose work was merged into it.
    pub merged: Vec<String>,
    /// Those whose work did not merge.
    unmerged: Vec<String>,
    /// Tells other loops that one is at work here.
    _lock: File,
}

impl Worktree {
    /// What its agent, and a person, should know.
    pub fn notes(&self) -> Vec<String> {
        let note =
            |task: &String| format!("the work of {task}, on {}, does not merge", branch_of(task));
        self.unmerged.iter().map(note).collect()
    }
}

fn branch_of(task: &str) -> String {
    format!("backlog/{task}")
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
        let dir = prefix.trim_end_matches('/');
        git(cwd, &["rev-parse", "--verify", "--quiet", &format!("HEAD:{dir}")])
            .await
            .map_err(|_| {
                CliError::usage(format!(
                    "--worktree begins at the last commit, and that has no {dir}: commit it, or start the loop elsewhere"
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
    /// left one, else on a new one from where the repository is. The branches
    /// of the tasks before it are merged into it.
    pub async fn open(&self, task: &str, before: &[String]) -> Result<Worktree, String> {
        let path = self.place.join(task);
        left_by_all(&path).await?;
        let _turn = self.turn.lock().await;
        if path.exists() {
            // Of a loop that was killed.
            self.rescue(&path, task).await?;
        }
        git(&self.root, &["worktree", "prune"]).await?;
        let branch = branch_of(task);
        let at = path.to_string_lossy();
        if self.tip(&branch).await.is_ok() {
            git(&self.root, &["worktree", "add", "--quiet", &at, &branch]).await?;
        } else {
            let add = ["worktree", "add", "--quiet", "-b", &branch, &at, "HEAD"];
            git(&self.root, &add).await?;
        }
        let mut worktree = Worktree {
            cwd: path.join(&self.prefix),
            branch,
            bases: vec![git(&self.root, &["rev-parse", "HEAD"]).await?],
            merged: Vec::new(),
            unmerged: Vec::new(),
            _lock: locked(&path).map_err(|error| format!("{}: {error}", path.display()))?,
            path,
        };
        for task in before {
            self.merge(&mut worktree, task).await;
        }
        if !worktree.cwd.is_dir() {
            let problem = format!("{} has no {}", worktree.branch, self.prefix.display());
            self.remove(&worktree.path, task, &worktree.branch, &worktree.bases)
                .await?;
            return Err(problem);
        }
        Ok(worktree)
    }

    /// Merges what was done for a task that comes before, where that is not yet
    /// part of what the worktree has.
    async fn merge(&self, worktree: &mut Worktree, task: &str) {
        let branch = branch_of(task);
        let Ok(tip) = self.tip(&branch).await else {
            return;
        };
        let path = &worktree.path;
        let is_there = ["merge-base", "--is-ancestor", &tip, "HEAD"];
        if git(path, &is_there).await.is_err() {
            let message = format!("Merge the work of {task}");
            let merge = ["merge", "--quiet", "--ff", "--message", &message, &branch];
            if git_as_somebody(path, &merge).await.is_err() {
                let _ = git(path, &["merge", "--abort"]).await;
                return worktree.unmerged.push(task.to_owned());
            }
            worktree.merged.push(task.to_owned());
        }
        worktree.bases.push(tip);
    }

    /// Removes a worktree; its branch stays, unless nothing is on it. What a
    /// person should know about it comes back.
    pub async fn close(&self, worktree: Worktree, task: &str) -> Result<Vec<String>, String> {
        let _turn = self.turn.lock().await;
        self.remove(&worktree.path, task, &worktree.branch, &worktree.bases)
            .await
    }

    /// The tasks whose worktrees were left by loops that were killed.
    pub async fn left(&self) -> Result<Vec<String>, String> {
        let Ok(place) = fs::canonicalize(&self.place) else {
            return Ok(Vec::new());
        };
        let list = git(&self.root, &["worktree", "list", "--porcelain"]).await?;
        let paths = list
            .lines()
            .filter_map(|line| line.strip_prefix("worktree "));
        Ok(paths
            .map(Path::new)
            .filter(|path| path.parent() == Some(&place) && locked(path).is_ok())
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect())
    }

    /// Removes such a worktree, as its own loop would have.
    pub async fn sweep(&self, task: &str) -> Result<Vec<String>, String> {
        let _turn = self.turn.lock().await;
        let head = git(&self.root, &["rev-parse", "HEAD"]).await?;
        self.remove(&self.place.join(task), task, &branch_of(task), &[head])
            .await
    }

    async fn remove(
        &self,
        path: &Path,
        task: &str,
        branch: &str,
        bases: &[String],
    ) -> Result<Vec<String>, String> {
        let notes = self.rescue(path, task).await?;
        let Ok(tip) = self.tip(branch).await else {
            return Ok(notes);
        };
        let mut look = vec!["rev-list", "--max-count=1", &tip, "--not", "HEAD"];
        look.extend(bases.iter().map(String::as_str));
        if git(&self.root, &look).await?.is_empty() {
            // Deleted only as what it is seen to be: with nothing on it.
            let name = format!("refs/heads/{branch}");
            git(&self.root, &["update-ref", "-d", &name, &tip]).await?;
        }
        Ok(notes)
    }

    /// Keeps what is in a worktree and removes it: what is uncommitted is
    /// committed, and where the agent left the task's branch, what it stands on
    /// gets a branch of its own.
    async fn rescue(&self, path: &Path, task: &str) -> Result<Vec<String>, String> {
        if !path.join(".git").exists() {
            // Half made or half removed. git would take it for a part of the
            // repository around it.
            let gone = fs::remove_dir_all(path);
            gone.map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
            return Ok(Vec::new());
        }
        let mut notes = Vec::new();
        let is_dirty = !git(path, &["status", "--porcelain"]).await?.is_empty();
        if is_dirty {
            git(path, &["add", "--all"]).await?;
            let message = format!("wip: what an attempt at {task} left uncommitted");
            git_as_somebody(path, &["commit", "--quiet", "--message", &message]).await?;
        }
        let on = git(path, &["symbolic-ref", "--quiet", "--short", "HEAD"]).await;
        let on = match on {
            Ok(on) => on,
            Err(_) => {
                let astray = self.unused(&branch_of(task)).await;
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

    /// The commit of a branch.
    async fn tip(&self, branch: &str) -> Result<String, String> {
        let name = format!("refs/heads/{branch}");
        git(&self.root, &["rev-parse", "--verify", "--quiet", &name]).await
    }

    /// A name for a branch beside one, that no branch has.
    async fn unused(&self, branch: &str) -> String {
        let mut number = 1;
        loop {
            let name = format!("{branch}-astray-{number}");
            if self.tip(&name).await.is_err() {
                return name;
            }
            number += 1;
        }
    }
}

/// Waits until no loop is at work in a worktree any more: a command whose task
/// was taken away has some seconds to end.
async fn left_by_all(path: &Path) -> Result<(), String> {
    let until = Instant::now() + LEAVES_WITHIN;
    while path.exists() && locked(path).is_err() {
        if Instant::now() > until {
            return Err(format!("another loop is at work in {}", path.display()));
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// A directory, locked as long as the file is open. A process that is killed
/// holds no lock.
fn locked(path: &Path) -> std::io::Result<File> {
    let dir = File::open(path)?;
    flock(&dir, FlockOperation::NonBlockingLockExclusive)?;
    Ok(dir)
}
