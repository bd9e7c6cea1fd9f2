//! Leases: who holds what, until when, and what happens when one ends.

use std::{sync::LazyLock, time::Duration};

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};
use serde_json::json;

use super::{Opening, Reader, Result, WriteTx, row::InOrder};
use crate::domain::{
    Changes, Moment, Refusal,
    activity::Action,
    clock::{Now, Uptime, nanos},
    lease::{HeldBy, Holder, HoldingProcess, Lease, LeaseToken, Outcome},
    task::{Status, Task, TaskRef, reference},
};

/// The columns of a lease and its attempt, for
/// `FROM lease l JOIN attempt a ON a.id = l.attempt_id`.
pub(super) const COLUMNS: &str = "l.task_seq, l.attempt_id, l.ttl, l.deadline, a.fence, a.token,
    a.actor_kind, a.actor_name, a.session, a.worktree, a.started_at, l.seen";

/// In the place of a stream that was announced and has not come.
const AWAITED: &str = "";

/// Which boot of the machine this is: uptimes of another mean nothing here.
pub(super) static BOOT: LazyLock<String> = LazyLock::new(backlog_api::rendezvous::boot_id);

/// Leases as they are after a pause: those of another boot get times of this
/// one, and where the daemon was away none has less than the grace. What a
/// stream held has the grace and no more: the session opens another.
pub(super) fn restore(
    connection: &mut Connection,
    now: Now,
    opening: Opening,
) -> rusqlite::Result<()> {
    let none: bool =
        connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM lease)", [], |row| {
            row.get(0)
        })?;
    if none {
        return Ok(());
    }
    let grace = nanos(opening.terms.grace);
    let write = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    write.execute(
        "UPDATE lease SET boot = :boot, seen = NULL,
             deadline = :uptime + max(:grace, min(ttl, expires_at - :now))
         WHERE boot <> :boot",
        named_params! {
            ":boot": *BOOT, ":uptime": now.uptime.0, ":grace": grace, ":now": now.moment.0,
        },
    )?;
    if opening.as_daemon {
        write.execute(
            "UPDATE lease SET held_by = 'time', stream = NULL, deadline = :uptime + :grace
             WHERE held_by = 'stream'",
            named_params! {":uptime": now.uptime.0, ":grace": grace},
        )?;
        write.execute(
            "UPDATE lease SET deadline = :uptime + :grace WHERE deadline < :uptime + :grace",
            named_params! {":uptime": now.uptime.0, ":grace": grace},
        )?;
    }
    write.commit()
}

impl Reader<'_> {
    /// Who holds a task.
    pub(super) fn lease_of(&self, task_seq: i64) -> Result<Option<Lease>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM lease l JOIN attempt a ON a.id = l.attempt_id
             WHERE l.task_seq = :task"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":task": task_seq}, |row| {
                self.read_lease(row)
            })
            .optional()?)
    }

    /// All that is held, the oldest claim first.
    pub(super) fn leases(&self) -> Result<Vec<Lease>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM lease l JOIN attempt a ON a.id = l.attempt_id ORDER BY a.id"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| self.read_lease(row))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many leases live, and of how many sessions.
    pub fn count_leases(&self) -> Result<(i64, i64)> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(*), count(DISTINCT CASE a.session
                            WHEN '' THEN a.actor_kind || ':' || a.actor_name ELSE a.session END)
                 FROM lease l JOIN attempt a ON a.id = l.attempt_id",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The leases that a process keeps alive, by attempt, and how long each has.
    pub fn process_leases(&self) -> Result<Vec<(i64, HoldingProcess, Duration, Duration)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT attempt_id, pid, pid_started, deadline, ttl FROM lease WHERE held_by = 'process'",
        )?;
        let rows = statement.query_map([], |row| {
            let process = HoldingProcess {
                pid: row.get(1)?,
                started_ticks: row.get(2)?,
            };
            let left = Uptime(row.get(3)?).left(self.uptime);
            Ok((row.get(0)?, process, left, duration(row.get(4)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The lease of an attempt, while it lives.
    pub fn lease_of_attempt(&self, attempt: i64) -> Result<Option<Lease>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM lease l JOIN attempt a ON a.id = l.attempt_id
             WHERE l.attempt_id = :attempt"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":attempt": attempt}, |row| {
                self.read_lease(row)
            })
            .optional()?)
    }

    /// When the next lease ends or the next date comes, from now.
    pub(super) fn next_due(&self) -> Result<Option<Duration>> {
        let (deadline, date): (Option<i64>, Option<i64>) = self
            .conn
            .prepare_cached(
                "SELECT (SELECT min(deadline) FROM lease),
                        (SELECT min(defer_until) FROM task WHERE (holdback & 8) <> 0)",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let lease = deadline.map(|deadline| Uptime(deadline).left(self.uptime));
        let date = date.map(|date| Moment(date).left(self.now));
        Ok(lease.into_iter().chain(date).min())
    }

    /// Reads [`COLUMNS`], in their order.
    pub(super) fn read_lease(&self, row: &Row<'_>) -> rusqlite::Result<Lease> {
        let mut column = InOrder::of(row);
        let (task_seq, attempt) = (column.get()?, column.get()?);
        let ttl = duration(column.get()?);
        let deadline = Uptime(column.get()?);
        Ok(Lease {
            task_seq,
            attempt,
            fence: column.get()?,
            token: column.get()?,
            holder: Holder {
                actor: column.actor()?,
                session: column.get()?,
            },
            worktree: column.get()?,
            acquired_at: column.get()?,
            ttl,
            seen: column.get::<Option<i64>>()?.map(Uptime),
            expires_at: self.now.after(deadline.left(self.uptime)),
            deadline,
        })
    }

    /// That a task is held by somebody else.
    pub(super) fn held(&self, lease: &Lease) -> Refusal {
        Refusal::LeaseHeld {
            task: reference(lease.task_seq),
            holder: lease.holder.clone(),
            expires_at: lease.expires_at,
            left: lease.deadline.left(self.uptime),
        }
    }
}

fn duration(stored: i64) -> Duration {
    Duration::from_nanos(u64::try_from(stored).unwrap_or(0))
}

impl WriteTx<'_> {
    /// Whether the caller is a lease's holder: by its token, else by its name.
    pub(super) fn holds(&self, lease: &Lease) -> bool {
        self.caller.lease == Some(lease.token) || self.caller.holder().is(&lease.holder)
    }

    /// Refuses a write about a task whose caller says to hold it and no longer
    /// does. A token of another task's lease says nothing about this one.
    pub(super) fn check_token(&self, task_seq: i64) -> Result<()> {
        let Some(token) = self.caller.lease else {
            return Ok(());
        };
        match self.attempt_of(token)? {
            Some((of, ended)) if of == task_seq && ended.is_some() => {
                Err(self.lost(task_seq, ended)?)
            }
            Some(_) => Ok(()),
            None => Err(Refusal::UnknownLease.into()),
        }
    }

    /// As [`Self::check_token`], for what only makes sense with a lease of this
    /// very task.
    pub(super) fn check_token_is_of(&self, task_seq: i64) -> Result<()> {
        if let Some(token) = self.caller.lease
            && let Some((of, _)) = self.attempt_of(token)?
            && of != task_seq
        {
            return Err(Refusal::OtherLease {
                task: reference(task_seq),
                other: reference(of),
            }
            .into());
        }
        self.check_token(task_seq)
    }

    /// The task of the caller's lease, while it lives.
    ///
    /// # Errors
    /// Where it has ended, or never was.
    pub fn task_of_lease(&self) -> Result<TaskRef> {
        let token = self.caller.lease.ok_or(Refusal::UnknownLease)?;
        match self.attempt_of(token)? {
            Some((task_seq, None)) => Ok(TaskRef::Number(task_seq)),
            Some((task_seq, ended)) => Err(self.lost(task_seq, ended)?),
            None => Err(Refusal::UnknownLease.into()),
        }
    }

    pub(super) fn attempt_of(&self, token: LeaseToken) -> Result<Option<(i64, Option<Outcome>)>> {
        Ok(self
            .conn
            .prepare_cached("SELECT task_seq, outcome FROM attempt WHERE token = :token")?
            .query_row(named_params! {":token": token}, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?)
    }

    pub(super) fn lost(&self, task_seq: i64, ended: Option<Outcome>) -> Result<super::StoreError> {
        Ok(Refusal::LeaseLost {
            task: reference(task_seq),
            ended,
            now_held_by: self.lease_of(task_seq)?.map(|lease| lease.holder),
        }
        .into())
    }

    /// Refuses to change a task that another session holds, unless a person
    /// insists. The lease there is, where there is one.
    pub(super) fn may_change(&self, task_seq: i64, force: bool) -> Result<Option<Lease>> {
        if force {
            self.only_people("override a lease")?;
        }
        let Some(lease) = self.lease_of(task_seq)? else {
            return Ok(None);
        };
        if force || self.holds(&lease) {
            Ok(Some(lease))
        } else {
            Err(self.held(&lease).into())
        }
    }

    pub(super) fn only_people(&self, what: &'static str) -> Result<()> {
        let actor = &self.caller.actor;
        match actor.kind() {
            crate::domain::ActorKind::Human => Ok(()),
            _ => Err(Refusal::HumanOnly {
                what,
                actor: actor.clone(),
            }
            .into()),
        }
    }

    /// The caller's own lease of a task.
    ///
    /// # Errors
    /// Where the caller has none.
    pub(super) fn own_lease(&self, task: &Task) -> Result<Lease> {
        self.check_token_is_of(task.seq)?;
        match self.lease_of(task.seq)? {
            Some(lease) if self.holds(&lease) => Ok(lease),
            Some(lease) => Err(self.held(&lease).into()),
            None => Err(self.lost(task.seq, None)?),
        }
    }

    /// Gives a lease its whole time again, or another. One whose stream has not
    /// come or is not watched gets no more than the grace: its holder may be
    /// killed with this very answer.
    pub(super) fn renew(&self, lease: &Lease, ttl: Duration) -> Result<()> {
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
    pub(super) fn renew_by_writing(&self, task_seq: i64) -> Result<()> {
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

    /// Ends a lease: its attempt is over, and where that was not done it
    /// counts against the task's budget.
    pub(super) fn end_lease(&self, lease: &Lease, outcome: Outcome, note: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE attempt SET ended_at = :now, outcome = :outcome, note = :note
                 WHERE id = :attempt",
            )?
            .execute(named_params! {
                ":now": self.now, ":outcome": outcome, ":note": note, ":attempt": lease.attempt,
            })?;
        self.conn
            .prepare_cached("DELETE FROM lease WHERE task_seq = :task")?
            .execute(named_params! {":task": lease.task_seq})?;
        match outcome {
            Outcome::Done => self.reset_attempts(lease.task_seq),
            // The attempt did not fail: somebody wanted the task back.
            Outcome::Revoked => Ok(()),
            Outcome::Released | Outcome::Expired | Outcome::Failed => {
                self.spend_attempt(lease.task_seq)
            }
        }
    }

    fn spend_attempt(&self, task_seq: i64) -> Result<()> {
        let spent: i64 = self
            .conn
            .prepare_cached(
                "UPDATE task SET attempts_spent = attempts_spent + 1 WHERE seq = :task
                 RETURNING attempts_spent",
            )?
            .query_row(named_params! {":task": task_seq}, |row| row.get(0))?;
        if spent < i64::from(self.terms.max_attempts) {
            return Ok(());
        }
        let why = self.why_set_aside(task_seq, spent)?;
        self.conn
            .prepare_cached(
                "UPDATE task SET attention_at = :now, attention = :why
                 WHERE seq = :task AND attention_at IS NULL",
            )?
            .execute(named_params! {":now": self.now, ":why": why, ":task": task_seq})?;
        Ok(())
    }

    /// A new budget of attempts.
    pub(super) fn reset_attempts(&self, task_seq: i64) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE task SET attempts_spent = 0, attention_at = NULL, attention = ''
                 WHERE seq = :task AND (attempts_spent > 0 OR attention_at IS NOT NULL)",
            )?
            .execute(named_params! {":task": task_seq})?;
        Ok(())
    }

    /// Moves a task as part of a change of its lease, noting it.
    pub(super) fn move_with_lease(
        &self,
        task: &Task,
        to: Status,
        changes: &mut Changes,
    ) -> Result<i64> {
        let version = task.version + 1;
        changes.note("status", task.status.as_str(), to.as_str());
        self.conn
            .prepare_cached(
                "UPDATE task SET status = :status, version = :version, updated_at = :now,
                     completed_at = CASE :status WHEN 'done' THEN :now END
                 WHERE seq = :task",
            )?
            .execute(named_params! {
                ":status": to, ":version": version, ":now": self.now, ":task": task.seq,
            })?;
        Ok(version)
    }

    /// Ends the leases whose time is over, and lets go of the tasks whose date
    /// has come. The daemon's own doing, whoever calls. How many there were.
    pub(super) fn settle(&self) -> Result<usize> {
        let sql = format!(
            "SELECT {COLUMNS} FROM lease l JOIN attempt a ON a.id = l.attempt_id
             WHERE l.deadline <= :uptime ORDER BY l.deadline"
        );
        let due: Vec<Lease> = self
            .conn
            .prepare_cached(&sql)?
            .query_map(named_params! {":uptime": self.uptime.0}, |row| {
                self.read_lease(row)
            })?
            .collect::<rusqlite::Result<_>>()?;
        for lease in &due {
            let task = self.find_task_even_deleted(lease.task_seq)?;
            self.end_lease(lease, Outcome::Expired, "")?;
            let mut changes = Changes::default();
            let version = self.move_with_lease(&task, Status::Todo, &mut changes)?;
            self.log_task(
                &task,
                Action::Expired,
                format!(
                    "the lease of {} on {} expired",
                    lease.holder,
                    task.reference()
                ),
                json!({"version": version, "fence": lease.fence, "changes": changes.into_json()}),
            )?;
        }
        Ok(due.len() + self.undefer()?)
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
    pub(super) fn await_stream(&self, attempt: i64) -> Result<()> {
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
