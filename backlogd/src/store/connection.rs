//! Connections: one that writes, a pool that reads.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
    time::Duration,
};

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::{
    Reader, Result,
    error::{OpenError, StoreError},
    migrate::{self, APPLICATION_ID},
    search,
};
use crate::domain::clock::Clock;

/// How long to wait for another process's write: a session in a sandbox may
/// work on the file beside the daemon.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Of whoever only reads; each connection is one thread's at a time.
pub(super) const READ_ONLY: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
const STATEMENTS_KEPT: usize = 128;
/// As many as may search at the same time; each keeps a page cache.
const READERS: u32 = 4;
/// All but one of them are closed when nobody needed them for so long; r2d2
/// looks every half minute.
const IDLE_READER: Duration = Duration::from_secs(20);

/// What means something in a URI.
const IN_URI: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// Opens the connection that writes.
pub(super) fn open_writer(path: &Path) -> std::result::Result<Connection, OpenError> {
    let connection = open_ours(path)?;
    prepare_writer(&connection).map_err(|source| sqlite(path, source))?;
    Ok(connection)
}

/// Opens a database of ours and changes nothing, least of all in one that is
/// not. The file must exist: a missing database is never taken for an empty one.
pub(super) fn open_ours(path: &Path) -> std::result::Result<Connection, OpenError> {
    see_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|source| sqlite(path, source))?;
    recognise(path, &connection).map(|()| connection)
}

/// Sees that a file is a database of ours, and changes nothing.
pub(super) fn see_ours(path: &Path) -> std::result::Result<(), OpenError> {
    see_file(path)?;
    let connection = open_to_look(path).map_err(|source| sqlite(path, source))?;
    recognise(path, &connection)
}

/// Whether an open database is ours, by its own word.
fn recognise(path: &Path, connection: &Connection) -> std::result::Result<(), OpenError> {
    match migrate::application_id(connection) {
        Ok(APPLICATION_ID) => return Ok(()),
        Ok(_) => {}
        Err(source) => return Err(sqlite(path, source)),
    }
    // Closing must not move the log of another program into its database.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    Err(if migrate::is_backlog_one(connection) {
        OpenError::BacklogOne(path.to_owned())
    } else {
        OpenError::NotBacklog(path.to_owned())
    })
}

/// Opens a database to look at it, and changes nothing: beside whoever works
/// with it, and where nothing can be written.
pub(super) fn open_to_look(path: &Path) -> rusqlite::Result<Connection> {
    let look = |connection: Connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Opening reads nothing yet.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let opened = Connection::open_with_flags(path, READ_ONLY).and_then(look);
    // SQLite wants to write beside a database with a log, if only to coordinate.
    // Where it cannot, and the log is empty, the file alone is the whole of it.
    let log = log_of(path);
    let is_alone = log.metadata().map_or(true, |log| log.len() == 0);
    match opened.as_ref().map_err(rusqlite::Error::sqlite_error_code) {
        Err(Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) if is_alone => {
            open_immutable(path).and_then(look)
        }
        _ => opened,
    }
}

/// Opens a database as a file that nobody changes: nothing is written beside
/// it, and a log that is there is not read.
pub(super) fn open_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let encoded = percent_encode(path.as_os_str().as_encoded_bytes(), IN_URI);
    let uri = format!("file:{encoded}?immutable=1");
    Connection::open_with_flags(uri, READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
}

/// Where SQLite keeps the log of a database, whatever that is called.
pub(super) fn log_of(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

/// A file of SQLite's beside a database.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn see_file(path: &Path) -> std::result::Result<(), OpenError> {
    match path.metadata() {
        Ok(file) if file.is_file() => Ok(()),
        Ok(_) => Err(OpenError::NotBacklog(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(OpenError::Missing(path.to_owned()))
        }
        Err(source) => Err(OpenError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Settings of a connection that writes.
pub(super) fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    search::prepare(connection)?;
    keep_plans(connection)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.execute_batch(
        // An acknowledged write is on disk: FULL syncs the log at each commit.
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 4194304;",
    )
}

/// A statement is planned once, whatever values it is given. Without this
/// SQLite plans a join anew for each value, which costs more than running it.
/// <https://www.sqlite.org/queryplanner-ng.html#qpstab>
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map(drop)
}

fn sqlite(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotBacklog(path),
        _ => OpenError::Sqlite { path, source },
    }
}

/// Read-only connections.
pub(super) struct ReaderPool {
    pool: RwLock<Option<r2d2::Pool<ReadOnly>>>,
    opens: Opens,
    clock: Clock,
}

/// How a connection that reads is opened.
type Opens = fn(&Path) -> rusqlite::Result<Connection>;

impl ReaderPool {
    pub(super) fn open(path: &Path, clock: Clock) -> Self {
        Self::with(path, clock, |path| {
            Connection::open_with_flags(path, READ_ONLY)
        })
    }

    /// Of a database that nobody can write to, as far as is known.
    pub(super) fn to_look(path: &Path, clock: Clock) -> Self {
        Self::with(path, clock, open_to_look)
    }

    fn with(path: &Path, clock: Clock, opens: Opens) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(1))
            .idle_timeout(Some(IDLE_READER))
            .test_on_check_out(false)
            .connection_timeout(BUSY_TIMEOUT)
            .build_unchecked(ReadOnly {
                path: path.to_owned(),
                opens,
            });
        Self {
            pool: RwLock::new(Some(pool)),
            opens,
            clock,
        }
    }

    /// Runs a query; all its statements see the same moment.
    pub(super) fn snapshot(&self, query: impl FnOnce(&Reader<'_>)) -> Result<()> {
        let pool = self
            .pool
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let connection = pool
            .ok_or(StoreError::Closed)?
            .get()
            .map_err(|error| StoreError::Sqlite(error.to_string()))?;
        let transaction = connection.unchecked_transaction()?;
        query(&Reader::new(&transaction, self.clock.both()));
        Ok(())
    }

    /// Runs a query on a connection that is opened for it.
    pub(super) fn apart<T>(
        &self,
        path: &Path,
        query: impl FnOnce(&Reader<'_>) -> Result<T>,
    ) -> Result<T> {
        let connection = connect(path, self.opens)?;
        let transaction = connection.unchecked_transaction()?;
        query(&Reader::new(&transaction, self.clock.both()))
    }

    /// Closes them. The connection that writes must close last: only a writer
    /// can remove the log.
    pub(super) fn close(&self) {
        drop(
            self.pool
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

/// Opens a connection that reads.
fn connect(path: &Path, opens: Opens) -> rusqlite::Result<Connection> {
    let connection = opens(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.execute_batch(
        // The system caches the file's pages; ours would be kept while idle.
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512;",
    )?;
    Ok(connection)
}

/// How r2d2 makes them.
struct ReadOnly {
    path: PathBuf,
    opens: Opens,
}

impl r2d2::ManageConnection for ReadOnly {
    type Connection = Connection;
    type Error = rusqlite::Error;

    fn connect(&self) -> rusqlite::Result<Connection> {
        connect(&self.path, self.opens)
    }

    fn is_valid(&self, _: &mut Connection) -> rusqlite::Result<()> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Connection) -> bool {
        false
    }
}
