//! What two versions of a plan or doc differ in.

use std::fmt;

use imara_diff::{
    Algorithm, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter,
};
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
    let text = |it: VersionText<'_>| match it.body.trim_end() {
        "" => format!("# {}\n", it.title),
        body => format!("# {}\n\n{body}\n", it.title),
    };
    unified_lines(
        (&format!("version {}", from.number), &text(from)),
        (&format!("version {}", to.number), &text(to)),
    )
}

/// A unified diff of two texts with their names; empty where they are the same.
#[must_use]
pub fn unified_lines(from: (&str, &str), to: (&str, &str)) -> String {
    let input = InternedInput::new(from.1, to.1);
    let mut diff = imara_diff::Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let mut config = UnifiedDiffConfig::default();
    config.context_len(CONTEXT);
    let hunks = diff
        .unified_diff(&Lines(&input.interner), config, &input)
        .to_string();
    if hunks.is_empty() {
        return hunks;
    }
    format!("--- {}\n+++ {}\n{hunks}", from.0, to.0)
}

/// How many lines are shown before and after a change.
const CONTEXT: u32 = 3;

/// Lines as `diff -u` prints them.
struct Lines<'a>(&'a Interner<&'a str>);

impl Lines<'_> {
    fn line(&self, mut f: impl fmt::Write, sign: char, token: Token) -> fmt::Result {
        let line = self.0[token];
        write!(f, "{sign}{line}")?;
        if line.ends_with('\n') {
            Ok(())
        } else {
            f.write_str("\n\\ No newline at end of file\n")
        }
    }
}

impl UnifiedDiffPrinter for Lines<'_> {
    fn display_header(
        &self,
        mut f: impl fmt::Write,
        from: u32,
        to: u32,
        from_lines: u32,
        to_lines: u32,
    ) -> fmt::Result {
        // imara-diff shows all there is before a first change in the first six
        // lines, but counts from three lines before it. No later part begins so early.
        let (from, to) = if from <= CONTEXT { (0, 0) } else { (from, to) };
        // Of no lines, the line before them is told.
        let first = |start: u32, lines: u32| if lines == 0 { start } else { start + 1 };
        let (from, to) = (first(from, from_lines), first(to, to_lines));
        writeln!(f, "@@ -{from},{from_lines} +{to},{to_lines} @@")
    }

    fn display_context_token(&self, f: impl fmt::Write, token: Token) -> fmt::Result {
        self.line(f, ' ', token)
    }

    fn display_hunk(
        &self,
        mut f: impl fmt::Write,
        before: &[Token],
        after: &[Token],
    ) -> fmt::Result {
        for (sign, tokens) in [('-', before), ('+', after)] {
            for &token in tokens {
                self.line(&mut f, sign, token)?;
            }
        }
        Ok(())
    }
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
    fn a_text_that_is_new_or_has_no_last_line_break_is_told_so() {
        assert_eq!(
            unified_lines(("/dev/null", ""), ("b", "x\ny")),
            "--- /dev/null\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn each_part_says_at_which_line_it_begins() {
        let text = |changed: Option<usize>| -> String {
            let line = |at| match changed {
                Some(changed) if changed == at => "new\n".to_owned(),
                _ => format!("{at}\n"),
            };
            (1..=20).map(line).collect()
        };
        for changed in 1..=20 {
            let diff = unified_lines(("a", &text(None)), ("b", &text(Some(changed))));
            let mut lines = diff.lines().skip(2);
            let header = lines.next().unwrap_or_default();
            let first = match lines.next().unwrap_or_default().split_at(1) {
                ("-" | " ", line) => line,
                other => panic!("{other:?}"),
            };
            assert!(
                header.starts_with(&format!("@@ -{first},"))
                    && header.contains(&format!(" +{first},")),
                "{changed}: {diff}"
            );
        }
    }

    #[test]
    fn a_body_that_is_gone_leaves_no_line() {
        assert_eq!(
            unified(version(1, "Fix", "a"), version(2, "Fix", "")),
            "--- version 1\n+++ version 2\n@@ -1,3 +1,1 @@\n # Fix\n-\n-a\n"
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
