//! What can go wrong with a database.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

use backlog_api::{
    config::{self, Config},
    workspace::DATABASE,
};
use rusqlite::{Error as Sqlite, ErrorCode};

use crate::domain::Refusal;

/// The result of a query or write.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a query or write came to nothing. Nothing of a failed write is kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A rule says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No room on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its directory may not be written to.
    #[error("the database cannot be written to")]
    ReadOnly,
    /// Another process held the database for longer than we wait.
    #[error("another process holds the database")]
    Busy,
    /// The file is damaged.
    #[error("the database file is damaged")]
    Corrupt(String),
    /// There is a file where a copy should go.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A copy cannot be written; the database itself is well.
    #[error("cannot write {}: {problem}", .path.display())]
    Uncopied {
        /// The copy.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
    /// The kept answer of a repeated request cannot be read.
    #[error("the kept answer of this request cannot be read")]
    AnswerUnreadable,
    /// Anything else that SQLite reports: a fault of ours.
    #[error("SQLite: {0}")]
    Sqlite(String),
}

impl From<Sqlite> for StoreError {
    fn from(error: Sqlite) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            // No room for the shared memory beside the log.
            Some(ErrorCode::SystemIoFailure)
                if error.sqlite_error().is_some_and(|error| {
                    error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
                }) =>
            {
                Self::DiskFull
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// It is something else.
    #[error("{} is not a Backlog database", .0.display())]
    NotBacklog(PathBuf),
    /// Backlog 1.x made it.
    #[error("{} is a workspace of Backlog 1.x, which this Backlog reads and does not change", .0.display())]
    BacklogOne(PathBuf),
    /// A newer program made it.
    #[error("{} has schema version {found}, made by backlog {program}; this program knows versions up to {known}", .path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The newest version known here.
        known: i32,
        /// The program that made it.
        program: String,
    },
    /// An older program made it, and it can only be read.
    #[error("{} has schema version {found}, and cannot be brought up to {known} where it is only read", .path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The version it would have to have.
        known: i32,
    },
    /// The backup before a migration failed.
    #[error("cannot back up {} before its migration: {source}", .path.display())]
    Backup {
        /// Where it should have gone.
        path: PathBuf,
        /// Why.
        source: Sqlite,
    },
    /// The system says no.
    #[error("cannot open {}: {source}", .path.display())]
    Io {
        /// The database.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite says no.
    #[error("cannot open {}: {}", .path.display(), words(.source))]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// Why.
        source: Sqlite,
    },
}

impl OpenError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing(_) => "Make a workspace: backlog init".to_owned(),
            Self::NotBacklog(_) => "Name another file with --db, or make a workspace elsewhere: backlog init --path DIR".to_owned(),
            Self::Older { path, .. } => format!(
                "Import it into a workspace: backlog import {}",
                for_shell(&path.display().to_string())
            ),
            Self::BacklogOne(path) => bring_over(path),
            Self::Newer { program, .. } => format!("Use backlog {program} or newer. Nothing was changed."),
            Self::Backup { .. } => "Make room beside the database; the migration was not begun.".to_owned(),
            Self::Sqlite { source, .. } if is_damage(source) => "Keep the files as they are. See what is damaged: backlog doctor check".to_owned(),
            Self::Io { .. } | Self::Sqlite { .. } => {
                "Backlog needs to read and write the database and its directory, and room on the disk.".to_owned()
            }
        })
    }
}

/// How to go on with a database of Backlog 1.x: a workspace of this Backlog
/// where commands will find it first, and an import. The old one stays.
fn bring_over(one: &Path) -> String {
    let dir = one.parent().unwrap_or(Path::new("."));
    let own = config::home_dir().map(|home| home.join(".backlog"));
    let own = own.and_then(|own| own.canonicalize().ok());
    let name = dir.file_name().and_then(OsStr::to_str);
    let (init, meant) = match name {
        Some(name) if own.as_deref() == dir.parent() => {
            let profile = format!("--profile {}", for_shell(&format!("{name}-2")));
            (format!("{profile} --set-default"), profile)
        }
        _ => {
            let new = dir.join(".backlog");
            let database = new.join(DATABASE).display().to_string();
            let default = if is_default(dir) {
                " --set-default"
            } else {
                ""
            };
            let new = for_shell(&new.display().to_string());
            (
                format!("--path {new}{default}"),
                format!("--db {}", for_shell(&database)),
            )
        }
    };
    let one = for_shell(&one.display().to_string());
    format!(
        "Make a workspace and bring everything over: backlog init {init} && backlog {meant} import {one}"
    )
}

/// Whether it is the user's default workspace.
fn is_default(dir: &Path) -> bool {
    let user = config::user_config_path().and_then(|path| Config::read(&path).ok());
    let Some(Config {
        default_profile: Some(name),
        profiles,
        ..
    }) = user
    else {
        return false;
    };
    profiles
        .get(&name)
        .and_then(|profile| profile.dir().canonicalize().ok())
        .is_some_and(|default| default == dir)
}

/// A word as a shell takes it.
fn for_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@:,".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Whether it may be readable all the same.
pub(super) fn is_read_only(error: &OpenError) -> bool {
    matches!(error, OpenError::Sqlite { source, .. } if matches!(
        source.sqlite_error_code(),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied)
    ))
}

pub(super) fn is_damage(error: &Sqlite) -> bool {
    matches!(StoreError::from_ref(error), StoreError::Corrupt(_))
}

/// A fault in words, without SQLite's own.
fn words(error: &Sqlite) -> String {
    match StoreError::from_ref(error) {
        StoreError::Sqlite(text) => text,
        known => known.to_string(),
    }
}

impl StoreError {
    /// An error met while a copy was written: what is not about damage is about
    /// the place of the copy, not about the database.
    pub(super) fn of_copy(self, path: &Path) -> Self {
        let problem = match self {
            Self::DiskFull => "no room on the disk".to_owned(),
            Self::ReadOnly => "it may not be written to".to_owned(),
            Self::Sqlite(problem) => problem,
            other => return other,
        };
        Self::Uncopied {
            path: path.to_owned(),
            problem,
        }
    }

    fn from_ref(error: &Sqlite) -> Self {
        match error {
            Sqlite::SqliteFailure(code, text) => {
                Self::from(Sqlite::SqliteFailure(*code, text.clone()))
            }
            other => Self::Sqlite(other.to_string()),
        }
    }
}

/// Why a copy was not put in place. The present database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The copy, or the present database, cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copy is no good.
    #[error("{} is damaged: {problem}", .path.display())]
    Damaged {
        /// The copy.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The copy cannot be brought beside the database.
    #[error("cannot prepare the copy in {}: {problem}", .dir.display())]
    Prepare {
        /// The workspace's directory.
        dir: PathBuf,
        /// Why.
        problem: String,
    },
    /// Some process works with the database without the daemon.
    #[error("another process works with {}", .0.display())]
    InUse(PathBuf),
    /// More would be lost than the caller knew.
    #[error("something was written while you were asked")]
    Changed,
    /// The names could not be changed.
    #[error("cannot put the copy in the place of {}: {source}", .path.display())]
    Place {
        /// The database.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl RestoreError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Open(error) => return error.hint(),
            Self::Damaged { .. } => "Nothing was changed. Take an older copy.".to_owned(),
            Self::Prepare { .. } => {
                "Nothing was changed. The copy needs room beside the database.".to_owned()
            }
            Self::InUse(_) => {
                "Nothing was changed. Wait for commands that run with --daemon never, or in a sandbox.".to_owned()
            }
            Self::Changed => "Nothing was changed. See what is new: backlog activity".to_owned(),
            Self::Place { .. } => "Nothing was changed.".to_owned(),
        })
    }
}
