//! A doc and its versions.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, ProjectRef, filled, time};
use crate::v1;

/// A doc at one of its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Doc {
    /// ULID.
    pub id: String,
    /// ULID of its project.
    pub project_id: String,
    /// Its project.
    pub project: ProjectRef,
    /// The title of the version that was asked for.
    pub title: String,
    /// The newest version's number.
    pub current_version: i32,
    /// The version that was asked for.
    pub version: DocVersion,
    /// When it was archived, in the workspace it was imported from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<String>,
    /// When it was created.
    pub created_at: String,
    /// When the newest version was added.
    pub updated_at: String,
}

/// One version of a doc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocVersion {
    /// ULID.
    pub id: String,
    /// ULID of the doc.
    pub doc_id: String,
    /// From 1.
    pub version: i32,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Who wrote it.
    pub actor: Actor,
    /// Why it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_note: Option<String>,
    /// When it was written.
    pub created_at: String,
}

impl From<v1::Doc> for Doc {
    fn from(doc: v1::Doc) -> Self {
        let project = ProjectRef::from(doc.project.unwrap_or_default());
        let version = DocVersion::from(doc.version.unwrap_or_default());
        Self {
            id: doc.id,
            project_id: project.id.clone(),
            project,
            title: version.title.clone(),
            current_version: doc.current_version,
            version,
            archived_at: time::optional(doc.archived_at.as_ref()),
            created_at: time::required(doc.created_at.as_ref()),
            updated_at: time::required(doc.updated_at.as_ref()),
        }
    }
}

impl From<v1::DocVersion> for DocVersion {
    fn from(version: v1::DocVersion) -> Self {
        Self {
            id: version.id,
            doc_id: version.doc_id,
            version: version.version,
            title: version.title,
            body: version.body,
            actor: version.actor.unwrap_or_default().into(),
            change_note: filled(version.change_note),
            created_at: time::required(version.created_at.as_ref()),
        }
    }
}
