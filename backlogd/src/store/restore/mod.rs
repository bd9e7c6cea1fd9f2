//! Putting a copy in the place of the database.
//!
//! The copy is prepared beside the database and looked over while everything
//! still runs. To put it in place, the caller keeps daemons away (`spawn.lock`,
//! `leader.lock`), and an exclusive transaction on the present database keeps
//! away everybody else. Then the present one gets a second name, and the copy
//! takes its first one by rename: a crash leaves the old one or the new one
//! whole, and the old one is never without a name.

mod draft;
mod present;
mod standing;

use std::{
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension as _};
use tempfile::TempDir;

pub use self::{
    draft::abandon_prepared,
    standing::{Head, Newer, Standing},
};
use self::{
    draft::{copy_in, draft_prefix, own_file},
    present::Present,
    standing::{common, head, newer, unreadable},
};
use super::{
    OpenError, Reader, RestoreError, StoreError, backup, connection, error::is_damage, migrate,
    search,
};
use crate::{crash, domain::clock::Clock};

/// A copy that was put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// What the database there was, beside it.
    pub was: Standing,
    /// What of that is kept: the database, or where that was gone, its log.
    pub kept: Option<PathBuf>,
}

/// A copy that is looked over, beside the database it shall replace.
pub struct Prepared {
    dir: TempDir,
    /// Held for as long as the directory is of use.
    _lock: File,
    /// Where its log stands.
    pub head: Head,
}

impl Prepared {
    /// Brings the database at `from` beside the one at `database`, up to this
    /// program's schema, and looks it over: its pages, and its log.
    ///
    /// # Errors
    /// See [`RestoreError`]. Nothing is left then.
    pub fn new(from: &Path, database: &Path, clock: Clock) -> Result<Self, RestoreError> {
        let parent = database.parent().unwrap_or(Path::new("/"));
        let prepare = |problem: String| RestoreError::Prepare {
            dir: parent.to_owned(),
            problem,
        };
        connection::see_ours(from).map_err(|error| match error {
            OpenError::Sqlite { source, .. } if is_damage(&source) => RestoreError::Damaged {
                path: from.to_owned(),
                problem: backup::in_words(&source.to_string()),
            },
            other => other.into(),
        })?;
        draft::sweep(parent);
        let dir = tempfile::Builder::new()
            .prefix(&draft_prefix())
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .map_err(|error| prepare(error.kind().to_string()))?;
        let lock = File::open(dir.path())
            .and_then(|lock| lock.lock_shared().map(|()| lock))
            .map_err(|error| prepare(error.to_string()))?;
        let copy = copy_in(dir.path());
        // Made before SQLite does: for its owner alone.
        own_file(&copy).map_err(|error| prepare(error.to_string()))?;
        backup::copy_file(from, &copy, &mut |_, _| true).map_err(|error| {
            match error.of_copy(&copy) {
                StoreError::Corrupt(said) => RestoreError::Damaged {
                    path: from.to_owned(),
                    problem: backup::in_words(&said),
                },
                StoreError::Uncopied { problem, .. } => prepare(problem),
                other => prepare(other.to_string()),
            }
        })?;
        let head = bring_up_to_date(&copy, from, clock)?;
        File::open(&copy)
            .and_then(|file| file.sync_all())
            .map_err(|error| prepare(error.to_string()))?;
        Ok(Self {
            dir,
            _lock: lock,
            head,
        })
    }

    /// How the present database stands to this copy.
    ///
    /// # Errors
    /// Where the system does not let it be read.
    pub fn standing(&self, database: &Path) -> Result<Standing, RestoreError> {
        if database.symlink_metadata().is_err() {
            return Ok(Standing::Absent);
        }
        let present = match connection::open_to_look(database) {
            Ok(present) => present,
            Err(error) => return unreadable(database, error),
        };
        self.compare(&present)
            .or_else(|error| unreadable(database, error))
    }

    /// Puts the copy in the place of the database, which is kept as `kept`,
    /// where `allows` its standing now. No daemon may run or start meanwhile.
    /// Where both are of one workspace, numbers of tasks go on above those that
    /// the present one gave out.
    ///
    /// # Errors
    /// See [`RestoreError`].
    pub fn put_in_place(
        self,
        database: &Path,
        kept: &Path,
        allows: impl FnOnce(&Standing) -> bool,
    ) -> Result<Placed, RestoreError> {
        let present = Present::hold(database)?;
        let standing = match &present {
            Present::Absent => Standing::Absent,
            Present::Unreadable => Standing::Unreadable,
            Present::Held(connection) => self
                .compare(connection)
                .or_else(|error| unreadable(database, error))?,
        };
        if !allows(&standing) {
            return Err(RestoreError::Changed);
        }
        let place = |source| RestoreError::Place {
            path: database.to_owned(),
            source,
        };
        let copy = copy_in(self.dir.path());
        if let (Present::Held(present), Standing::Same { .. }) = (&present, &standing) {
            go_on_numbering(&copy, present).map_err(place)?;
        }
        let kept = present.keep(database, kept).map_err(place)?;
        crash::point("kept");
        let dir = database.parent().unwrap_or(Path::new("/"));
        match present {
            // Somebody may have made one since.
            Present::Absent => fs::hard_link(&copy, database),
            _ => fs::rename(&copy, database),
        }
        .and_then(|()| backup::sync_dir(dir))
        .map_err(place)?;
        crash::point("placed");
        Ok(Placed {
            was: standing,
            kept,
        })
    }

    fn compare(&self, present: &Connection) -> rusqlite::Result<Standing> {
        let head = head(present)?;
        if head.workspace != self.head.workspace {
            return Ok(Standing::OtherWorkspace(head));
        }
        let copy = connection::open_to_look(&copy_in(self.dir.path()))?;
        let common = common(
            present,
            &copy,
            head.last_activity.min(self.head.last_activity),
        )?;
        let newer = newer(present, common)?;
        Ok(Standing::Same { head, newer })
    }
}

/// Migrates a copy, and checks its log.
fn bring_up_to_date(copy: &Path, from: &Path, clock: Clock) -> Result<Head, RestoreError> {
    let open = |source| OpenError::Sqlite {
        path: from.to_owned(),
        source,
    };
    let mut connection = Connection::open(copy).map_err(open)?;
    search::prepare(&connection).map_err(open)?;
    migrate::migrate(&mut connection, from, clock, || {})?;
    let log = Reader::new(&connection, clock.both()).verify_activities();
    let damaged = |problem| RestoreError::Damaged {
        path: from.to_owned(),
        problem,
    };
    let log = log.map_err(|error| damaged(error.to_string()))?;
    if let Some((seq, problem)) = log.broken {
        return Err(damaged(format!("entry {seq} of its log: {problem}")));
    }
    let head = head(&connection).map_err(open)?;
    connection.close().map_err(|(_, source)| open(source))?;
    Ok(head)
}

/// Lets the numbers of tasks in a copy go on above those that `present` gave
/// out: a number that somebody wrote down means one task for ever.
fn go_on_numbering(copy: &Path, present: &Connection) -> io::Result<()> {
    let carry = || {
        let last: Option<i64> = present
            .query_row(
                "SELECT seq FROM sqlite_sequence WHERE name = 'task'",
                [],
                |row| row.get(0),
            )
            .optional()?;
        let Some(last) = last else {
            return Ok(());
        };
        let copy = Connection::open(copy)?;
        copy.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'task', 0
             WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'task')",
            [],
        )?;
        copy.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'task'",
            [last],
        )?;
        copy.close().map_err(|(_, error)| error)
    };
    carry().map_err(|error: rusqlite::Error| io::Error::other(error.to_string()))?;
    File::open(copy)?.sync_all()
}
