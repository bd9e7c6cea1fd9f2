//! Leases: who holds what, and until when.

mod end;
mod holder;
mod keep;

use std::{sync::LazyLock, time::Duration};

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::{Opening, Reader, Result, row::InOrder};
use crate::domain::{
    Moment,
    clock::{Now, Uptime, nanos},
    lease::{Holder, HoldingProcess, Lease},
};

/// The columns of a lease and its attempt, for
/// `FROM lease l JOIN attempt a ON a.id = l.attempt_id`.
pub(super) const COLUMNS: &str = "l.task_seq, l.attempt_id, l.ttl, l.deadline, a.fence, a.token,
    a.actor_kind, a.actor_name, a.session, a.worktree, a.started_at, l.seen";

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
        self.lease_by("task_seq", task_seq)
    }

    /// The lease of an attempt, while it lives.
    pub fn lease_of_attempt(&self, attempt: i64) -> Result<Option<Lease>> {
        self.lease_by("attempt_id", attempt)
    }

    fn lease_by(&self, column: &'static str, key: i64) -> Result<Option<Lease>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM lease l JOIN attempt a ON a.id = l.attempt_id
             WHERE l.{column} = :key"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":key": key}, |row| self.read_lease(row))
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
}

fn duration(stored: i64) -> Duration {
    Duration::from_nanos(u64::try_from(stored).unwrap_or(0))
}
