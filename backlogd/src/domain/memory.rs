//! Memory: what a project's next session should know.

use super::{
    actor::Actor,
    clock::Moment,
    id::Id,
    project::ProjectRef,
    refusal::{Refusal, Refused},
    text,
};

/// Longest tag.
const TAG_CHARS: usize = 64;

/// An entry.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// Its project's key in the database.
    pub project_key: i64,
    /// Its project.
    pub project: ProjectRef,
    /// Markdown, not empty.
    pub body: String,
    /// Its tags.
    pub tags: Tags,
    /// Who added it.
    pub actor: Actor,
    /// Grows with each change.
    pub version: i64,
    /// When it was added.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// Tags in order, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// Checks them; empty ones are left out.
    ///
    /// # Errors
    /// Naming a tag that is too long or has a comma in it.
    pub fn check(given: &[String]) -> Refused<Self> {
        let mut tags = Vec::new();
        for tag in given {
            let tag = text::line("tags", tag)?;
            let length = tag.chars().count();
            if length > TAG_CHARS {
                return Err(Refusal::invalid(
                    "tags",
                    format!("a tag has {length} characters; at most {TAG_CHARS} are allowed"),
                ));
            }
            if tag.contains(',') {
                return Err(Refusal::invalid(
                    "tags",
                    format!("{tag:?} is not a tag: commas stand between tags"),
                ));
            }
            if !tag.is_empty() {
                tags.push(tag);
            }
        }
        Ok(Self::stored(tags))
    }

    /// As they were checked before.
    #[must_use]
    pub fn stored(mut tags: Vec<String>) -> Self {
        tags.sort();
        tags.dedup();
        Self(tags)
    }

    /// Each of them.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// A line each.
    #[must_use]
    pub fn lines(&self) -> String {
        self.0.join("\n")
    }
}

/// An entry's text.
///
/// # Errors
/// Where it is empty or too long.
pub fn check_body(given: &str) -> Refused<String> {
    if given.trim().is_empty() {
        return Err(Refusal::invalid("body", "an entry may not be empty"));
    }
    text::body("body", given)
}

/// A change to an entry; a field that is `None` keeps its value.
#[derive(Debug, Clone, Default)]
pub struct MemoryPatch {
    /// Markdown, not empty.
    pub body: Option<String>,
    /// All its tags.
    pub tags: Option<Tags>,
    /// Only if this is still its version.
    pub if_version: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_kept_in_order_and_once() {
        let given = ["b", " a ", "", "b"].map(str::to_owned);
        assert_eq!(Tags::check(&given).unwrap().as_slice(), ["a", "b"]);
        for wrong in ["a,b", "a\nb", &"x".repeat(65)] {
            assert!(Tags::check(&[wrong.to_owned()]).is_err(), "{wrong:?}");
        }
    }
}
