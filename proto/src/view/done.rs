//! What a command answers that did something and has nothing to show.

use schemars::JsonSchema;
use serde::Serialize;

use super::task_ref;
use crate::v1;

/// That something was done: archive, delete, set-default and the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Done {
    /// `true`; what was not done is an error.
    pub ok: bool,
    /// The command's verb: `archive`.
    pub action: String,
    /// What it was done to: `task`.
    pub entity: String,
    /// ULID or name of that thing; left out where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// `TASK-N`, of a task.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// One sentence for people.
    pub message: String,
}

impl Done {
    /// `action` was done to the `entity` of that id.
    pub fn of(
        action: impl Into<String>,
        entity: impl Into<String>,
        id: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            ok: true,
            action: action.into(),
            entity: entity.into(),
            id: id.into(),
            reference: None,
            message: message.into(),
        }
    }

    /// `action` was done to what has no id: a setting, or many things at once.
    pub fn plain(
        action: impl Into<String>,
        entity: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::of(action, entity, "", message)
    }

    /// `action` was done to `task`.
    pub fn task(action: impl Into<String>, task: &v1::Task, message: impl Into<String>) -> Self {
        Self {
            reference: Some(task_ref(task.seq)),
            ..Self::of(action, "task", &task.id, message)
        }
    }

    /// `action` was done to `project`.
    pub fn project(
        action: impl Into<String>,
        project: &v1::Project,
        message: impl Into<String>,
    ) -> Self {
        Self::of(action, "project", &project.id, message)
    }
}
