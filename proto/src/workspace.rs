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
}

impl Workspace {
    /// The workspace whose database is the file at `database`.
    ///
    /// # Errors
    /// Where there is no such file, it is not a file, or it has another name:
    /// the daemon of the directory it is in would answer for another database.
    pub fn at_database(database: &Path) -> io::Result<Self> {
        let database = fs::canonicalize(database)?;
        if !fs::metadata(&database)?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a file; the path of a workspace's backlog.db is needed",
            ));
        }
        if database.file_name().is_none_or(|name| name != DATABASE) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a workspace's database is called {DATABASE}"),
            ));
        }
        Ok(Self { database })
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
        self.dir().join("config.toml")
    }

    /// Where the daemon keeps its locks, `daemon.json`, socket and log.
    #[must_use]
    pub fn runtime_dir(&self) -> PathBuf {
        self.dir().join(".backlogd")
    }
}
