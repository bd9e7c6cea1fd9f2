//! What is in the workspace.

use serde::Serialize;

use super::{TaskCounts, time};
use crate::v1;

/// What is in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
