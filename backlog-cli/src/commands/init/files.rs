//! The files of a workspace besides its database.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
};

use backlog_api::{config, view};

use super::{InitArgs, place::Place};
use crate::error::CliError;

/// What must not be committed with the database: the daemon's files, and those
/// of SQLite that are empty whenever nobody writes.
const IGNORED: &str = "\
.backlogd/
backlog.db-wal
backlog.db-shm
.backlog-*
backlog-backup-*.db
backlog-replaced-*.db*
config.toml.lock
config.toml.new
";

const SETTINGS: &str = "\
# Settings of this workspace: default_project, [output], [defaults]. They count
# more than yours for all workspaces, in ~/.config/backlog/config.toml.
";

/// Makes the directory.
pub fn prepare_dir(place: &Place) -> Result<(), CliError> {
    let mode = if place.is_private { 0o700 } else { 0o777 };
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(&place.dir)
        .map_err(|error| {
            CliError::failed(format!("cannot create {}: {error}", place.dir.display()))
        })
}

/// Writes `config.toml` with the defaults that were given.
pub fn write_settings(place: &Place, args: &InitArgs) -> Result<(), CliError> {
    let path = place.dir.join("config.toml");
    create(&path, SETTINGS)?;
    let InitArgs {
        default_actor,
        priority,
        status,
        task_type,
        ..
    } = args;
    if default_actor.is_none() && priority.is_none() && status.is_none() && task_type.is_none() {
        return Ok(());
    }
    config::edit(&path, |document| {
        if !document.contains_key("defaults") {
            document.insert("defaults", toml_edit::table());
        }
        let defaults = &mut document["defaults"];
        if let Some(actor) = default_actor {
            defaults["actor"] = toml_edit::value(actor);
        }
        if let Some(priority) = priority {
            defaults["priority"] = toml_edit::value(i64::from(*priority));
        }
        if let Some(status) = status {
            defaults["status"] = toml_edit::value(view::status_name(*status));
        }
        if let Some(task_type) = task_type {
            defaults["type"] = toml_edit::value(view::type_name(*task_type));
        }
    })?;
    Ok(())
}

/// Writes a `.gitignore`, where the workspace is in a checkout and has none.
pub fn ignore_in_git(place: &Place) -> Result<(), CliError> {
    if place.is_in_git() {
        create(&place.dir.join(".gitignore"), IGNORED)
    } else {
        Ok(())
    }
}

/// Writes a file that is not there yet; one that is stays as it is.
fn create(path: &std::path::Path, text: &str) -> Result<(), CliError> {
    match File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome
            .map_err(|error| CliError::failed(format!("cannot write {}: {error}", path.display()))),
    }
}

/// Removes a file that need not be there.
pub fn remove(path: &std::path::Path) -> Result<(), CliError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome.map_err(|error| {
            CliError::failed(format!("cannot remove {}: {error}", path.display()))
        }),
    }
}
