//! Attempts: every claim of a task, kept.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Reader, Result, WriteTx, row};
use crate::domain::{
    activity::Action,
    comment::first_words,
    lease::{Attempt, Holder, Outcome},
    page::{Page, Token},
    task::{Task, TaskRef},
};

const COLUMNS: &str =
    "fence, actor_kind, actor_name, session, worktree, started_at, ended_at, outcome, note";

impl Reader<'_> {
    /// The attempts at a task, the last one first.
    pub fn list_attempts(&self, task: TaskRef, size: usize, token: &str) -> Result<Page<Attempt>> {
        let task = self.find_task(task)?;
        let list = format!("attempts-{}", task.seq);
        let before = match Token::read(&list, 1, token)? {
            Some(token) => token.number(0)?,
            None => i64::MAX,
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM attempt WHERE task_seq = :task AND fence < :before
             ORDER BY fence DESC LIMIT :limit"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(
            named_params! {":task": task.seq, ":before": before, ":limit": row::one_more(size)},
            read,
        )?;
        Ok(Page::gather(
            rows,
            size,
            |attempt| attempt.note.len(),
            |last| Token::write(&list, &[&last.fence]),
        )?)
    }

    /// The task of an attempt that is over, and how it ended.
    pub fn ended_attempt(&self, attempt: i64) -> Result<Option<(i64, Outcome)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT task_seq, outcome FROM attempt WHERE id = :attempt AND outcome IS NOT NULL",
            )?
            .query_row(named_params! {":attempt": attempt}, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?)
    }

    /// The last attempt at a task that has ended. One that was cut off without a
    /// word does not hide what the one before it left.
    pub(super) fn last_attempt(&self, task_seq: i64) -> Result<Option<Attempt>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM attempt WHERE task_seq = :task AND ended_at IS NOT NULL
                 AND NOT (outcome = 'revoked' AND note = '')
             ORDER BY fence DESC LIMIT 1"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":task": task_seq}, read)
            .optional()?)
    }
}

impl WriteTx<'_> {
    /// For people: that a task's budget is spent, and how each attempt ended.
    pub(super) fn why_set_aside(&self, task_seq: i64, spent: i64) -> Result<String> {
        let sql = format!(
            "SELECT {COLUMNS} FROM attempt
             WHERE task_seq = :task AND outcome IN ('released', 'expired', 'failed')
             ORDER BY fence DESC LIMIT :spent"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(named_params! {":task": task_seq, ":spent": spent}, read)?;
        let mut told = rows
            .map(|attempt| {
                let attempt = attempt?;
                let outcome = attempt
                    .ended
                    .map_or("held", |(_, outcome)| outcome.as_str());
                let note = match first_words(&attempt.note).as_str() {
                    "" => String::new(),
                    note => format!(": {note}"),
                };
                Ok(format!("{} {outcome}{note}", attempt.holder.actor))
            })
            .collect::<Result<Vec<String>>>()?;
        told.reverse();
        // The same each time is told once.
        told.dedup();
        Ok(format!(
            "{spent} attempt{} without done ({})",
            if spent == 1 { "" } else { "s" },
            told.join("; ")
        ))
    }

    /// Gives a task that was set aside a new budget; with it, whether it was.
    pub fn retry_task(&mut self, task: TaskRef) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        self.only_people("give a task that was set aside a new budget of attempts")?;
        let changed = !task.attention.is_empty() || task.attempts_spent > 0;
        if changed {
            self.reset_attempts(task.seq)?;
            self.log_task(
                &task,
                Action::Retried,
                format!("gave {} a new budget of attempts", task.reference()),
                serde_json::json!({"attempts_spent": task.attempts_spent}),
            )?;
        }
        Ok((self.task_after(task.seq)?, changed))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let outcome: Option<Outcome> = row.get("outcome")?;
    let ended_at: Option<crate::domain::Moment> = row.get("ended_at")?;
    Ok(Attempt {
        fence: row.get("fence")?,
        holder: Holder {
            actor: row::actor(row)?,
            session: row.get("session")?,
        },
        worktree: row.get("worktree")?,
        started_at: row.get("started_at")?,
        ended: ended_at.zip(outcome),
        note: row.get("note")?,
    })
}
