//! Migrations: numbered SQL, each in a transaction, `PRAGMA user_version`.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::error::OpenError;
use crate::domain::clock::Clock;

/// `PRAGMA application_id` of every Backlog database: "BKLG".
pub const APPLICATION_ID: i32 = 0x424b_4c47;

/// One step of the schema. Append only.
struct Migration {
    sql: &'static str,
    /// Whether it rewrites rows, as opposed to adding tables and indexes; then
    /// a backup is made first.
    changes_data: bool,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        sql: include_str!("migrations/0001_core.sql"),
        changes_data: false,
    },
    Migration {
        sql: include_str!("migrations/0002_claims.sql"),
        changes_data: false,
    },
    Migration {
        sql: include_str!("migrations/0003_knowledge.sql"),
        changes_data: false,
    },
    Migration {
        sql: include_str!("migrations/0004_seen.sql"),
        changes_data: false,
    },
    Migration {
        sql: include_str!("migrations/0005_trashed_parents.sql"),
        changes_data: false,
    },
];

/// The schema version this program works with.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a handful"
)]
pub const SCHEMA_VERSION: i32 = MIGRATIONS.len() as i32;

/// Brings a database up to date. Many processes may do so at once: each step
/// looks again once it has the write lock.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    clock: Clock,
    migrating: impl FnOnce(),
) -> Result<(), OpenError> {
    let failed = |source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let version = check_version(connection, path)?;
    if version < SCHEMA_VERSION {
        migrating();
        back_up(connection, path, version)?;
    }
    for (number, migration) in (1..).zip(MIGRATIONS) {
        if number > version {
            apply(connection, number, migration.sql, clock).map_err(failed)?;
        }
    }
    Ok(())
}

/// Makes a new database's schema.
pub(super) fn build(connection: &mut Connection, clock: Clock) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    for (number, migration) in (1..).zip(MIGRATIONS) {
        apply(connection, number, migration.sql, clock)?;
    }
    Ok(())
}

/// What kind of database it is, by its own word.
pub(super) fn application_id(connection: &Connection) -> rusqlite::Result<i32> {
    pragma(connection, "application_id")
}

/// Whether it is a database of Backlog 1.x, which kept its version in a table.
pub(super) fn is_backlog_one(connection: &Connection) -> bool {
    connection
        .query_row(
            "SELECT count(*) FROM schema_meta, (SELECT count(*) FROM projects), (SELECT count(*) FROM tasks)
             WHERE key = 'schema_version'",
            [],
            |row| row.get::<_, i64>(0),
        )
        .is_ok_and(|found| found > 0)
}

/// Its schema's version, by its own word.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i32> {
    pragma(connection, "user_version")
}

/// The schema's version, which must not be newer than what is known here.
pub(super) fn check_version(connection: &Connection, path: &Path) -> Result<i32, OpenError> {
    let failed = |source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let version = version(connection).map_err(failed)?;
    if version <= SCHEMA_VERSION {
        return Ok(version);
    }
    let program = connection
        .query_row(
            "SELECT program FROM migration ORDER BY version DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()
        .ok()
        .flatten()
        .unwrap_or_else(|| "of a later version".to_owned());
    Err(OpenError::Newer {
        path: path.to_owned(),
        found: version,
        known: SCHEMA_VERSION,
        program,
    })
}

/// A copy beside the database, before the first step that changes data.
fn back_up(connection: &Connection, path: &Path, version: i32) -> Result<(), OpenError> {
    let pending = MIGRATIONS
        .iter()
        .skip(usize::try_from(version).unwrap_or_default());
    if version == 0 || !pending.into_iter().any(|migration| migration.changes_data) {
        return Ok(());
    }
    let copy = path.with_extension(format!("db.before-v{SCHEMA_VERSION}"));
    if copy.exists() {
        return Ok(());
    }
    connection
        .execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .map(drop)
        .map_err(|source| OpenError::Backup { path: copy, source })
}

fn apply(
    connection: &mut Connection,
    number: i32,
    sql: &str,
    clock: Clock,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i32 = pragma(&transaction, "user_version")?;
    if version >= number {
        return Ok(());
    }
    transaction.execute_batch(sql)?;
    transaction.execute(
        "INSERT INTO migration (version, program, applied_at) VALUES (?1, ?2, ?3)",
        (
            number,
            backlog_api::version::program().to_string(),
            clock.now().0,
        ),
    )?;
    transaction.pragma_update(None, "user_version", number)?;
    transaction.commit()
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
