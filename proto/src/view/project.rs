//! A project.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, filled, time};
use crate::v1;

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Project {
    /// ULID.
    pub id: String,
    /// Short name, unique in the workspace.
    pub alias: String,
    /// Name for people.
    pub name: String,
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its checkout is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_path: Option<String>,
    /// Who created it.
    pub actor: Actor,
    /// How many tasks it has now.
    pub task_counts: TaskCounts,
    /// How many of its tasks may be held at once; left out for any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<i32>,
    /// Grows with every change of its own fields.
    pub version: i64,
    /// When it was archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<String>,
    /// When it was created.
    pub created_at: String,
    /// When one of its fields last changed.
    pub updated_at: String,
}

/// The part of a project that what belongs to it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProjectRef {
    /// ULID.
    pub id: String,
    /// Short name; left out once the project is gone for good.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
    /// Name for people; left out once the project is gone for good.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// Numbers of tasks by status. Archived tasks count only as archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskCounts {
    /// Tasks to do.
    pub todo: i64,
    /// Tasks being done.
    pub doing: i64,
    /// Finished tasks.
    pub done: i64,
    /// Archived tasks of any status.
    pub archived: i64,
}

impl From<v1::Project> for Project {
    fn from(project: v1::Project) -> Self {
        Self {
            id: project.id,
            alias: project.alias,
            name: project.name,
            description: filled(project.description),
            repo_path: filled(project.repo_path),
            actor: project.actor.unwrap_or_default().into(),
            task_counts: project.task_counts.unwrap_or_default().into(),
            wip_limit: Some(project.wip_limit).filter(|limit| *limit > 0),
            version: project.version,
            archived_at: time::optional(project.archived_at.as_ref()),
            created_at: time::required(project.created_at.as_ref()),
            updated_at: time::required(project.updated_at.as_ref()),
        }
    }
}

impl From<v1::ProjectRef> for ProjectRef {
    fn from(project: v1::ProjectRef) -> Self {
        Self {
            id: project.id,
            alias: project.alias,
            name: project.name,
        }
    }
}

impl From<v1::TaskCounts> for TaskCounts {
    fn from(counts: v1::TaskCounts) -> Self {
        Self {
            todo: counts.todo,
            doing: counts.doing,
            done: counts.done,
            archived: counts.archived,
        }
    }
}
