//! Looking a database over, beside whoever works with it, and changing
//! nothing. Each question is asked whatever the others came to: where one page
//! is damaged, the rest may be well, and people want to know.

mod derived;
mod index;
mod pages;

use std::path::Path;

use backlog_api::view::HealthIssue;
use rusqlite::Connection;

use super::{
    OpenError, Reader, Result, StoreError, connection,
    migrate::{self, SCHEMA_VERSION},
    search,
};
use crate::domain::clock::Clock;

/// Cases that are told of one issue; more help nobody.
const TOLD: usize = 5;

/// What to do about a damaged database.
const BRING_BACK: &str = "Keep the files as they are, and bring a copy back: backlog doctor restore FILE. See what is in one: backlog doctor restore --help";

/// Looks a database over. `default_project` is the workspace's, where it has one.
#[must_use]
pub fn inspect(database: &Path, default_project: Option<&str>, clock: Clock) -> Vec<HealthIssue> {
    // Read before SQLite opens it: closing a file drops SQLite's locks on it.
    let mut issues = pages::file(database);
    let opened = connection::see_ours(database).and_then(|()| {
        connection::open_to_look(database).map_err(|source| OpenError::Sqlite {
            path: database.to_owned(),
            source,
        })
    });
    match opened {
        Ok(connection) => issues.extend(look(&connection, default_project, clock)),
        Err(error) => issues.push(unopened(&error)),
    }
    issues
}

fn look(connection: &Connection, default_project: Option<&str>, clock: Clock) -> Vec<HealthIssue> {
    let prepared = connection
        .execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; BEGIN")
        .and_then(|()| search::prepare(connection));
    if let Err(error) = prepared {
        return vec![unchecked("everything", &error.into())];
    }
    let mut issues = Vec::new();
    let mut ask = |what: &str, found: Result<Vec<HealthIssue>>| match found {
        Ok(found) => issues.extend(found),
        Err(error) => issues.push(unchecked(what, &error)),
    };
    ask("the pages", pages::pages(connection));
    let version = pages::schema(connection);
    let is_ours = matches!(version, Ok(SCHEMA_VERSION));
    ask("the schema", version.map(pages::schema_issues));
    // Another version's tables are another version's to judge.
    if is_ours {
        let reader = Reader::new(connection, clock.both());
        ask("the references", pages::references(connection));
        ask("the versions", derived::versions(connection));
        ask("the attachments", derived::attachments(connection));
        ask("the totals", derived::totals(connection));
        ask("what is ready", derived::holdbacks(&reader));
        ask("the claims", derived::claims(connection));
        ask("what is unfinished", derived::unfinished(connection));
        ask("the index of tasks", index::tasks(connection));
        ask("the index of docs and memory", index::knowledge(connection));
        ask("the log", log(&reader));
        if let Some(project) = default_project {
            ask("the default project", known_project(&reader, project));
        }
    }
    issues
}

fn log(reader: &Reader<'_>) -> Result<Vec<HealthIssue>> {
    let log = reader.verify_activities()?;
    Ok(log
        .broken
        .map(|(seq, problem)| {
            HealthIssue::error("log_broken", "the log was changed after it was written")
                .seen([format!("entry {seq}: {problem}")])
                .hint("The entries before it are as they were written. Compare with a copy: backlog activity verify")
        })
        .into_iter()
        .collect())
}

fn known_project(reader: &Reader<'_>, project: &str) -> Result<Vec<HealthIssue>> {
    match reader.project(project) {
        Ok(_) => Ok(Vec::new()),
        Err(StoreError::Refused(_)) => Ok(vec![
            HealthIssue::warning(
                "default_project_missing",
                format!("the default project {project:?} does not exist"),
            )
            .hint("Choose another one: backlog project use ALIAS"),
        ]),
        Err(error) => Err(error),
    }
}

/// Of a database that cannot even be opened.
fn unopened(error: &OpenError) -> HealthIssue {
    let code = match error {
        OpenError::Missing(_) => "missing",
        OpenError::NotBacklog(_) => "not_a_database",
        OpenError::BacklogOne(_) => "backlog_one",
        OpenError::Sqlite { source, .. } if super::error::is_damage(source) => "damaged",
        _ => "cannot_open",
    };
    let issue = HealthIssue::error(code, error.to_string());
    match code {
        "damaged" | "not_a_database" => issue.hint(BRING_BACK),
        _ => match error.hint() {
            Some(hint) => issue.hint(hint),
            None => issue,
        },
    }
}

/// A question that could not be asked.
fn unchecked(what: &str, error: &StoreError) -> HealthIssue {
    match error {
        StoreError::Corrupt(said) => {
            HealthIssue::error("damaged", format!("{what} cannot be read"))
                .seen([said.clone()])
                .hint(BRING_BACK)
        }
        other => HealthIssue::warning("unchecked", format!("{what} could not be checked"))
            .seen([other.to_string()]),
    }
}

/// The first few of many, and how many more there are.
fn first_few<T>(all: &[T], tell: impl Fn(&T) -> String) -> Vec<String> {
    let mut told: Vec<String> = all.iter().take(TOLD).map(tell).collect();
    if all.len() > TOLD {
        told.push(format!("and {} more", all.len() - TOLD));
    }
    told
}

/// `1 task`, `3 tasks`.
fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
