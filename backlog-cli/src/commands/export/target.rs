//! Where an export goes: standard output, or a file that has its name only
//! once it is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use crate::{error::CliError, new_file::NewFile, render::text};

pub enum Target {
    /// `true`: a terminal, which is sent nothing that steers it.
    Stdout(bool),
    File(NewFile, PathBuf),
    /// A device or a pipe, which is no file to be replaced.
    Device(File, PathBuf),
}

impl Target {
    pub fn open(out: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = out else {
            return Ok(Self::Stdout(io::stdout().is_terminal()));
        };
        // What a link leads to is replaced, not the link.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match place.metadata() {
            Ok(there) if there.is_dir() => Err(CliError::invalid(format!(
                "{} is a directory, not a file",
                path.display()
            ))),
            Ok(there) if !there.is_file() => OpenOptions::new()
                .write(true)
                .open(&place)
                .map(|device| Self::Device(device, path.to_owned()))
                .map_err(|error| unwritable(path, &error)),
            _ => Ok(Self::File(NewFile::create(&place, true)?, path.to_owned())),
        }
    }

    pub fn write(&mut self, text: &str) -> Result<(), CliError> {
        match self {
            Self::Stdout(false) => Ok(io::stdout().lock().write_all(text.as_bytes())?),
            Self::Stdout(true) => {
                let shown = text.replace("\r\n", "\n");
                Ok(io::stdout()
                    .lock()
                    .write_all(text::block(&shown).as_bytes())?)
            }
            Self::File(file, _) => file.write(text.as_bytes()),
            Self::Device(device, path) => device
                .write_all(text.as_bytes())
                .map_err(|error| unwritable(path, &error)),
        }
    }

    /// Whether a bar on the terminal would not stand in the export's way.
    pub fn leaves_the_terminal(&self) -> bool {
        !matches!(self, Self::Stdout(true))
    }

    /// Ends it; returns the file, where it went to one.
    pub fn keep(self) -> Result<Option<PathBuf>, CliError> {
        match self {
            Self::Stdout(_) => {
                io::stdout().flush()?;
                Ok(None)
            }
            Self::File(file, path) => {
                file.keep()?;
                Ok(Some(path))
            }
            Self::Device(_, path) => Ok(Some(path)),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::failed(format!("cannot write {}: {error}", path.display()))
}
