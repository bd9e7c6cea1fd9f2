//! What is in the workspace.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Done, TaskCounts, time};
use crate::v1;

/// What is in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Workspace {
    /// ULID, made once.
    pub id: String,
    /// The database file.
    pub database: String,
    /// The schema's version.
    pub schema_version: i32,
    /// How many projects are not archived.
    pub projects: i64,
    /// Tasks of those projects.
    pub task_counts: TaskCounts,
    /// The newest activity's number.
    pub last_activity_seq: i64,
    /// When it was made.
    pub created_at: String,
}

/// What `init` made, or found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InitializedWorkspace {
    /// What was done.
    #[serde(flatten)]
    pub done: Done,
    /// The database file.
    pub database: String,
    /// The profile it is registered as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// `false` where it was there already.
    pub created: bool,
}

impl From<v1::Workspace> for Workspace {
    fn from(workspace: v1::Workspace) -> Self {
        Self {
            id: workspace.id,
            database: workspace.database,
            schema_version: workspace.schema_version,
            projects: workspace.projects,
            task_counts: workspace.task_counts.unwrap_or_default().into(),
            last_activity_seq: workspace.last_activity_seq,
            created_at: time::required(workspace.created_at.as_ref()),
        }
    }
}
