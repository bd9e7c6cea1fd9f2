//! How the queue stands.

use std::time::Duration;

use rusqlite::{named_params, params_from_iter, types::Value};

use super::{Reader, Result, lease, row::marks};
use crate::domain::{
    clock::Uptime,
    queue::{HeldTask, QueueCounts},
};

/// As many holders as anybody looks at.
const MOST_HELD: i64 = 500;

impl Reader<'_> {
    /// How many tasks stand where, in one project or in all that are not
    /// archived. A sum over a few rows, however many tasks there are.
    pub fn queue_counts(&self, project: &str) -> Result<QueueCounts> {
        let (condition, values): (String, Vec<Value>) = match project {
            "" => {
                let hidden = self.archived_projects()?;
                (
                    format!("project_id NOT IN ({})", marks(hidden.len())),
                    hidden.into_iter().map(Value::from).collect(),
                )
            }
            given => (
                "project_id = ?".to_owned(),
                vec![self.project(given)?.key.into()],
            ),
        };
        let sql = format!(
            "SELECT coalesce(sum(n) FILTER (WHERE status = 'todo' AND holdback = 0), 0),
                    coalesce(sum(n) FILTER (WHERE status = 'todo' AND holdback & 3
                                              AND NOT holdback & 16), 0),
                    coalesce(sum(n) FILTER (WHERE status = 'todo' AND holdback & 8
                                              AND NOT holdback & 19), 0),
                    coalesce(sum(n) FILTER (WHERE status = 'todo' AND holdback = 4), 0),
                    coalesce(sum(n) FILTER (WHERE status = 'todo' AND holdback & 16), 0),
                    coalesce(sum(n) FILTER (WHERE status = 'doing'), 0),
                    coalesce(sum(n) FILTER (WHERE status = 'done'), 0)
             FROM task_count WHERE shown = 1 AND {condition}"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| {
                Ok(QueueCounts {
                    ready: row.get(0)?,
                    blocked: row.get(1)?,
                    deferred: row.get(2)?,
                    waiting_for_parts: row.get(3)?,
                    needs_attention: row.get(4)?,
                    doing: row.get(5)?,
                    done: row.get(6)?,
                })
            })?)
    }

    /// How long until the first lease ends, of one project or of any.
    pub(super) fn first_lease_end(&self, project: &str) -> Result<Option<Duration>> {
        let project = match project {
            "" => None,
            given => Some(self.project(given)?.key),
        };
        let deadline: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT min(l.deadline) FROM lease l JOIN task t ON t.seq = l.task_seq
                 WHERE :project IS NULL OR t.project_id = :project",
            )?
            .query_row(named_params! {":project": project}, |row| row.get(0))?;
        Ok(deadline.map(|deadline| Uptime(deadline).left(self.uptime)))
    }

    /// What is held, the oldest claim first.
    pub fn held_tasks(&self, project: &str) -> Result<Vec<HeldTask>> {
        let project = match project {
            "" => None,
            given => Some(self.project(given)?.key),
        };
        let sql = format!(
            "SELECT {}, t.title, p.alias
             FROM lease l JOIN attempt a ON a.id = l.attempt_id
                  JOIN task t ON t.seq = l.task_seq JOIN project p ON p.id = t.project_id
             WHERE :project IS NULL OR p.id = :project ORDER BY a.id LIMIT :most",
            lease::COLUMNS
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(
            named_params! {":project": project, ":most": MOST_HELD},
            |row| {
                Ok(HeldTask {
                    project: row.get("alias")?,
                    title: row.get("title")?,
                    lease: self.read_lease(row)?,
                })
            },
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
