//! A label.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ProjectRef, filled, time};
use crate::v1;

/// A label of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Label {
    /// ULID.
    pub id: String,
    /// ULID of its project.
    pub project_id: String,
    /// Its project.
    pub project: ProjectRef,
    /// Unique in the project.
    pub name: String,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// How many tasks carry it, archived ones too.
    pub task_count: i64,
    /// When it was created.
    pub created_at: String,
}

impl From<v1::Label> for Label {
    fn from(label: v1::Label) -> Self {
        let project = ProjectRef::from(label.project.unwrap_or_default());
        Self {
            id: label.id,
            project_id: project.id.clone(),
            project,
            name: label.name,
            color: filled(label.color),
            task_count: label.task_count,
            created_at: time::required(label.created_at.as_ref()),
        }
    }
}
