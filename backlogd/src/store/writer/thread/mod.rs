//! The thread that writes.

mod batch;
mod rest;
mod transaction;

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{Job, Reply, Run, Shared, Work};
use crate::{
    domain::clock::Clock,
    store::{Opening, Reader, ground::Ground, waiting::ParkedClaims},
};

/// After a pause of this length the log is moved into the database file, so
/// that the file alone is whole.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the last checkpoint waits for a read that is about to end.
const LAST_PATIENCE: Duration = Duration::from_secs(1);
/// How often old answers and old trash are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
/// How often another process's commits are looked for while claims wait.
const LOOK_EVERY: Duration = Duration::from_millis(100);

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

    /// Whether the database at the path is the one that is open.
    fn stands(&self) -> bool {
        self.ground.as_ref().is_some_and(Ground::holds)
    }
}
