//! What is between the tasks that come over: what they wait for, belong to and
//! have to do with. It is written as it is there, and then what closes a circle
//! is taken out again, in one walk.

use std::collections::HashMap;

use super::Importer;
use crate::{
    crash,
    domain::{dependency::DependencyKind, foreign::ForeignRef, task::reference, transfer::Kind},
    store::Result,
};

/// What is between two tasks, by the first's number here.
pub(super) struct Tie {
    pub(super) task: i64,
    /// `None`: it is a part of the other.
    pub(super) kind: Option<DependencyKind>,
    pub(super) other: ForeignRef,
}

/// A tie that was written and keeps a task from being begun or done.
type Written = (i64, Option<DependencyKind>, i64);

impl Importer<'_, '_> {
    /// Ties the tasks that came to each other and to those that were here.
    pub(super) fn tie(&mut self) -> Result<()> {
        crash::point("import");
        let mut written = Vec::new();
        let mut of_those_here = Vec::new();
        for tie in std::mem::take(&mut self.ties) {
            let is_new = self.added.contains(&tie.task);
            let other = match self.numbers.get(&tie.other.seq) {
                Some(here) => Some(*here),
                None => match tie.other.id {
                    Some(id) => self.shown_task(id)?,
                    None => None,
                },
            };
            // Between two that were here, what is here counts.
            let other = other.filter(|other| is_new || self.added.contains(other));
            let Some(other) = other.filter(|other| *other != tie.task) else {
                if !is_new {
                    continue;
                }
                self.mended.note(
                    "links to tasks that did not come along",
                    &reference(tie.task),
                );
                continue;
            };
            let added = match tie.kind {
                None if !is_new && self.tx.parent(tie.task)?.is_some() => false,
                None => {
                    self.make_part(tie.task, Some(other))?;
                    true
                }
                Some(kind) => self.link(tie.task, other, kind)?,
            };
            if added {
                self.came(Kind::Dependency);
                if !is_new {
                    of_those_here.push((tie.task, tie.kind, other));
                }
                if matches!(tie.kind, None | Some(DependencyKind::Blocks)) {
                    written.push((tie.task, tie.kind, other));
                }
            }
        }
        let out = closing(&written, &|point| self.waits_for(point))?;
        for tie in &out {
            match *tie {
                (task, None, _) => self.make_part(task, None)?,
                (task, Some(kind), other) => self.unlink(task, other, kind)?,
            }
            self.count(Kind::Dependency).added -= 1;
            self.mended.note(
                "links left out, since they made a circle",
                &reference(tie.0),
            );
        }
        for tie in of_those_here.iter().filter(|tie| !out.contains(tie)) {
            let (task, kind, other) = *tie;
            self.mended
                .note("tasks here that were tied to what is new", &reference(task));
            let verb = match kind {
                None => "is a part of",
                Some(DependencyKind::Blocks) => "now waits for",
                Some(DependencyKind::Related) => "has to do with",
                Some(DependencyKind::DiscoveredFrom) => "was found with",
            };
            self.log_got(task, &format!("{verb} {}", reference(other)))?;
        }
        Ok(())
    }

    fn make_part(&self, task: i64, of: Option<i64>) -> Result<()> {
        self.tx
            .conn
            .prepare_cached("UPDATE task SET parent_seq = ? WHERE seq = ?")?
            .execute((of, task))?;
        Ok(())
    }

    fn link(&self, task: i64, on: i64, kind: DependencyKind) -> Result<bool> {
        let conn = self.tx.conn;
        // Two tasks that have to do with each other say so both.
        let is_there = kind == DependencyKind::Related
            && conn
                .prepare_cached(
                    "SELECT 1 FROM dependency WHERE task_seq = ? AND on_seq = ? AND kind = 'related'",
                )?
                .exists((on, task))?;
        if is_there {
            return Ok(false);
        }
        let added = conn
            .prepare_cached(
                "INSERT OR IGNORE INTO dependency (task_seq, on_seq, kind) VALUES (?, ?, ?)",
            )?
            .execute((task, on, kind))?;
        Ok(added > 0)
    }

    fn unlink(&self, task: i64, on: i64, kind: DependencyKind) -> Result<()> {
        self.tx
            .conn
            .prepare_cached(
                "DELETE FROM dependency WHERE task_seq = ? AND on_seq = ? AND kind = ?",
            )?
            .execute((task, on, kind))?;
        Ok(())
    }

    /// What must have happened before, and by which tie.
    fn waits_for(&self, point: Point) -> Result<Vec<Edge>> {
        const BLOCKS: Option<DependencyKind> = Some(DependencyKind::Blocks);
        let tx = self.tx;
        Ok(match point {
            Point::Done(task) => {
                let parts = tx.children_even_deleted(task)?.into_iter();
                let parts = parts.map(|part| (Point::Done(part), Some((part, None, task))));
                parts.chain([(Point::Begun(task), None)]).collect()
            }
            Point::Begun(task) => {
                let blockers = tx.blockers(task)?.into_iter();
                let blockers =
                    blockers.map(|blocker| (Point::Done(blocker), Some((task, BLOCKS, blocker))));
                // A part waits for what the whole waits for.
                let whole = tx.parent(task)?;
                let whole = whole.map(|whole| (Point::Begun(whole), Some((task, None, whole))));
                blockers.chain(whole).collect()
            }
        })
    }
}

/// Those of the ties just written without which there is no circle. What was
/// here before has none, so each leads through one of them.
fn closing(
    written: &[Written],
    waits_for: &dyn Fn(Point) -> Result<Vec<Edge>>,
) -> Result<Vec<Written>> {
    let mut walk = Walk {
        written: written.iter().map(|tie| (*tie, false)).collect(),
        out: Vec::new(),
        seen: HashMap::new(),
        way: Vec::new(),
    };
    for (task, ..) in written {
        walk.from(Point::Done(*task), waits_for)?;
    }
    Ok(walk.out)
}

/// What other things wait for. A task is done after it was begun and its parts
/// are done; it is begun after what blocks it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Point {
    Begun(i64),
    Done(i64),
}

/// What leads to a point, and by which tie.
type Edge = (Point, Option<Written>);

/// A point on the way, and what of it is still to be walked.
struct Step {
    point: Point,
    /// The tie that led to it.
    by: Option<Written>,
    ahead: Vec<Edge>,
}

/// A walk, deep before wide, that comes by each point once; where a tie on its
/// way is taken out, by those behind that once more.
struct Walk {
    /// The ties that may be taken out, and whether they are.
    written: HashMap<Written, bool>,
    /// Those that are, in their order.
    out: Vec<Written>,
    /// The points it came by, and whether they are on its way.
    seen: HashMap<Point, bool>,
    way: Vec<Step>,
}

impl Walk {
    fn from(&mut self, start: Point, waits_for: &dyn Fn(Point) -> Result<Vec<Edge>>) -> Result<()> {
        if self.seen.contains_key(&start) {
            return Ok(());
        }
        let mut next = Some((start, None));
        loop {
            if let Some((point, by)) = next.take() {
                self.seen.insert(point, true);
                let ahead = waits_for(point)?;
                self.way.push(Step { point, by, ahead });
            }
            let Some(step) = self.way.last_mut() else {
                return Ok(());
            };
            let Some((point, by)) = step.ahead.pop() else {
                self.seen.insert(step.point, false);
                self.way.pop();
                continue;
            };
            if by.is_some_and(|by| self.written.get(&by) == Some(&true)) {
                continue;
            }
            match self.seen.get(&point) {
                None => next = Some((point, by)),
                Some(false) => {}
                Some(true) => self.open(point, by),
            }
        }
    }

    /// Opens the circle from a point on the way back to it: by the tie that
    /// closes it, or else the last one before that which may be taken out.
    fn open(&mut self, point: Point, closing: Option<Written>) {
        let circle = self.way.iter().rev();
        let circle = circle.take_while(|step| step.point != point);
        let tie = [closing]
            .into_iter()
            .chain(circle.map(|step| step.by))
            .flatten()
            .find(|tie| self.written.contains_key(tie));
        let Some(tie) = tie else {
            return;
        };
        self.written.insert(tie, true);
        self.out.push(tie);
        // What lies behind it is no longer on the way.
        if let Some(first) = self.way.iter().position(|step| step.by == Some(tie)) {
            for step in self.way.drain(first..) {
                self.seen.remove(&step.point);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCKS: Option<DependencyKind> = Some(DependencyKind::Blocks);

    /// What is taken out of ties that were `written`, where `here` are too.
    fn taken_out(here: &[Written], written: &[Written]) -> Vec<Written> {
        let ahead = |point| {
            let ties = here.iter().chain(written).copied();
            let edges = ties.filter_map(|tie @ (task, kind, other)| match (point, kind) {
                (Point::Done(at), None) if at == other => Some((Point::Done(task), Some(tie))),
                (Point::Begun(at), None) if at == task => Some((Point::Begun(other), Some(tie))),
                (Point::Begun(at), Some(_)) if at == task => Some((Point::Done(other), Some(tie))),
                _ => None,
            });
            let begun = match point {
                Point::Done(task) => Some((Point::Begun(task), None)),
                Point::Begun(_) => None,
            };
            Ok(edges.chain(begun).collect())
        };
        closing(written, &ahead).unwrap()
    }

    #[test]
    fn what_is_no_circle_stays() {
        let diamond = [
            (1, BLOCKS, 2),
            (1, BLOCKS, 3),
            (2, BLOCKS, 4),
            (3, BLOCKS, 4),
        ];
        assert_eq!(taken_out(&[], &diamond), []);
        // A part may wait for another part of the same whole.
        assert_eq!(
            taken_out(&[], &[(1, None, 9), (2, None, 9), (1, BLOCKS, 2)]),
            []
        );
    }

    #[test]
    fn one_tie_of_each_circle_is_taken_out() {
        assert_eq!(taken_out(&[], &[(1, BLOCKS, 2), (2, BLOCKS, 1)]).len(), 1);
        assert_eq!(taken_out(&[], &[(1, None, 2), (2, None, 1)]).len(), 1);
        // A whole that waits for its part, and a part that waits for its whole.
        assert_eq!(taken_out(&[], &[(1, None, 2), (2, BLOCKS, 1)]).len(), 1);
        assert_eq!(taken_out(&[], &[(1, None, 2), (1, BLOCKS, 2)]).len(), 1);
        let two = [
            (1, BLOCKS, 2),
            (2, BLOCKS, 1),
            (3, BLOCKS, 4),
            (4, BLOCKS, 3),
        ];
        assert_eq!(taken_out(&[], &two).len(), 2);
        let eight = [
            (1, BLOCKS, 2),
            (2, BLOCKS, 3),
            (3, BLOCKS, 1),
            (3, BLOCKS, 4),
            (4, BLOCKS, 1),
        ];
        let out = taken_out(&[], &eight);
        let left: Vec<Written> = eight.into_iter().filter(|tie| !out.contains(tie)).collect();
        assert_eq!(taken_out(&[], &left), []);
    }

    #[test]
    fn what_was_here_before_stays() {
        // The circle 2, 4, 3 is come by from 1, and closed by what was here.
        let here = [(3, BLOCKS, 2)];
        let written = [(1, BLOCKS, 2), (4, None, 2), (4, BLOCKS, 3)];
        let out = taken_out(&here, &written);
        assert_eq!(out, [(4, BLOCKS, 3)]);
    }
}
