//! Tasks that leave the queue: done, archived or deleted while somebody holds
//! them.

use rusqlite::types::Value as SqlValue;
use serde_json::{Value, json};

use super::{Result, WriteTx, row::Update};
use crate::domain::{
    Moment,
    activity::Action,
    lease::{Lease, Outcome},
    task::{Status, Task, TaskPatch, TaskRef},
};

/// What becomes of a task that leaves the queue, and what the log says of it.
struct Leaving {
    column: &'static str,
    at: Option<Moment>,
    action: Action,
    summary: String,
    payload: Value,
}

impl WriteTx<'_> {
    /// Puts a task into the archive or takes it out; with it, whether it was
    /// not there already.
    pub fn set_task_archived(
        &mut self,
        task: TaskRef,
        archived: bool,
        force: bool,
    ) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        let changed = task.archived_at.is_some() != archived;
        if changed {
            let (action, done) = if archived {
                (Action::Archived, "archived")
            } else {
                (Action::Unarchived, "unarchived")
            };
            let leaving = Leaving {
                column: "archived_at",
                at: archived.then_some(self.now),
                action,
                summary: format!("{done} {}", task.reference()),
                payload: json!({}),
            };
            self.leave(&task, force, leaving)?;
        }
        Ok((self.task_after(task.seq)?, changed))
    }

    /// Moves a task to the trash.
    pub fn delete_task(&mut self, task: TaskRef, force: bool) -> Result<Task> {
        let task = self.find_task(task)?;
        let leaving = Leaving {
            column: "deleted_at",
            at: Some(self.now),
            action: Action::Deleted,
            summary: format!("deleted {}: {}", task.reference(), task.title),
            payload: json!({"title": task.title}),
        };
        self.leave(&task, force, leaving)?;
        Ok(task)
    }

    /// The lease ends last: all of this is written under it.
    fn leave(&self, task: &Task, force: bool, leaving: Leaving) -> Result<()> {
        self.check_token(task.seq)?;
        let lease = self.may_change(task.seq, force)?;
        if lease.is_some() {
            self.move_to_todo(task)?;
        }
        let mut update = Update::of("task");
        let at = leaving.at.map_or(SqlValue::Null, |at| at.0.into());
        update.set(leaving.column, at);
        update.set("updated_at", self.now.0);
        update.run(self.conn, "seq", task.seq)?;
        self.log_task(task, leaving.action, leaving.summary, leaving.payload)?;
        match lease {
            Some(lease) => self.end_moved(&lease, Status::Todo),
            None => Ok(()),
        }
    }

    /// A task that was at work is to do again, should it come back.
    pub(super) fn move_to_todo(&self, task: &Task) -> Result<bool> {
        let patch = TaskPatch {
            status: Some(Status::Todo),
            ..TaskPatch::default()
        };
        self.patch_task(task, patch)
    }

    /// Ends the lease of a task that was moved away from doing.
    pub(super) fn end_moved(&self, lease: &Lease, to: Status) -> Result<()> {
        match (self.holds(lease), to) {
            (true, Status::Done) => self.end_lease(lease, Outcome::Done, ""),
            (true, _) => self.end_lease(lease, Outcome::Released, ""),
            (false, _) => {
                let note = format!("moved to {to} by {}", self.caller.holder());
                self.end_lease(lease, Outcome::Revoked, &note)?;
                match to {
                    Status::Done => self.reset_attempts(lease.task_seq),
                    _ => Ok(()),
                }
            }
        }
    }
}
