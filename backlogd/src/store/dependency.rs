//! Edges between tasks, the tree of parts, and no circles through either.

use std::collections::HashSet;

use rusqlite::named_params;

use super::{Reader, Result, WriteTx};
use crate::domain::{
    Changes, Refusal,
    activity::Action,
    dependency::{DependencyKind, Links},
    task::{Task, TaskRef, reference},
};

/// Nodes of a tree that is told.
const MOST: usize = 1_000;
/// Tasks that a finished one is told to have unblocked.
const MOST_UNBLOCKED: usize = 20;

/// A node of the tree below a task.
#[derive(Debug, Clone)]
pub struct Node {
    /// 0 for the root.
    pub depth: usize,
    /// Whether it is a part of the one above, or blocks it; `None`: the root.
    pub child: Option<bool>,
    /// The task.
    pub task: Task,
    /// It was told above, with all below it.
    pub repeated: bool,
}

impl Reader<'_> {
    /// The edges of a task.
    pub(super) fn links_of(&self, task_seq: i64) -> Result<Links> {
        let mut links = Links::default();
        let mut statement = self.conn.prepare_cached(
            "SELECT kind, on_seq, 0 FROM dependency WHERE task_seq = :task
             UNION ALL
             SELECT kind, task_seq, 1 FROM dependency
             WHERE on_seq = :task AND kind IN ('blocks', 'related')",
        )?;
        let mut rows = statement.query(named_params! {":task": task_seq})?;
        while let Some(row) = rows.next()? {
            let others = match (row.get(0)?, row.get(2)?) {
                (DependencyKind::Blocks, false) => &mut links.blocked_by,
                (DependencyKind::Blocks, true) => &mut links.blocks,
                (DependencyKind::Related, _) => &mut links.related,
                (DependencyKind::DiscoveredFrom, _) => &mut links.discovered_from,
            };
            let other = row.get(1)?;
            if !others.contains(&other) {
                others.push(other);
            }
        }
        for others in [
            &mut links.blocked_by,
            &mut links.blocks,
            &mut links.related,
            &mut links.discovered_from,
        ] {
            others.sort_unstable();
        }
        Ok(links)
    }

    /// The tasks that a task is a part of, the nearest first, in the trash or
    /// not.
    fn ancestors(&self, task_seq: i64) -> Result<Vec<i64>> {
        self.numbers(
            // UNION: an end also where a circle is about to be refused.
            "WITH RECURSIVE above (seq) AS (
                 SELECT parent_seq FROM task WHERE seq = :task
                 UNION
                 SELECT t.parent_seq FROM task t JOIN above a ON t.seq = a.seq
             )
             SELECT seq FROM above WHERE seq IS NOT NULL",
            task_seq,
        )
    }

    /// The same, as far as none is in the trash: whose blockers hold it up.
    pub(super) fn living_ancestors(&self, task_seq: i64) -> Result<Vec<i64>> {
        self.numbers(
            "WITH RECURSIVE above (seq, parent_seq) AS (
                 SELECT seq, parent_seq FROM task WHERE seq = :task
                 UNION ALL
                 SELECT t.seq, t.parent_seq FROM task t JOIN above a ON t.seq = a.parent_seq
                 WHERE t.deleted_at IS NULL
             )
             SELECT seq FROM above WHERE seq <> :task",
            task_seq,
        )
    }

    /// The task that a task is a part of.
    pub(super) fn parent(&self, task_seq: i64) -> Result<Option<i64>> {
        Ok(self
            .conn
            .prepare_cached("SELECT parent_seq FROM task WHERE seq = :task")?
            .query_row(named_params! {":task": task_seq}, |row| row.get(0))?)
    }

    pub(super) fn blockers(&self, task_seq: i64) -> Result<Vec<i64>> {
        self.numbers(
            "SELECT on_seq FROM dependency WHERE task_seq = :task AND kind = 'blocks' ORDER BY on_seq",
            task_seq,
        )
    }

    pub(super) fn children(&self, task_seq: i64) -> Result<Vec<i64>> {
        self.numbers(
            "SELECT seq FROM task WHERE parent_seq = :task AND deleted_at IS NULL ORDER BY priority, seq",
            task_seq,
        )
    }

    /// What can be claimed now that this task is done: of what it blocked,
    /// their parts to the last, and what it is a part of. At most
    /// [`MOST_UNBLOCKED`], most urgent first.
    pub(super) fn unblocked_by(&self, task: &Task) -> Result<Vec<Task>> {
        let waiting = self.numbers(
            "WITH RECURSIVE waiting (seq) AS (
                 SELECT task_seq FROM dependency WHERE on_seq = :task AND kind = 'blocks'
                 UNION
                 SELECT t.seq FROM waiting w JOIN task above ON above.seq = w.seq
                      JOIN task t ON t.parent_seq = above.seq
                 WHERE above.deleted_at IS NULL
             )
             SELECT seq FROM task WHERE deleted_at IS NULL AND seq IN (
                 SELECT seq FROM waiting
                 UNION SELECT parent_seq FROM task WHERE seq = :task
             )",
            task.seq,
        )?;
        let mut unblocked = Vec::new();
        for seq in waiting {
            let mut waited = self.find_task(TaskRef::Number(seq))?;
            if waited.is_ready() {
                waited.description.clear();
                unblocked.push(waited);
            }
        }
        unblocked.sort_by_key(|task| (task.priority.number(), task.seq));
        unblocked.truncate(MOST_UNBLOCKED);
        Ok(unblocked)
    }

    /// What a task waits for: what blocks it, what blocks what it is a part
    /// of, and its own parts. What is in the trash counts, since it may come
    /// back.
    fn waits_for(&self, task_seq: i64) -> Result<Vec<i64>> {
        let mut tasks = self.blockers(task_seq)?;
        for above in self.ancestors(task_seq)? {
            tasks.extend(self.blockers(above)?);
        }
        tasks.extend(self.children_even_deleted(task_seq)?);
        Ok(tasks)
    }

    pub(super) fn children_even_deleted(&self, task_seq: i64) -> Result<Vec<i64>> {
        self.numbers(
            "SELECT seq FROM task WHERE parent_seq = :task ORDER BY priority, seq",
            task_seq,
        )
    }

    /// The way from a task back to itself, where there is one.
    fn circle(&self, task_seq: i64) -> Result<Option<Vec<i64>>> {
        let mut seen = HashSet::new();
        let mut way = vec![task_seq];
        let mut open = vec![self.waits_for(task_seq)?];
        while let Some(rest) = open.last_mut() {
            let Some(next) = rest.pop() else {
                open.pop();
                way.pop();
                continue;
            };
            if next == task_seq {
                way.push(next);
                return Ok(Some(way));
            }
            if seen.insert(next) {
                way.push(next);
                open.push(self.waits_for(next)?);
            }
        }
        Ok(None)
    }

    /// What a task waits for and consists of, down to the last, each before
    /// what hangs on it. Whether there is more than is told.
    pub fn dependency_tree(&self, task: TaskRef) -> Result<(Vec<Node>, bool)> {
        let root = self.find_task(task)?;
        let mut nodes: Vec<Node> = Vec::new();
        let mut told = HashSet::new();
        let mut stack = vec![(root.seq, 0, None)];
        while let Some((seq, depth, child)) = stack.pop() {
            if nodes.len() == MOST {
                return Ok((nodes, true));
            }
            let mut below: Vec<(i64, usize, Option<bool>)> = Vec::new();
            for blocker in self.blockers(seq)? {
                below.push((blocker, depth + 1, Some(false)));
            }
            for part in self.children(seq)? {
                below.push((part, depth + 1, Some(true)));
            }
            let repeated = !told.insert(seq) && !below.is_empty();
            let mut task = self.find_task_even_deleted(TaskRef::Number(seq))?;
            task.description.clear();
            nodes.push(Node {
                depth,
                child,
                task,
                repeated,
            });
            if !repeated {
                stack.extend(below.into_iter().rev());
            }
        }
        Ok((nodes, false))
    }
}

impl WriteTx<'_> {
    /// Adds an edge; with the task that waits, whether it was not there.
    pub fn add_dependency(
        &mut self,
        task: TaskRef,
        on: TaskRef,
        kind: DependencyKind,
    ) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        let on = self.find_task(on)?;
        let changed = self.link(&task, &on, kind)?;
        Ok((self.task_after(task.seq)?, changed))
    }

    pub(super) fn link(&self, task: &Task, on: &Task, kind: DependencyKind) -> Result<bool> {
        if task.seq == on.seq {
            return Err(cycle(&[task.seq, task.seq]));
        }
        let added = self
            .conn
            .prepare_cached(
                "INSERT OR IGNORE INTO dependency (task_seq, on_seq, kind)
                 SELECT :task, :on, :kind WHERE :kind <> 'related' OR NOT EXISTS (
                     SELECT 1 FROM dependency
                     WHERE task_seq = :on AND on_seq = :task AND kind = :kind)",
            )?
            .execute(named_params! {":task": task.seq, ":on": on.seq, ":kind": kind})?;
        if added == 0 {
            return Ok(false);
        }
        // Whatever waits anew waits for `on`: a new circle leads through it.
        if kind == DependencyKind::Blocks {
            self.check_no_circle(on.seq)?;
        }
        self.log_link(task, on, kind, true)?;
        Ok(true)
    }

    /// Removes an edge; with the task that waited, whether it was there.
    pub fn remove_dependency(
        &mut self,
        task: TaskRef,
        on: TaskRef,
        kind: DependencyKind,
    ) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        let on = self.find_task_even_deleted(on)?;
        let changed = self.unlink(&task, &on, kind)?;
        Ok((self.task_after(task.seq)?, changed))
    }

    pub(super) fn unlink(&self, task: &Task, on: &Task, kind: DependencyKind) -> Result<bool> {
        let removed = self
            .conn
            .prepare_cached(
                "DELETE FROM dependency WHERE kind = :kind AND (
                     (task_seq = :task AND on_seq = :on)
                     OR (kind = 'related' AND task_seq = :on AND on_seq = :task))",
            )?
            .execute(named_params! {":task": task.seq, ":on": on.seq, ":kind": kind})?;
        if removed > 0 {
            self.log_link(task, on, kind, false)?;
        }
        Ok(removed > 0)
    }

    fn log_link(&self, task: &Task, on: &Task, kind: DependencyKind, added: bool) -> Result<()> {
        let (field, verb) = match (kind, added) {
            (DependencyKind::Blocks, true) => ("blocked_by", "now waits for"),
            (DependencyKind::Blocks, false) => ("blocked_by", "no longer waits for"),
            (DependencyKind::Related, true) => ("related", "has to do with"),
            (DependencyKind::Related, false) => ("related", "has nothing more to do with"),
            (DependencyKind::DiscoveredFrom, true) => ("discovered_from", "was found with"),
            (DependencyKind::DiscoveredFrom, false) => ("discovered_from", "was not found with"),
        };
        let (none, one) = (serde_json::json!(null), on.reference());
        let mut changes = Changes::default();
        if added {
            changes.note(field, none, one);
        } else {
            changes.note(field, one, none);
        }
        self.touch_task(task.seq)?;
        self.log_task(
            task,
            Action::Updated,
            format!("{} {verb} {}", task.reference(), on.reference()),
            serde_json::json!({"changes": changes.into_json()}),
        )
    }

    /// Sees that a task does not wait for itself.
    pub(super) fn check_no_circle(&self, task_seq: i64) -> Result<()> {
        match self.circle(task_seq)? {
            Some(circle) => Err(cycle(&circle)),
            None => Ok(()),
        }
    }

    /// Sees that a task's new place in the tree closes no circle: through the
    /// task itself, or through what blocks a task above it.
    pub(super) fn check_place_in_tree(&self, task_seq: i64) -> Result<()> {
        let mut suspects = vec![task_seq];
        for above in self.ancestors(task_seq)? {
            suspects.extend(self.blockers(above)?);
        }
        suspects
            .into_iter()
            .try_for_each(|suspect| self.check_no_circle(suspect))
    }
}

fn cycle(way: &[i64]) -> super::StoreError {
    Refusal::Cycle {
        cycle: way.iter().map(|seq| reference(*seq)).collect(),
    }
    .into()
}
