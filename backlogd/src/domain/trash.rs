//! What was deleted and can still be taken back.

use super::{activity::Entity, actor::Actor, clock::Moment, id::Id};

/// For how many days.
pub const KEPT_DAYS: i64 = 30;

/// One deleted thing.
#[derive(Debug, Clone)]
pub struct TrashItem {
    /// What it is.
    pub entity: Entity,
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// The number of the task, or of its task.
    pub task_seq: Option<i64>,
    /// Its title, name or first words.
    pub title: String,
    /// Who deleted it, where the log still tells.
    pub deleted_by: Option<Actor>,
    /// When.
    pub deleted_at: Moment,
}
