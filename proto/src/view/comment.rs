//! A comment.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, task_ref, time};
use crate::v1;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comment {
    /// ULID.
    pub id: String,
    /// ULID of its task.
    pub task_id: String,
    /// `TASK-N` of its task.
    pub task_ref: String,
    /// Markdown.
    pub body: String,
    /// Who said it.
    pub actor: Actor,
    /// When.
    pub created_at: String,
}

impl From<v1::Comment> for Comment {
    fn from(comment: v1::Comment) -> Self {
        Self {
            id: comment.id,
            task_id: comment.task_id,
            task_ref: task_ref(comment.task_seq),
            body: comment.body,
            actor: comment.actor.unwrap_or_default().into(),
            created_at: time::required(comment.created_at.as_ref()),
        }
    }
}
