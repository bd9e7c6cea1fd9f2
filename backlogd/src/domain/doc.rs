//! Docs: a project's documents.

use super::{clock::Moment, id::Id, project::ProjectRef, version::Version};

/// A doc and one of its versions.
#[derive(Debug, Clone)]
pub struct Doc {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// Its project's key in the database.
    pub project_key: i64,
    /// Its project.
    pub project: ProjectRef,
    /// The newest version's number.
    pub current_version: i64,
    /// The version that was asked for.
    pub version: Version,
    /// When it was archived, in the workspace it was imported from.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When the newest version was added.
    pub updated_at: Moment,
}
