//! The writer: one thread, one connection, many writes a commit.
//!
//! While a commit waits for the disk, the next writes queue up; they are all
//! run in the next transaction, each in a savepoint of its own, and answered
//! after its commit. One sync serves them all.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    Caller, Reader, RequestKey, Result, StoreError, WriteTx, connection::BUSY_TIMEOUT,
    ground::Ground,
};
use crate::crash;
use crate::domain::{
    clock::{Clock, Moment},
    trash,
};

/// Writes that may wait; the next caller waits until there is room.
const QUEUE: usize = 1_024;
/// Writes that share a commit at most.
const BATCH: usize = 256;
/// After a pause of this length the log is moved into the database file, so
/// that the file alone is whole.
const PAUSE: Duration = Duration::from_secs(1);
/// How often old answers and old trash are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(3_600);

type Reply = oneshot::Sender<Result<Vec<u8>>>;
type Run = Box<dyn FnOnce(&mut WriteTx<'_>) -> Result<Vec<u8>> + Send>;

struct Job {
    caller: Caller,
    key: Option<RequestKey>,
    run: Run,
    reply: Reply,
    /// Gives its place in the queue back.
    _place: OwnedSemaphorePermit,
}

/// How the writer is.
#[derive(Debug, Clone, Copy)]
pub struct WriterStats {
    /// Writes that wait.
    pub queue: usize,
    /// Transactions committed.
    pub commits: u64,
    /// Writes in them.
    pub writes: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) commits: AtomicU64,
    pub(super) writes: AtomicU64,
}

/// The writing thread's handle.
pub(super) struct Writer {
    places: Arc<Semaphore>,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    lost: Arc<Notify>,
    thread: Mutex<Option<JoinHandle<()>>>,
    pub(super) counters: Arc<Counters>,
}

impl Writer {
    pub(super) fn start(connection: Connection, ground: Ground, clock: Clock) -> Self {
        let (jobs, queue) = mpsc::channel();
        let counters = Arc::new(Counters::default());
        let lost = Arc::new(Notify::new());
        let mut thread = WriterThread {
            connection,
            ground: Some(ground),
            lost: Arc::clone(&lost),
            clock,
            counters: Arc::clone(&counters),
            tidied: None,
            unsaved: true,
        };
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || thread.serve(&queue))
            .expect("a thread can be started at start-up");
        Self {
            places: Arc::new(Semaphore::new(QUEUE)),
            jobs: Mutex::new(Some(jobs)),
            lost,
            thread: Mutex::new(Some(thread)),
            counters,
        }
    }

    /// Queues a write and waits until it is on disk.
    pub(super) async fn submit(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        run: Run,
    ) -> Result<Vec<u8>> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let job = Job {
            caller,
            key,
            run,
            reply,
            _place: place,
        };
        self.jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .and_then(|jobs| jobs.send(job).ok())
            .ok_or(StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Waits until a write finds that the database was replaced.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }

    pub(super) fn queue(&self) -> usize {
        QUEUE - self.places.available_permits()
    }

    /// Ends the thread after what is queued.
    pub(super) fn close(&self) {
        drop(
            self.jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

struct WriterThread {
    connection: Connection,
    /// What the connection has open; `None` once that was replaced.
    ground: Option<Ground>,
    lost: Arc<Notify>,
    clock: Clock,
    counters: Arc<Counters>,
    tidied: Option<Instant>,
    /// Something is in the log that is not in the database file yet.
    unsaved: bool,
}

impl WriterThread {
    fn serve(&mut self, queue: &mpsc::Receiver<Job>) {
        loop {
            let pause = if self.unsaved { PAUSE } else { TIDY_EVERY };
            match queue.recv_timeout(pause) {
                Ok(job) => {
                    self.batch(job, queue);
                    self.tidy_now_and_then();
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.rest(),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.checkpoint();
    }

    /// Runs a job and those that wait behind it, and commits them together.
    fn batch(&mut self, first: Job, queue: &mpsc::Receiver<Job>) {
        let mut outcomes = Vec::new();
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            let _ = first.reply.send(Err(error.into()));
            return;
        }
        let now = self.clock.now();
        let mut next = Some(first);
        while let Some(job) = next {
            let outcome = self.run(job.caller, job.key.as_ref(), job.run, now);
            // A full disk ends the whole transaction, and all of it is lost.
            let lost = self.connection.is_autocommit();
            outcomes.push((job.reply, outcome));
            if lost {
                let error = outcomes
                    .iter()
                    .rev()
                    .find_map(|(_, outcome)| outcome.as_ref().err().cloned())
                    .unwrap_or(StoreError::DiskFull);
                return answer_all(outcomes, Some(&error));
            }
            next = if outcomes.len() < BATCH {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        crash::point("commit");
        let committed = self.commit();
        crash::point("reply");
        if committed.is_ok() {
            let writes = outcomes
                .iter()
                .filter(|(_, outcome)| outcome.is_ok())
                .count();
            self.counters
                .writes
                .fetch_add(writes as u64, Ordering::Relaxed);
            self.counters.commits.fetch_add(1, Ordering::Relaxed);
            self.unsaved = true;
        }
        answer_all(outcomes, committed.as_ref().err());
    }

    fn run(
        &self,
        caller: Caller,
        key: Option<&RequestKey>,
        run: Run,
        now: Moment,
    ) -> Result<Vec<u8>> {
        self.connection
            .prepare_cached("SAVEPOINT job")?
            .execute([])?;
        let mut tx = WriteTx {
            reader: Reader {
                conn: &self.connection,
            },
            caller,
            now,
        };
        let outcome = (|| {
            if let Some(key) = key
                && let Some(answer) = tx.kept_answer(key)?
            {
                return Ok(answer);
            }
            let answer = run(&mut tx)?;
            if let Some(key) = key {
                tx.keep_answer(key, &answer)?;
            }
            Ok(answer)
        })();
        if self.connection.is_autocommit() {
            return outcome;
        }
        let ended = (|| {
            if outcome.is_err() {
                self.connection
                    .prepare_cached("ROLLBACK TO job")?
                    .execute([])?;
            }
            self.connection.prepare_cached("RELEASE job")?.execute([])
        })();
        if let Err(error) = ended {
            // Half of a job must not be committed with the others.
            let _ = self.connection.execute_batch("ROLLBACK");
            return Err(error.into());
        }
        outcome
    }

    fn commit(&mut self) -> Result<()> {
        let reader = Reader {
            conn: &self.connection,
        };
        let indexed = reader.index_changed_texts();
        let holds = self.ground.as_ref().is_some_and(Ground::holds);
        let outcome = indexed.and_then(|()| {
            if holds {
                Ok(self.connection.execute_batch("COMMIT")?)
            } else {
                Err(StoreError::Closed)
            }
        });
        if outcome.is_err() && !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if !holds && let Some(ground) = self.ground.take() {
            ground.abandon(&self.connection);
            self.lost.notify_one();
        }
        outcome
    }

    /// What is done while nobody writes.
    fn rest(&mut self) {
        self.tidy_now_and_then();
        self.checkpoint();
    }

    fn tidy_now_and_then(&mut self) {
        if self.tidied.is_none_or(|last| last.elapsed() >= TIDY_EVERY) {
            self.tidied = Some(Instant::now());
            if let Err(error) = self.tidy() {
                tracing::warn!(%error, "could not tidy up");
            }
        }
    }

    /// Forgets old answers and destroys what was in the trash for 30 days.
    fn tidy(&mut self) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let now = self.clock.now();
        let mut tx = WriteTx {
            reader: Reader {
                conn: &self.connection,
            },
            caller: Caller::daemon(),
            now,
        };
        let tidied = tx
            .drop_old_answers()
            .and_then(|_| tx.empty_trash(Some(now.days_before(trash::KEPT_DAYS))));
        match tidied {
            Ok(_) => self.commit(),
            Err(error) => {
                let _ = self.connection.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    /// Moves the log into the database file and gives memory back. A reader
    /// in its way is waited for at the next pause.
    fn checkpoint(&mut self) {
        if !self.ground.as_ref().is_some_and(Ground::holds) {
            return;
        }
        let _ = self.connection.busy_timeout(Duration::ZERO);
        let busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, bool>(0)
            });
        let _ = self.connection.busy_timeout(BUSY_TIMEOUT);
        self.unsaved = !matches!(busy, Ok(false));
        let _ = self.connection.execute_batch("PRAGMA shrink_memory");
    }
}

fn answer_all(outcomes: Vec<(Reply, Result<Vec<u8>>)>, failure: Option<&StoreError>) {
    for (reply, outcome) in outcomes {
        let outcome = match (outcome, failure) {
            (Ok(_), Some(failure)) => Err(failure.clone()),
            (outcome, _) => outcome,
        };
        // A caller that is gone will ask again with the same request id.
        let _ = reply.send(outcome);
    }
}
