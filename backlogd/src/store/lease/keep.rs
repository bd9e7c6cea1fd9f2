//! Keeping a lease: by renewing it, by writing, or by a stream that holds it.

use std::time::Duration;

use rusqlite::named_params;
use serde_json::json;

use crate::{
    domain::{
        activity::Action,
        clock::nanos,
        lease::{HeldBy, Lease},
        task::TaskRef,
    },
    store::{Result, WriteTx},
};

/// In the place of a stream that was announced and has not come.
const AWAITED: &str = "";

impl WriteTx<'_> {
    /// Gives a lease its whole time again, or another. One whose stream has not
    /// come or is not watched gets no more than the grace: its holder may be
    /// killed with this very answer.
    pub(in crate::store) fn renew(&self, lease: &Lease, ttl: Duration) -> Result<()> {
        let grace = self.terms.held_for(ttl, false);
        self.conn
            .prepare_cached(
                "UPDATE lease SET ttl = :ttl,
                     deadline = iif(held_by = 'stream' AND (stream = :awaited OR NOT :watched),
                         max(deadline, :grace_deadline), :deadline),
                     expires_at = iif(held_by = 'stream' AND (stream = :awaited OR NOT :watched),
                         max(expires_at, :grace_expires_at), :expires_at)
                 WHERE task_seq = :task",
            )?
            .execute(named_params! {
                ":ttl": nanos(ttl), ":awaited": AWAITED, ":watched": self.as_daemon,
                ":deadline": self.uptime.after(ttl).0, ":expires_at": self.now.after(ttl),
                ":grace_deadline": self.uptime.after(grace).0,
                ":grace_expires_at": self.now.after(grace), ":task": lease.task_seq,
            })?;
        Ok(())
    }

    /// Any write of its holder about a task renews its lease.
    pub(in crate::store) fn renew_by_writing(&self, task_seq: i64) -> Result<()> {
        match self.lease_of(task_seq)? {
            Some(lease) if self.holds(&lease) => self.renew(&lease, lease.ttl),
            _ => Ok(()),
        }
    }

    /// Renews the caller's lease.
    pub fn renew_lease(&mut self, task: TaskRef, ttl: Option<Duration>) -> Result<Lease> {
        let task = self.find_task(task)?;
        let lease = self.own_lease(&task)?;
        let ttl = ttl.unwrap_or(lease.ttl);
        self.renew(&lease, ttl)?;
        self.log_task(
            &task,
            Action::Renewed,
            format!("renewed the lease of {}", task.reference()),
            json!({"fence": lease.fence, "ttl": nanos(ttl)}),
        )?;
        self.own_lease(&task)
    }

    /// Lets a stream hold the caller's lease. The stream that came last holds,
    /// unless a process does.
    pub fn hold_by_stream(&mut self, task: TaskRef, stream: &str) -> Result<Lease> {
        let task = self.find_task(task)?;
        let lease = self.own_lease(&task)?;
        let time = self.terms.held_for(lease.ttl, self.as_daemon);
        self.conn
            .prepare_cached(
                "UPDATE lease SET held_by = :held_by, stream = :stream, deadline = :deadline,
                     expires_at = :expires_at
                 WHERE attempt_id = :attempt AND held_by <> 'process'",
            )?
            .execute(named_params! {
                ":held_by": HeldBy::Stream, ":stream": stream, ":attempt": lease.attempt,
                ":deadline": self.uptime.after(time).0, ":expires_at": self.now.after(time),
            })?;
        self.own_lease(&task)
    }

    /// A stream is to come: until then the lease has the grace. What holds it
    /// already goes on doing so.
    pub(in crate::store) fn await_stream(&self, attempt: i64) -> Result<()> {
        let grace = self.terms.grace;
        self.conn
            .prepare_cached(
                "UPDATE lease SET held_by = :held_by, stream = :awaited,
                     deadline = min(deadline, :deadline), expires_at = min(expires_at, :expires_at)
                 WHERE attempt_id = :attempt AND held_by = 'time'",
            )?
            .execute(named_params! {
                ":held_by": HeldBy::Stream, ":awaited": AWAITED, ":attempt": attempt,
                ":deadline": self.uptime.after(grace).0, ":expires_at": self.now.after(grace),
            })?;
        Ok(())
    }

    /// Renews the lease of an attempt for who holds it, where it still lives.
    /// A stream takes it over where another has let go of it.
    pub fn keep_alive(&mut self, attempt: i64, stream: Option<&str>) -> Result<Option<Lease>> {
        let Some(lease) = self.lease_of_attempt(attempt)? else {
            return Ok(None);
        };
        if let Some(stream) = stream {
            self.conn
                .prepare_cached(
                    "UPDATE lease SET held_by = :held_by, stream = :stream
                     WHERE attempt_id = :attempt AND held_by = 'time'",
                )?
                .execute(named_params! {
                    ":held_by": HeldBy::Stream, ":stream": stream, ":attempt": attempt,
                })?;
        }
        self.renew(&lease, lease.ttl)?;
        self.lease_of_attempt(attempt)
    }

    /// What held a lease is gone: it has the grace left and no more. `stream`
    /// names the one that broke; another may hold by now.
    pub fn let_go(&mut self, attempt: i64, stream: Option<&str>) -> Result<()> {
        let grace: Duration = self.terms.grace;
        self.conn
            .prepare_cached(
                "UPDATE lease SET held_by = 'time', stream = NULL, pid = NULL, pid_started = NULL,
                     deadline = min(deadline, :deadline), expires_at = min(expires_at, :expires_at)
                 WHERE attempt_id = :attempt AND stream IS :stream",
            )?
            .execute(named_params! {
                ":deadline": self.uptime.after(grace).0, ":expires_at": self.now.after(grace),
                ":attempt": attempt, ":stream": stream,
            })?;
        Ok(())
    }
}
