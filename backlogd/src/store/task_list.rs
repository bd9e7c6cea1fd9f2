//! Lists of tasks: filter, order, page, search.
//!
//! A page is read by key: first the rest of the rows that share the last row's
//! sort key, then what comes behind it. Each of the two is one range of an
//! index, which `(key, seq) > (?, ?)` would not be.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rusqlite::{named_params, params_from_iter, types::Value};

use super::{
    Reader, Result,
    holdback::{BLOCKED, READY},
    row::{Filter, marks, one_more},
    search,
    task::{COLUMNS, read},
};
use crate::domain::{
    lease::Holder,
    page::{self, Token},
    task::{Sort, Task, TaskFilter},
};

/// A search that matches more than this is not ranked: bm25 would read them
/// all for each page.
pub(super) const RANKED: usize = 1_000;

/// What a list asks for.
#[derive(Debug, Clone)]
pub struct TaskListing {
    /// Which tasks.
    pub filter: TaskFilter,
    /// In which order.
    pub sort: Sort,
    /// Downwards.
    pub descending: bool,
    /// Rows of a page.
    pub size: usize,
    /// Where the page begins.
    pub token: String,
    /// Rows to skip, without a token.
    pub offset: i64,
    /// With descriptions.
    pub full: bool,
}

/// A page of tasks.
#[derive(Debug, Clone)]
pub struct ListedTasks {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// How many match in all.
    pub total: i64,
    /// Where the next page begins.
    pub next: Option<String>,
    /// By relevance was asked, and there were too many to rank.
    pub unranked: bool,
}

/// That a task's text matches.
const MATCHES: &str = "t.seq IN (SELECT rowid FROM task_search WHERE task_search MATCH ?)";

/// What a filter comes to in this database.
struct Scope {
    /// Of the task's own row, all but the search.
    rows: Filter,
    /// The same for the table of counts, where that can tell.
    counts: Option<Filter>,
    /// In the full-text index.
    matching: Option<String>,
    /// `rows` asks for more than the index's marks know.
    narrowed: bool,
}

impl Reader<'_> {
    /// A page of tasks.
    pub fn list_tasks(&self, listing: &TaskListing) -> Result<ListedTasks> {
        let Some(scope) = self.scope(&listing.filter)? else {
            return Ok(ListedTasks {
                tasks: Vec::new(),
                total: 0,
                next: None,
                unranked: false,
            });
        };
        let total = self.total(&scope)?;
        match (&scope.matching, listing.sort) {
            (Some(matching), Sort::Relevance) => {
                self.list_by_relevance(listing, &scope, matching, total)
            }
            _ => self.list_by_key(listing, scope, total),
        }
    }

    /// The conditions on a task's own row, for `task t`, search and all; `None`
    /// where the filter names labels that nobody has.
    pub(super) fn rows_of(&self, filter: &TaskFilter) -> Result<Option<Filter>> {
        let Some(scope) = self.scope(filter)? else {
            return Ok(None);
        };
        let mut rows = scope.rows;
        if let Some(matching) = scope.matching {
            rows.and(MATCHES, [matching]);
        }
        Ok(Some(rows))
    }

    /// What a session holds, or any, by number.
    fn held_by(&self, holder: Option<&Holder>) -> Result<Vec<i64>> {
        let leases = self.leases()?.into_iter();
        Ok(leases
            .filter(|lease| holder.is_none_or(|holder| holder.is(&lease.holder)))
            .map(|lease| lease.task_seq)
            .collect())
    }

    /// What the filter means; `None` where it names labels that nobody has.
    fn scope(&self, filter: &TaskFilter) -> Result<Option<Scope>> {
        let project = match filter.project.as_str() {
            "" => None,
            given => Some(self.project(given)?.key),
        };
        let hidden_projects =
            if project.is_none() && !filter.include_archived || filter.ready || filter.blocked {
                self.archived_projects()?
            } else {
                Vec::new()
            };

        let mut rows = Filter::new();
        let mut counts = Filter::new();
        rows.and_fixed("t.deleted_at IS NULL");
        // What is not in the queue is in no state of it.
        let in_queue = filter.ready || filter.blocked;
        if in_queue || !filter.include_archived {
            rows.and_fixed("t.archived_at IS NULL");
            counts.and_fixed("shown = 1");
        }
        if let Some(project) = project {
            rows.and("t.project_id = ?", [project]);
            counts.and("project_id = ?", [project]);
        }
        if !hidden_projects.is_empty() {
            let list = marks(hidden_projects.len());
            rows.and(
                format!("t.project_id NOT IN ({list})"),
                hidden_projects.clone(),
            );
            counts.and(
                format!("project_id NOT IN ({list})"),
                hidden_projects.clone(),
            );
        }
        let statuses = || {
            filter
                .statuses
                .iter()
                .map(|status| status.as_str().to_owned())
        };
        let kinds = || filter.kinds.iter().map(|kind| kind.as_str().to_owned());
        let priorities = || filter.priorities.iter().map(|priority| priority.number());
        rows.and_any("t.status", statuses());
        rows.and_any("t.type", kinds());
        rows.and_any("t.priority", priorities());
        counts.and_any("status", statuses());
        counts.and_any("type", kinds());
        counts.and_any("priority", priorities());

        // Asked for what neither the counts nor the marks know.
        let mut beyond_counts = false;
        for (column, wanted) in [
            ("t.actor_name", filter.actor_name.as_str()),
            ("t.source", &filter.source),
            (
                "t.actor_kind",
                filter.actor_kind.map_or("", |kind| kind.as_str()),
            ),
        ] {
            if !wanted.is_empty() {
                rows.and(format!("{column} = ?"), [wanted.to_owned()]);
                // The partial indexes leave out the empty ones.
                if column == "t.source" {
                    rows.and_fixed("t.source <> ''");
                }
                beyond_counts = true;
            }
        }
        if !filter.assignee.is_empty() {
            rows.and_any("t.assignee", self.assignees(filter)?);
            rows.and_fixed("t.assignee <> ''");
            beyond_counts = true;
        }
        if !filter.labels.is_empty() {
            let labels = self.label_keys(project, &filter.labels)?;
            if labels.is_empty() {
                return Ok(None);
            }
            let list = marks(labels.len());
            rows.and(
                format!("t.seq IN (SELECT task_seq FROM task_label WHERE label_id IN ({list}))"),
                labels,
            );
            beyond_counts = true;
        }
        if filter.ready {
            rows.and_fixed(READY);
            counts.and_fixed("status = 'todo' AND holdback = 0");
        }
        if filter.blocked {
            rows.and_fixed(BLOCKED);
            counts.and_fixed("status = 'todo' AND (holdback & 3) <> 0");
        }
        if filter.needs_attention {
            rows.and_fixed("t.attention_at IS NOT NULL");
            beyond_counts = true;
        }
        if let Some(parent) = filter.parent {
            rows.and("t.parent_seq = ?", [self.find_task(parent)?.seq]);
            beyond_counts = true;
        }
        if filter.claimed || filter.held_by.is_some() {
            let held = self.held_by(filter.held_by.as_ref())?;
            if held.is_empty() {
                return Ok(None);
            }
            rows.and(format!("t.seq IN ({})", marks(held.len())), held);
            beyond_counts = true;
        }
        let narrowed = beyond_counts
            || in_queue
            || !filter.statuses.is_empty()
            || !filter.kinds.is_empty()
            || !filter.priorities.is_empty();
        let countable = filter.search.is_none() && !beyond_counts;
        let matching = filter.search.as_ref().map(|query| {
            search::matching(
                search::TASK_TEXTS,
                query,
                project,
                filter.include_archived,
                &hidden_projects,
            )
        });
        Ok(Some(Scope {
            rows,
            counts: countable.then_some(counts),
            matching,
            narrowed,
        }))
    }

    fn total(&self, scope: &Scope) -> Result<i64> {
        let (sql, values) = match (&scope.counts, &scope.matching) {
            (Some(counts), _) => (
                format!(
                    "SELECT coalesce(sum(n), 0) FROM task_count WHERE {}",
                    counts.sql()
                ),
                counts.values::<Value>([]),
            ),
            (None, Some(matching)) if !scope.narrowed => (
                "SELECT count(*) FROM task_search WHERE task_search MATCH ?".to_owned(),
                vec![matching.clone().into()],
            ),
            (None, Some(matching)) => (
                format!(
                    "SELECT count(*) FROM task_search s CROSS JOIN task t ON t.seq = s.rowid
                     WHERE {} AND s.task_search MATCH ?",
                    scope.rows.sql()
                ),
                scope.rows.values([matching.clone()]),
            ),
            (None, None) => (
                format!("SELECT count(*) FROM task t WHERE {}", scope.rows.sql()),
                scope.rows.values::<Value>([]),
            ),
        };
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| row.get(0))?)
    }

    /// The best matches first, or the newest where there are too many to rank.
    /// A page begins at a number of rows, since a rank is no key.
    fn list_by_relevance(
        &self,
        listing: &TaskListing,
        scope: &Scope,
        matching: &str,
        total: i64,
    ) -> Result<ListedTasks> {
        let list = list_name(&listing.filter, listing.sort, listing.descending);
        let unranked = self.matches_more_than(matching, RANKED)?;
        let skipped = match Token::read(&list, 1, &listing.token)? {
            Some(token) => token.number(0)?,
            None => listing.offset,
        };
        let rank = if unranked {
            "s.rowid DESC"
        } else {
            "bm25(task_search, 10.0, 4.0, 2.0, 1.0, 0.0), s.rowid"
        };
        let rows = if scope.narrowed {
            scope.rows.clone()
        } else {
            Filter::new()
        };
        let sql = format!(
            "SELECT {COLUMNS}, {} AS description
             FROM task_search s CROSS JOIN task t ON t.seq = s.rowid
                  CROSS JOIN project p ON p.id = t.project_id
             WHERE {} AND s.task_search MATCH ? ORDER BY {rank} LIMIT ? OFFSET ?",
            description(listing.full),
            rows.sql(),
        );
        let limit = one_more(listing.size);
        let values = rows.values([
            Value::from(matching.to_owned()),
            limit.into(),
            skipped.into(),
        ]);
        let mut tasks = Vec::new();
        let more = self.collect(&sql, values, listing.size, &mut tasks)?;
        self.complete(&mut tasks)?;
        let read = i64::try_from(tasks.len()).unwrap_or(i64::MAX);
        let next = more.then(|| Token::write(&list, &[&(skipped + read)]));
        Ok(ListedTasks {
            tasks,
            total,
            next,
            unranked,
        })
    }

    fn matches_more_than(&self, matching: &str, bound: usize) -> Result<bool> {
        let count: i64 = self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM task_search WHERE task_search MATCH :matching LIMIT :bound)",
            )?
            .query_row(named_params! {":matching": matching, ":bound": one_more(bound)}, |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX) > bound)
    }

    fn list_by_key(
        &self,
        listing: &TaskListing,
        mut scope: Scope,
        total: i64,
    ) -> Result<ListedTasks> {
        if let Some(matching) = &scope.matching {
            scope.rows.and(MATCHES, [matching.clone()]);
        }
        let (direction, beyond) = if listing.descending {
            ("DESC", "<")
        } else {
            ("ASC", ">")
        };
        let list = list_name(&listing.filter, listing.sort, listing.descending);
        let key = key(listing.sort);
        let token = Token::read(&list, 2, &listing.token)?;

        // The ranges to read, one behind the other, each in its order. Where
        // all keys are the same, naming the key would make SQLite sort.
        let by_key = format!("{key} {direction}, t.seq {direction}");
        let by_number = format!("t.seq {direction}");
        let mut ranges = Vec::new();
        match &token {
            None => ranges.push((scope.rows.clone(), &by_key, listing.offset)),
            Some(token) => {
                let last: Value = match listing.sort {
                    Sort::Title => token.text(0).to_owned().into(),
                    _ => token.number(0)?.into(),
                };
                let seq = token.number(1)?;
                if listing.sort != Sort::Seq {
                    let mut same = scope.rows.clone();
                    same.and(
                        format!("{key} = ? AND t.seq {beyond} ?"),
                        [last.clone(), seq.into()],
                    );
                    ranges.push((same, &by_number, 0));
                }
                let mut behind = scope.rows.clone();
                behind.and(format!("{key} {beyond} ?"), [last]);
                ranges.push((behind, &by_key, 0));
            }
        }
        let mut tasks = Vec::new();
        let mut more = false;
        for (rows, order, offset) in ranges {
            let sql = format!(
                "SELECT {COLUMNS}, {} AS description
                 FROM task t CROSS JOIN project p ON p.id = t.project_id
                 WHERE {} ORDER BY {order} LIMIT ? OFFSET ?",
                description(listing.full),
                rows.sql(),
            );
            let limit = one_more(listing.size - tasks.len());
            more = self.collect(&sql, rows.values([limit, offset]), listing.size, &mut tasks)?;
            if more {
                break;
            }
        }
        self.complete(&mut tasks)?;
        let next = tasks
            .last()
            .filter(|_| more)
            .map(|last| Token::write(&list, &[&sort_key(listing.sort, last), &last.seq]));
        Ok(ListedTasks {
            tasks,
            total,
            next,
            unranked: false,
        })
    }

    /// Reads rows until the page is full; whether there are more.
    fn collect(
        &self,
        sql: &str,
        values: Vec<Value>,
        size: usize,
        tasks: &mut Vec<Task>,
    ) -> Result<bool> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut bytes: usize = tasks.iter().map(|task| task.description.len()).sum();
        while let Some(row) = rows.next()? {
            if tasks.len() == size || bytes > page::BYTES {
                return Ok(true);
            }
            let task = read(row, row.get("description")?)?;
            bytes += task.description.len();
            tasks.push(task);
        }
        Ok(false)
    }
}

/// The list's name in its page tokens: those of another filter, order or
/// direction are refused.
pub(super) fn list_name(filter: &TaskFilter, sort: Sort, descending: bool) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{filter:?}").hash(&mut hasher);
    let direction = if descending { "desc" } else { "asc" };
    format!("{sort}-{direction}-{:x}", hasher.finish())
}

fn description(full: bool) -> &'static str {
    if full { "t.description" } else { "''" }
}

/// The sort key as the indexes have it.
fn key(sort: Sort) -> &'static str {
    match sort {
        Sort::Priority => "t.priority",
        Sort::Created => "t.created_at",
        Sort::Updated => "t.updated_at",
        Sort::Title => "t.title COLLATE NOCASE",
        Sort::Due => "coalesce(t.due_at, 9223372036854775807)",
        Sort::Seq | Sort::Relevance => "t.seq",
    }
}

fn sort_key(sort: Sort, task: &Task) -> String {
    match sort {
        Sort::Priority => task.priority.number().to_string(),
        Sort::Created => task.created_at.0.to_string(),
        Sort::Updated => task.updated_at.0.to_string(),
        Sort::Title => task.title.clone(),
        Sort::Due => task.due_at.map_or(i64::MAX, |at| at.0).to_string(),
        Sort::Seq | Sort::Relevance => task.seq.to_string(),
    }
}
