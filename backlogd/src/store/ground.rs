//! The file the store stands on, and noticing that it was pulled away.
//!
//! `git stash`, a checkout or a restored copy can put another file at the
//! database's path while the store holds the old one open. Nothing may be
//! acknowledged into a file that nobody will ever see again, and the old
//! write-ahead log must not be left beside the new file: SQLite would apply it.
//! <https://www.sqlite.org/howtocorrupt.html>, section 1.4

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::connection::{beside, log_of};
use crate::domain::Id;

/// Device and inode.
type FileId = (u64, u64);

/// The database and its log, as they were when the store opened them.
pub(super) struct Ground {
    path: PathBuf,
    database: Option<FileId>,
    log: Option<FileId>,
    /// `.backlogd/`, where a copy goes.
    runtime_dir: Option<FileId>,
}

impl Ground {
    /// What is at the path now, with the connection open.
    pub(super) fn stand_on(path: &Path) -> Self {
        Self {
            database: id(path),
            log: id(&log_of(path)),
            runtime_dir: id(&runtime_dir_of(path)),
            path: path.to_owned(),
        }
    }

    /// Whether the path still means the file that is open.
    pub(super) fn holds(&self) -> bool {
        id(&self.path) == self.database
    }

    /// Keeps a copy of what is open, where the workspace is still there, and
    /// takes our log away from the file that is at the path now.
    pub(super) fn abandon(&self, connection: &Connection) {
        let dir = runtime_dir_of(&self.path);
        // Where the whole directory is another one, nothing there is ours.
        if self.runtime_dir.is_some() && id(&dir) == self.runtime_dir {
            let copy = dir.join(format!("replaced-{}.db", Id::generate()));
            match connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]) {
                Ok(_) => tracing::warn!(
                    "the database was replaced; all that was in it is kept in {}",
                    copy.display()
                ),
                Err(error) => {
                    tracing::error!(%error, "the database was replaced, and could not be kept");
                }
            }
        }
        let log = log_of(&self.path);
        if self.log.is_some() && id(&log) == self.log {
            let _ = fs::remove_file(&log);
            let _ = fs::remove_file(shared_memory_of(&self.path));
        }
    }
}

/// Puts aside the log that a crashed daemon left beside a file that was
/// replaced since. `last` is the inode that daemon had open.
pub fn put_orphaned_log_aside(database: &Path, last: u64) {
    let log = log_of(database);
    let replaced = id(database).is_some_and(|(_, inode)| inode != last);
    if !replaced || !log.metadata().is_ok_and(|log| log.len() > 0) {
        return;
    }
    let aside = runtime_dir_of(database).join(format!("orphaned-{}.wal", Id::generate()));
    let _ = fs::remove_file(shared_memory_of(database));
    if fs::rename(&log, &aside).is_ok() {
        tracing::warn!(
            "the database was replaced while no daemon ran; the log of the old one is kept in {}",
            aside.display()
        );
    }
}

/// The inode of a file, for [`put_orphaned_log_aside`]; 0 where it is gone.
#[must_use]
pub fn inode(path: &Path) -> u64 {
    id(path).map_or(0, |(_, inode)| inode)
}

fn id(path: &Path) -> Option<FileId> {
    let file = fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

fn runtime_dir_of(database: &Path) -> PathBuf {
    database.with_file_name(".backlogd")
}

fn shared_memory_of(database: &Path) -> PathBuf {
    beside(database, "-shm")
}
