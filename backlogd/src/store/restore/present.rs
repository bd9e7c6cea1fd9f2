//! The database that is there while a copy is put in its place: kept from
//! everybody else, and kept under a second name.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, config::DbConfig};

use super::{OpenError, RestoreError, backup, connection, draft::own_file, standing::unreadable};

/// How long to wait for a process that works without the daemon.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is at the place, while a copy is put there.
pub(super) enum Present {
    Absent,
    Unreadable,
    /// Whole in its one file, and nobody else can read or write it.
    Held(Connection),
}

impl Present {
    pub(super) fn hold(database: &Path) -> Result<Self, RestoreError> {
        if database.symlink_metadata().is_err() {
            return Ok(Self::Absent);
        }
        match connection::open_ours(database) {
            Ok(connection) => match alone(&connection) {
                Ok(true) => Ok(Self::Held(connection)),
                Ok(false) => Err(RestoreError::InUse(database.to_owned())),
                Err(error) => unreadable(database, error).map(|_| Self::Unreadable),
            },
            Err(OpenError::Sqlite { source, .. }) => {
                unreadable(database, source).map(|_| Self::Unreadable)
            }
            Err(OpenError::NotBacklog(_)) => Ok(Self::Unreadable),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the database a second name, and takes its log away, which would
    /// otherwise be taken for the copy's. Where the database is gone its log
    /// may still be there, with the last writes in it. The file that is kept.
    pub(super) fn keep(&self, database: &Path, kept: &Path) -> io::Result<Option<PathBuf>> {
        let kept_file = match self {
            Self::Absent => keep_logs(database, kept)?,
            Self::Held(connection) => {
                if fs::hard_link(database, kept).is_err() {
                    // A filesystem without links. Nothing else may open the
                    // file here: closing it would drop SQLite's locks.
                    own_file(kept)?;
                    backup::copy(connection, kept, &mut |_, _| true)
                        .map_err(|error| io::Error::other(error.to_string()))?;
                    File::open(kept)?.sync_all()?;
                }
                Some(kept.to_owned())
            }
            Self::Unreadable => {
                keep_file(database, kept)?;
                keep_logs(database, kept)?;
                Some(kept.to_owned())
            }
        };
        backup::sync_dir(database.parent().unwrap_or(Path::new("/")))?;
        Ok(kept_file)
    }
}

/// Moves away what SQLite would apply to whatever is at the database's path.
/// The log that is kept, where there is something in it.
fn keep_logs(database: &Path, kept: &Path) -> io::Result<Option<PathBuf>> {
    let mut kept_log = None;
    for suffix in ["-journal", "-wal"] {
        let log = connection::beside(database, suffix);
        let Ok(about) = log.symlink_metadata() else {
            continue;
        };
        if about.len() > 0 {
            let kept = connection::beside(kept, suffix);
            keep_file(&log, &kept)?;
            kept_log = Some(kept);
        }
        fs::remove_file(&log)?;
    }
    let _ = fs::remove_file(connection::beside(database, "-shm"));
    Ok(kept_log)
}

/// Moves the log into the file and locks it, where nobody else has it open.
fn alone(connection: &Connection) -> rusqlite::Result<bool> {
    // One that is damaged must not be written to when it is closed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(PATIENCE)?;
    let mode = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| {
        row.get::<_, String>(0)
    });
    let locked = mode.and_then(|mode| {
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(mode == "delete")
    });
    match locked {
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            ) =>
        {
            Ok(false)
        }
        outcome => outcome,
    }
}

fn keep_file(file: &Path, kept: &Path) -> io::Result<()> {
    fs::hard_link(file, kept).or_else(|_| {
        io::copy(&mut File::open(file)?, &mut own_file(kept)?)?;
        File::open(kept)?.sync_all()
    })
}
