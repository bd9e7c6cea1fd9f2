//! The thread that writes.

use std::{
    sync::{atomic::Ordering, mpsc},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{Job, Reply, Run, Shared, Work};
use crate::{
    crash,
    domain::{
        clock::{Clock, Now, Uptime},
        trash,
    },
    store::{
        Caller, Opening, Reader, RequestKey, Result, StoreError, WriteTx,
        connection::BUSY_TIMEOUT,
        ground::Ground,
        waiting::{ClaimJob, Parked, ParkedClaims, may_pass},
    },
};

/// Writes that share a commit at most.
const BATCH: usize = 256;
/// After a pause of this length the log is moved into the database file, so
/// that the file alone is whole.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the last checkpoint waits for a read that is about to end.
const LAST_PATIENCE: Duration = Duration::from_secs(1);
/// How often old answers and old trash are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
/// Within one commit, what is over is ended again for a write that was asked for
/// so much later than the one before.
const SETTLED_FOR: Duration = Duration::from_secs(1);
/// How often another process's commits are looked for while claims wait.
const LOOK_EVERY: Duration = Duration::from_millis(100);

type Outcomes = Vec<(Reply, Result<Vec<u8>>)>;

pub(super) struct WriterThread {
    connection: Connection,
    /// What the connection has open; `None` once that was replaced.
    ground: Option<Ground>,
    clock: Clock,
    shared: Shared,
    opening: Opening,
    parked: ParkedClaims,
    /// Something was written since the claims that wait were last tried.
    moved: bool,
    /// A large write that came while a batch was gathered.
    alone: Option<Job>,
    /// The last try to end what is over failed.
    troubled: bool,
    /// Tells commits of other processes, by `PRAGMA data_version`.
    data_version: i64,
    tidied: Option<Instant>,
    /// When the last commit was.
    written: Instant,
    /// Something is in the log that is not in the database file yet.
    unsaved: bool,
}

impl WriterThread {
    pub(super) fn new(
        connection: Connection,
        ground: Ground,
        clock: Clock,
        opening: Opening,
        shared: Shared,
    ) -> Self {
        Self {
            connection,
            ground: Some(ground),
            clock,
            shared,
            opening,
            parked: ParkedClaims::default(),
            moved: false,
            alone: None,
            troubled: false,
            data_version: 0,
            tidied: None,
            written: Instant::now(),
            unsaved: true,
        }
    }

    /// Serves until the last handle is gone.
    pub(super) fn serve(&mut self, queue: &mpsc::Receiver<Job>) {
        loop {
            match queue.recv_timeout(self.pause()) {
                Ok(job) => {
                    self.turn(Some(job), queue);
                    self.tidy_now_and_then();
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.rest(queue),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        // There is no next time.
        self.checkpoint(LAST_PATIENCE);
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
        let due = reader.next_due().ok().flatten();
        [
            // What could not be ended is tried again, but not at once.
            due.map(|due| if self.troubled { due.max(PAUSE) } else { due }),
            self.parked.next_due(now.moment),
            look,
        ]
        .into_iter()
        .flatten()
        .fold(usual, Duration::min)
    }

    /// Runs a job and those that wait behind it, up to and with a large one.
    fn turn(&mut self, first: Option<Job>, queue: &mpsc::Receiver<Job>) {
        let first = self.unless_alone(first);
        if first.is_some() || self.alone.is_none() {
            self.batch(first, queue);
        }
        while let Some(alone) = self.alone.take() {
            self.run_alone(alone);
            if !self.parked.is_empty() {
                let next = self.unless_alone(queue.try_recv().ok());
                self.batch(next, queue);
            }
        }
    }

    /// A job that may share a commit. A large one is not for others to wait
    /// for: it comes right behind them.
    fn unless_alone(&mut self, job: Option<Job>) -> Option<Job> {
        match job {
            Some(job) if matches!(job.work, Work::Alone { .. }) => {
                self.alone = Some(job);
                None
            }
            job => job,
        }
    }

    /// Runs a job and those that wait behind it, and commits them together.
    /// Before them the leases end whose time was over when they were asked for,
    /// however long ago that is: among them may be a renewal that came in time.
    /// Behind them, the claims that wait get what has become ready.
    fn batch(&mut self, first: Option<Job>, queue: &mpsc::Receiver<Job>) {
        let mut outcomes = Vec::new();
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            self.troubled = true;
            if let Some(first) = first {
                let _ = first.reply.send(Err(error.into()));
            }
            return;
        }
        let earliest = first.as_ref().or(self.alone.as_ref());
        let mut settled = earliest.map_or_else(|| self.clock.both().uptime, |job| job.asked);
        self.settle(settled);
        let mut next = first;
        while let Some(job) = next {
            if job.asked >= settled.after(SETTLED_FOR) {
                settled = job.asked;
                self.settle(settled);
            }
            // Those who have waited come first.
            if matches!(job.work, Work::Claim(_)) {
                self.serve_parked(&mut outcomes);
            }
            self.work(job, &mut outcomes);
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
            next = self.unless_alone(next);
        }
        self.serve_parked(&mut outcomes);
        if self.connection.is_autocommit() {
            let error = first_error(&outcomes);
            return answer_all(outcomes, Some(&error));
        }
        crash::point("commit");
        let committed = self.commit();
        crash::point("reply");
        self.troubled |= committed.is_err();
        if committed.is_ok() {
            let writes = outcomes
                .iter()
                .filter(|(_, outcome)| outcome.is_ok())
                .count();
            self.committed(writes);
        }
        self.shared.waiting.show(&self.parked);
        answer_all(outcomes, committed.as_ref().err());
    }

    /// Runs a job. Its outcome is among the others', unless it is a claim that
    /// goes on waiting.
    fn work(&mut self, job: Job, outcomes: &mut Outcomes) {
        let now = self.clock.both();
        match job.work {
            Work::Write { caller, key, run } => {
                let outcome = self.run(caller, key.as_ref(), run, now);
                self.moved |= outcome.is_ok();
                outcomes.push((job.reply, outcome));
            }
            // `unless_alone` leaves these to `run_alone`.
            Work::Alone { .. } => {}
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
    fn serve_parked(&mut self, outcomes: &mut Outcomes) {
        if !self.moved || self.parked.is_empty() {
            return;
        }
        let now = self.clock.both();
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

    /// Ends what was over at a time. A failure is the next batch's to meet.
    fn settle(&mut self, over_by: Uptime) {
        let now = Now {
            uptime: over_by,
            ..self.clock.both()
        };
        let settled = self.savepoint(Caller::daemon(), now, |tx| tx.settle());
        match settled {
            Ok(0) => {}
            Ok(_) => self.moved = true,
            Err(ref error) => tracing::warn!(%error, "could not end what is over"),
        }
        self.troubled = settled.is_err();
    }

    fn run(
        &self,
        caller: Caller,
        key: Option<&RequestKey>,
        run: impl FnOnce(&mut WriteTx<'_>) -> Result<Vec<u8>>,
        now: Now,
    ) -> Result<Vec<u8>> {
        self.savepoint(caller, now, |tx| answered(tx, key, run))
    }

    /// Runs a large write, in a transaction of its own. It has no
    /// savepoint around it: SQLite would keep the former state of every page
    /// that it changes, and walk through all of them at each statement.
    fn run_alone(&mut self, job: Job) {
        let Work::Alone {
            caller,
            key,
            run,
            keep,
        } = job.work
        else {
            return;
        };
        let outcome = self.transaction(job.asked, caller, key.as_ref(), run, keep);
        if outcome.is_ok() && keep {
            self.committed(1);
            self.moved = true;
        }
        let _ = job.reply.send(outcome);
    }

    fn transaction(
        &mut self,
        asked: Uptime,
        caller: Caller,
        key: Option<&RequestKey>,
        run: Run,
        keep: bool,
    ) -> Result<Vec<u8>> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.settle(asked);
        let mut tx = self.tx(caller, self.clock.both());
        let outcome = answered(&mut tx, key, run);
        if outcome.is_ok() && keep {
            crash::point("commit");
            self.commit()?;
            crash::point("reply");
        } else if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        outcome
    }

    /// Notes that so many writes are on disk.
    fn committed(&mut self, writes: usize) {
        let counters = &self.shared.counters;
        counters.writes.fetch_add(writes as u64, Ordering::Relaxed);
        counters.commits.fetch_add(1, Ordering::Relaxed);
        self.unsaved = true;
        self.written = Instant::now();
        self.shared.committed.send_replace(());
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
            terms: self.opening.terms,
            as_daemon: self.opening.as_daemon,
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
            self.shared.lost.notify_one();
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
            self.checkpoint(Duration::ZERO);
        }
    }

    /// Ends what is over by the clock, and serves the claims that wait what
    /// that or another process's commit has made ready.
    fn look_around(&mut self, queue: &mpsc::Receiver<Job>) {
        let now = self.clock.both();
        for overdue in self.parked.take_overdue(now.moment) {
            let _ = overdue.reply.send(Err(overdue.refusal));
        }
        self.shared.waiting.show(&self.parked);
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
            let next = queue.try_recv().ok();
            self.turn(next, queue);
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
    /// in its way is waited for so long, and else at the next pause.
    fn checkpoint(&mut self, patience: Duration) {
        if !self.stands() {
            return;
        }
        let _ = self.connection.busy_timeout(patience);
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

/// The answer that the request got before, or that it gets now, which is kept.
fn answered(
    tx: &mut WriteTx<'_>,
    key: Option<&RequestKey>,
    run: impl FnOnce(&mut WriteTx<'_>) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    if let Some(key) = key
        && let Some(answer) = tx.kept_answer(key)?
    {
        return Ok(answer);
    }
    let answer = run(tx)?;
    tx.refresh_holdback()?;
    if let Some(key) = key {
        tx.keep_answer(key, &answer)?;
    }
    Ok(answer)
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
