//! Versions of plans and docs: one of them, all of them, and what changed
//! between two.

use std::fmt::Write as _;

use backlog_api::{v1, view};
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

impl Version {
    /// What a diff is about.
    pub fn text(&self) -> view::VersionText<'_> {
        view::VersionText {
            number: self.number,
            title: &self.title,
            body: &self.body,
        }
    }
}

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
