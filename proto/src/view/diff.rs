//! What two versions of a plan or doc differ in.

use imara_diff::{Algorithm, BasicLineDiffPrinter, InternedInput, UnifiedDiffConfig};
use schemars::JsonSchema;
use serde::Serialize;

/// What two versions of a plan or doc differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diff {
    /// ULID of the plan or doc.
    pub id: String,
    /// The older version.
    pub from: i32,
    /// The newer version.
    pub to: i32,
    /// A unified diff; empty where both say the same.
    pub diff: String,
}

/// What a plan's and a doc's version have in common that a diff is about.
#[derive(Debug, Clone, Copy)]
pub struct VersionText<'a> {
    /// Its number.
    pub number: i32,
    /// Its title.
    pub title: &'a str,
    /// Its body.
    pub body: &'a str,
}

/// A unified diff; empty where both say the same.
#[must_use]
pub fn unified(from: VersionText<'_>, to: VersionText<'_>) -> String {
    let text = |it: VersionText<'_>| format!("# {}\n\n{}\n", it.title, it.body.trim_end());
    let (old, new) = (text(from), text(to));
    let input = InternedInput::new(old.as_str(), new.as_str());
    let mut diff = imara_diff::Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let hunks = diff
        .unified_diff(
            &BasicLineDiffPrinter(&input.interner),
            UnifiedDiffConfig::default(),
            &input,
        )
        .to_string();
    if hunks.is_empty() {
        return hunks;
    }
    format!(
        "--- version {}\n+++ version {}\n{hunks}",
        from.number, to.number
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version<'a>(number: i32, title: &'a str, body: &'a str) -> VersionText<'a> {
        VersionText {
            number,
            title,
            body,
        }
    }

    #[test]
    fn title_and_body_are_compared_by_line() {
        assert_eq!(
            unified(
                version(1, "Fix", "a\nb\nc"),
                version(2, "Fix it", "a\nx\nc\n"),
            ),
            "--- version 1\n+++ version 2\n@@ -1,5 +1,5 @@\n-# Fix\n+# Fix it\n \n a\n-b\n+x\n c\n"
        );
    }

    #[test]
    fn versions_that_say_the_same_have_no_diff() {
        assert_eq!(
            unified(version(1, "Fix", "a"), version(2, "Fix", "a\n")),
            ""
        );
    }
}
