//! An entry of a project's memory.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, ProjectRef, time};
use crate::v1;

/// An entry of a project's memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Memory {
    /// ULID.
    pub id: String,
    /// ULID of its project.
    pub project_id: String,
    /// Its project.
    pub project: ProjectRef,
    /// Markdown.
    pub body: String,
    /// In order, none twice.
    pub tags: Vec<String>,
    /// Who added it.
    pub actor: Actor,
    /// Grows with each change, from 1.
    pub version: i64,
    /// When it was added.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl From<v1::Memory> for Memory {
    fn from(entry: v1::Memory) -> Self {
        let project = ProjectRef::from(entry.project.unwrap_or_default());
        Self {
            id: entry.id,
            project_id: project.id.clone(),
            project,
            body: entry.body,
            tags: entry.tags,
            actor: entry.actor.unwrap_or_default().into(),
            version: entry.version,
            created_at: time::required(entry.created_at.as_ref()),
            updated_at: time::required(entry.updated_at.as_ref()),
        }
    }
}
