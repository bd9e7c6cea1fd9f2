//! The cells of Backlog 1.x, whatever they hold.

use std::collections::HashSet;

use rusqlite::{Connection, Row, types::ValueRef};

use super::super::{mend::Mended, source::Trouble};
use crate::domain::{
    Id, Moment,
    foreign::{ForeignActor, id_of},
    task::Priority,
};

/// `table.column` of all tables.
pub(super) fn columns(db: &Connection) -> Result<HashSet<String>, Trouble> {
    let mut statement = db.prepare(
        "SELECT m.name || '.' || i.name FROM sqlite_schema m, pragma_table_info(m.name) i
         WHERE m.type = 'table'",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(names
        .map(|name| name.map(|name| name.to_ascii_lowercase()))
        .collect::<rusqlite::Result<_>>()?)
}

/// Tags as they were written: a list in JSON, or with commas.
pub(super) fn tags(text: &str) -> Vec<String> {
    serde_json::from_str(text)
        .unwrap_or_else(|_| text.split(',').map(|tag| tag.trim().to_owned()).collect())
}

/// The cells of a row, whatever they hold.
pub(super) struct Cells<'r> {
    pub(super) row: &'r Row<'r>,
    pub(super) prefix: &'static str,
}

impl Cells<'_> {
    fn cell(&self, name: &str) -> ValueRef<'_> {
        let column = format!("{}_{name}", self.prefix);
        self.row.get_ref(column.as_str()).unwrap_or(ValueRef::Null)
    }

    pub(super) fn is_there(&self, name: &str) -> bool {
        !matches!(self.cell(name), ValueRef::Null)
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        match self.cell(name) {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
            _ => Vec::new(),
        }
    }

    pub(super) fn text(&self, name: &str) -> String {
        match self.cell(name) {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
    }

    /// As [`Self::text`], and notes where that was none.
    pub(super) fn noted(&self, name: &str, mended: &mut Mended) -> String {
        if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = self.cell(name)
            && std::str::from_utf8(bytes).is_err()
        {
            mended.note(
                "texts that were not UTF-8, with U+FFFD for what was none",
                "",
            );
        }
        self.text(name)
    }

    pub(super) fn id(&self, name: &str) -> Id {
        id_of(&self.text(name))
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        match self.cell(name) {
            ValueRef::Integer(number) => Some(number),
            ValueRef::Text(_) => self.text(name).trim().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn priority(&self, mended: &mut Mended) -> i64 {
        self.number("priority").unwrap_or_else(|| {
            if self.is_there("priority") {
                mended.priority_word(&self.text("priority"), &self.text("id"))
            } else {
                Priority::DEFAULT.number()
            }
        })
    }

    /// Nanoseconds, or what was written as text.
    pub(super) fn moment(&self, name: &str, mended: &mut Mended) -> Option<Moment> {
        match self.cell(name) {
            ValueRef::Integer(nanos) => Some(Moment(nanos)),
            #[expect(clippy::cast_possible_truncation, reason = "a float of nanoseconds")]
            ValueRef::Real(nanos) => Some(Moment(nanos as i64)),
            ValueRef::Text(b"") => None,
            ValueRef::Text(_) => mended.moment(&self.text(name), &self.text("id")),
            _ => None,
        }
    }

    /// As [`Self::moment`], of what need not have happened: nothing of a task
    /// is of 1970, so 0 is none.
    pub(super) fn moment_if_any(&self, name: &str, mended: &mut Mended) -> Option<Moment> {
        self.moment(name, mended).filter(|moment| moment.0 != 0)
    }

    /// People wrote without saying so.
    pub(super) fn actor(&self) -> ForeignActor {
        let kind = self.text("actor_kind").to_lowercase();
        ForeignActor {
            kind: match kind.as_str() {
                "" | "user" => "human".to_owned(),
                _ => kind,
            },
            name: self.text("actor_name"),
        }
    }
}
