//! Lists of tasks: which ones, and in which order.

use super::{Priority, Status, TaskRef, TaskType};
use crate::domain::{ActorKind, lease::Holder, search::Query, words::words};

/// Which tasks a list is about.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Alias or ULID, or empty for all projects.
    pub project: String,
    /// One of these, or any.
    pub statuses: Vec<Status>,
    /// One of these, or any.
    pub kinds: Vec<TaskType>,
    /// One of these, or any.
    pub priorities: Vec<Priority>,
    /// Exactly this, or any.
    pub assignee: String,
    /// At least one of these, or any.
    pub labels: Vec<String>,
    /// Created by this kind of actor, or any.
    pub actor_kind: Option<ActorKind>,
    /// Created by an actor of this name, or any.
    pub actor_name: String,
    /// Exactly this, or any.
    pub source: String,
    /// Full text, or none.
    pub search: Option<Query>,
    /// Archived ones and those of archived projects too.
    pub include_archived: bool,
    /// Only what could be claimed.
    pub ready: bool,
    /// Only what an open blocker holds up.
    pub blocked: bool,
    /// Only what a session holds.
    pub claimed: bool,
    /// Only what this session holds.
    pub held_by: Option<Holder>,
    /// Only the parts of this task.
    pub parent: Option<TaskRef>,
    /// Only what was set aside for a person.
    pub needs_attention: bool,
}

words! {
    /// In which order a list comes.
    Sort {
        /// Most urgent first.
        Priority = "priority",
        /// By creation.
        Created = "created",
        /// By last change.
        Updated = "updated",
        /// By number.
        Seq = "seq",
        /// By title.
        Title = "title",
        /// By due date, those without one last.
        Due = "due",
        /// Best match first.
        Relevance = "relevance",
    }
}

impl Sort {
    /// Whether it runs downwards when nobody says.
    #[must_use]
    pub fn usually_descends(self) -> bool {
        matches!(self, Self::Created | Self::Updated)
    }
}
