//! Plans: a header and immutable versions.

use super::{actor::Actor, clock::Moment, id::Id, refusal::Refusal, text};

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
    pub version: PlanVersion,
    /// When it was created.
    pub created_at: Moment,
    /// When the newest version was added.
    pub updated_at: Moment,
}

/// One version of a plan.
#[derive(Debug, Clone)]
pub struct PlanVersion {
    /// ULID.
    pub id: Id,
    /// The plan's ULID.
    pub plan_id: Id,
    /// From 1.
    pub version: i64,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Who wrote it.
    pub actor: Actor,
    /// Why.
    pub change_note: String,
    /// When.
    pub created_at: Moment,
}

/// A plan to be made.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// One line, not empty.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Which tool it comes from.
    pub source: String,
    /// Why.
    pub change_note: String,
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
            title: text::required_line("title", title)?,
            body: text::body("body", body)?,
            source: text::line("source", source)?,
            change_note: text::line("change_note", change_note)?,
        })
    }
}

/// A version to be added; a field that is `None` keeps its value.
#[derive(Debug, Clone)]
pub struct PlanPatch {
    /// One line, not empty.
    pub title: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    /// Why.
    pub change_note: String,
    /// Only if this is still the current version.
    pub if_version: Option<i64>,
}
