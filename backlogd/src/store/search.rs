//! Keeping the full-text index, and asking it.

use rusqlite::{Connection, functions::FunctionFlags};

use super::{Reader, Result};
use crate::domain::search::{Query, words_apart};

/// The word in `marks` of an archived task.
const ARCHIVED: &str = "archived";

/// The row of `task_search` of a `task t`, its key first.
pub(super) const TASK_ROW: &str = "t.seq, words_apart(t.title), words_apart(t.description),
    (SELECT words_apart(group_concat(v.title || char(10) || v.body, char(10)))
     FROM plan p JOIN plan_version v ON v.plan_id = p.id AND v.version = p.current_version
     WHERE p.task_seq = t.seq AND p.deleted_at IS NULL),
    (SELECT words_apart(group_concat(c.body, char(10)))
     FROM comment c WHERE c.task_seq = t.seq AND c.deleted_at IS NULL),
    'p' || t.project_id || iif(t.archived_at IS NULL, '', ' archived')";
/// The row of `knowledge_search` of a `doc d` and its current `doc_version v`.
pub(super) const DOC_ROW: &str =
    "2 * d.id, words_apart(v.title), words_apart(v.body), 'p' || d.project_id";
/// The row of `knowledge_search` of a `memory m`.
pub(super) const MEMORY_ROW: &str =
    "2 * m.id + 1, words_apart(m.tags), words_apart(m.body), 'p' || m.project_id";

/// Makes `words_apart` known to the statements of a connection that writes.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("words_apart", 1, flags, |arguments| {
        let text: Option<String> = arguments.get(0)?;
        Ok(text.map(|text| words_apart(&text).into_owned()))
    })
}

impl Reader<'_> {
    /// Brings the indexes up to date with what this transaction changed.
    /// Called once, before the commit.
    pub(super) fn index_changed_texts(&self) -> Result<()> {
        let (tasks, knowledge) = self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM search_dirty), EXISTS (SELECT 1 FROM knowledge_dirty)",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if tasks {
            self.index_tasks()?;
        }
        if knowledge {
            self.index_knowledge()?;
        }
        Ok(())
    }

    fn index_tasks(&self) -> Result<()> {
        for sql in [
            "DELETE FROM task_search WHERE rowid IN (SELECT task_seq FROM search_dirty)",
            &format!(
                "INSERT INTO task_search (rowid, title, description, plans, comments, marks)
                 SELECT {TASK_ROW} FROM search_dirty d JOIN task t ON t.seq = d.task_seq
                 WHERE t.deleted_at IS NULL"
            ),
            "DELETE FROM search_dirty",
        ] {
            self.conn.prepare_cached(sql)?.execute([])?;
        }
        Ok(())
    }

    fn index_knowledge(&self) -> Result<()> {
        for sql in [
            "DELETE FROM knowledge_search WHERE rowid IN (SELECT key FROM knowledge_dirty)",
            &format!(
                "INSERT INTO knowledge_search (rowid, title, body, marks)
                 SELECT {DOC_ROW} FROM knowledge_dirty k JOIN doc d ON d.id = k.key / 2
                      JOIN doc_version v ON v.doc_id = d.id AND v.version = d.current_version
                 WHERE k.key % 2 = 0 AND d.deleted_at IS NULL"
            ),
            &format!(
                "INSERT INTO knowledge_search (rowid, title, body, marks)
                 SELECT {MEMORY_ROW} FROM knowledge_dirty k JOIN memory m ON m.id = k.key / 2
                 WHERE k.key % 2 = 1 AND m.deleted_at IS NULL"
            ),
            "DELETE FROM knowledge_dirty",
        ] {
            self.conn.prepare_cached(sql)?.execute([])?;
        }
        Ok(())
    }
}

/// The columns of `task_search` that hold text.
pub(super) const TASK_TEXTS: &str = "title description plans comments";
/// The columns of `knowledge_search` that hold text.
pub(super) const KNOWLEDGE_TEXTS: &str = "title body";

/// What a search means in the index: the words in the texts, and where they
/// may stand in the marks, which no search reaches by itself.
pub(super) fn matching(
    columns: &str,
    query: &Query,
    project: Option<i64>,
    include_archived: bool,
    hidden_projects: &[i64],
) -> String {
    let mut expression = format!("({{{columns}}} : ({}))", query.as_fts());
    if let Some(project) = project {
        expression = format!("({expression} AND (marks : \"p{project}\"))");
    }
    let archived = (!include_archived).then(|| format!("\"{ARCHIVED}\""));
    let hidden = hidden_projects
        .iter()
        .map(|project| format!("\"p{project}\""));
    let unwanted: Vec<String> = archived.into_iter().chain(hidden).collect();
    if !unwanted.is_empty() {
        expression = format!("{expression} NOT (marks : ({}))", unwanted.join(" OR "));
    }
    expression
}
