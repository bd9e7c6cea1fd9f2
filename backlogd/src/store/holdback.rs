//! Keeping each task's holdback: what of its blockers, parts and dates keeps
//! it from being ready. The one place that decides it; lists, claims and
//! explanations read what is stored here or ask the same questions.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, Result, WriteTx};
use crate::domain::{Moment, holdback::Holdback};

/// That a task is still to be done: it holds up what waits for it. For
/// `task t JOIN project p ON p.id = t.project_id`.
pub(super) const OPEN: &str =
    "t.status <> 'done' AND t.archived_at IS NULL AND t.deleted_at IS NULL
     AND p.archived_at IS NULL AND p.deleted_at IS NULL";

/// That a task is ready, given that its project is not archived. Written as
/// the partial indexes have it.
pub(super) const READY: &str =
    "t.status = 'todo' AND t.holdback = 0 AND t.deleted_at IS NULL AND t.archived_at IS NULL";

/// That a task is to do and an open blocker, its own or one above, holds it up.
pub(super) const BLOCKED: &str = "t.status = 'todo' AND (t.holdback & 3) <> 0 AND t.deleted_at IS NULL AND t.archived_at IS NULL";

impl Reader<'_> {
    /// The open tasks that block a task, by number.
    pub(super) fn open_blockers(&self, task_seq: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT t.seq FROM dependency d JOIN task t ON t.seq = d.on_seq
                  JOIN project p ON p.id = t.project_id
             WHERE d.task_seq = :task AND d.kind = 'blocks' AND {OPEN} ORDER BY t.seq"
        );
        self.numbers(&sql, task_seq)
    }

    /// The open parts of a task, by number.
    pub(super) fn open_children(&self, task_seq: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT t.seq FROM task t JOIN project p ON p.id = t.project_id
             WHERE t.parent_seq = :task AND {OPEN} ORDER BY t.seq"
        );
        self.numbers(&sql, task_seq)
    }

    /// Numbers of tasks, of a query about `:task`.
    pub(super) fn numbers(&self, sql: &str, task_seq: i64) -> Result<Vec<i64>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(named_params! {":task": task_seq}, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The first of those, where there is one.
    fn any(&self, sql: &str, task_seq: i64) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached(sql)?
            .exists(named_params! {":task": task_seq})?)
    }

    /// What holds a task back now.
    pub(super) fn holdback(&self, task_seq: i64) -> Result<Option<(Holdback, Holdback)>> {
        let row = self
            .conn
            .prepare_cached(
                "SELECT t.holdback, t.defer_until, t.attention_at, coalesce(a.holdback, 0)
                 FROM task t LEFT JOIN task a ON a.seq = t.parent_seq AND a.deleted_at IS NULL
                 WHERE t.seq = :task",
            )?
            .query_row(named_params! {":task": task_seq}, |row| {
                Ok((
                    row.get::<_, Holdback>(0)?,
                    row.get::<_, Option<Moment>>(1)?,
                    row.get::<_, Option<Moment>>(2)?,
                    row.get::<_, Holdback>(3)?,
                ))
            })
            .optional()?;
        let Some((stored, defer_until, attention_at, above)) = row else {
            return Ok(None);
        };
        let blocked = self.any(
            &format!(
                "SELECT 1 FROM dependency d JOIN task t ON t.seq = d.on_seq
                      JOIN project p ON p.id = t.project_id
                 WHERE d.task_seq = :task AND d.kind = 'blocks' AND {OPEN}"
            ),
            task_seq,
        )?;
        let child_open = self.any(
            &format!(
                "SELECT 1 FROM task t JOIN project p ON p.id = t.project_id
                 WHERE t.parent_seq = :task AND {OPEN}"
            ),
            task_seq,
        )?;
        let now = Holdback::NOTHING
            .with(Holdback::BLOCKED, blocked)
            .with(Holdback::BLOCKED_ABOVE, above.is_blocked())
            .with(Holdback::CHILD_OPEN, child_open)
            .with(
                Holdback::DEFERRED,
                defer_until.is_some_and(|until| until > self.now),
            )
            .with(Holdback::SET_ASIDE, attention_at.is_some());
        Ok(Some((stored, now)))
    }
}

impl WriteTx<'_> {
    /// Brings the holdback of all tasks that this write may have changed up to
    /// date, and that of the parts below them.
    pub(super) fn refresh_holdback(&self) -> Result<()> {
        loop {
            let dirty: Vec<i64> = self
                .conn
                .prepare_cached("SELECT task_seq FROM holdback_dirty")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if dirty.is_empty() {
                return Ok(());
            }
            self.conn
                .prepare_cached("DELETE FROM holdback_dirty")?
                .execute([])?;
            for task in dirty {
                self.refresh_one(task)?;
            }
        }
    }

    fn refresh_one(&self, task_seq: i64) -> Result<()> {
        let Some((stored, now)) = self.holdback(task_seq)? else {
            return Ok(());
        };
        if stored == now {
            return Ok(());
        }
        self.conn
            .prepare_cached("UPDATE task SET holdback = :now WHERE seq = :task")?
            .execute(named_params! {":now": now, ":task": task_seq})?;
        if stored.is_blocked() != now.is_blocked() {
            self.conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO holdback_dirty
                     SELECT seq FROM task WHERE parent_seq = :task",
                )?
                .execute(named_params! {":task": task_seq})?;
        }
        Ok(())
    }

    /// Lets go of the tasks whose date has come.
    pub(super) fn undefer(&self) -> Result<usize> {
        Ok(self
            .conn
            .prepare_cached(
                "INSERT OR IGNORE INTO holdback_dirty
                 SELECT seq FROM task WHERE (holdback & 8) <> 0 AND defer_until <= :now",
            )?
            .execute(named_params! {":now": self.now})?)
    }
}
