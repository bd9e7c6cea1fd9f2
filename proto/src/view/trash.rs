//! What is in the trash.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Actor,
    names::{ENTITY_KINDS, entity_name, words},
    task_ref, time,
};
use crate::v1::{self, EntityKind};

/// One deleted thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrashItem {
    /// What kind of thing it is.
    #[schemars(extend("enum" = words(&ENTITY_KINDS)))]
    pub entity: &'static str,
    /// ULID; takes it back.
    pub id: String,
    /// `TASK-N`, of a task; takes it back too.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// `TASK-N` of its task, of a plan or comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_ref: Option<String>,
    /// Its title, name or first words.
    pub title: String,
    /// Who deleted it.
    pub deleted_by: Actor,
    /// When.
    pub deleted_at: String,
}

impl From<v1::TrashItem> for TrashItem {
    fn from(item: v1::TrashItem) -> Self {
        let task = (item.task_seq != 0).then(|| task_ref(item.task_seq));
        // Restoring by a `ref` restores the task; a comment must not name it so.
        let (reference, task_ref) = match item.entity() {
            EntityKind::Task => (task, None),
            _ => (None, task),
        };
        Self {
            entity: entity_name(item.entity()),
            id: item.id,
            reference,
            task_ref,
            title: item.title,
            deleted_by: item.deleted_by.unwrap_or_default().into(),
            deleted_at: time::required(item.deleted_at.as_ref()),
        }
    }
}
