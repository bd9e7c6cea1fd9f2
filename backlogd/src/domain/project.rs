//! Projects.

use super::{actor::Actor, clock::Moment, id::Id, refusal::Refusal, text};

/// A project's short name: `^[a-z0-9][a-z0-9-]{0,63}$`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alias(String);

impl Alias {
    /// Longest alias, in characters.
    pub const LONGEST: usize = 64;

    /// Reads an alias.
    ///
    /// # Errors
    /// Where it is not of that form.
    pub fn parse(given: &str) -> Result<Self, Refusal> {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let valid = given.len() <= Self::LONGEST
            && given.starts_with(word)
            && given.chars().all(|c| word(c) || c == '-');
        if !valid {
            return Err(Refusal::invalid(
                "alias",
                format!(
                    "{given:?} is not an alias: 1 to {} of a-z, 0-9 and -, not beginning with -",
                    Self::LONGEST
                ),
            ));
        }
        Ok(Self(given.to_owned()))
    }

    /// The alias.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The part of a project that a task carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRef {
    /// ULID.
    pub id: Id,
    /// Short name.
    pub alias: String,
    /// Name for people.
    pub name: String,
}

/// A project.
#[derive(Debug, Clone)]
pub struct Project {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// Short name.
    pub alias: String,
    /// Name for people.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Where its checkout is.
    pub repo_path: String,
    /// How many of its tasks may be held at once.
    pub wip_limit: Option<i64>,
    /// Who created it.
    pub actor: Actor,
    /// Grows with every change of its own fields.
    pub version: i64,
    /// When it was archived.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// Tasks by status; archived ones only as archived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// To do.
    pub todo: i64,
    /// Being done.
    pub doing: i64,
    /// Finished.
    pub done: i64,
    /// Archived, of any status.
    pub archived: i64,
}

/// A project to be made.
#[derive(Debug, Clone)]
pub struct NewProject {
    /// Short name.
    pub alias: Alias,
    /// Name for people.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Where its checkout is.
    pub repo_path: String,
    /// How many of its tasks may be held at once.
    pub wip_limit: Option<i64>,
}

/// What a manifest of projects came to, by their aliases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// Made.
    pub added: Vec<String>,
    /// There already.
    pub present: Vec<String>,
}

/// The fields to change; `None` keeps one.
#[derive(Debug, Clone, Default)]
pub struct ProjectPatch {
    /// Name for people.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Where its checkout is.
    pub repo_path: Option<String>,
    /// How many of its tasks may be held at once; `Some(None)` for any number.
    pub wip_limit: Option<Option<i64>>,
}

/// How many tasks of a project may be held at once; 0 for any number.
///
/// # Errors
/// For a negative one.
pub fn wip_limit(given: i32) -> Result<Option<i64>, Refusal> {
    match given {
        0 => Ok(None),
        1.. => Ok(Some(given.into())),
        _ => Err(Refusal::invalid(
            "wip_limit",
            format!("{given} is no limit: write 1 or more, or 0 for none"),
        )),
    }
}

impl NewProject {
    /// Checks the fields; without a name, the alias is the name.
    ///
    /// # Errors
    /// Naming the field.
    pub fn check(
        alias: &str,
        name: &str,
        description: &str,
        repo_path: &str,
        limit: i32,
    ) -> Result<Self, Refusal> {
        let alias = Alias::parse(alias)?;
        let name = if name.trim().is_empty() {
            alias.as_str()
        } else {
            name
        };
        Ok(Self {
            name: text::required_line("name", name)?,
            alias,
            description: text::body("description", description)?,
            repo_path: text::body("repo_path", repo_path)?,
            wip_limit: wip_limit(limit)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_short_lower_case_and_begins_with_a_letter_or_digit() {
        for given in ["a", "app", "0-1", &"a".repeat(64)] {
            assert!(Alias::parse(given).is_ok(), "{given:?}");
        }
        for given in ["", "-a", "App", "a_b", "a b", "é", &"a".repeat(65)] {
            assert!(Alias::parse(given).is_err(), "{given:?}");
        }
    }
}
