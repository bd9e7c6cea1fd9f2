//! What is written down beside tasks, as the wire has it.

use backlog_api::v1;

use super::{timestamp, version_number};
use crate::domain::{
    attachment::{Attachment, Target},
    comment::Comment,
    doc::Doc,
    label::Label,
    memory::Memory,
    plan::Plan,
    task::reference,
    version::Version,
};

impl From<Plan> for v1::Plan {
    fn from(plan: Plan) -> Self {
        Self {
            id: plan.id.to_string(),
            task_id: plan.task_id.to_string(),
            task_seq: plan.task_seq,
            current_version: version_number(plan.current_version),
            source: plan.source,
            version: Some(plan.version.into()),
            created_at: Some(timestamp(plan.created_at)),
            updated_at: Some(timestamp(plan.updated_at)),
        }
    }
}

macro_rules! versions {
    ($($wire:ident.$owner:ident),*) => {$(
        impl From<Version> for v1::$wire {
            fn from(version: Version) -> Self {
                Self {
                    id: version.id.to_string(),
                    $owner: version.owner.to_string(),
                    version: version_number(version.version),
                    title: version.title,
                    body: version.body,
                    actor: Some(version.actor.into()),
                    change_note: version.change_note,
                    created_at: Some(timestamp(version.created_at)),
                }
            }
        }
    )*};
}
versions!(PlanVersion.plan_id, DocVersion.doc_id);

impl From<Doc> for v1::Doc {
    fn from(doc: Doc) -> Self {
        Self {
            id: doc.id.to_string(),
            project: Some(doc.project.into()),
            current_version: version_number(doc.current_version),
            version: Some(doc.version.into()),
            archived_at: doc.archived_at.map(timestamp),
            created_at: Some(timestamp(doc.created_at)),
            updated_at: Some(timestamp(doc.updated_at)),
        }
    }
}

impl From<Memory> for v1::Memory {
    fn from(entry: Memory) -> Self {
        Self {
            id: entry.id.to_string(),
            project: Some(entry.project.into()),
            tags: entry.tags.as_slice().to_vec(),
            body: entry.body,
            actor: Some(entry.actor.into()),
            version: entry.version,
            created_at: Some(timestamp(entry.created_at)),
            updated_at: Some(timestamp(entry.updated_at)),
        }
    }
}

impl From<Comment> for v1::Comment {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.to_string(),
            task_id: comment.task_id.to_string(),
            task_seq: comment.task_seq,
            body: comment.body,
            actor: Some(comment.actor.into()),
            created_at: Some(timestamp(comment.created_at)),
        }
    }
}

impl From<Label> for v1::Label {
    fn from(label: Label) -> Self {
        Self {
            id: label.id.to_string(),
            project: Some(label.project.into()),
            name: label.name,
            color: label.color,
            task_count: label.task_count,
            created_at: Some(timestamp(label.created_at)),
        }
    }
}

impl From<Attachment> for v1::Attachment {
    fn from(attachment: Attachment) -> Self {
        use v1::attachment_target::Target as Wire;
        let target = match attachment.target {
            Target::Task(seq) => Some(Wire::Task(reference(seq))),
            Target::Doc(id) => Some(Wire::Doc(id.to_string())),
            Target::Nothing => None,
        };
        Self {
            id: attachment.id.to_string(),
            target: Some(v1::AttachmentTarget { target }),
            project: attachment.project.map(|(_, project)| project.into()),
            name: attachment.name,
            mime_type: attachment.mime_type,
            size: attachment.size,
            sha256: attachment.sha256.to_vec(),
            actor: Some(attachment.actor.into()),
            created_at: Some(timestamp(attachment.created_at)),
        }
    }
}
