//! An attached file, without its bytes.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, ProjectRef, hex, time};
use crate::v1::{self, attachment_target::Target};

/// An attached file, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attachment {
    /// ULID.
    pub id: String,
    /// The task it is attached to, `TASK-N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_ref: Option<String>,
    /// ULID of the doc it is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_id: Option<String>,
    /// The project of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// File name without a directory.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Who attached it.
    pub actor: Actor,
    /// When.
    pub created_at: String,
}

/// An attachment that was written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FetchedAttachment {
    /// The file it was written to.
    pub path: String,
    /// The attachment.
    #[serde(flatten)]
    pub attachment: Attachment,
}

impl From<v1::Attachment> for Attachment {
    fn from(attachment: v1::Attachment) -> Self {
        let (task_ref, doc_id) = match attachment.target.and_then(|target| target.target) {
            Some(Target::Task(task)) => (Some(task), None),
            Some(Target::Doc(doc)) => (None, Some(doc)),
            None => (None, None),
        };
        Self {
            id: attachment.id,
            task_ref,
            doc_id,
            project: attachment.project.map(ProjectRef::from),
            name: attachment.name,
            mime_type: attachment.mime_type,
            size: attachment.size,
            sha256: hex(&attachment.sha256),
            actor: attachment.actor.unwrap_or_default().into(),
            created_at: time::required(attachment.created_at.as_ref()),
        }
    }
}
