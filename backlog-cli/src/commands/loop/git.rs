//! git, as a program: it alone knows all of its formats and settings.

use std::{
    path::Path,
    process::{Output, Stdio},
};

use tokio::process::Command;

/// Where git would look for another repository than the directory says.
pub const STRAY: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
];
/// Without the repository's hooks, which may refuse half-done work, and without
/// asking anybody for a passphrase.
const PLAIN: &[&str] = &[
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "commit.gpgSign=false",
];
const NOBODY: &[&str] = &[
    "-c",
    "user.name=backlog",
    "-c",
    "user.email=backlog@localhost",
];

/// Runs git and returns what it printed, or what it complained about.
pub async fn git(dir: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(arguments);
    for variable in STRAY {
        command.env_remove(variable);
    }
    // In a group of its own: Ctrl-C must not end it half-way.
    let command = command.stdin(Stdio::null()).process_group(0);
    let output = command.output().await;
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        let printed = String::from_utf8_lossy(&output.stdout);
        return Ok(printed.trim_end().to_owned());
    }
    Err(complaint(arguments, &output))
}

/// What git says is wrong: some of its commands say it on standard output.
fn complaint(arguments: &[&str], output: &Output) -> String {
    let text = [&output.stderr, &output.stdout]
        .map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    let mut lines = text.iter().flat_map(|text| text.lines());
    let is_problem = |line: &&str| line.starts_with("fatal: ") || line.starts_with("error: ");
    let line = lines.clone().find(is_problem).or_else(|| lines.next());
    let is_setting = |at: &usize| arguments[*at] == "-c" || (*at > 0 && arguments[at - 1] == "-c");
    let command = (0..arguments.len()).find(|at| !is_setting(at));
    let command = command.map_or("", |at| arguments[at]);
    format!("git {command}: {}", line.unwrap_or("it failed"))
}

/// As [`git`], for what makes commits; also where nobody told git who they are.
pub async fn git_as_somebody(dir: &Path, arguments: &[&str]) -> Result<String, String> {
    let is_known = git(dir, &["config", "user.email"]).await.is_ok();
    let somebody = if is_known { &[] } else { NOBODY };
    git(dir, &[PLAIN, somebody, arguments].concat()).await
}

/// The commit of a branch.
pub async fn tip(dir: &Path, branch: &str) -> Result<String, String> {
    let name = format!("refs/heads/{branch}");
    git(dir, &["rev-parse", "--verify", "--quiet", &name]).await
}

/// Whether what is checked out in a worktree has a commit.
pub async fn has(worktree: &Path, commit: &str) -> bool {
    let is_there = ["merge-base", "--is-ancestor", commit, "HEAD"];
    git(worktree, &is_there).await.is_ok()
}
