//! A workspace on disk: a directory with `backlog.db` in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Name of the database file.
pub const DATABASE: &str = "backlog.db";

/// A workspace that exists. Its paths are canonical, so that every session
/// that means it agrees on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    database: PathBuf,
    is_copy: bool,
}

impl Workspace {
    /// The workspace whose database is the file at `database`.
    ///
    /// # Errors
    /// Where there is no such file, it is not a file, or it has another name:
    /// the daemon of the directory it is in would answer for another database.
    pub fn at_database(database: &Path) -> io::Result<Self> {
        let workspace = Self::at_database_or_copy(database)?;
        if workspace.is_copy {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a workspace's database is called {DATABASE}"),
            ));
        }
        Ok(workspace)
    }

    /// As [`Self::at_database`], or a copy of a database under another name,
    /// which is only ever read, and has no daemon.
    ///
    /// # Errors
    /// Where there is no such file, or it is not a file.
    pub fn at_database_or_copy(database: &Path) -> io::Result<Self> {
        let database = fs::canonicalize(database)?;
        if !fs::metadata(&database)?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a file; the path of a workspace's backlog.db is needed",
            ));
        }
        let is_copy = database.file_name().is_none_or(|name| name != DATABASE);
        Ok(Self { database, is_copy })
    }

    /// Whether it is a copy, only to be read.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.is_copy
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// The directory the database is in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.database
            .parent()
            .expect("a canonical path of a file has a parent")
    }

    /// The workspace's own configuration; may not exist.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.own("config.toml")
    }

    /// Where the daemon keeps its locks, `daemon.json`, socket and log.
    #[must_use]
    pub fn runtime_dir(&self) -> PathBuf {
        self.own(".backlogd")
    }

    /// What is beside the database; that beside a copy is another database's.
    fn own(&self, name: &str) -> PathBuf {
        match self.database.file_name() {
            Some(file) if self.is_copy => {
                let mut own = file.to_owned();
                own.push(name);
                self.dir().join(own)
            }
            _ => self.dir().join(name),
        }
    }
}
