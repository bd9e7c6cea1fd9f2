//! What keeps a task from being taken, down to the last causes.

use std::collections::HashSet;

use super::{Reader, Result};
use crate::domain::{
    Moment,
    holdback::Holdback,
    lease::time_left,
    queue::{Cause, Obstacle},
    task::{Status, Task, TaskRef, reference},
};

/// More obstacles than anybody reads.
const MOST: usize = 100;

impl Reader<'_> {
    /// What keeps a task itself from being taken. A blocker or part is told as
    /// such; why that is open, [`Self::explain`] tells.
    pub(super) fn causes(&self, task: &Task) -> Result<Vec<Cause>> {
        let mut causes = Vec::new();
        if task.archived_at.is_some() {
            causes.push(Cause::Archived);
        }
        if task.project_archived {
            causes.push(Cause::ProjectArchived {
                alias: task.project.alias.clone(),
            });
        }
        match (task.status, &task.lease) {
            (Status::Done, _) => causes.push(Cause::Done),
            (_, Some(lease)) => causes.push(Cause::Held(Box::new(lease.clone()))),
            (Status::Doing, None) => causes.push(Cause::Doing),
            (Status::Todo, None) => {}
        }
        if task.holdback.is_blocked() {
            causes.push(Cause::OpenBlocker);
        }
        if task.holdback.has(Holdback::CHILD_OPEN) {
            causes.push(Cause::OpenChild);
        }
        if let Some(until) = task.defer_until
            && task.holdback.has(Holdback::DEFERRED)
        {
            causes.push(Cause::Deferred { until });
        }
        if task.holdback.has(Holdback::SET_ASIDE) {
            causes.push(Cause::SetAside {
                why: task.attention.clone(),
            });
        }
        if task.lease.is_none() {
            causes.extend(self.not_now(task)?);
        }
        Ok(causes)
    }

    /// What keeps even a ready task from being taken.
    fn not_now(&self, task: &Task) -> Result<Vec<Cause>> {
        let mut causes = Vec::new();
        for (held, scope) in self.held_scopes()? {
            if scope.overlaps(&task.scope)
                && let Some(lease) = self.lease_of(held)?
            {
                causes.push(Cause::Scope {
                    held: Box::new(lease),
                });
            }
        }
        let (limit, held): (Option<i64>, i64) = self
            .conn
            .prepare_cached(
                "SELECT p.wip_limit, (SELECT count(*) FROM lease l JOIN task t ON t.seq = l.task_seq
                                      WHERE t.project_id = p.id)
                 FROM project p WHERE p.id = :project",
            )?
            .query_row(
                rusqlite::named_params! {":project": task.project_key},
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
        if let Some(limit) = limit.filter(|limit| held >= *limit) {
            causes.push(Cause::WipLimit {
                alias: task.project.alias.clone(),
                limit,
            });
        }
        Ok(causes)
    }

    /// A task, and what keeps it from being taken: each at its root, by the way
    /// that leads there. Whether there is more than is told.
    pub fn explain(&self, task: TaskRef) -> Result<(Task, Vec<Obstacle>, bool)> {
        let task = self.find_task(task)?;
        let mut obstacles = Vec::new();
        let mut seen = HashSet::from([task.seq]);
        let mut stack = Vec::new();
        self.expand(&task, &[task.seq], &mut obstacles, &mut stack)?;
        while let Some((seq, path, role)) = stack.pop() {
            if obstacles.len() > MOST {
                break;
            }
            // By whatever way it was reached first.
            if !seen.insert(seq) {
                continue;
            }
            let open = self.find_task_even_deleted(TaskRef::Number(seq))?;
            let before = (obstacles.len(), stack.len());
            self.expand(&open, &path, &mut obstacles, &mut stack)?;
            if before == (obstacles.len(), stack.len()) {
                obstacles.push(Obstacle { path, cause: role });
            }
        }
        let more = obstacles.len() > MOST;
        obstacles.truncate(MOST);
        Ok((task, obstacles, more))
    }

    /// A task's own causes, and the tasks to look at for the others.
    fn expand(
        &self,
        task: &Task,
        path: &[i64],
        obstacles: &mut Vec<Obstacle>,
        stack: &mut Vec<(i64, Vec<i64>, Cause)>,
    ) -> Result<()> {
        for cause in self.causes(task)? {
            let (waits_for, role) = match cause {
                Cause::OpenBlocker => (self.blockers_with_those_above(task)?, Cause::OpenBlocker),
                Cause::OpenChild => (self.open_children(task.seq)?, Cause::OpenChild),
                cause => {
                    obstacles.push(Obstacle {
                        path: path.to_vec(),
                        cause,
                    });
                    continue;
                }
            };
            for seq in waits_for.into_iter().rev() {
                let mut longer = path.to_vec();
                longer.push(seq);
                stack.push((seq, longer, role.clone()));
            }
        }
        Ok(())
    }

    /// The open blockers of a task and of the tasks it is a part of.
    fn blockers_with_those_above(&self, task: &Task) -> Result<Vec<i64>> {
        let mut blockers = self.open_blockers(task.seq)?;
        for above in self.living_ancestors(task.seq)? {
            for blocker in self.open_blockers(above)? {
                if !blockers.contains(&blocker) {
                    blockers.push(blocker);
                }
            }
        }
        Ok(blockers)
    }

    /// The first few obstacles, in one sentence.
    pub(super) fn why_not(&self, task: &Task) -> Result<String> {
        const TOLD: usize = 3;
        let (_, obstacles, more) = self.explain(TaskRef::Number(task.seq))?;
        let mut told: Vec<String> = obstacles
            .iter()
            .take(TOLD)
            .map(|obstacle| {
                let summary = self.summary(obstacle);
                match obstacle.path.as_slice() {
                    [_] => summary,
                    [_, way @ ..] => {
                        let way: Vec<String> = way.iter().map(|seq| reference(*seq)).collect();
                        format!("it waits for {}: {summary}", way.join(", which waits for "))
                    }
                    [] => summary,
                }
            })
            .collect();
        let rest = obstacles.len().saturating_sub(TOLD);
        if rest > 0 {
            told.push(format!("and {rest}{} more", if more { "+" } else { "" }));
        }
        Ok(told.join("; "))
    }

    /// One sentence for people about the last task of an obstacle's path.
    pub fn summary(&self, obstacle: &Obstacle) -> String {
        let task = obstacle
            .path
            .last()
            .copied()
            .map(reference)
            .unwrap_or_default();
        match &obstacle.cause {
            Cause::Done => format!("{task} is done"),
            Cause::Archived => format!("{task} is archived"),
            Cause::ProjectArchived { alias } => format!("project {alias} is archived"),
            Cause::Held(lease) => format!(
                "{task} is held by {} for another {}",
                lease.holder,
                time_left(lease.deadline.left(self.uptime))
            ),
            Cause::Doing => format!("{task} is being done by somebody without a claim"),
            Cause::OpenBlocker | Cause::OpenChild => {
                format!("{task} is ready, and nobody has taken it")
            }
            Cause::Deferred { until } => {
                format!("{task} is deferred for another {}", self.left(*until))
            }
            Cause::SetAside { why } => format!("{task} is set aside for a person: {why}"),
            Cause::Scope { held } => format!(
                "{task} would touch files of {}, which is held by {} for another {}",
                reference(held.task_seq),
                held.holder,
                time_left(held.deadline.left(self.uptime))
            ),
            Cause::WipLimit { alias, limit } => {
                format!("project {alias} has {limit} tasks held, as many as it allows")
            }
        }
    }

    fn left(&self, until: Moment) -> String {
        let left = until.left(self.now);
        match left.as_secs() / 86_400 {
            0 => time_left(left),
            1 => "day".to_owned(),
            days => format!("{days} days"),
        }
    }
}
