//! Reading and replacing the files of clients: whole or not at all, with their
//! permissions, and behind links, as people have them who keep their
//! configuration in a repository.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use backlog_api::config;

use crate::{
    clients::Places,
    error::{CliError, Told},
    new_file::{NewFile, backup_of},
};

use super::edit::Trouble;

/// The file's text; `None` where there is none.
pub fn read(path: &Path) -> Result<Option<String>, Trouble> {
    let bytes = config::bytes_of(path).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory => Trouble::Directory,
        _ => Trouble::Failed(format!("it cannot be read: {error}")),
    })?;
    bytes.map(String::from_utf8).transpose().map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        Trouble::at(&text, valid, "not UTF-8 text")
    })
}

/// Keeps `text`, what is at `path` now, beside it.
pub fn back_up(path: &Path, text: &str) -> Result<PathBuf, Trouble> {
    let backup = backup_of(path);
    write(&backup, text, permissions(path))?;
    Ok(backup)
}

/// Puts a text in the file's place. A new file is its owner's alone: clients
/// keep secrets in some of them later.
pub fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let failed = |error: io::Error| Trouble::Failed(format!("it cannot be written: {error}"));
    let real = config::behind_links(path).map_err(failed)?;
    if let Some(dir) = real.parent() {
        fs::create_dir_all(dir).map_err(failed)?;
    }
    let permissions = permissions(&real).or_else(|| Some(Permissions::from_mode(0o600)));
    write(&real, text, permissions)
}

/// Removes the file, and the directory that it leaves empty.
pub fn remove(path: &Path, places: &Places) -> Result<(), Trouble> {
    let failed = |error: io::Error| Trouble::Failed(format!("it cannot be removed: {error}"));
    let real = config::behind_links(path).map_err(failed)?;
    fs::remove_file(&real).map_err(failed)?;
    if real != path {
        // A link to nothing is of no use.
        fs::remove_file(path).map_err(failed)?;
    }
    if let Some(dir) = path.parent().filter(|dir| !places.is_root(dir)) {
        // One with something in it stays.
        let _ = fs::remove_dir(dir);
    }
    Ok(())
}

fn permissions(path: &Path) -> Option<Permissions> {
    fs::metadata(path).ok().map(|it| it.permissions())
}

fn write(path: &Path, text: &str, permissions: Option<Permissions>) -> Result<(), Trouble> {
    let written = NewFile::create(path, true).and_then(|mut file| {
        file.write(text.as_bytes())?;
        file.keep_with(permissions)
    });
    written.map_err(|error| match error {
        CliError::Told(Told { message, .. }) => Trouble::Failed(message),
        CliError::StdoutClosed | CliError::Declined => {
            Trouble::Failed("it cannot be written".to_owned())
        }
    })
}
