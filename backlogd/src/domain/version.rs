//! Immutable versions of a text with a title: what plans and docs are made of.

use super::{actor::Actor, clock::Moment, id::Id, refusal::Refusal, text};

/// One version.
#[derive(Debug, Clone)]
pub struct Version {
    /// ULID.
    pub id: Id,
    /// ULID of the plan or doc.
    pub owner: Id,
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

/// The first version of something.
#[derive(Debug, Clone)]
pub struct NewText {
    /// One line, not empty.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Why.
    pub change_note: String,
}

impl NewText {
    /// Checks the fields.
    ///
    /// # Errors
    /// Naming the field.
    pub fn check(title: &str, body: &str, change_note: &str) -> Result<Self, Refusal> {
        Ok(Self {
            title: text::required_line("title", title)?,
            body: text::body("body", body)?,
            change_note: text::line("change_note", change_note)?,
        })
    }
}

/// A version to be added; a field that is `None` keeps its value.
#[derive(Debug, Clone, Default)]
pub struct VersionPatch {
    /// One line, not empty.
    pub title: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    /// Why.
    pub change_note: String,
    /// Only if this is still the current version.
    pub if_version: Option<i64>,
}

/// A text with more at its end, a blank line between.
///
/// # Errors
/// Where there is nothing to add, or it grows past a body's limit.
pub fn appended(field: &'static str, before: &str, more: &str) -> Result<String, Refusal> {
    if more.trim().is_empty() {
        return Err(Refusal::invalid(field, "there is nothing to append"));
    }
    let before = before.trim_end();
    let gap = if before.is_empty() { "" } else { "\n\n" };
    text::body(field, &format!("{before}{gap}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_stands_in_a_paragraph_of_its_own() {
        assert_eq!(appended("body", "a\n", "b\n").unwrap(), "a\n\nb\n");
        assert_eq!(appended("body", "", "b").unwrap(), "b");
        assert!(appended("body", "a", " \n").is_err());
        let full = "x".repeat(text::BODY_BYTES);
        assert!(appended("body", &full, "y").is_err());
    }
}
