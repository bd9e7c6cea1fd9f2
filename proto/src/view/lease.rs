//! Who holds a task, and who held it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, Task, filled, names::words_of, time};
use crate::v1;

/// Who holds a task, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lease {
    /// Who holds it.
    pub holder: Actor,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Grows with every claim of the task.
    pub fence: i64,
    /// When it was claimed.
    pub acquired_at: String,
    /// When it ends unless renewed.
    pub expires_at: String,
    /// Proves the holder; told to the claimer alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A claimed task: with plans, comments, what the attempt before left, and the
/// lease's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClaimedTask {
    /// The task.
    #[serde(flatten)]
    pub task: Task,
    /// The caller held it already.
    pub held_already: bool,
}

/// One claim of a task, from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attempt {
    /// The lease's fence: which claim of the task it was.
    pub fence: i64,
    /// Who claimed it.
    pub actor: Actor,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The directory the session worked in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worktree: Option<String>,
    /// When it was claimed.
    pub started_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// `held`, `done`, `released`, `expired`, `failed` or `revoked`.
    #[schemars(extend("enum" = words_of(outcome_name)))]
    pub outcome: &'static str,
    /// What the holder left for the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl From<v1::Lease> for Lease {
    fn from(lease: v1::Lease) -> Self {
        Self {
            holder: lease.holder.unwrap_or_default().into(),
            session: filled(lease.session),
            fence: lease.fence,
            acquired_at: time::required(lease.acquired_at.as_ref()),
            expires_at: time::required(lease.expires_at.as_ref()),
            token: None,
        }
    }
}

impl From<v1::ClaimTaskResponse> for ClaimedTask {
    fn from(claimed: v1::ClaimTaskResponse) -> Self {
        let mut task = Task::with_details(claimed.task.unwrap_or_default());
        if let Some(lease) = &mut task.lease {
            lease.token = filled(claimed.token);
        }
        Self {
            task,
            held_already: claimed.held_already,
        }
    }
}

impl From<v1::Attempt> for Attempt {
    fn from(attempt: v1::Attempt) -> Self {
        Self {
            outcome: outcome_name(attempt.outcome()),
            fence: attempt.fence,
            actor: attempt.actor.unwrap_or_default().into(),
            session: filled(attempt.session),
            worktree: filled(attempt.worktree),
            started_at: time::required(attempt.started_at.as_ref()),
            ended_at: time::optional(attempt.ended_at.as_ref()),
            note: filled(attempt.note),
        }
    }
}

/// The word for an outcome.
#[must_use]
pub fn outcome_name(outcome: v1::AttemptOutcome) -> &'static str {
    match outcome {
        v1::AttemptOutcome::Unspecified => "held",
        v1::AttemptOutcome::Done => "done",
        v1::AttemptOutcome::Released => "released",
        v1::AttemptOutcome::Expired => "expired",
        v1::AttemptOutcome::Failed => "failed",
        v1::AttemptOutcome::Revoked => "revoked",
    }
}
