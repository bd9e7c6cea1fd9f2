//! A git worktree and branch for each task, so that agents at work at once do
//! not share files.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use backlog_api::workspace::Workspace;
use rustix::fs::{FlockOperation, flock};
use tokio::time::{Instant, sleep};

use super::{
    child::LOOK_EVERY,
    git::{git, git_as_somebody, has, tip},
    rescue::{keep, what_stays},
};
use crate::error::CliError;

/// How long another loop's command may take to leave a worktree: longer than it
/// is given to end.
const LEAVES_WITHIN: Duration = Duration::from_secs(20);

/// The repository around the working directory.
pub struct Repository {
    root: PathBuf,
    /// The working directory within it, which it is in the worktrees too.
    prefix: PathBuf,
    /// Where the worktrees are made. Locked while one is made or removed: two
    /// loops at once would trip over each other.
    place: PathBuf,
}

/// A worktree on a task's branch.
pub struct Worktree {
    path: PathBuf,
    /// Where the command runs.
    pub cwd: PathBuf,
    /// The branch's name.
    pub branch: String,
    /// The tasks whose work was merged into it.
    pub merged: Vec<String>,
    /// Those whose work did not merge.
    unmerged: Vec<String>,
    /// Tells other loops that one is at work here.
    _lock: File,
}

impl Worktree {
    /// What its agent should know.
    pub fn notes(&self) -> Vec<String> {
        self.unmerged.iter().map(|task| unmerged(task)).collect()
    }
}

fn unmerged(task: &str) -> String {
    format!("the work of {task}, on {}, does not merge", branch_of(task))
}

/// What became of the worktree of a loop that was killed.
pub struct Swept {
    pub removed: bool,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// `backlog/TASK-12`.
pub fn branch_of(task: &str) -> String {
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
        let repository = Self {
            root: root.into(),
            prefix: prefix.into(),
            place: workspace.runtime_dir().join("worktrees"),
        };
        if repository.tip("backlog").await.is_ok() {
            return Err(CliError::usage(
                "--worktree makes branches named backlog/TASK-N, and git has none beside one named backlog: rename that one",
            ));
        }
        Ok(repository)
    }

    /// Waits until no other loop makes or removes a worktree.
    async fn turn(&self) -> Result<File, String> {
        let unusable = |error: io::Error| format!("{}: {error}", self.place.display());
        fs::create_dir_all(&self.place).map_err(unusable)?;
        loop {
            match locked(&self.place) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(LOOK_EVERY).await,
                turn => return turn.map_err(unusable),
            }
        }
    }

    /// Waits until no loop is at work in a task's worktree any more: a command
    /// whose task was taken away has some seconds to end.
    pub async fn left_by_all(&self, task: &str) -> Result<(), String> {
        lock(&self.place.join(task)).await.map(drop)
    }

    /// Whether there is a branch with what was done for a task.
    pub async fn has_work_of(&self, task: &str) -> bool {
        self.tip(&branch_of(task)).await.is_ok()
    }

    /// Makes the worktree of a task: on its branch, where an earlier attempt
    /// left one, else on a new one from where the repository is. The branches
    /// of the tasks before it are merged into it.
    pub async fn open(&self, task: &str, before: &[String]) -> Result<Worktree, String> {
        let _turn = self.turn().await?;
        let path = self.place.join(task);
        self.clear(&path, task).await?;
        let branch = branch_of(task);
        self.check_out(&path, &branch).await?;
        let mut worktree = Worktree {
            cwd: path.join(&self.prefix),
            branch,
            merged: Vec::new(),
            unmerged: Vec::new(),
            _lock: lock(&path).await?.ok_or("git made no directory")?,
            path,
        };
        for before in before {
            self.merge(&mut worktree, before).await;
        }
        if !worktree.cwd.is_dir() {
            let problem = format!("{} has no {}", worktree.branch, self.prefix.display());
            self.remove(&worktree.path, task).await?;
            return Err(problem);
        }
        Ok(worktree)
    }

    /// Has the branch checked out at a path.
    async fn check_out(&self, path: &Path, branch: &str) -> Result<(), String> {
        let is_new = self.tip(branch).await.is_err();
        if path.exists() {
            // An earlier attempt's, that had to stay.
            let switch = if is_new { "-C" } else { "--no-guess" };
            let switch = ["switch", "--quiet", switch, branch];
            return git(path, &switch).await.map(drop);
        }
        let at = path.to_string_lossy();
        let added = if is_new {
            let add = ["worktree", "add", "--quiet", "-b", branch, &at, "HEAD"];
            git(&self.root, &add).await
        } else {
            git(&self.root, &["worktree", "add", "--quiet", &at, branch]).await
        };
        match added {
            // It is there, and a hook was not content.
            Err(_) if path.join(".git").exists() => Ok(()),
            added => added.map(drop),
        }
    }

    /// Merges what was done for a task that comes before, where that is not yet
    /// part of what the worktree has.
    async fn merge(&self, worktree: &mut Worktree, task: &str) {
        let branch = branch_of(task);
        let Ok(tip) = self.tip(&branch).await else {
            return;
        };
        let path = &worktree.path;
        if has(path, &tip).await {
            return;
        }
        let message = format!("Merge the work of {task}");
        let merge = ["merge", "--quiet", "--ff", "--message", &message, &branch];
        if git_as_somebody(path, &merge).await.is_ok() {
            worktree.merged.push(task.to_owned());
        } else {
            let _ = git(path, &["merge", "--abort"]).await;
            worktree.unmerged.push(task.to_owned());
        }
    }

    /// Removes a worktree; its branch stays, unless nothing is on it. What a
    /// person should know about it comes back.
    pub async fn close(&self, worktree: Worktree, task: &str) -> Result<Vec<String>, String> {
        let _turn = self.turn().await?;
        let mut notes = Vec::new();
        for before in &worktree.unmerged {
            // Its agent may have done so.
            let tip = self.tip(&branch_of(before)).await.unwrap_or_default();
            if !has(&worktree.path, &tip).await {
                notes.push(unmerged(before));
            }
        }
        notes.extend(self.remove(&worktree.path, task).await?);
        Ok(notes)
    }

    /// The tasks whose worktrees are there, whether a loop is at work in them
    /// or not.
    pub async fn worktrees(&self) -> Result<Vec<String>, String> {
        let Ok(place) = fs::canonicalize(&self.place) else {
            return Ok(Vec::new());
        };
        let list = git(&self.root, &["worktree", "list", "--porcelain"]).await?;
        let paths = list
            .lines()
            .filter_map(|line| line.strip_prefix("worktree "));
        Ok(paths
            .map(Path::new)
            .filter(|path| path.parent() == Some(&place) && path.exists())
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect())
    }

    /// Removes the worktree of a loop that was killed, as that loop would have.
    /// `None` where a loop is at work in it, or `is_free` says that the task is
    /// somebody's.
    pub async fn sweep(
        &self,
        task: &str,
        is_free: impl AsyncFnOnce() -> Result<bool, String>,
    ) -> Result<Option<Swept>, String> {
        let _turn = self.turn().await?;
        let path = self.place.join(task);
        if locked(&path).is_err() || !is_free().await? {
            return Ok(None);
        }
        let notes = self.remove(&path, task).await?;
        Ok(Some(Swept {
            removed: !path.exists(),
            notes,
        }))
    }

    async fn remove(&self, path: &Path, task: &str) -> Result<Vec<String>, String> {
        let notes = self.clear(path, task).await?;
        let branch = branch_of(task);
        if let Ok(tip) = self.tip(&branch).await {
            let look = ["rev-list", "--max-count=1", &tip, "--not", "HEAD"];
            if git(&self.root, &look).await?.is_empty() {
                // git keeps one that somebody has checked out.
                let _ = git(&self.root, &["branch", "--quiet", "-D", &branch]).await;
            }
        }
        Ok(notes)
    }

    /// Keeps what is in a worktree, and removes it, unless something in it
    /// would be lost.
    async fn clear(&self, path: &Path, task: &str) -> Result<Vec<String>, String> {
        let at = path.to_string_lossy();
        let remove = ["worktree", "remove", "--force", &at];
        if !path.join(".git").exists() {
            if path.exists() {
                // Half made or half removed. git would take it for a part of
                // the repository around it.
                fs::remove_dir_all(path).map_err(|error| format!("{at}: {error}"))?;
            }
            // It may know the path still.
            let _ = git(&self.root, &remove).await;
            return Ok(Vec::new());
        }
        let mut notes = keep(path, task).await?;
        match what_stays(path).await? {
            Some(what) => notes.push(format!("the worktree {at} stays, for {what}")),
            None => drop(git(&self.root, &remove).await?),
        }
        Ok(notes)
    }

    async fn tip(&self, branch: &str) -> Result<String, String> {
        tip(&self.root, branch).await
    }
}

/// Locks a directory as soon as nobody else does; `None` where there is none.
async fn lock(path: &Path) -> Result<Option<File>, String> {
    let until = Instant::now() + LEAVES_WITHIN;
    loop {
        match locked(path) {
            Ok(lock) => return Ok(Some(lock)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) if Instant::now() > until => {
                return Err(format!("another loop is at work in {}", path.display()));
            }
            Err(_) => sleep(LOOK_EVERY).await,
        }
    }
}

/// A directory, locked as long as the file is open. A process that is killed
/// holds no lock.
fn locked(path: &Path) -> io::Result<File> {
    let dir = File::open(path)?;
    flock(&dir, FlockOperation::NonBlockingLockExclusive)?;
    Ok(dir)
}
