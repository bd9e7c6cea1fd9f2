//! Writing a file that is whole or not there at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Mode, fchmod},
    process,
};
use tempfile::NamedTempFile;

use crate::error::{CliError, Exit};

/// A file that has its name only once it is whole. Dropped before, it leaves
/// nothing, and what had the name stays.
pub struct NewFile {
    draft: Draft,
    path: PathBuf,
    replace: bool,
}

enum Draft {
    File(NamedTempFile),
    /// A device or a pipe, which is no file to be replaced.
    Device(File),
}

impl NewFile {
    /// What somebody named to be written to: as [`Self::create`], but a device
    /// or a pipe is written to as it is.
    pub fn named(path: &Path, replace: bool) -> Result<Self, CliError> {
        let is_device = |there: fs::Metadata| !there.is_file() && !there.is_dir();
        if !path.metadata().is_ok_and(is_device) {
            return Self::create(path, replace);
        }
        let device = OpenOptions::new().write(true).open(path);
        Ok(Self {
            draft: Draft::Device(device.map_err(|error| unwritable(path, &error))?),
            path: path.to_owned(),
            replace,
        })
    }

    /// Begins a file in the place of `path`, where `replace` allows what is
    /// there to be replaced.
    pub fn create(path: &Path, replace: bool) -> Result<Self, CliError> {
        if !replace && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let dir = match path.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        };
        let draft = tempfile::Builder::new()
            .prefix(".backlog-")
            .tempfile_in(dir)
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => no_directory(path, dir),
                // Without the draft's own name.
                kind => unwritable(path, &kind.into()),
            })?;
        Ok(Self {
            draft: Draft::File(draft),
            path: path.to_owned(),
            replace,
        })
    }

    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        let written = match &mut self.draft {
            Draft::File(file) => file.write_all(bytes),
            Draft::Device(device) => device.write_all(bytes),
        };
        written.map_err(|error| unwritable(&self.path, &error))
    }

    /// Gives it its name, once it is on disk.
    pub fn keep(self) -> Result<(), CliError> {
        self.keep_with(None)
    }

    /// As [`Self::keep`], with these permissions and not those of any new file.
    pub fn keep_with(self, permissions: Option<fs::Permissions>) -> Result<(), CliError> {
        let Self {
            draft,
            path,
            replace,
        } = self;
        let Draft::File(draft) = draft else {
            return Ok(());
        };
        let kept = draft.as_file().sync_all().and_then(|()| {
            // A temporary file is its owner's alone; this one is as any other.
            match permissions {
                Some(permissions) => fs::set_permissions(draft.path(), permissions)?,
                None => fchmod(draft.as_file(), Mode::from_raw_mode(0o666) - umask())?,
            }
            if replace {
                draft.persist(&path).map(drop).map_err(|error| error.error)
            } else {
                draft
                    .persist_noclobber(&path)
                    .map(drop)
                    .map_err(|error| error.error)
            }
        });
        kept.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(&path),
            _ => unwritable(&path, &error),
        })
    }
}

/// The mask for new files. It can only be read by setting it.
fn umask() -> Mode {
    let mask = process::umask(Mode::empty());
    process::umask(mask);
    mask
}

fn exists(path: &Path) -> CliError {
    CliError::new(
        Exit::Conflict,
        "file_exists",
        format!("{} exists already", path.display()),
    )
    .hint("Name another one.")
}

fn no_directory(path: &Path, dir: &Path) -> CliError {
    let (path, dir) = (path.display(), dir.display());
    CliError::failed(format!("cannot write {path}: there is no directory {dir}"))
        .hint(format!("Make it first: mkdir -p {dir}"))
}

fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::failed(format!("cannot write {}: {error}", path.display()))
}
