//! Ending a lease: what becomes of its attempt and its task.

use rusqlite::named_params;
use serde_json::json;

use super::COLUMNS;
use crate::{
    domain::{
        Changes,
        activity::Action,
        lease::{Lease, Outcome},
        task::{Status, Task, TaskRef},
    },
    store::{Result, WriteTx},
};

impl WriteTx<'_> {
    /// Ends a lease: its attempt is over, and where that was not done it
    /// counts against the task's budget.
    pub(in crate::store) fn end_lease(
        &self,
        lease: &Lease,
        outcome: Outcome,
        note: &str,
    ) -> Result<()> {
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
    pub(in crate::store) fn reset_attempts(&self, task_seq: i64) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE task SET attempts_spent = 0, attention_at = NULL, attention = ''
                 WHERE seq = :task AND (attempts_spent > 0 OR attention_at IS NOT NULL)",
            )?
            .execute(named_params! {":task": task_seq})?;
        Ok(())
    }

    /// Moves a task as part of a change of its lease, noting it.
    pub(in crate::store) fn move_with_lease(
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
    pub(in crate::store) fn settle(&self) -> Result<usize> {
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
            let task = self.find_task_even_deleted(TaskRef::Number(lease.task_seq))?;
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
}
