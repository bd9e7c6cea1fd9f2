//! How the present database stands to a copy, by their logs.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, named_params};

use super::{OpenError, RestoreError, is_damage};
use crate::domain::{
    Id,
    activity::{GENESIS, Hash},
};

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

/// The last entry that two logs share. Each entry's hash is over all before it,
/// so where one agrees, all before it do.
pub(super) fn common(one: &Connection, other: &Connection, shorter: i64) -> rusqlite::Result<i64> {
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

pub(super) fn newer(present: &Connection, common: i64) -> rusqlite::Result<Newer> {
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

pub(super) fn head(connection: &Connection) -> rusqlite::Result<Head> {
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

/// What is damaged is unreadable; everything else is an error.
pub(super) fn unreadable(
    database: &Path,
    error: rusqlite::Error,
) -> Result<Standing, RestoreError> {
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
