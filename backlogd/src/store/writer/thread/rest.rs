//! What is done while nobody writes: looking around, tidying up, moving the log
//! into the database file.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use super::{Job, PAUSE, TIDY_EVERY, WriterThread};
use crate::{
    domain::trash,
    store::{Caller, Reader, Result, connection::BUSY_TIMEOUT},
};

impl WriterThread {
    /// What is done while nobody writes.
    pub(super) fn rest(&mut self, queue: &mpsc::Receiver<Job>) {
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

    pub(super) fn tidy_now_and_then(&mut self) {
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

    /// Moves the log into the database file and gives memory back. A reader
    /// in its way is waited for so long, and else at the next pause.
    pub(super) fn checkpoint(&mut self, patience: Duration) {
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
