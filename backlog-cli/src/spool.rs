//! A file for the daemon to read, also of what only this process can read.

use std::{
    fs::{self, File},
    io,
    path::{self, Path},
};

use tempfile::TempDir;

use crate::{ended, error::CliError};

/// A file that was named on the command line. What comes through a pipe is
/// written to a file beside the workspace's database first, which both this
/// process and the daemon can reach; it is gone when this is dropped.
pub struct Spooled {
    path: String,
    name: String,
    dir: Option<TempDir>,
}

impl Spooled {
    /// Takes a path, `-` for standard input; `beside` is the workspace.
    pub fn new(given: &Path, beside: &Path) -> Result<Self, CliError> {
        let is_stdin = given == Path::new("-");
        let name = if is_stdin {
            "standard input".to_owned()
        } else {
            given.display().to_string()
        };
        let unreadable = |error| CliError::invalid(format!("cannot read {name}: {error}"));
        let is_pipe = |about: std::fs::Metadata| !about.is_file() && !about.is_dir();
        // What a number here leads to, it leads to elsewhere in the daemon.
        let is_ours_alone = ["/dev", "/proc"].iter().any(|at| given.starts_with(at));
        let has_to_be_kept = is_stdin || is_ours_alone || given.metadata().is_ok_and(is_pipe);
        let (dir, whole) = if has_to_be_kept {
            let dir = tempfile::Builder::new()
                .prefix(".backlog-import-")
                .tempdir_in(beside)
                .map_err(|error| unwritable(beside, &error.kind().into()))?;
            let left = dir.path().to_owned();
            ended::tidy_before(move || {
                let _ = fs::remove_dir_all(left);
            });
            let file = dir.path().join(&*own_name(given, is_stdin));
            let mut to = File::create(&file).map_err(|error| unwritable(beside, &error))?;
            if is_stdin {
                io::copy(&mut io::stdin().lock(), &mut to)
            } else {
                let mut from = File::open(given).map_err(unreadable)?;
                io::copy(&mut from, &mut to)
            }
            .map_err(unreadable)?;
            (Some(dir), file)
        } else {
            (None, path::absolute(given).map_err(unreadable)?)
        };
        let path = whole
            .into_os_string()
            .into_string()
            .map_err(|_| CliError::invalid(format!("the path {name} is no text")))?;
        Ok(Self { path, name, dir })
    }

    /// The file, by an absolute path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What to call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// An error of the daemon, which knows the file by its path.
    pub fn explain(&self, error: CliError) -> CliError {
        match error {
            CliError::Told(mut told) if self.dir.is_some() => {
                told.message = told.message.replace(&self.path, &self.name);
                CliError::Told(told)
            }
            other => other,
        }
    }
}

/// What the log will call it.
fn own_name(given: &Path, is_stdin: bool) -> std::borrow::Cow<'_, str> {
    match given.file_name() {
        Some(name) if !is_stdin => name.to_string_lossy(),
        _ => "standard input".into(),
    }
}

fn unwritable(dir: &Path, error: &io::Error) -> CliError {
    CliError::failed(format!("cannot write into {}: {error}", dir.display()))
        .hint("What comes through a pipe is kept there while it is read.")
}
