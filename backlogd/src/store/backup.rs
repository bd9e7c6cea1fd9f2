//! Copying the database as it is at one moment.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, backup, named_params};

use super::{
    Reader, RequestKey, Result, StoreError,
    connection::{self, BUSY_TIMEOUT},
};
use crate::{crash, domain::Moment};

/// Pages between two words on how far it is: 4 MB.
const STEP: i32 = 1_024;
/// What a copy is called until it is whole.
const DRAFT: &str = ".backlog-backup-";

/// A copy that was written.
#[derive(Debug, Clone)]
pub struct Copied {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The newest entry of the log in it.
    pub last_activity: i64,
}

impl Reader<'_> {
    /// Writes a copy of what this reader sees to a new file. Writers go on
    /// meanwhile: the reader's transaction holds the moment, so the copy never
    /// begins again, however much is written. It is looked over, and has its
    /// name only once it is on disk.
    ///
    /// `go_on` is told the pages that are done and all there are, and says
    /// whether to go on. The copy remembers which request made it: the same
    /// one finds it done.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Uncopied`], those of the database,
    /// and [`StoreError::Closed`] where `go_on` said no. Nothing is left then.
    pub fn back_up(
        &self,
        path: &Path,
        key: Option<&RequestKey>,
        mut go_on: impl FnMut(i32, i32) -> bool,
    ) -> Result<Copied> {
        if path.symlink_metadata().is_ok() {
            return key
                .and_then(|key| made_before(path, key))
                .ok_or_else(|| StoreError::Exists(path.to_owned()));
        }
        let uncopied = |error: &io::Error| StoreError::Uncopied {
            path: path.to_owned(),
            problem: error.to_string(),
        };
        let dir = path.parent().unwrap_or(Path::new("/"));
        if !dir.is_dir() {
            return Err(StoreError::Uncopied {
                path: path.to_owned(),
                problem: format!("there is no directory {}", dir.display()),
            });
        }
        let draft = tempfile::Builder::new()
            .prefix(DRAFT)
            .tempfile_in(dir)
            // Without the draft's own name.
            .map_err(|error| uncopied(&error.kind().into()))?
            .into_temp_path();

        let last_activity = self.last_activity()?;
        copy(self.conn, &draft, &mut go_on).map_err(|error| error.of_copy(path))?;
        crash::point("copied");
        if let Some(key) = key {
            remember(&draft, key, self.now).map_err(|error| error.of_copy(path))?;
        }
        look_over(&draft).map_err(|error| error.of_copy(path))?;
        let file = File::open(&draft).map_err(|error| uncopied(&error))?;
        file.sync_all().map_err(|error| uncopied(&error))?;
        let bytes = file.metadata().map_or(0, |file| file.len());
        match draft.persist_noclobber(path) {
            Ok(()) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(StoreError::Exists(path.to_owned()));
            }
            Err(error) => return Err(uncopied(&error.error)),
        }
        sync_dir(dir).map_err(|error| uncopied(&error))?;
        crash::point("named");
        Ok(Copied {
            path: path.to_owned(),
            bytes,
            last_activity,
        })
    }
}

/// Notes in a copy which request made it, as every write is noted.
fn remember(copy: &Path, key: &RequestKey, now: Moment) -> Result<()> {
    let connection = Connection::open(copy)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    connection.execute(
        "INSERT OR REPLACE INTO answered (request_id, digest, created_at, answer)
         VALUES (:id, :digest, :now, x'')",
        named_params! {":id": key.id, ":digest": key.digest, ":now": now},
    )?;
    connection.close().map_err(|(_, error)| error.into())
}

/// The copy at a path, where this very request made it: it came again because
/// its answer was lost.
fn made_before(path: &Path, key: &RequestKey) -> Option<Copied> {
    connection::see_ours(path).ok()?;
    let last_activity = connection::open_to_look(path)
        .and_then(|copy| {
            copy.query_row(
                "SELECT coalesce((SELECT max(seq) FROM activity), 0) FROM answered
                 WHERE request_id = :id AND digest = :digest",
                named_params! {":id": key.id, ":digest": key.digest},
                |row| row.get(0),
            )
        })
        .ok()?;
    Some(Copied {
        path: path.to_owned(),
        bytes: path.metadata().ok()?.len(),
        last_activity,
    })
}

/// Copies the pages of an open database into an empty file.
pub(super) fn copy(
    from: &Connection,
    to: &Path,
    go_on: &mut impl FnMut(i32, i32) -> bool,
) -> Result<()> {
    let mut to = Connection::open(to)?;
    // The file is nobody's before it is whole, and is synced then.
    to.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let backup = backup::Backup::new(from, &mut to)?;
    loop {
        match backup.step(STEP)? {
            backup::StepResult::Done => break,
            backup::StepResult::More => {
                let backup::Progress {
                    remaining,
                    pagecount,
                } = backup.progress();
                if !go_on(pagecount - remaining, pagecount) {
                    return Err(StoreError::Closed);
                }
            }
            // Another process holds what is copied.
            _ => return Err(StoreError::Busy),
        }
    }
    drop(backup);
    to.close().map_err(|(_, error)| error.into())
}

/// Makes a copy one file, which can be read where nothing can be written, and
/// sees that SQLite finds nothing wrong with it.
pub(super) fn look_over(copy: &Path) -> Result<()> {
    let connection = Connection::open(copy)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;")?;
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(StoreError::Corrupt(said));
    }
    connection.close().map_err(|(_, error)| error.into())
}

/// What SQLite says of damage, as a person can use it: where it is.
pub(super) fn in_words(said: &str) -> String {
    let page = said
        .split(|c: char| !c.is_alphanumeric())
        .skip_while(|word| !word.eq_ignore_ascii_case("page"))
        .nth(1)
        .and_then(|word| word.parse::<u32>().ok());
    match page {
        Some(page) => format!("page {page} of it is not as it was written"),
        None => "its parts do not fit together".to_owned(),
    }
}

/// Copies a database at a path, be it one that is in use, or one where nothing
/// can be written.
pub(super) fn copy_file(
    from: &Path,
    to: &Path,
    go_on: &mut impl FnMut(i32, i32) -> bool,
) -> Result<()> {
    let connection = connection::open_to_look(from)?;
    // Holds this moment from the first read on; without it the copy begins
    // again at every commit of another process.
    let moment = connection.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    copy(&moment, to, go_on)?;
    look_over(to)
}

/// A name is on disk once its directory is.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_of_one_moment_and_ends_while_another_process_writes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("busy.sqlite");
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
                 CREATE TABLE page (content BLOB);
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3072)
                 INSERT INTO page SELECT zeroblob(4000) FROM n",
            )
            .unwrap();
        let copy = dir.path().join("copy.db");
        let mut steps = 0;
        copy_file(&path, &copy, &mut |_, _| {
            steps += 1;
            other
                .execute("INSERT INTO page VALUES (zeroblob(4000))", [])
                .unwrap();
            steps < 20
        })
        .unwrap();
        let pages = Connection::open(&copy)
            .and_then(|copy| copy.query_row("SELECT count(*) FROM page", [], |row| row.get(0)));
        assert_eq!(pages, Ok(3_072));
        assert!(steps > 1, "others wrote meanwhile");
    }
}
