//! Comments: what was said about a task. Never edited.

use super::{actor::Actor, clock::Moment, id::Id, refusal::Refusal, text};

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// Its task's ULID.
    pub task_id: Id,
    /// Its task's number.
    pub task_seq: i64,
    /// Markdown.
    pub body: String,
    /// Who said it.
    pub actor: Actor,
    /// When.
    pub created_at: Moment,
}

/// Checks a comment's text.
///
/// # Errors
/// Where it is blank or too large.
pub fn check_body(given: &str) -> Result<String, Refusal> {
    if given.trim().is_empty() {
        return Err(Refusal::invalid("body", "a comment may not be empty"));
    }
    text::body("comment", given)
}

/// The beginning of a text, on one line, for summaries.
#[must_use]
pub fn first_words(body: &str) -> String {
    const CHARS: usize = 60;
    let line: String = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
