//! Nothing an agent wrote is thrown away: before its worktree goes, what is in it
//! is on a branch.

use std::path::Path;

use super::{
    git::{git, git_as_somebody, tip},
    worktree::branch_of,
};

/// Commits what is uncommitted, and brings what was committed elsewhere to the
/// task's branch, where that is possible. What a person should know comes back.
pub async fn keep(path: &Path, task: &str) -> Result<Vec<String>, String> {
    let branch = branch_of(task);
    // A merge that nobody finished is no merge.
    let _ = git(path, &["merge", "--quit"]).await;
    // What cannot be added is seen by `what_stays`.
    let _ = git(path, &["add", "--all", "--ignore-errors"]).await;
    let is_dirty = git(path, &["diff", "--cached", "--quiet"]).await.is_err();
    if is_dirty {
        let message = format!("wip: what an attempt at {task} left uncommitted");
        git_as_somebody(path, &["commit", "--quiet", "--message", &message]).await?;
    }
    let mut notes = Vec::new();
    let on = git(path, &["symbolic-ref", "--quiet", "--short", "HEAD"]).await;
    let on = match on {
        Ok(on) if on == branch => branch,
        on => {
            let is_there = forward(path, &branch).await.is_ok();
            match (on, is_there) {
                (Ok(on), true) => {
                    notes.push(format!(
                        "it left its branch for {on}; {branch} has that too"
                    ));
                    branch
                }
                (Ok(on), false) => {
                    notes.push(format!("it left its branch; its work is on {on}"));
                    on
                }
                (Err(_), true) => branch,
                (Err(_), false) => match astray(path, &branch).await? {
                    Some(astray) => {
                        notes.push(format!(
                            "it left its branch; where it stood is {astray} now"
                        ));
                        astray
                    }
                    None => branch,
                },
            }
        }
    };
    if is_dirty {
        notes.push(format!("uncommitted changes were committed to {on}"));
    }
    Ok(notes)
}

/// Moves a branch on to where a worktree stands, if nothing on it is lost by
/// that.
async fn forward(path: &Path, branch: &str) -> Result<String, String> {
    let to = format!("HEAD:refs/heads/{branch}");
    let fetch = [
        "fetch",
        "--quiet",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        ".",
        &to,
    ];
    git(path, &fetch).await
}

/// A new branch for commits that are on none; `None` where there are none.
async fn astray(path: &Path, branch: &str) -> Result<Option<String>, String> {
    let look = ["rev-list", "--max-count=1", "HEAD", "--not", "--branches"];
    if git(path, &look).await?.is_empty() {
        return Ok(None);
    }
    let mut number = 1;
    loop {
        let name = format!("{branch}-astray-{number}");
        if tip(path, &name).await.is_err() {
            git(path, &["branch", "--quiet", &name, "HEAD"]).await?;
            return Ok(Some(name));
        }
        number += 1;
    }
}

/// Why a worktree cannot go: repositories of their own within it, or files that
/// git cannot commit. What git ignores may go.
pub async fn what_stays(path: &Path) -> Result<Option<String>, String> {
    const A_REPOSITORY: &str = "160000 ";
    let files = git(path, &["ls-files", "--stage", "-z"]).await?;
    let nested = files
        .split('\0')
        .filter(|entry| entry.starts_with(A_REPOSITORY))
        .filter_map(|entry| entry.split_once('\t'))
        .find(|(_, name)| path.join(name).join(".git").exists());
    if let Some((_, name)) = nested {
        return Ok(Some(format!("{name} in it is a repository of its own")));
    }
    let look = [
        "status",
        "--porcelain",
        "--untracked-files=normal",
        "--ignore-submodules=none",
    ];
    let status = git(path, &look).await?;
    let first = status.lines().next().and_then(|line| line.get(3..));
    Ok(first.map(|name| format!("git cannot commit {name}")))
}
