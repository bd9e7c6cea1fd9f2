//! Taking tasks: what is asked for, what is given, what stands in the way.

use std::time::Duration;

use super::{
    clock::Moment,
    lease::{HoldingProcess, Lease, LeaseToken},
    task::{Task, TaskFilter, TaskRef},
};

/// What a claim asks for.
#[derive(Debug, Clone)]
pub struct Claim {
    /// This very task, or the next of those.
    pub wanted: Wanted,
    /// How long the lease lives without being renewed; the workspace's usual
    /// time where it is not said.
    pub ttl: Option<Duration>,
    /// The directory the session works in, or empty.
    pub worktree: String,
    /// The process that keeps the lease alive.
    pub hold: Option<HoldingProcess>,
    /// A stream will keep it alive, and is still to come.
    pub by_stream: bool,
    /// Whatever keeps the task from being ready.
    pub force: bool,
    /// What shall prove the holder; else one is made.
    pub token: Option<LeaseToken>,
    /// Rather what the caller holds already than the next one.
    pub resume: bool,
}

/// Which task.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// This one.
    Task(TaskRef),
    /// The next ready one of these.
    Next(Box<TaskFilter>),
}

/// A claim that waits for something to become ready.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    /// When the caller asked first: the order of those who wait.
    pub asked_at: Moment,
    /// When it gives up.
    pub until: Moment,
}

/// Why a ready task ranks where it does, in words: behind `before`.
#[must_use]
pub fn rank(task: &Task, before: Option<&Task>) -> String {
    let priority = task.priority.number();
    let mut why = match before {
        None => format!("most urgent of what is ready (P{priority}), then oldest"),
        Some(before) if before.priority == task.priority => {
            format!("P{priority} as {}, but newer", before.reference())
        }
        Some(_) => format!("less urgent (P{priority})"),
    };
    match task.links.blocks.len() {
        0 => {}
        1 => why.push_str("; 1 task waits for it"),
        waiting => why.push_str(&format!("; {waiting} tasks wait for it")),
    }
    match task.attempts_spent {
        0 => {}
        spent => why.push_str(&format!("; tried before without success: {spent}")),
    }
    why
}

/// A task that was claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The task, with its lease.
    pub task: Task,
    /// The same lease, with its token.
    pub lease: Lease,
    /// The caller held it already.
    pub held_already: bool,
}

/// What keeps a task from being taken.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// From the task that was asked about to the one where the cause lies.
    pub path: Vec<i64>,
    /// What it is.
    pub cause: Cause,
}

/// The last cause of an obstacle: how it is with the last task of the path.
#[derive(Debug, Clone)]
pub enum Cause {
    /// It is done.
    Done,
    /// It is archived.
    Archived,
    /// Its project is archived.
    ProjectArchived {
        /// The project's alias.
        alias: String,
    },
    /// A session holds it.
    Held(Box<Lease>),
    /// Somebody moved it to doing without a claim.
    Doing,
    /// It blocks, and could be taken.
    OpenBlocker,
    /// It is a part, and could be taken.
    OpenChild,
    /// Its date has not come.
    Deferred {
        /// The date.
        until: Moment,
    },
    /// Set aside for a person.
    SetAside {
        /// Why.
        why: String,
    },
    /// Its scope overlaps that of a task that is held.
    Scope {
        /// That task's lease.
        held: Box<Lease>,
    },
    /// Its project has as many tasks held as it allows.
    WipLimit {
        /// The project's alias.
        alias: String,
        /// How many it allows.
        limit: i64,
    },
}

/// How many tasks that are not archived stand where.
#[derive(Debug, Clone, Copy, Default)]
pub struct QueueCounts {
    /// Could be taken.
    pub ready: i64,
    /// Held up by an open blocker.
    pub blocked: i64,
    /// Held up by a date.
    pub deferred: i64,
    /// Held up by an open part.
    pub waiting_for_parts: i64,
    /// Set aside for a person.
    pub needs_attention: i64,
    /// Being done.
    pub doing: i64,
    /// Finished.
    pub done: i64,
}

/// A task that is held, for a list of them.
#[derive(Debug, Clone)]
pub struct HeldTask {
    /// Its project's alias.
    pub project: String,
    /// Its title.
    pub title: String,
    /// Who holds it.
    pub lease: Lease,
}
