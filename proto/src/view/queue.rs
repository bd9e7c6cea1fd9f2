//! What keeps a task from being taken, and how the queue stands.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, Lease, Task, Tasks, filled, names::words_of, task_ref, time};
use crate::v1;

/// Why a task is, or is not, to be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The task.
    pub task: Task,
    /// What keeps it from being ready or taken, each at its root.
    pub obstacles: Vec<Obstacle>,
    /// There are more than were told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// One thing that keeps a task from being taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Obstacle {
    /// What kind of thing: `blocked`, `held`, `deferred`…
    #[schemars(extend("enum" = words_of(obstacle_name)))]
    pub kind: &'static str,
    /// From the task asked about to the one where the cause lies.
    pub path: Vec<String>,
    /// One sentence for people.
    pub summary: String,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What the caller holds, what is ready, what needs a person: the first of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Overview {
    /// Held by the caller.
    pub mine: Tasks,
    /// Could be taken.
    pub ready: Tasks,
    /// Set aside for a person.
    pub needs_attention: Tasks,
}

/// How the queue stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Queue {
    /// The numbers.
    pub counts: QueueCounts,
    /// What is held, the oldest claim first.
    pub held: Vec<HeldTask>,
    /// The claims that wait, first come first.
    pub waiting: Vec<WaitingClaim>,
}

/// How many tasks stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
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

/// A task that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldTask {
    /// `TASK-N`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its project's alias.
    pub project: String,
    /// Its title.
    pub title: String,
    /// Who holds it.
    pub lease: Option<Lease>,
    /// The directory the session works in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worktree: Option<String>,
}

/// A claim that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WaitingClaim {
    /// Who waits.
    pub actor: Actor,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Since when.
    pub asked_at: String,
    /// Until when.
    pub until: String,
}

impl From<v1::ExplainTaskResponse> for Explanation {
    fn from(told: v1::ExplainTaskResponse) -> Self {
        Self {
            task: told.task.unwrap_or_default().into(),
            obstacles: told.obstacles.into_iter().map(Obstacle::from).collect(),
            more: told.more,
        }
    }
}

impl From<v1::Obstacle> for Obstacle {
    fn from(obstacle: v1::Obstacle) -> Self {
        Self {
            kind: obstacle_name(obstacle.kind()),
            path: obstacle.path,
            summary: obstacle.summary,
            lease: obstacle.lease.map(Lease::from),
            until: time::optional(obstacle.until.as_ref()),
        }
    }
}

/// The word for a kind of obstacle.
#[must_use]
pub fn obstacle_name(kind: v1::ObstacleKind) -> &'static str {
    match kind {
        v1::ObstacleKind::Unspecified => "unknown",
        v1::ObstacleKind::Done => "done",
        v1::ObstacleKind::Archived => "archived",
        v1::ObstacleKind::ProjectArchived => "project-archived",
        v1::ObstacleKind::Held => "held",
        v1::ObstacleKind::Doing => "doing",
        v1::ObstacleKind::Blocked => "blocked",
        v1::ObstacleKind::ChildOpen => "child-open",
        v1::ObstacleKind::Deferred => "deferred",
        v1::ObstacleKind::SetAside => "set-aside",
        v1::ObstacleKind::Scope => "scope",
        v1::ObstacleKind::WipLimit => "wip-limit",
    }
}

impl From<v1::GetQueueResponse> for Queue {
    fn from(queue: v1::GetQueueResponse) -> Self {
        Self {
            counts: queue.counts.unwrap_or_default().into(),
            held: queue.held.into_iter().map(HeldTask::from).collect(),
            waiting: queue.waiting.into_iter().map(WaitingClaim::from).collect(),
        }
    }
}

impl From<v1::QueueCounts> for QueueCounts {
    fn from(counts: v1::QueueCounts) -> Self {
        Self {
            ready: counts.ready,
            blocked: counts.blocked,
            deferred: counts.deferred,
            waiting_for_parts: counts.waiting_for_parts,
            needs_attention: counts.needs_attention,
            doing: counts.doing,
            done: counts.done,
        }
    }
}

impl From<v1::HeldTask> for HeldTask {
    fn from(held: v1::HeldTask) -> Self {
        Self {
            reference: task_ref(held.seq),
            project: held.project,
            title: held.title,
            lease: held.lease.map(Lease::from),
            worktree: filled(held.worktree),
        }
    }
}

impl From<v1::WaitingClaim> for WaitingClaim {
    fn from(waiting: v1::WaitingClaim) -> Self {
        Self {
            actor: waiting.actor.unwrap_or_default().into(),
            session: filled(waiting.session),
            asked_at: time::required(waiting.asked_at.as_ref()),
            until: time::required(waiting.until.as_ref()),
        }
    }
}
