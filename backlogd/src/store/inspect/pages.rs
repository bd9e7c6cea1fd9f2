//! The file and its pages, by SQLite's own checks.

use std::{fs::File, io::Read as _, path::Path};

use backlog_api::view::HealthIssue;
use rusqlite::Connection;

use super::{BRING_BACK, SCHEMA_VERSION, count, first_few, migrate};
use crate::store::{Result, connection::log_of};

/// Complaints that are listened to; the first says the most.
const MOST: i64 = 100;

/// Whether the file is as long as it says it is.
/// <https://www.sqlite.org/fileformat.html#the_database_header>
pub(super) fn file(path: &Path) -> Vec<HealthIssue> {
    let mut header = [0; 100];
    let Ok(mut file) = File::open(path) else {
        return Vec::new();
    };
    let length = file.metadata().map_or(0, |about| about.len());
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        return Vec::new();
    }
    let number = |at: usize| {
        u64::from(u32::from_be_bytes([
            header[at],
            header[at + 1],
            header[at + 2],
            header[at + 3],
        ]))
    };
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    // Only valid where the two counters agree.
    let pages = if number(24) == number(92) {
        number(28)
    } else {
        0
    };
    // What is not in the file yet may be in the log, which SQLite moves bit by
    // bit: on a full disk only the first pages. Whether all of them are in either
    // of the two, the check of the pages says.
    let has_log = log_of(path).metadata().is_ok_and(|log| log.len() > 0);
    if length >= pages * page || has_log {
        return Vec::new();
    }
    vec![
        HealthIssue::error("truncated", "the end of the database is missing")
            .seen([format!("{length} bytes of {}", pages * page)])
            .hint(BRING_BACK),
    ]
}

/// Whether everything in the file is where it belongs.
pub(super) fn pages(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let mut check = connection.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let said = check
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let said: Vec<&str> = said
        .iter()
        .flat_map(|said| said.lines())
        .filter(|said| *said != "ok" && !said.starts_with("***"))
        .collect();
    if said.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "damaged",
            format!(
                "{} of the database not as written",
                match said.len() {
                    1 => "1 place".to_owned(),
                    many => format!("{many} places"),
                }
            ),
        )
        .seen(first_few(&said, |said| (*said).to_owned()))
        .hint(BRING_BACK),
    ])
}

/// Whether what refers to something finds it.
pub(super) fn references(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    let astray = check
        .query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    if astray.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "reference_astray",
            format!("{} to what is not there", count(astray.len(), "reference")),
        )
        .seen(first_few(&astray, |(table, row, parent)| match row {
            Some(row) => format!("{table} {row}: no such {parent}"),
            None => format!("{table}: no such {parent}"),
        }))
        .hint(BRING_BACK),
    ])
}

/// The schema's version.
pub(super) fn schema(connection: &Connection) -> Result<i32> {
    Ok(migrate::version(connection)?)
}

pub(super) fn schema_issues(version: i32) -> Vec<HealthIssue> {
    if version > SCHEMA_VERSION {
        return vec![
            HealthIssue::error(
                "schema_newer",
                format!("the database has schema version {version}; this program knows versions up to {SCHEMA_VERSION}"),
            )
            .hint("Use a newer backlog. Nothing else was checked."),
        ];
    }
    if version < SCHEMA_VERSION {
        return vec![
            HealthIssue::info(
                "schema_older",
                format!("the database has schema version {version}; the next command brings it to {SCHEMA_VERSION}"),
            )
            .hint("What is in it was not checked."),
        ];
    }
    Vec::new()
}
