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
const PIECE: usize = 1_000;

/// An index, and where what it ought to hold comes from.
struct Index {
    name: &'static str,
    columns: &'static str,
    /// The rows it ought to have, their key first, as its columns are.
    rows: String,
    /// The keys of those after `:after`, in no order.
    keys: &'static [&'static str],
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
        keys: &["SELECT seq AS key FROM task WHERE seq > :after ORDER BY seq"],
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
             WHERE m.deleted_at IS NULL AND m.id > (:after - 1) / 2 AND m.id <= (:upto - 1) / 2"
        ),
        // Docs have the even ones, memory the odd ones.
        keys: &[
            "SELECT 2 * id AS key FROM doc WHERE id > :after / 2 ORDER BY id",
            "SELECT 2 * id + 1 AS key FROM memory WHERE id > (:after - 1) / 2 ORDER BY id",
        ],
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
        let mut piece = connection.prepare(&self.piece())?;
        let mut wrong: Vec<(i64, &str)> = Vec::new();
        let mut ought = 0;
        let mut after: i64 = 0;
        while let Some(upto) = piece.query_row(named_params! {":after": after}, |row| {
            row.get::<_, Option<i64>>(0)
        })? {
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

    /// Where the next piece ends, by the keys that there are: they may lie far
    /// apart. Those of the index are among them, which ought to have no other.
    fn piece(&self) -> String {
        let name = self.name;
        let indexed = format!("SELECT id AS key FROM {name}_docsize WHERE id > :after ORDER BY id");
        let keys: Vec<String> = self
            .keys
            .iter()
            .copied()
            .chain([indexed.as_str()])
            .map(|keys| format!("SELECT key FROM ({keys} LIMIT {PIECE})"))
            .collect();
        format!(
            "SELECT max(key) FROM (SELECT key FROM ({}) ORDER BY key LIMIT {PIECE})",
            keys.join(" UNION ")
        )
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
