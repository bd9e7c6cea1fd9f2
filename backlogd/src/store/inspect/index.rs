//! Whether the full-text indexes say what the texts say.
//!
//! They keep no texts, so what they ought to hold is indexed once more, a
//! piece at a time, and compared: which rows there are, how many words each of
//! their columns has, and, in sum, how often each word occurs.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use backlog_api::view::HealthIssue;
use rusqlite::{Connection, named_params};

use super::{count, first_few};
use crate::{
    domain::task::reference,
    store::{
        Result,
        search::{DOC_ROW, MEMORY_ROW, TASK_ROW},
    },
};

/// Rows that are indexed at once.
const PIECE: i64 = 1_000;

/// An index, and where what it ought to hold comes from.
struct Index {
    name: &'static str,
    columns: &'static str,
    /// The rows it ought to have, their key first, as its columns are.
    rows: String,
    tell: fn(i64) -> String,
    code: &'static str,
}

pub(super) fn tasks(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let index = Index {
        name: "task_search",
        columns: "title, description, plans, comments, marks",
        rows: format!(
            "SELECT {TASK_ROW} FROM task t
             WHERE t.deleted_at IS NULL AND t.seq > :after AND t.seq <= :upto"
        ),
        tell: reference,
        code: "search_differs",
    };
    index.check(connection)
}

pub(super) fn knowledge(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let index = Index {
        name: "knowledge_search",
        columns: "title, body, marks",
        rows: format!(
            "SELECT {DOC_ROW} FROM doc d
                  JOIN doc_version v ON v.doc_id = d.id AND v.version = d.current_version
             WHERE d.deleted_at IS NULL AND d.id > :after / 2 AND d.id <= :upto / 2
             UNION ALL
             SELECT {MEMORY_ROW} FROM memory m
             WHERE m.deleted_at IS NULL AND m.id > :after / 2 AND m.id <= :upto / 2"
        ),
        tell: |key| {
            let what = if key % 2 == 0 {
                "doc"
            } else {
                "entry of memory"
            };
            format!("{what} number {}", key / 2)
        },
        code: "knowledge_search_differs",
    };
    index.check(connection)
}

impl Index {
    fn check(&self, connection: &Connection) -> Result<Vec<HealthIssue>> {
        let Self {
            name,
            columns,
            rows,
            ..
        } = self;
        let last: i64 = connection.query_row(
            &format!(
                "SELECT max(coalesce((SELECT max(id) FROM {name}_docsize), 0),
                            coalesce((SELECT max(seq) FROM task), 0),
                            2 * coalesce((SELECT max(id) FROM doc), 0),
                            2 * coalesce((SELECT max(id) FROM memory), 0) + 1)"
            ),
            [],
            |row| row.get(0),
        )?;
        let mut wrong: Vec<(i64, &str)> = Vec::new();
        let mut ought = 0;
        let mut after = 0;
        while after < last {
            let upto = after + PIECE;
            connection.execute_batch(&format!(
                "DROP TABLE IF EXISTS temp.ought;
                 CREATE VIRTUAL TABLE temp.ought USING fts5 (
                     {columns},
                     content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
                 )"
            ))?;
            connection
                .prepare(&format!("INSERT INTO temp.ought (rowid, {columns}) {rows}"))?
                .execute(named_params! {":after": after, ":upto": upto})?;
            let mut compare = connection.prepare(&format!(
                "SELECT o.id, iif(s.id IS NULL, 'is missing', 'has other words')
                 FROM temp.ought_docsize o LEFT JOIN main.{name}_docsize s ON s.id = o.id
                 WHERE s.sz IS NOT o.sz
                 UNION ALL
                 SELECT s.id, 'should not be there' FROM main.{name}_docsize s
                 WHERE s.id > :after AND s.id <= :upto
                   AND NOT EXISTS (SELECT 1 FROM temp.ought_docsize o WHERE o.id = s.id)"
            ))?;
            let found =
                compare.query_map(named_params! {":after": after, ":upto": upto}, |row| {
                    let what = match row.get_ref(1)?.as_str()? {
                        "is missing" => "is missing",
                        "has other words" => "has other words",
                        _ => "should not be there",
                    };
                    Ok((row.get(0)?, what))
                })?;
            for found in found {
                wrong.push(found?);
            }
            ought = sum(connection, "temp", "ought", ought)?;
            after = upto;
        }
        if !wrong.is_empty() {
            let cases = first_few(&wrong, |(key, what)| {
                format!("{} {what}", (self.tell)(*key))
            });
            return Ok(vec![self.issue(&count(wrong.len(), "row")).seen(cases)]);
        }
        if sum(connection, "main", name, 0)? != ought {
            return Ok(vec![self.issue("some words")]);
        }
        Ok(Vec::new())
    }

    fn issue(&self, what: &str) -> HealthIssue {
        HealthIssue::error(
            self.code,
            format!("{what} of the full-text index differ from the texts"),
        )
        .hint("Searches may miss them. A change of such a task or text mends its row.")
    }
}

/// Adds up how often each word is in each column, in no particular order.
fn sum(connection: &Connection, schema: &str, table: &str, before: u64) -> Result<u64> {
    connection.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.words;
         CREATE VIRTUAL TABLE temp.words USING fts5vocab ('{schema}', '{table}', 'col')"
    ))?;
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut statement = connection.prepare("SELECT term, col, cnt FROM temp.words")?;
    let mut rows = statement.query([])?;
    let mut sum = before;
    while let Some(row) = rows.next()? {
        let word = (
            row.get_ref(0)?.as_bytes().unwrap_or_default(),
            row.get_ref(1)?.as_bytes().unwrap_or_default(),
        );
        let times: i64 = row.get(2)?;
        sum = sum.wrapping_add(hasher.hash_one(word).wrapping_mul(times.unsigned_abs()));
    }
    Ok(sum)
}
