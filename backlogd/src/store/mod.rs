//! The only code that knows SQL. One type, [`Store`], its queries spread over
//! one file an entity: what reads hangs on [`Reader`], what writes on
//! [`WriteTx`], which can read as well.
//!
//! Every rule that must hold between two callers is decided inside a write's
//! transaction, never from something remembered: another process may write to
//! the same file.

mod activity;
mod answer;
mod assignee;
mod attachment;
mod attempt;
mod backup;
mod claim;
mod comment;
mod connection;
mod dependency;
mod doc;
mod error;
mod export;
mod find;
mod finding;
mod ground;
mod holdback;
mod import;
mod inspect;
mod label;
mod lease;
mod leaving;
#[cfg(test)]
mod list_tests;
mod memory;
mod migrate;
mod obstacle;
mod plan;
mod project;
#[cfg(test)]
mod query_plans;
mod queue;
#[cfg(test)]
mod readiness_tests;
mod report;
mod restore;
mod row;
mod scratch;
mod search;
mod session;
mod task;
mod task_list;
mod trash;
mod version;
mod waiting;
mod workspace;
mod writer;

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

pub use self::{
    activity::{ActivityFilter, Verified},
    answer::{Answer, RequestKey},
    backup::Copied,
    error::{OpenError, RestoreError, Result, StoreError},
    find::{Found, Hit, Search},
    ground::{inode, put_orphaned_log_aside},
    import::ImportSource,
    inspect::inspect,
    migrate::{APPLICATION_ID, SCHEMA_VERSION},
    report::{AnalysisRequest, AuditRequest},
    restore::{Head, Newer, Placed, Prepared, Standing, abandon_prepared},
    task_list::{ListedTasks, TaskListing},
    workspace::{Created, WorkspaceInfo, check, create},
    writer::WriterStats,
};
use self::{connection::ReaderPool, ground::Ground, writer::Writer};
use crate::domain::{
    Actor, Moment,
    clock::{Clock, Now, Uptime},
    lease::{Holder, LeaseTerms, LeaseToken},
    queue::{Claim, Claimed, Waiting},
};

/// Who makes a write, for the log.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The actor.
    pub actor: Actor,
    /// The session, or empty.
    pub session: String,
    /// The calling process's user.
    pub uid: Option<u32>,
    /// The calling process.
    pub pid: Option<i32>,
    /// The lease it says it writes under.
    pub lease: Option<LeaseToken>,
}

impl Caller {
    /// The daemon itself.
    #[must_use]
    pub fn daemon() -> Self {
        Self {
            actor: Actor::daemon(),
            session: String::new(),
            uid: None,
            pid: None,
            lease: None,
        }
    }

    /// What leases know of it.
    #[must_use]
    pub fn holder(&self) -> Holder {
        Holder {
            actor: self.actor.clone(),
            session: self.session.clone(),
        }
    }
}

/// A workspace's database. Cheap to clone; the last clone's drop closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// The last clone's drop finishes what was submitted.
impl Drop for Inner {
    fn drop(&mut self) {
        self.readers.close();
        self.writer.close();
    }
}

type ReadJob = Box<dyn FnOnce(&Reader<'_>) + Send>;

/// As whom a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// What the workspace says about leases.
    pub terms: LeaseTerms,
    /// As its daemon, which was away: no lease may have ended for that alone.
    pub as_daemon: bool,
}

struct Inner {
    path: PathBuf,
    opening: Opening,
    readers: ReaderPool,
    writer: Writer,
}

impl Store {
    /// Opens a database and brings its schema up to date. `migrating` is
    /// called before a migration, which may take long.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(
        path: &Path,
        clock: Clock,
        opening: Opening,
        migrating: impl FnOnce(),
    ) -> std::result::Result<Self, OpenError> {
        let mut connection = connection::open_writer(path)?;
        migrate::migrate(&mut connection, path, clock, migrating)?;
        let failed = |source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        };
        lease::restore(&mut connection, clock.both(), opening).map_err(failed)?;
        let readers = ReaderPool::open(path, clock);
        Ok(Self::over(path, connection, readers, clock, opening))
    }

    /// As [`Self::open`]; where nothing can be written, to read: then every
    /// write is refused.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_or_look(
        path: &Path,
        clock: Clock,
        opening: Opening,
    ) -> std::result::Result<Self, OpenError> {
        Self::open(path, clock, opening, || {}).or_else(|error| {
            if error::is_read_only(&error) {
                // What kept it from being opened says more than the next try.
                Self::open_to_look(path, clock, opening).map_err(|second| match second {
                    OpenError::Sqlite { .. } | OpenError::Io { .. } => error,
                    second => second,
                })
            } else {
                Err(error)
            }
        })
    }

    /// Opens a database to read it, and changes nothing: every write is refused.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_to_look(
        path: &Path,
        clock: Clock,
        opening: Opening,
    ) -> std::result::Result<Self, OpenError> {
        connection::see_ours(path)?;
        let failed = |source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        };
        let connection = connection::open_to_look(path).map_err(failed)?;
        let found = migrate::check_version(&connection, path)?;
        if found < SCHEMA_VERSION {
            return Err(OpenError::Older {
                path: path.to_owned(),
                found,
                known: SCHEMA_VERSION,
            });
        }
        let readers = ReaderPool::to_look(path, clock);
        Ok(Self::over(path, connection, readers, clock, opening))
    }

    fn over(
        path: &Path,
        connection: Connection,
        readers: ReaderPool,
        clock: Clock,
        opening: Opening,
    ) -> Self {
        let ground = Ground::stand_on(path);
        let writer = Writer::start(connection, ground, clock, opening);
        Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                opening,
                readers,
                writer,
            }),
        }
    }

    /// Runs a query on a thread of its own, in one snapshot.
    ///
    /// # Errors
    /// What the query returns, and [`StoreError`] of the database itself.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Reader<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job: ReadJob = Box::new(move |reader| drop(reply.send(query(reader))));
        let store = self.clone();
        // One kind of job for all queries: what runs it is large.
        tokio::task::spawn_blocking(move || store.inner.readers.snapshot(job))
            .await
            .map_err(|_| StoreError::Closed)??;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a long query on this thread, in one snapshot, over a connection of
    /// its own: it takes none from those that serve the short ones.
    ///
    /// # Errors
    /// What the query returns, and [`StoreError`] of the database itself.
    pub fn read_apart<T>(&self, query: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        self.inner.readers.apart(&self.inner.path, query)
    }

    /// Runs a write and returns once it is on disk, or the answer that was
    /// given when the same request came before.
    ///
    /// # Errors
    /// What the write returns; then nothing of it is written.
    pub async fn write<T: Answer>(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let answer = self
            .inner
            .writer
            .submit(caller, key, Box::new(move |tx| Ok(write(tx)?.to_bytes())))
            .await?;
        T::from_bytes(&answer).ok_or(StoreError::AnswerUnreadable)
    }

    /// As [`Self::write`], of one so large that it gets a transaction of its
    /// own; where it is not to be kept, it is tried and undone.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_alone<T: Answer>(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        keep: bool,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let answer = self
            .inner
            .writer
            .submit_alone(
                caller,
                key,
                keep,
                Box::new(move |tx| Ok(write(tx)?.to_bytes())),
            )
            .await?;
        T::from_bytes(&answer).ok_or(StoreError::AnswerUnreadable)
    }

    /// Claims a task and returns once that is on disk; where nothing can be
    /// claimed and the caller waits, once something can. Those who wait are
    /// served in the order in which they asked. Dropping the future gives the
    /// place in the queue up.
    ///
    /// # Errors
    /// What the claim is refused for, and [`StoreError`] of the database.
    pub async fn claim<T: Answer>(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        claim: Claim,
        waiting: Option<Waiting>,
        answer: impl Fn(Claimed) -> T + Send + Sync + 'static,
    ) -> Result<T> {
        let answer = self
            .inner
            .writer
            .claim(
                caller,
                key,
                claim,
                waiting,
                Box::new(move |claimed| answer(claimed).to_bytes()),
            )
            .await?;
        T::from_bytes(&answer).ok_or(StoreError::AnswerUnreadable)
    }

    /// The claims that wait here, in the order in which they are served.
    #[must_use]
    pub fn waiting(&self) -> Vec<(Holder, Waiting)> {
        self.inner.writer.waiting.list()
    }

    /// What the workspace says about leases.
    #[must_use]
    pub fn terms(&self) -> LeaseTerms {
        self.inner.opening.terms
    }

    /// How long a lease that a stream holds lives without being renewed.
    #[must_use]
    pub fn held_for(&self, ttl: Duration) -> Duration {
        let Opening { terms, as_daemon } = self.inner.opening;
        terms.held_for(ttl, as_daemon)
    }

    /// Says when something was committed here. What another process committed
    /// it does not say.
    #[must_use]
    pub fn committed(&self) -> watch::Receiver<()> {
        self.inner.writer.committed.subscribe()
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// How the writer is.
    #[must_use]
    pub fn writer_stats(&self) -> WriterStats {
        let counters = &self.inner.writer.counters;
        WriterStats {
            queue: self.inner.writer.queue(),
            commits: counters.commits.load(Ordering::Relaxed),
            writes: counters.writes.load(Ordering::Relaxed),
        }
    }

    /// Waits until a write finds that the database at the path is another
    /// file than the one that is open; from then on writes are refused.
    pub async fn lost(&self) {
        self.inner.writer.lost().await;
    }

    /// Makes an empty write, which finds out whether the database was replaced
    /// and then keeps a copy of the one that is open.
    pub async fn probe(&self) {
        let nothing = Box::new(|_: &mut WriteTx<'_>| Ok(Vec::new()));
        let _ = self
            .inner
            .writer
            .submit(Caller::daemon(), None, nothing)
            .await;
    }

    /// Finishes what was submitted, checkpoints, and closes the writing
    /// connection. Later writes are refused.
    pub fn close(&self) {
        self.inner.readers.close();
        self.inner.writer.close();
    }
}

/// Queries, on a connection that is inside a transaction.
pub struct Reader<'c> {
    conn: &'c Connection,
    now: Moment,
    uptime: Uptime,
}

impl<'c> Reader<'c> {
    fn new(conn: &'c Connection, now: Now) -> Self {
        Self {
            conn,
            now: now.moment,
            uptime: now.uptime,
        }
    }
}

/// A write's transaction: one caller, one moment, one workspace's terms.
pub struct WriteTx<'c> {
    reader: Reader<'c>,
    caller: Caller,
    terms: LeaseTerms,
    /// The daemon's, which notices when a stream breaks.
    as_daemon: bool,
}

impl<'c> Deref for WriteTx<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}
