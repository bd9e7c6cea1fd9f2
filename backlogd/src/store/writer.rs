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
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot, watch};

use super::{
    Caller, Reader, RequestKey, Result, StoreError, WriteTx,
    connection::BUSY_TIMEOUT,
    ground::Ground,
    waiting::{Answering, ClaimJob, Parked, ParkedClaims, WaitingList, may_pass},
};
use crate::crash;
use crate::domain::{
    clock::{Clock, Now},
    lease::LeaseTerms,
    queue::{Claim, Waiting},
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
/// How often another process's commits are looked for while claims wait.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) type Reply = oneshot::Sender<Result<Vec<u8>>>;
type Run = Box<dyn FnOnce(&mut WriteTx<'_>) -> Result<Vec<u8>> + Send>;
type Outcomes = Vec<(Reply, Result<Vec<u8>>)>;

enum Work {
    Write {
        caller: Caller,
        key: Option<RequestKey>,
        run: Run,
    },
    Claim(Box<ClaimJob>),
}

struct Job {
    work: Work,
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
    pub(super) waiting: Arc<WaitingList>,
    pub(super) committed: watch::Sender<()>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        ground: Ground,
        clock: Clock,
        terms: LeaseTerms,
    ) -> Self {
        let (jobs, queue) = mpsc::channel();
        let counters = Arc::new(Counters::default());
        let lost = Arc::new(Notify::new());
        let waiting = Arc::new(WaitingList::default());
        let committed = watch::Sender::new(());
        let mut thread = WriterThread {
            connection,
            ground: Some(ground),
            lost: Arc::clone(&lost),
            clock,
            counters: Arc::clone(&counters),
            terms,
            parked: ParkedClaims::default(),
            waiting: Arc::clone(&waiting),
            committed: committed.clone(),
            moved: false,
            data_version: 0,
            tidied: None,
            written: Instant::now(),
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
            waiting,
            committed,
        }
    }

    /// Queues a write and waits until it is on disk.
    pub(super) async fn submit(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        run: Run,
    ) -> Result<Vec<u8>> {
        self.queue_up(Work::Write { caller, key, run }).await
    }

    /// Queues a claim and waits until it is on disk, or refused.
    pub(super) async fn claim(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        claim: Claim,
        waiting: Option<Waiting>,
        answer: Answering,
    ) -> Result<Vec<u8>> {
        self.queue_up(Work::Claim(Box::new(ClaimJob {
            caller,
            key,
            claim,
            waiting,
            answer,
        })))
        .await
    }

    async fn queue_up(&self, work: Work) -> Result<Vec<u8>> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let job = Job {
            work,
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
    terms: LeaseTerms,
    parked: ParkedClaims,
    waiting: Arc<WaitingList>,
    committed: watch::Sender<()>,
    /// Something was written since the claims that wait were last tried.
    moved: bool,
    /// Tells commits of other processes, by `PRAGMA data_version`.
    data_version: i64,
    tidied: Option<Instant>,
    /// When the last commit was.
    written: Instant,
    /// Something is in the log that is not in the database file yet.
    unsaved: bool,
}

impl WriterThread {
    fn serve(&mut self, queue: &mpsc::Receiver<Job>) {
        loop {
            match queue.recv_timeout(self.pause()) {
                Ok(job) => {
                    self.batch(Some(job), queue);
                    self.tidy_now_and_then();
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.rest(queue),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.checkpoint();
    }

    /// How long to wait for the next job: until there is something else to do.
    fn pause(&self) -> Duration {
        let usual = if self.unsaved { PAUSE } else { TIDY_EVERY };
        // Nothing is read from what is no longer ours.
        if !self.stands() {
            return usual;
        }
        let now = self.clock.both();
        let reader = Reader::new(&self.connection, now);
        let look = (!self.parked.is_empty()).then_some(LOOK_EVERY);
        [
            reader.next_due().ok().flatten(),
            self.parked.next_due(now.moment),
            look,
        ]
        .into_iter()
        .flatten()
        .fold(usual, Duration::min)
    }

    /// Runs a job and those that wait behind it, and commits them together.
    /// Before them the leases end whose time is over; behind them, the claims
    /// that wait get what has become ready.
    fn batch(&mut self, first: Option<Job>, queue: &mpsc::Receiver<Job>) {
        let mut outcomes = Vec::new();
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            if let Some(first) = first {
                let _ = first.reply.send(Err(error.into()));
            }
            return;
        }
        let now = self.clock.both();
        self.settle(now);
        let mut next = first;
        while let Some(job) = next {
            // Those who have waited come first.
            if matches!(job.work, Work::Claim(_)) {
                self.serve_parked(now, &mut outcomes);
            }
            self.work(job, now, &mut outcomes);
            // A full disk ends the whole transaction, and all of it is lost.
            if self.connection.is_autocommit() {
                let error = first_error(&outcomes);
                return answer_all(outcomes, Some(&error));
            }
            next = if outcomes.len() < BATCH {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        self.serve_parked(now, &mut outcomes);
        if self.connection.is_autocommit() {
            let error = first_error(&outcomes);
            return answer_all(outcomes, Some(&error));
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
            self.written = Instant::now();
            self.committed.send_replace(());
        }
        self.waiting.show(&self.parked);
        answer_all(outcomes, committed.as_ref().err());
    }

    /// Runs a job. Its outcome is among the others', unless it is a claim that
    /// goes on waiting.
    fn work(&mut self, job: Job, now: Now, outcomes: &mut Outcomes) {
        match job.work {
            Work::Write { caller, key, run } => {
                let outcome = self.run(caller, key.as_ref(), run, now);
                self.moved |= outcome.is_ok();
                outcomes.push((job.reply, outcome));
            }
            Work::Claim(claim) => {
                let outcome = self.claim(&claim, now);
                match (outcome, claim.waiting) {
                    (Err(refusal), Some(waiting))
                        if waiting.until > now.moment && may_pass(&refusal) =>
                    {
                        self.parked.park(Parked {
                            job: *claim,
                            waiting,
                            reply: job.reply,
                            refusal,
                        });
                    }
                    (outcome, _) => {
                        self.moved |= outcome.is_ok();
                        outcomes.push((job.reply, outcome));
                    }
                }
            }
        }
    }

    fn claim(&self, job: &ClaimJob, now: Now) -> Result<Vec<u8>> {
        let run = |tx: &mut WriteTx<'_>| Ok((job.answer)(tx.claim(&job.claim)?));
        self.run(job.caller.clone(), job.key.as_ref(), run, now)
    }

    /// Tries the claims that wait, where something was written since.
    fn serve_parked(&mut self, now: Now, outcomes: &mut Outcomes) {
        if !self.moved || self.parked.is_empty() {
            return;
        }
        self.moved = false;
        let mut parked = std::mem::take(&mut self.parked);
        parked.try_each(|waiting| {
            if self.connection.is_autocommit() {
                return Some(waiting);
            }
            match self.claim(&waiting.job, now) {
                Err(refusal) if may_pass(&refusal) => Some(Parked { refusal, ..waiting }),
                outcome => {
                    outcomes.push((waiting.reply, outcome));
                    None
                }
            }
        });
        self.parked = parked;
    }

    /// Ends what is over by the clock. A failure is the next batch's to meet.
    fn settle(&mut self, now: Now) {
        let settled = self.savepoint(Caller::daemon(), now, |tx| tx.settle());
        match settled {
            Ok(0) => {}
            Ok(_) => self.moved = true,
            Err(error) => tracing::warn!(%error, "could not end what is over"),
        }
    }

    fn run(
        &self,
        caller: Caller,
        key: Option<&RequestKey>,
        run: impl FnOnce(&mut WriteTx<'_>) -> Result<Vec<u8>>,
        now: Now,
    ) -> Result<Vec<u8>> {
        self.savepoint(caller, now, |tx| {
            if let Some(key) = key
                && let Some(answer) = tx.kept_answer(key)?
            {
                return Ok(answer);
            }
            let answer = run(tx)?;
            if let Some(key) = key {
                tx.keep_answer(key, &answer)?;
            }
            Ok(answer)
        })
    }

    /// Runs something whole or not at all.
    fn savepoint<T>(
        &self,
        caller: Caller,
        now: Now,
        run: impl FnOnce(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.connection
            .prepare_cached("SAVEPOINT job")?
            .execute([])?;
        let mut tx = self.tx(caller, now);
        let outcome = run(&mut tx).and_then(|value| {
            tx.refresh_holdback()?;
            Ok(value)
        });
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

    fn tx(&self, caller: Caller, now: Now) -> WriteTx<'_> {
        WriteTx {
            reader: Reader::new(&self.connection, now),
            caller,
            terms: self.terms,
        }
    }

    fn commit(&mut self) -> Result<()> {
        let indexed = Reader::new(&self.connection, self.clock.both()).index_changed_texts();
        let holds = self.stands();
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
    fn rest(&mut self, queue: &mpsc::Receiver<Job>) {
        if !self.stands() {
            return;
        }
        self.look_around(queue);
        self.tidy_now_and_then();
        if self.unsaved && self.written.elapsed() >= PAUSE {
            self.checkpoint();
        }
    }

    /// Ends what is over by the clock, and serves the claims that wait what
    /// that or another process's commit has made ready.
    fn look_around(&mut self, queue: &mpsc::Receiver<Job>) {
        let now = self.clock.both();
        for overdue in self.parked.take_overdue(now.moment) {
            let _ = overdue.reply.send(Err(overdue.refusal));
        }
        self.waiting.show(&self.parked);
        let version = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .unwrap_or(self.data_version);
        if version != self.data_version {
            self.data_version = version;
            self.moved = true;
        }
        let due = Reader::new(&self.connection, now).next_due();
        let is_due = due.is_ok_and(|due| due.is_some_and(|due| due.is_zero()));
        if is_due || (self.moved && !self.parked.is_empty()) {
            self.batch(None, queue);
        }
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
        let now = self.clock.both();
        let mut tx = self.tx(Caller::daemon(), now);
        let tidied = tx
            .drop_old_answers()
            .and_then(|_| tx.empty_trash(Some(now.moment.days_before(trash::KEPT_DAYS))))
            .and_then(|_| tx.refresh_holdback());
        match tidied {
            Ok(_) => self.commit(),
            Err(error) => {
                let _ = self.connection.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    /// Whether the database at the path is the one that is open.
    fn stands(&self) -> bool {
        self.ground.as_ref().is_some_and(Ground::holds)
    }

    /// Moves the log into the database file and gives memory back. A reader
    /// in its way is waited for at the next pause.
    fn checkpoint(&mut self) {
        if !self.stands() {
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

/// What ended a transaction from within.
fn first_error(outcomes: &[(Reply, Result<Vec<u8>>)]) -> StoreError {
    outcomes
        .iter()
        .rev()
        .find_map(|(_, outcome)| outcome.as_ref().err().cloned())
        .unwrap_or(StoreError::DiskFull)
}

fn answer_all(outcomes: Outcomes, failure: Option<&StoreError>) {
    for (reply, outcome) in outcomes {
        let outcome = match (outcome, failure) {
            (Ok(_), Some(failure)) => Err(failure.clone()),
            (outcome, _) => outcome,
        };
        // A caller that is gone will ask again with the same request id.
        let _ = reply.send(outcome);
    }
}
