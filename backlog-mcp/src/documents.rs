//! The JSON documents that only this server answers.

use backlog_api::{
    v1,
    view::{ClaimedTask, PlanVersion, Task},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a claim came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Claimed {
    /// The task, with its lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) claimed: Option<ClaimedTask>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nothing_ready: Option<String>,
}

/// A task that is done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CompletedTask {
    /// The task.
    pub(crate) task: Task,
    /// False where it was done already.
    pub(crate) changed: bool,
    /// What can be claimed now because of it.
    pub(crate) unblocked: Vec<Task>,
}

impl From<v1::CompleteTaskResponse> for CompletedTask {
    fn from(done: v1::CompleteTaskResponse) -> Self {
        Self {
            task: done.task.unwrap_or_default().into(),
            changed: done.changed,
            unblocked: done.unblocked.into_iter().map(Task::from).collect(),
        }
    }
}

/// What could be claimed next.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct NextTasks {
    /// Best first.
    pub(crate) candidates: Vec<NextTask>,
    /// Why there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) nothing_ready: String,
}

/// A task that could be claimed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct NextTask {
    /// The task.
    pub(crate) task: Task,
    /// Why it ranks where it does.
    pub(crate) reason: String,
}

impl From<v1::NextTaskResponse> for NextTasks {
    fn from(next: v1::NextTaskResponse) -> Self {
        let candidates = next.candidates.into_iter().map(|candidate| NextTask {
            task: candidate.task.unwrap_or_default().into(),
            reason: candidate.reason,
        });
        Self {
            candidates: candidates.collect(),
            nothing_ready: next.nothing,
        }
    }
}

/// Versions of a plan, without their bodies but for the one that is read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PlanHistory {
    /// Oldest first.
    pub(crate) versions: Vec<PlanVersion>,
    /// What changed from the first of two to the second, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) diff: Option<String>,
}

impl PlanHistory {
    /// Versions; `body` is that of the only one.
    pub(crate) fn of(versions: Vec<v1::PlanVersion>, body: Option<String>) -> Self {
        let body = body.unwrap_or_default();
        let versions = versions.into_iter().map(|version| v1::PlanVersion {
            body: body.clone(),
            ..version
        });
        Self {
            versions: versions.map(PlanVersion::from).collect(),
            diff: None,
        }
    }

    /// Two, and what changed between them.
    pub(crate) fn diff(versions: Vec<v1::PlanVersion>, changes: String) -> Self {
        Self {
            diff: Some(changes),
            ..Self::of(versions, None)
        }
    }
}
