//! Labels: names of a project, attached to its tasks.

use super::{clock::Moment, id::Id, project::ProjectRef, refusal::Refusal};

/// A label.
#[derive(Debug, Clone)]
pub struct Label {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// Its project's key in the database.
    pub project_key: i64,
    /// Its project.
    pub project: ProjectRef,
    /// Its name.
    pub name: String,
    /// `#rrggbb`, or empty.
    pub color: String,
    /// How many tasks carry it.
    pub task_count: i64,
    /// When it was created.
    pub created_at: Moment,
}

/// Checks a colour: empty, or `#rrggbb`, which is stored in lower case.
///
/// # Errors
/// For anything else.
pub fn check_color(given: &str) -> Result<String, Refusal> {
    let valid = given.is_empty()
        || given.strip_prefix('#').is_some_and(|digits| {
            digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())
        });
    if !valid {
        return Err(Refusal::invalid(
            "color",
            format!("{given:?} is not a colour: write #rrggbb"),
        ));
    }
    Ok(given.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hex_digits() {
        assert_eq!(check_color("#FFaa00").unwrap(), "#ffaa00");
        assert_eq!(check_color("").unwrap(), "");
        for given in ["red", "#fff", "ffaa00", "#ggaa00", "#ffaa001", "#ééé"] {
            assert!(check_color(given).is_err(), "{given:?}");
        }
    }
}
