//! A write's transaction, or its savepoint in one: whole or not at all.

use std::{sync::atomic::Ordering, time::Instant};

use super::{Job, Run, Work, WriterThread};
use crate::{
    crash,
    domain::clock::{Now, Uptime},
    store::{Caller, Reader, RequestKey, Result, StoreError, WriteTx},
};

impl WriterThread {
    /// Begins a transaction, and ends in it what was over at a time.
    pub(super) fn begin(&mut self, over_by: Uptime) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.settle(over_by)
    }

    /// Ends what was over at a time. A failure is the next batch's to meet,
    /// unless it ended the transaction: then nothing may follow in it.
    pub(super) fn settle(&mut self, over_by: Uptime) -> Result<()> {
        let now = Now {
            uptime: over_by,
            ..self.clock.both()
        };
        let settled = self.savepoint(Caller::daemon(), now, |tx| tx.settle());
        self.troubled = settled.is_err();
        match settled {
            Ok(ended) => self.moved |= ended > 0,
            Err(error) => {
                tracing::warn!(%error, "could not end what is over");
                if self.connection.is_autocommit() {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    pub(super) fn run(
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
    pub(super) fn run_alone(&mut self, job: Job) {
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
        self.begin(asked)?;
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
    pub(super) fn committed(&mut self, writes: usize) {
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

    pub(super) fn tx(&self, caller: Caller, now: Now) -> WriteTx<'_> {
        WriteTx {
            reader: Reader::new(&self.connection, now),
            caller,
            terms: self.opening.terms,
            as_daemon: self.opening.as_daemon,
        }
    }

    pub(super) fn commit(&mut self) -> Result<()> {
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
