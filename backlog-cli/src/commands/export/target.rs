//! Where an export goes: standard output, or a file that has its name only
//! once it is whole.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use crate::{error::CliError, new_file::NewFile, render::text};

pub enum Target {
    /// `true`: a terminal, which is sent nothing that steers it.
    Stdout(bool),
    File(NewFile, PathBuf),
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
            _ => Ok(Self::File(NewFile::named(&place, true)?, path.to_owned())),
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
        }
    }
}
