//! One search over everything: tasks with their plans and comments, docs and
//! memory. Which of them match is read from the indexes; what exactly
//! matches, and where, from the texts of the page alone.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rusqlite::{Row, named_params, params};

use super::{
    Reader, Result,
    row::one_more,
    scratch::Scratch,
    search::{KNOWLEDGE_TEXTS, matching},
    task_list::RANKED,
};
use crate::domain::{
    Entity, Id, Moment,
    excerpt::Excerpt,
    page::{self, Token},
    project::ProjectRef,
    search::Query,
    task::Status,
};

/// What a search asks for.
#[derive(Debug, Clone)]
pub struct Search {
    /// Which words.
    pub query: Query,
    /// Alias or ULID, or empty.
    pub project: String,
    /// In which kinds of things; none for all.
    pub kinds: Vec<Entity>,
    /// Archived things too.
    pub include_archived: bool,
    /// Hits of a page.
    pub size: usize,
    /// Where the page begins.
    pub token: String,
}

/// A page of what was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The hits.
    pub hits: Vec<Hit>,
    /// How many match in all.
    pub total: i64,
    /// Where the next page begins.
    pub next: Option<String>,
    /// There are too many to put the best first.
    pub unranked: bool,
}

/// One thing that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// What kind of thing.
    pub kind: Entity,
    /// Which.
    pub id: Id,
    /// The task that it is or belongs to.
    pub task: Option<(i64, Status)>,
    /// Its project.
    pub project: ProjectRef,
    /// Its title, or what stands for one.
    pub title: Excerpt,
    /// Some of its text.
    pub snippet: Excerpt,
    /// When it last changed.
    pub updated_at: Moment,
}

impl Search {
    fn asks_for(&self, kind: Entity) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The columns of a task's row in the index that are asked for.
    fn task_columns(&self) -> Vec<&'static str> {
        let mut columns = Vec::new();
        if self.asks_for(Entity::Task) {
            columns.push("title description");
        }
        if self.asks_for(Entity::Plan) {
            columns.push("plans");
        }
        if self.asks_for(Entity::Comment) {
            columns.push("comments");
        }
        columns
    }

    fn list_name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        let asked = (
            self.query.as_fts(),
            &self.project,
            format!("{:?}", self.kinds),
            self.include_archived,
        );
        asked.hash(&mut hasher);
        format!("search-{:x}", hasher.finish())
    }
}

/// Where rows of an index come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Task,
    Doc,
    Memory,
}

/// What a search means in one of the origins.
struct Part {
    origin: Origin,
    matching: String,
    count: i64,
}

/// A row that matches: of which origin, its key there, and when that was made.
type Match = (Origin, i64, i64);

/// A text that may be what matches in a row.
struct Thing {
    kind: Entity,
    id: Id,
    title: String,
    body: String,
    updated_at: Moment,
    number: i64,
}

/// What a row's texts have in common.
struct Place {
    task: Option<(i64, Status)>,
    project: ProjectRef,
    /// For things without a title of their own.
    title: String,
}

impl Reader<'_> {
    /// A page of what matches.
    pub fn search(&self, search: &Search) -> Result<Found> {
        let parts = self.parts(search)?;
        let total = parts.iter().map(|part| part.count).sum();
        let unranked = usize::try_from(total).unwrap_or(usize::MAX) > RANKED;
        let list = search.list_name();
        let skipped = usize::try_from(Token::after(&list, &search.token)?).unwrap_or(0);

        let wanted = skipped.saturating_add(search.size);
        let mut lists = Vec::new();
        for part in &parts {
            lists.push(self.best(part, unranked, one_more(wanted))?);
        }
        let matches = if unranked {
            by_heads(&lists)
        } else {
            in_turn(&lists)
        };

        let rows = matches.iter().skip(skipped).take(search.size);
        let (hits, read) = self.hits(search, rows.copied())?;
        let next = skipped + read;
        Ok(Found {
            hits,
            total,
            next: (next < matches.len()).then(|| Token::write(&list, &[&next])),
            unranked,
        })
    }

    /// What to ask of which index, and how much that finds.
    fn parts(&self, search: &Search) -> Result<Vec<Part>> {
        let project = match search.project.as_str() {
            "" => None,
            given => Some(self.project(given)?.key),
        };
        let hidden = match project {
            Some(_) => Vec::new(),
            None => self.unsearched_projects(search.include_archived)?,
        };
        let asked = |columns: &str| {
            matching(
                columns,
                &search.query,
                project,
                search.include_archived,
                &hidden,
            )
        };
        let mut parts = Vec::new();
        let columns = search.task_columns();
        if !columns.is_empty() {
            parts.push((Origin::Task, asked(&columns.join(" "))));
        }
        for (kind, origin) in [(Entity::Doc, Origin::Doc), (Entity::Memory, Origin::Memory)] {
            if search.asks_for(kind) {
                parts.push((origin, asked(KNOWLEDGE_TEXTS)));
            }
        }
        parts
            .into_iter()
            .map(|(origin, matching)| {
                let count = self
                    .conn
                    .prepare_cached(match origin {
                        Origin::Task => "SELECT count(*) FROM task_search WHERE task_search MATCH ?",
                        Origin::Doc => {
                            "SELECT count(*) FROM knowledge_search WHERE knowledge_search MATCH ? AND rowid % 2 = 0"
                        }
                        Origin::Memory => {
                            "SELECT count(*) FROM knowledge_search WHERE knowledge_search MATCH ? AND rowid % 2 = 1"
                        }
                    })?
                    .query_row([&matching], |row| row.get(0))?;
                Ok(Part {
                    origin,
                    matching,
                    count,
                })
            })
            .collect()
    }

    /// Projects whose things no search finds.
    fn unsearched_projects(&self, include_archived: bool) -> Result<Vec<i64>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM project WHERE deleted_at IS NOT NULL
             OR (archived_at IS NOT NULL AND NOT :include_archived)",
        )?;
        let rows = statement.query_map(
            named_params! {":include_archived": include_archived},
            |row| row.get(0),
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The best rows of one origin, or the newest.
    fn best(&self, part: &Part, unranked: bool, limit: i64) -> Result<Vec<Match>> {
        if part.count == 0 {
            return Ok(Vec::new());
        }
        let (table, source, rank) = match part.origin {
            Origin::Task => (
                "task_search",
                "t.created_at FROM task_search s CROSS JOIN task t ON t.seq = s.rowid WHERE TRUE",
                "bm25(task_search, 10.0, 4.0, 2.0, 1.0, 0.0), s.rowid",
            ),
            Origin::Doc => (
                "knowledge_search",
                "d.created_at FROM knowledge_search s CROSS JOIN doc d ON d.id = s.rowid / 2
                 WHERE s.rowid % 2 = 0",
                KNOWLEDGE_RANK,
            ),
            Origin::Memory => (
                "knowledge_search",
                "m.created_at FROM knowledge_search s CROSS JOIN memory m ON m.id = s.rowid / 2
                 WHERE s.rowid % 2 = 1",
                KNOWLEDGE_RANK,
            ),
        };
        let order = if unranked { "s.rowid DESC" } else { rank };
        let sql =
            format!("SELECT s.rowid, {source} AND s.{table} MATCH ? ORDER BY {order} LIMIT ?");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![part.matching, limit], |row| {
            Ok((part.origin, row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What matches in each row, as far as the page may grow; with it, how
    /// many rows that were.
    fn hits(
        &self,
        search: &Search,
        rows: impl Iterator<Item = Match>,
    ) -> Result<(Vec<Hit>, usize)> {
        let mut scratch = Scratch::new()?;
        let mut read = Vec::new();
        let mut bytes = 0;
        for (origin, key, _) in rows {
            if bytes > page::BYTES {
                break;
            }
            let (place, mut things) = match origin {
                Origin::Task => self.texts_of_task(search, key)?,
                Origin::Doc => self.text_of_doc(key / 2)?,
                Origin::Memory => self.text_of_memory(key / 2)?,
            };
            for thing in &mut things {
                bytes += thing.title.len() + thing.body.len();
                thing.number = scratch.add(&thing.title, &thing.body)?;
            }
            read.push((place, things));
        }
        let count = read.len();
        let (wholly, partly) = (
            scratch.matching(&search.query)?,
            scratch.with_a_word(&search.query)?,
        );
        let mut hits = Vec::with_capacity(count);
        for (place, things) in read {
            let chosen = things
                .iter()
                .position(|thing| wholly.contains(&thing.number))
                .or_else(|| {
                    things
                        .iter()
                        .position(|thing| partly.contains(&thing.number))
                })
                .unwrap_or_default();
            let Some(thing) = things.into_iter().nth(chosen) else {
                continue;
            };
            let [in_title, in_body] =
                scratch.places(thing.number, &search.query, &thing.title, &thing.body)?;
            let snippet = Excerpt::cut(&thing.body, &in_body);
            let title = if thing.title.is_empty() {
                place.title
            } else {
                thing.title
            };
            hits.push(Hit {
                kind: thing.kind,
                id: thing.id,
                task: place.task,
                project: place.project,
                title: Excerpt::whole(&title, in_title),
                snippet,
                updated_at: thing.updated_at,
            });
        }
        Ok((hits, count))
    }

    /// The task itself, then its plans and its comments, the newest first.
    fn texts_of_task(&self, search: &Search, seq: i64) -> Result<(Place, Vec<Thing>)> {
        let (place, task) = self
            .conn
            .prepare_cached(
                "SELECT t.ulid, t.title, t.description AS body, t.updated_at, t.status,
                        p.ulid AS project_ulid, p.alias, p.name
                 FROM task t JOIN project p ON p.id = t.project_id WHERE t.seq = ?",
            )?
            .query_row([seq], |row| {
                let place = Place {
                    task: Some((seq, row.get("status")?)),
                    project: project(row)?,
                    title: row.get("title")?,
                };
                Ok((place, thing(Entity::Task, row)?))
            })?;
        let mut things = Vec::new();
        if search.asks_for(Entity::Task) {
            things.push(task);
        }
        for (kind, sql) in [
            (
                Entity::Plan,
                "SELECT n.ulid, v.title, v.body, n.updated_at
                 FROM plan n JOIN plan_version v ON v.plan_id = n.id AND v.version = n.current_version
                 WHERE n.task_seq = ? AND n.deleted_at IS NULL ORDER BY n.id DESC",
            ),
            (
                Entity::Comment,
                "SELECT ulid, '' AS title, body, created_at AS updated_at
                 FROM comment WHERE task_seq = ? AND deleted_at IS NULL ORDER BY id DESC",
            ),
        ] {
            if !search.asks_for(kind) {
                continue;
            }
            let mut bytes = 0;
            let mut statement = self.conn.prepare_cached(sql)?;
            for text in statement.query_map([seq], |row| thing(kind, row))? {
                let text = text?;
                bytes += text.body.len();
                things.push(text);
                if bytes > page::BYTES {
                    break;
                }
            }
        }
        Ok((place, things))
    }

    fn text_of_doc(&self, key: i64) -> Result<(Place, Vec<Thing>)> {
        self.text(
            Entity::Doc,
            key,
            "SELECT d.ulid, v.title, v.body, d.updated_at, p.ulid AS project_ulid, p.alias, p.name
             FROM doc d JOIN doc_version v ON v.doc_id = d.id AND v.version = d.current_version
                  JOIN project p ON p.id = d.project_id
             WHERE d.id = ?",
        )
    }

    fn text_of_memory(&self, key: i64) -> Result<(Place, Vec<Thing>)> {
        self.text(
            Entity::Memory,
            key,
            "SELECT m.ulid, replace(m.tags, char(10), ', ') AS title, m.body, m.updated_at,
                    p.ulid AS project_ulid, p.alias, p.name
             FROM memory m JOIN project p ON p.id = m.project_id WHERE m.id = ?",
        )
    }

    fn text(&self, kind: Entity, key: i64, sql: &str) -> Result<(Place, Vec<Thing>)> {
        Ok(self.conn.prepare_cached(sql)?.query_row([key], |row| {
            let place = Place {
                task: None,
                project: project(row)?,
                title: String::new(),
            };
            Ok((place, vec![thing(kind, row)?]))
        })?)
    }
}

const KNOWLEDGE_RANK: &str = "bm25(knowledge_search, 10.0, 4.0, 0.0), s.rowid";

/// The best of each list, then the second of each, and so on: ranks of
/// different indexes do not compare.
fn in_turn(lists: &[Vec<Match>]) -> Vec<Match> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    (0..longest)
        .flat_map(|at| lists.iter().filter_map(move |list| list.get(at).copied()))
        .collect()
}

/// The lists as one: what comes next is the newest of those that are first in
/// their list. A list's own order stands, though what was imported late may be
/// old: so the beginning stays what it was when a page further on reads more.
fn by_heads(lists: &[Vec<Match>]) -> Vec<Match> {
    let mut lists: Vec<&[Match]> = lists.iter().map(Vec::as_slice).collect();
    let mut all = Vec::new();
    loop {
        // Of several that are as new, that of the first list.
        let heads = lists.iter_mut().rev().filter(|list| !list.is_empty());
        let Some(newest) = heads.max_by_key(|list| list[0].2) else {
            return all;
        };
        all.push(newest[0]);
        *newest = &newest[1..];
    }
}

fn project(row: &Row<'_>) -> rusqlite::Result<ProjectRef> {
    Ok(ProjectRef {
        id: row.get("project_ulid")?,
        alias: row.get("alias")?,
        name: row.get("name")?,
    })
}

fn thing(kind: Entity, row: &Row<'_>) -> rusqlite::Result<Thing> {
    Ok(Thing {
        kind,
        id: row.get("ulid")?,
        title: row.get("title")?,
        body: row.get("body")?,
        updated_at: row.get("updated_at")?,
        number: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_lists_begin_as_the_shorter_ones_did() {
        let list = |origin, made: &[i64]| -> Vec<Match> {
            let keys = (0..).zip(made);
            keys.map(|(key, at)| (origin, -key, *at)).collect()
        };
        // Keys fall; when the things were made is another matter.
        let tasks = list(Origin::Task, &[50, 10, 90, 20, 80, 30]);
        let docs = list(Origin::Doc, &[60, 40, 99, 1]);
        let all = by_heads(&[tasks.clone(), docs.clone()]);
        assert_eq!(all.len(), 10);
        let made: Vec<i64> = all.iter().map(|found| found.2).collect();
        assert_eq!(made[..3], [60, 50, 40]);
        for read in 1..all.len() {
            let short = |list: &[Match]| list.iter().copied().take(read).collect();
            let page = by_heads(&[short(&tasks), short(&docs)]);
            assert_eq!(page[..read], all[..read], "{read}");
        }
    }
}
