//! `backlog init --reset`: destroys a workspace of ours, and nothing else.

use std::{fs, path::Path};

use backlog_api::{
    client::Start,
    config, v1,
    workspace::{DATABASE, Workspace},
};

use super::files;
use crate::{
    commands::daemon::{self, Stopped},
    context::Context,
    error::CliError,
    invocation::Invocation,
};

/// Removes the database in `dir` and stops its daemon; no other can start
/// before what is returned is dropped. Lock files and log stay: they hold
/// nothing of the workspace, and removing a lock would let two daemons lead.
/// `config.toml` stays too, but for the default project, which is gone.
pub fn run(dir: &Path, yes: bool, invocation: &Invocation) -> Result<Option<Stopped>, CliError> {
    let database = dir.join(DATABASE);
    if database.symlink_metadata().is_err() {
        return Ok(None);
    }
    let at = |start| {
        let workspace = Workspace::at_database(&database).map_err(|error| {
            CliError::failed(format!("cannot use {}: {error}", database.display()))
        })?;
        Context::of(invocation, workspace, start)
    };
    // Its daemon opens only what Backlog made: whatever else is called
    // backlog.db is refused here.
    let found = at(Start::IfAbsent)?
        .call(v1::GetWorkspaceRequest {})?
        .workspace
        .ok_or_else(|| CliError::incomplete("workspace"))?;
    let counts = found.task_counts.unwrap_or_default();
    let tasks = counts.todo + counts.doing + counts.done + counts.archived;
    let things = |count: i64, what: &str| {
        if count == 1 {
            format!("1 {what}")
        } else {
            format!("{count} {what}s")
        }
    };
    let question = format!(
        "Destroy the workspace in {} with {} and {}, and its whole history?",
        dir.display(),
        things(found.projects, "project"),
        things(tasks, "task")
    );
    invocation.confirm(yes, "resetting a workspace", &question)?;

    let stopped = daemon::stop(&at(Start::Never)?)?;
    for name in [DATABASE, "backlog.db-wal", "backlog.db-shm"] {
        files::remove(&dir.join(name))?;
    }
    let settings = dir.join("config.toml");
    if fs::exists(&settings).unwrap_or(false) {
        config::edit(&settings, |document| document.remove("default_project"))?;
    }
    Ok(Some(stopped))
}
