//! The workspace itself: making one, and what is in it.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, named_params};

use super::{
    Reader, Result,
    connection::{open_ours, prepare_writer},
    error::OpenError,
    migrate::{self, SCHEMA_VERSION},
};
use crate::domain::{Id, Moment, clock::Clock, project::TaskCounts};

/// Whether a workspace was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It was made.
    New,
    /// There is one already; nothing was changed.
    Existed,
}

/// Makes a workspace's database. It is built under another name and linked
/// into place, so that it is whole or absent, and of two that make it at once
/// one makes it.
///
/// # Errors
/// Where the place cannot be written to, or another kind of file is there.
pub fn create(path: &Path, clock: Clock) -> std::result::Result<Created, OpenError> {
    let io = |source| OpenError::Io {
        path: path.to_owned(),
        source,
    };
    if path.exists() {
        return Ok(Created::Existed);
    }
    let dir = path.parent().unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new()
        .prefix(".backlog-init-")
        .tempdir_in(dir)
        .map_err(io)?;
    let built = draft.path().join("backlog.db");
    build(&built, clock).map_err(|source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    })?;
    // The daemon serves its owner alone, so the file is its owner's alone.
    fs::set_permissions(&built, fs::Permissions::from_mode(0o600)).map_err(io)?;
    match fs::hard_link(&built, path) {
        Ok(()) => Ok(Created::New),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Existed),
        // Some shared folders know no links; a rename would overwrite.
        Err(_) => copy_new(&built, path).map_err(io),
    }
}

/// Sees that a file is a workspace's database, and changes nothing.
///
/// # Errors
/// Where it is not, or cannot be opened.
pub fn check(path: &Path) -> std::result::Result<(), OpenError> {
    open_ours(path).map(drop)
}

fn copy_new(from: &Path, to: &Path) -> io::Result<Created> {
    match fs::File::create_new(to) {
        Ok(mut file) => {
            io::copy(&mut fs::File::open(from)?, &mut file)?;
            file.sync_all()?;
            Ok(Created::New)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Existed),
        Err(error) => Err(error),
    }
}

fn build(path: &Path, clock: Clock) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    prepare_writer(&connection)?;
    migrate::build(&mut connection, clock)?;
    connection.execute(
        "INSERT INTO workspace (id, ulid, created_at) VALUES (1, :ulid, :now)",
        named_params! {":ulid": Id::generate(), ":now": clock.now()},
    )?;
    connection.close().map_err(|(_, error)| error)
}

/// What is in a workspace.
#[derive(Debug, Clone)]
pub struct WorkspaceInfo {
    /// ULID.
    pub id: Id,
    /// The database file.
    pub database: PathBuf,
    /// Its schema's version.
    pub schema_version: i32,
    /// How many projects are not archived.
    pub projects: i64,
    /// Their tasks.
    pub task_counts: TaskCounts,
    /// The newest entry of the log.
    pub last_activity: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When its schema last changed.
    pub last_migration_at: Moment,
}

impl Reader<'_> {
    /// The schema's version now; another program may have changed it.
    pub fn schema_version(&self) -> Result<i32> {
        Ok(self
            .conn
            .pragma_query_value(None, "user_version", |row| row.get(0))?)
    }

    /// What is in the workspace.
    pub fn workspace(&self) -> Result<WorkspaceInfo> {
        let task_counts = self.all_task_counts()?;
        let info = self
            .conn
            .prepare_cached(
                "SELECT w.ulid, w.created_at,
                    (SELECT count(*) FROM project WHERE archived_at IS NULL AND deleted_at IS NULL),
                    (SELECT coalesce(max(seq), 0) FROM activity),
                    (SELECT max(applied_at) FROM migration)
             FROM workspace w",
            )?
            .query_row([], |row| {
                Ok(WorkspaceInfo {
                    id: row.get(0)?,
                    database: self.conn.path().map(PathBuf::from).unwrap_or_default(),
                    schema_version: SCHEMA_VERSION,
                    projects: row.get(2)?,
                    task_counts,
                    last_activity: row.get(3)?,
                    created_at: row.get(1)?,
                    last_migration_at: row.get(4)?,
                })
            })?;
        Ok(info)
    }
}
