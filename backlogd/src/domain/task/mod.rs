//! Tasks: what the queue holds.

mod edit;
mod list;
mod reference;

use std::fmt;

pub use self::{
    edit::{NewTask, TaskEdit, TaskFields, TaskPatch, label_names},
    list::{Sort, TaskFilter},
    reference::{TaskRef, reference},
};
use super::{
    actor::Actor,
    clock::Moment,
    comment::Comment,
    dependency::Links,
    holdback::Holdback,
    id::Id,
    lease::{Attempt, Lease},
    plan::Plan,
    project::ProjectRef,
    refusal::Refusal,
    scope::Scope,
    words::words,
};

words! {
    /// Where a task stands. Every move is allowed.
    Status {
        /// Waiting for somebody.
        Todo = "todo",
        /// Being worked on.
        Doing = "doing",
        /// Finished.
        Done = "done",
    }
}

words! {
    /// What kind of work a task is.
    TaskType {
        /// Work of no special kind.
        Task = "task",
        /// Something is broken.
        Bug = "bug",
        /// Something is unclear or unwanted.
        Issue = "issue",
        /// Something that works gets better.
        Improvement = "improvement",
        /// Something new.
        Feature = "feature",
        /// A security flaw.
        Vulnerability = "vulnerability",
        /// Upkeep.
        Chore = "chore",
        /// Finding something out.
        Spike = "spike",
        /// Some day, perhaps.
        BucketList = "bucket-list",
    }
}

/// 1 (most urgent) to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// What a task gets when nobody says.
    pub const DEFAULT: Self = Self(3);

    /// A number from 1 to 5.
    ///
    /// # Errors
    /// For any other.
    pub fn new(given: i64) -> Result<Self, Refusal> {
        match u8::try_from(given) {
            Ok(number @ 1..=5) => Ok(Self(number)),
            _ => Err(Refusal::invalid(
                "priority",
                format!("{given} is not a priority: P1 (most urgent) to P5"),
            )),
        }
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// The N of `TASK-N`, and the key in the database.
    pub seq: i64,
    /// ULID.
    pub id: Id,
    /// Its project's key in the database.
    pub project_key: i64,
    /// Its project.
    pub project: ProjectRef,
    /// Whether that project is archived.
    pub project_archived: bool,
    /// One line.
    pub title: String,
    /// Markdown; empty in lists that left it out.
    pub description: String,
    /// What kind of work.
    pub kind: TaskType,
    /// Where it stands.
    pub status: Status,
    /// How urgent.
    pub priority: Priority,
    /// Who is meant to do it.
    pub assignee: String,
    /// When it is due.
    pub due_at: Option<Moment>,
    /// Who created it.
    pub actor: Actor,
    /// Which tool it came from.
    pub source: String,
    /// What that tool calls it.
    pub external_ref: String,
    /// The directory it is about.
    pub project_path: String,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// When it last became done.
    pub completed_at: Option<Moment>,
    /// When it was archived.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When it or what hangs on it last changed.
    pub updated_at: Moment,
    /// Grows with every change of its own fields.
    pub version: i64,
    /// The task it is a part of.
    pub parent: Option<i64>,
    /// Not to be taken before.
    pub defer_until: Option<Moment>,
    /// Which files it will touch.
    pub scope: Scope,
    /// Attempts without done since it was made or last given a new budget.
    pub attempts_spent: i64,
    /// Why it was set aside for a person, or empty.
    pub attention: String,
    /// What keeps it from being ready, beside its status and the archive.
    pub holdback: Holdback,
    /// Its edges.
    pub links: Links,
    /// Who holds it.
    pub lease: Option<Lease>,
}

impl Task {
    /// `TASK-12`.
    #[must_use]
    pub fn reference(&self) -> String {
        reference(self.seq)
    }

    /// Whether it could be claimed, as far as it alone can tell: what others
    /// hold may still be in its way.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_waiting() && self.holdback == Holdback::NOTHING
    }

    /// To do, but a blocker of it or of a task above it is open.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.is_waiting() && self.holdback.is_blocked()
    }

    fn is_waiting(&self) -> bool {
        self.status == Status::Todo && self.archived_at.is_none() && !self.project_archived
    }
}

/// A task with what hangs on it.
#[derive(Debug, Clone)]
pub struct TaskDetail {
    /// The task.
    pub task: Task,
    /// Its plans at their current versions, oldest first.
    pub plans: Vec<Plan>,
    /// Its comments, oldest first.
    pub comments: Vec<Comment>,
    /// The last attempt that has ended.
    pub last_attempt: Option<Attempt>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_run_from_one_to_five() {
        assert_eq!(Priority::new(1).unwrap().to_string(), "P1");
        for given in [0, 6, -1, i64::MAX] {
            assert!(Priority::new(given).is_err(), "{given}");
        }
    }
}
