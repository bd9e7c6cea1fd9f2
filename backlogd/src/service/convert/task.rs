//! Tasks, as the wire has them, with who holds them and who did.

use backlog_api::v1;

use super::timestamp;
use crate::domain::{
    lease::{Attempt, Lease, Outcome},
    task::{Task, TaskDetail, reference},
};

impl From<Task> for v1::Task {
    fn from(task: Task) -> Self {
        Self {
            id: task.id.to_string(),
            seq: task.seq,
            ready: task.is_ready(),
            blocked: task.is_blocked(),
            lease: task.lease.map(Into::into),
            parent: task.parent.map(reference).unwrap_or_default(),
            blocked_by: references(task.links.blocked_by),
            blocks: references(task.links.blocks),
            related: references(task.links.related),
            discovered_from: references(task.links.discovered_from),
            defer_until: task.defer_until.map(timestamp),
            scope: task.scope.globs().to_vec(),
            needs_attention: task.attention,
            attempts_spent: i32::try_from(task.attempts_spent).unwrap_or(i32::MAX),
            plans: Vec::new(),
            comments: Vec::new(),
            last_attempt: None,
            project: Some(task.project.into()),
            title: task.title,
            description: task.description,
            r#type: v1::TaskType::from(task.kind).into(),
            status: v1::TaskStatus::from(task.status).into(),
            priority: i32::try_from(task.priority.number()).unwrap_or_default(),
            assignee: task.assignee,
            due_at: task.due_at.map(timestamp),
            actor: Some(task.actor.into()),
            source: task.source,
            external_ref: task.external_ref,
            project_path: task.project_path,
            labels: task.labels,
            completed_at: task.completed_at.map(timestamp),
            archived_at: task.archived_at.map(timestamp),
            created_at: Some(timestamp(task.created_at)),
            updated_at: Some(timestamp(task.updated_at)),
            version: task.version,
        }
    }
}

fn references(numbers: Vec<i64>) -> Vec<String> {
    numbers.into_iter().map(reference).collect()
}

impl From<Lease> for v1::Lease {
    fn from(lease: Lease) -> Self {
        Self {
            holder: Some(lease.holder.actor.into()),
            session: lease.holder.session,
            fence: lease.fence,
            acquired_at: Some(timestamp(lease.acquired_at)),
            expires_at: Some(timestamp(lease.expires_at)),
        }
    }
}

impl From<Outcome> for v1::AttemptOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Released => Self::Released,
            Outcome::Expired => Self::Expired,
            Outcome::Failed => Self::Failed,
            Outcome::Revoked => Self::Revoked,
        }
    }
}

impl From<Attempt> for v1::Attempt {
    fn from(attempt: Attempt) -> Self {
        let outcome = attempt
            .ended
            .map_or(v1::AttemptOutcome::Unspecified, |(_, outcome)| {
                outcome.into()
            });
        Self {
            fence: attempt.fence,
            actor: Some(attempt.holder.actor.into()),
            session: attempt.holder.session,
            worktree: attempt.worktree,
            started_at: Some(timestamp(attempt.started_at)),
            ended_at: attempt.ended.map(|(at, _)| timestamp(at)),
            outcome: outcome.into(),
            note: attempt.note,
        }
    }
}

impl From<TaskDetail> for v1::Task {
    fn from(detail: TaskDetail) -> Self {
        Self {
            plans: detail.plans.into_iter().map(Into::into).collect(),
            comments: detail.comments.into_iter().map(Into::into).collect(),
            last_attempt: detail.last_attempt.map(Into::into),
            ..detail.task.into()
        }
    }
}
