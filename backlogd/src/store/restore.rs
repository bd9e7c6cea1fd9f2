//! Putting a copy in the place of the database.
//!
//! The copy is prepared beside the database and looked over while everything
//! still runs. To put it in place, the caller keeps daemons away (`spawn.lock`,
//! `leader.lock`), and an exclusive transaction on the present database keeps
//! away everybody else. Then the present one gets a second name, and the copy
//! takes its first one by rename: a crash leaves the old one or the new one
//! whole, and the old one is never without a name.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, config::DbConfig, named_params};
use tempfile::TempDir;

use super::{
    OpenError, RestoreError, StoreError, backup, connection, error::is_damage, migrate, search,
};
use crate::{
    crash,
    domain::{
        Id,
        activity::{GENESIS, Hash},
        clock::Clock,
    },
    store::Reader,
};

/// What the directory of a copy begins with until that is in its place.
const DRAFT: &str = ".backlog-restore-";
/// How long to wait for a process that works without the daemon.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a database's log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The workspace's ULID.
    pub workspace: Id,
    /// The log's newest entry.
    pub last_activity: i64,
    hash: Hash,
    /// Tasks that are not in the trash.
    pub tasks: i64,
}

/// What the present database is, beside the copy that shall replace it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Absent,
    /// Nobody can tell: it cannot be read.
    Unreadable,
    /// It is another workspace.
    OtherWorkspace(Head),
    /// It is the same workspace.
    Same {
        /// Where it stands.
        head: Head,
        /// What it has and the copy does not.
        newer: Newer,
    },
}

/// What only the present database has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Newer {
    /// Entries of the log.
    pub entries: i64,
    /// Tasks that were made in them.
    pub tasks_added: i64,
    /// Tasks they are about besides.
    pub tasks_changed: i64,
}

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
        sweep(parent);
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

/// What the directory of this process begins with.
fn draft_prefix() -> String {
    format!("{DRAFT}{}-", std::process::id())
}

/// Removes what this process has prepared beside a database, for when it is
/// told to end at once.
pub fn abandon_prepared(database: &Path) {
    let own = draft_prefix();
    for dir in drafts(database.parent().unwrap_or(Path::new("/"))) {
        if name_of(&dir).starts_with(&own) {
            let _ = fs::remove_dir_all(&dir);
        }
    }
}

/// Removes what others have prepared and left: its lock went with them.
fn sweep(parent: &Path) {
    for dir in drafts(parent) {
        if File::open(&dir).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&dir);
        }
    }
}

fn drafts(parent: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| name_of(path).starts_with(DRAFT))
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

/// The last entry that two logs share. Each entry's hash is over all before it,
/// so where one agrees, all before it do.
fn common(one: &Connection, other: &Connection, shorter: i64) -> rusqlite::Result<i64> {
    let (mut agreed, mut open) = (0, shorter + 1);
    let mut at = shorter;
    while agreed + 1 < open {
        if hash_at(one, at)? == hash_at(other, at)? {
            agreed = at;
        } else {
            open = at;
        }
        at = agreed + (open - agreed) / 2;
    }
    Ok(agreed)
}

fn hash_at(connection: &Connection, seq: i64) -> rusqlite::Result<Option<Hash>> {
    connection
        .prepare_cached("SELECT hash FROM activity WHERE seq = :seq")?
        .query_row(named_params! {":seq": seq}, |row| row.get(0))
        .optional()
}

fn newer(present: &Connection, common: i64) -> rusqlite::Result<Newer> {
    present.query_row(
        "SELECT count(*),
                count(DISTINCT task_seq)
                    FILTER (WHERE entity = 'task' AND action IN ('created', 'imported')),
                count(DISTINCT task_seq)
         FROM activity WHERE seq > :common",
        named_params! {":common": common},
        |row| {
            let tasks_added: i64 = row.get(1)?;
            Ok(Newer {
                entries: row.get(0)?,
                tasks_added,
                tasks_changed: (row.get::<_, i64>(2)? - tasks_added).max(0),
            })
        },
    )
}

fn head(connection: &Connection) -> rusqlite::Result<Head> {
    let workspace = connection.query_row("SELECT ulid FROM workspace", [], |row| row.get(0))?;
    let (last_activity, hash) = connection
        .query_row(
            "SELECT seq, hash FROM activity ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?
        .unwrap_or((0, GENESIS));
    let tasks = connection.query_row("SELECT coalesce(sum(n), 0) FROM task_count", [], |row| {
        row.get(0)
    })?;
    Ok(Head {
        workspace,
        last_activity,
        hash,
        tasks,
    })
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

/// What is at the place, while a copy is put there.
enum Present {
    Absent,
    Unreadable,
    /// Whole in its one file, and nobody else can read or write it.
    Held(Connection),
}

impl Present {
    fn hold(database: &Path) -> Result<Self, RestoreError> {
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
    fn keep(&self, database: &Path, kept: &Path) -> io::Result<Option<PathBuf>> {
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

/// What is damaged is unreadable; everything else is an error.
fn unreadable(database: &Path, error: rusqlite::Error) -> Result<Standing, RestoreError> {
    let is_strange = matches!(
        error,
        rusqlite::Error::QueryReturnedNoRows
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
    ) || error.sqlite_error_code() == Some(ErrorCode::Unknown);
    if is_damage(&error) || is_strange {
        Ok(Standing::Unreadable)
    } else {
        Err(RestoreError::Open(OpenError::Sqlite {
            path: database.to_owned(),
            source: error,
        }))
    }
}

fn copy_in(dir: &Path) -> PathBuf {
    dir.join("backlog.db")
}

fn own_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
