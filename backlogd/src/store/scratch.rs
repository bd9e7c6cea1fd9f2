//! Which of a few texts match a search, and where. The indexes know only
//! which task, doc or entry does, and keep no texts; so the texts of one page
//! are indexed once more, in memory, by the same rules.

use std::{collections::HashSet, ops::Range};

use rusqlite::{Connection, named_params};

use super::{Result, search::KNOWLEDGE_TEXTS};
use crate::domain::{
    excerpt::{CLOSE, OPEN, markable, marked},
    search::Query,
};

/// Texts, numbered as they were added.
pub(super) struct Scratch {
    conn: Connection,
    count: i64,
}

impl Scratch {
    pub(super) fn new() -> Result<Self> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch(
            "CREATE VIRTUAL TABLE scratch USING fts5 (
                 title, body, tokenize = 'unicode61 remove_diacritics 2'
             );
             BEGIN",
        )?;
        Ok(Self { conn, count: 0 })
    }

    /// Adds a text; its number.
    pub(super) fn add(&mut self, title: &str, body: &str) -> Result<i64> {
        self.count += 1;
        self.conn
            .prepare_cached(
                "INSERT INTO scratch (rowid, title, body) VALUES (:number, :title, :body)",
            )?
            .execute(named_params! {
                ":number": self.count, ":title": markable(title), ":body": markable(body),
            })?;
        Ok(self.count)
    }

    /// The texts that match as a whole.
    pub(super) fn matching(&self, query: &Query) -> Result<HashSet<i64>> {
        self.numbers(query.as_fts())
    }

    /// The texts with any of the words.
    pub(super) fn with_a_word(&self, query: &Query) -> Result<HashSet<i64>> {
        self.numbers(query.any_word())
    }

    fn numbers(&self, expression: &str) -> Result<HashSet<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT rowid FROM scratch WHERE scratch MATCH :expression")?;
        let expression = in_texts(expression);
        let rows =
            statement.query_map(named_params! {":expression": expression}, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Where the words stand in a text that was added: in its title, and in
    /// its body.
    pub(super) fn places(
        &self,
        number: i64,
        query: &Query,
        title: &str,
        body: &str,
    ) -> Result<[Vec<Range<usize>>; 2]> {
        let mut statement = self.conn.prepare_cached(
            "SELECT highlight(scratch, 0, :open, :close), highlight(scratch, 1, :open, :close)
             FROM scratch WHERE scratch MATCH :expression AND rowid = :number",
        )?;
        let (open, close) = (OPEN.to_string(), CLOSE.to_string());
        let expression = in_texts(query.any_word());
        let mut rows = statement.query(named_params! {
            ":open": open, ":close": close, ":expression": expression, ":number": number,
        })?;
        match rows.next()? {
            None => Ok([Vec::new(), Vec::new()]),
            Some(row) => Ok([
                marked(title, &row.get::<_, String>(0)?),
                marked(body, &row.get::<_, String>(1)?),
            ]),
        }
    }
}

fn in_texts(expression: &str) -> String {
    format!("{{{KNOWLEDGE_TEXTS}}} : ({expression})")
}
