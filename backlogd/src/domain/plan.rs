//! Plans: how a task will be done.

use super::{
    clock::Moment,
    id::Id,
    refusal::Refusal,
    text,
    version::{NewText, Version},
};

/// A plan and one of its versions.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// Its task's ULID.
    pub task_id: Id,
    /// Its task's number.
    pub task_seq: i64,
    /// The newest version's number.
    pub current_version: i64,
    /// Which tool it came from.
    pub source: String,
    /// The version that was asked for.
    pub version: Version,
    /// When it was created.
    pub created_at: Moment,
    /// When the newest version was added.
    pub updated_at: Moment,
}

/// A plan to be made.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// Its first version.
    pub text: NewText,
    /// Which tool it comes from.
    pub source: String,
}

impl NewPlan {
    /// Checks the fields.
    ///
    /// # Errors
    /// Naming the field.
    pub fn check(
        title: &str,
        body: &str,
        source: &str,
        change_note: &str,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            text: NewText::check(title, body, change_note)?,
            source: text::line("source", source)?,
        })
    }
}
