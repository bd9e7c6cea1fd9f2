//! Versions of plans and docs: one of them, all of them, and what changed
//! between two.

use std::fmt::Write as _;

use backlog_api::v1;
use imara_diff::{Algorithm, BasicLineDiffPrinter, Diff, InternedInput, UnifiedDiffConfig};
use prost_types::Timestamp;

use super::{
    style::Style,
    table::{Column, Table},
    task::{actor, section},
    text::{block, line},
    time::local,
};

/// What a plan's and a doc's version have in common.
#[derive(Debug, Default)]
pub struct Version {
    pub number: i32,
    pub title: String,
    pub body: String,
    pub change_note: String,
    actor: Option<v1::Actor>,
    created_at: Option<Timestamp>,
}

macro_rules! from {
    ($($message:ident),*) => {$(
        impl From<v1::$message> for Version {
            fn from(version: v1::$message) -> Self {
                Self {
                    number: version.version,
                    title: version.title,
                    body: version.body,
                    change_note: version.change_note,
                    actor: version.actor,
                    created_at: version.created_at,
                }
            }
        }
    )*};
}
from!(PlanVersion, DocVersion);

/// A version under its title. `what` is "Plan" or "Doc", `id` of it, and
/// `current` its newest version.
pub fn version_page(what: &str, id: &str, current: i32, version: &Version, style: Style) -> String {
    let older = if version.number == current {
        String::new()
    } else {
        format!(" of {current}")
    };
    let mut page = format!(
        "{}\n",
        style.bold(&format!("{what}: {}", line(&version.title)))
    );
    let note = if version.change_note.is_empty() {
        String::new()
    } else {
        format!(", {}", version.change_note)
    };
    let facts = format!(
        "{id}, version {}{older}, {} by {}{note}",
        version.number,
        local(version.created_at.as_ref()),
        actor(version.actor.as_ref()),
    );
    let _ = writeln!(page, "{}", style.dim(&line(&facts)));
    if !version.body.is_empty() {
        section(&mut page, &version.body);
    }
    page
}

/// The table of `history`.
pub fn history_table(versions: impl IntoIterator<Item = Version>) -> Table {
    let mut table = Table::new(&[
        Column::fixed("V"),
        Column::fixed("TIME"),
        Column::flexible("ACTOR", 16, 10),
        Column::flexible("TITLE", 24, 12),
        Column::flexible("NOTE", 24, 12),
    ]);
    for version in versions {
        table.row([
            &version.number.to_string(),
            &local(version.created_at.as_ref()),
            &actor(version.actor.as_ref()),
            &version.title,
            &version.change_note,
        ]);
    }
    table
}

/// A unified diff; empty where both say the same.
pub fn unified(from: &Version, to: &Version) -> String {
    let text = |version: &Version| format!("# {}\n\n{}\n", version.title, version.body.trim_end());
    let (old, new) = (text(from), text(to));
    let input = InternedInput::new(old.as_str(), new.as_str());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
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

/// A unified diff in colours.
pub fn painted(diff: &str, style: Style) -> String {
    diff.lines()
        .map(|line| {
            let shown = block(line);
            let shown = match line.as_bytes() {
                [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] | [b'@', ..] => {
                    style.bold(&shown)
                }
                [b'-', ..] => style.red(&shown),
                [b'+', ..] => style.green(&shown),
                _ => shown.into_owned(),
            };
            shown + "\n"
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: i32, title: &str, body: &str) -> Version {
        Version {
            number,
            title: title.to_owned(),
            body: body.to_owned(),
            ..Version::default()
        }
    }

    #[test]
    fn title_and_body_are_compared_by_line() {
        let diff = unified(
            &version(1, "Fix", "a\nb\nc"),
            &version(2, "Fix it", "a\nx\nc\n"),
        );
        assert_eq!(
            painted(&diff, Style::new(false)),
            "--- version 1\n+++ version 2\n@@ -1,5 +1,5 @@\n-# Fix\n+# Fix it\n \n a\n-b\n+x\n c\n"
        );
    }

    #[test]
    fn versions_that_say_the_same_have_no_diff() {
        assert_eq!(
            unified(&version(1, "Fix", "a"), &version(2, "Fix", "a\n")),
            ""
        );
    }
}
