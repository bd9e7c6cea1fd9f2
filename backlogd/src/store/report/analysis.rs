//! How work went in a time, and how it stands now.

use std::collections::HashMap;

use rusqlite::{OptionalExtension as _, named_params, params_from_iter, types::Value};

use super::{AT, AnalysisRequest, MOVE};
use crate::{
    domain::{
        Actor, ActorKind, Moment,
        report::{Analysis, Day, Item, Items},
        task::{Status, TaskType},
    },
    store::{Reader, Result, row},
};

/// What an analysis keeps while it goes through the tables.
struct Pass<'r> {
    request: &'r AnalysisRequest,
    analysis: Analysis,
    /// Tasks in doing that came to it less those that left it, on each day.
    entered: Vec<i64>,
}

/// Columns of what [`item`] reads.
pub(super) const ITEM: &str = "t.seq, t.title, p.alias";

impl Reader<'_> {
    /// How work went, and how it stands.
    pub fn analyze(&self, request: &AnalysisRequest) -> Result<Analysis> {
        let days = request.calendar.days.len();
        let mut pass = Pass {
            request,
            analysis: Analysis {
                days: vec![Day::default(); days],
                ..Analysis::default()
            },
            entered: vec![0; days],
        };
        self.pass_tasks(&mut pass)?;
        self.pass_moves(&mut pass)?;
        pass.count_in_progress();
        let mut analysis = pass.analysis;
        self.work_in_progress(request, &mut analysis)?;
        analysis.done_without_evidence = self.items(
            request,
            "t.status = 'done' AND t.completed_at >= ?
             AND NOT EXISTS (SELECT 1 FROM comment c WHERE c.task_seq = t.seq AND c.deleted_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM attachment c WHERE c.task_seq = t.seq AND c.deleted_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM attempt c WHERE c.task_seq = t.seq AND c.note <> '')",
            "'completed without a comment, an attachment or a note', t.completed_at",
        )?;
        analysis.bug_follow_ups = self.items(
            request,
            "t.type = 'bug' AND t.created_at >= ?
             AND EXISTS (SELECT 1 FROM dependency d WHERE d.task_seq = t.seq AND d.kind = 'discovered-from')",
            "'discovered from TASK-' || (SELECT min(d.on_seq) FROM dependency d
                WHERE d.task_seq = t.seq AND d.kind = 'discovered-from'), t.created_at",
        )?;
        self.find_duplicates(request, &mut analysis)?;
        analysis.label_churn = self.label_churn(request)?;
        Ok(analysis)
    }

    /// What the tasks themselves tell.
    fn pass_tasks(&self, pass: &mut Pass<'_>) -> Result<()> {
        let filter = self.reported(&pass.request.project, "t.project_id")?;
        let sql = format!(
            "SELECT t.type, t.status, t.archived_at IS NOT NULL, t.created_at, t.completed_at
             FROM task t WHERE t.deleted_at IS NULL AND {}",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(filter.values::<Value>([])))?;
        while let Some(row) = rows.next()? {
            let status: Status = row.get(1)?;
            if !row.get::<_, bool>(2)? {
                pass.analysis.now[status as usize] += 1;
            }
            let created: Moment = row.get(3)?;
            pass.created(created);
            if let Some(completed) = row.get::<_, Option<Moment>>(4)? {
                pass.completed(row.get(0)?, created, completed);
            }
        }
        Ok(())
    }

    /// What the log tells about moves: how long tasks stood where they were,
    /// who closed them, which were reopened.
    fn pass_moves(&self, pass: &mut Pass<'_>) -> Result<()> {
        let request = pass.request;
        let filter = self.reported(&request.project, "t.project_id")?;
        // `+` keeps SQLite from reading all there is of an entity.
        let sql = format!(
            "SELECT {ITEM}, a.seq, {AT}, a.actor_kind, a.actor_name, a.action,
                    coalesce(a.payload ->> '$.changes.status.from', ''),
                    coalesce(a.payload ->> '$.changes.status.to', a.payload ->> '$.status', ''),
                    t.created_at, t.status = 'doing' AND t.archived_at IS NOT NULL
             FROM activity a CROSS JOIN task t ON t.seq = a.task_seq
                  CROSS JOIN project p ON p.id = t.project_id
             WHERE a.created_at >= ? AND +a.entity = 'task'
               AND +a.action IN ('created', 'updated', 'moved', 'claimed', 'released', 'completed', 'expired')
               AND t.deleted_at IS NULL AND {}
             ORDER BY a.created_at, a.seq",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let values = std::iter::once(Value::from(request.since.0));
        let values = values.chain(filter.values::<Value>([]));
        let mut rows = statement.query(params_from_iter(values))?;
        // Since when each task stands where it does.
        let mut stands: HashMap<i64, Moment> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (to, at): (String, Moment) = (row.get(9)?, row.get(4)?);
            let Some(to) = Status::from_word(&to) else {
                continue;
            };
            let seq: i64 = row.get(0)?;
            let from = Status::from_word(&row.get::<_, String>(8)?);
            let before = match (stands.insert(seq, at), from) {
                (Some(before), _) => before,
                (None, Some(_)) => self.move_before(seq, row.get(3)?)?.unwrap_or(row.get(10)?),
                (None, None) => at,
            };
            if at < request.since {
                continue;
            }
            let leaves_lists: bool = row.get(11)?;
            pass.moved(from, to, before, at, leaves_lists);
            if to == Status::Done {
                pass.closed(at, row.get(5)?);
            }
            if from == Some(Status::Done) {
                let actor = Actor::stored(row.get(5)?, row.get(6)?);
                let evidence = format!("from done to {to} by {actor}");
                let item = item(row, evidence, at)?;
                pass.analysis.reopened.add(request.limit, || item);
            }
        }
        Ok(())
    }

    /// When a task came to where it stood before an entry of the log.
    fn move_before(&self, task: i64, entry: i64) -> Result<Option<Moment>> {
        let sql = format!(
            "SELECT {AT} FROM activity a
             WHERE a.task_seq = :task AND a.seq < :entry AND {MOVE} ORDER BY a.seq DESC LIMIT 1"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":task": task, ":entry": entry}, |row| {
                row.get(0)
            })
            .optional()?)
    }

    /// Who works on what is in doing, and what of it nobody works on.
    fn work_in_progress(&self, request: &AnalysisRequest, analysis: &mut Analysis) -> Result<()> {
        let filter = self.reported(&request.project, "t.project_id")?;
        let sql = format!(
            "SELECT {ITEM}, t.updated_at, l.attempt_id IS NOT NULL,
                    coalesce(h.actor_kind, m.actor_kind, t.actor_kind),
                    coalesce(h.actor_name, m.actor_name, t.actor_name)
             FROM task t CROSS JOIN project p ON p.id = t.project_id
                  LEFT JOIN lease l ON l.task_seq = t.seq
                  LEFT JOIN attempt h ON h.id = l.attempt_id
                  LEFT JOIN activity m ON m.seq = (
                      SELECT a.seq FROM activity a
                      WHERE a.task_seq = t.seq AND {MOVE} ORDER BY a.seq DESC LIMIT 1)
             WHERE t.deleted_at IS NULL AND t.archived_at IS NULL AND t.status = 'doing' AND {}
             ORDER BY t.seq",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(filter.values::<Value>([])))?;
        let mut work: HashMap<(ActorKind, String), i64> = HashMap::new();
        while let Some(row) = rows.next()? {
            *work.entry((row.get(5)?, row.get(6)?)).or_default() += 1;
            let (updated, held): (Moment, bool) = (row.get(3)?, row.get(4)?);
            if !held && updated < request.stale_since {
                let item = item(row, "in doing, held by nobody".to_owned(), updated)?;
                analysis.stale_doing.add(request.limit, || item);
            }
        }
        let mut work: Vec<(Actor, i64)> = work
            .into_iter()
            .map(|((kind, name), count)| (Actor::stored(kind, name), count))
            .collect();
        work.sort_by_key(|(actor, count)| (-count, actor.to_string()));
        work.truncate(request.limit);
        analysis.in_progress = work;
        Ok(())
    }

    /// Tasks that meet a condition whose one value is since when; what was
    /// seen and when are the columns.
    fn items(&self, request: &AnalysisRequest, condition: &str, columns: &str) -> Result<Items> {
        let mut filter = row::Filter::new();
        filter.and_fixed("t.deleted_at IS NULL");
        filter.and(condition, [request.since.0]);
        let projects = self.reported(&request.project, "t.project_id")?;
        filter.and(projects.sql(), projects.values::<Value>([]));
        let sql = format!(
            "SELECT {ITEM}, {columns} FROM task t CROSS JOIN project p ON p.id = t.project_id
             WHERE {} ORDER BY t.seq",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(filter.values::<Value>([])))?;
        let mut items = Items::default();
        while let Some(row) = rows.next()? {
            if items.items.len() < request.limit {
                let item = item(row, row.get(3)?, row.get(4)?)?;
                items.add(request.limit, || item);
            } else {
                items.count += 1;
            }
        }
        Ok(items)
    }

    /// Labels that were put on a task and taken off it.
    fn label_churn(&self, request: &AnalysisRequest) -> Result<Items> {
        let filter = self.reported(&request.project, "t.project_id")?;
        let sql = format!(
            "SELECT {ITEM}, max(a.payload ->> '$.name'), sum(a.action = 'attached'),
                    sum(a.action = 'detached'), max({AT}), count(*)
             FROM activity a CROSS JOIN task t ON t.seq = a.task_seq
                  CROSS JOIN project p ON p.id = t.project_id
             WHERE a.created_at >= ? AND {AT} >= ? AND +a.entity = 'label'
               AND +a.action IN ('attached', 'detached') AND t.deleted_at IS NULL AND {}
             GROUP BY t.seq, a.entity_id
             HAVING sum(a.action = 'attached') > 0 AND sum(a.action = 'detached') > 0
             ORDER BY count(*) DESC, t.seq, a.entity_id",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let since = Value::from(request.since.0);
        let values = [since.clone(), since]
            .into_iter()
            .chain(filter.values::<Value>([]));
        let mut rows = statement.query(params_from_iter(values))?;
        let mut items = Items::default();
        while let Some(row) = rows.next()? {
            let name: Option<String> = row.get(3)?;
            let evidence = format!(
                "label {}: put on {}, taken off {}",
                name.unwrap_or_default(),
                times(row.get(4)?),
                times(row.get(5)?)
            );
            let item = item(row, evidence, row.get(6)?)?;
            items.add(request.limit, || item);
        }
        Ok(items)
    }
}

fn times(number: i64) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{number} times"),
    }
}

impl Pass<'_> {
    fn created(&mut self, at: Moment) {
        self.analysis.created += i64::from(at >= self.request.since);
        match self.day(at) {
            Some(day) => {
                self.analysis.days[day].created += 1;
                self.analysis.days[day].total_created += 1;
            }
            // Before all of them: in the totals of all.
            None => self.first_day(|day| day.total_created += 1),
        }
    }

    fn completed(&mut self, kind: TaskType, created: Moment, at: Moment) {
        if at >= self.request.since {
            self.analysis.completed += 1;
            self.analysis.cycle_time.add(created, at);
            let by_type = self.analysis.cycle_times.entry(kind.as_str());
            by_type
                .or_insert_with(|| (kind, Default::default()))
                .1
                .add(created, at);
        }
        match self.day(at) {
            Some(day) => {
                self.analysis.days[day].completed += 1;
                self.analysis.days[day].total_completed += 1;
            }
            None => self.first_day(|day| day.total_completed += 1),
        }
    }

    /// The day of what is reported. The first one begins at its midnight; what
    /// was before the time asked for is not of it.
    fn day(&self, at: Moment) -> Option<usize> {
        let day = self.request.calendar.day(at)?;
        (at >= self.request.since).then_some(day)
    }

    fn first_day(&mut self, count: impl FnOnce(&mut Day)) {
        if let Some(day) = self.analysis.days.first_mut() {
            count(day);
        }
    }

    fn moved(
        &mut self,
        from: Option<Status>,
        to: Status,
        before: Moment,
        at: Moment,
        leaves_lists: bool,
    ) {
        match (from, to) {
            (Some(Status::Todo), Status::Doing) => self.analysis.todo_to_doing.add(before, at),
            (Some(Status::Doing), Status::Done) => self.analysis.doing_to_done.add(before, at),
            _ => {}
        }
        // A task in doing that is archived is in no list, and in no balance.
        let Some(day) = self.request.calendar.day(at).filter(|_| !leaves_lists) else {
            return;
        };
        self.entered[day] +=
            i64::from(to == Status::Doing) - i64::from(from == Some(Status::Doing));
    }

    fn closed(&mut self, at: Moment, by: ActorKind) {
        let day = self.request.calendar.day(at);
        let mut day = day.map(|day| &mut self.analysis.days[day]);
        let place = match by {
            ActorKind::Human => {
                day.iter_mut().for_each(|day| day.closed_by_humans += 1);
                0
            }
            ActorKind::Ai => {
                day.iter_mut().for_each(|day| day.closed_by_ais += 1);
                1
            }
            ActorKind::System => 2,
        };
        self.analysis.closes[place] += 1;
    }

    /// From each day's own numbers to the totals at its end. What is in doing
    /// is known for now, and goes back from there.
    fn count_in_progress(&mut self) {
        let (mut created, mut completed) = (0, 0);
        for day in &mut self.analysis.days {
            created += day.total_created;
            completed += day.total_completed;
            (day.total_created, day.total_completed) = (created, completed);
        }
        let mut in_progress = self.analysis.now[Status::Doing as usize];
        for (day, entered) in self.analysis.days.iter_mut().zip(&self.entered).rev() {
            day.in_progress = in_progress;
            in_progress -= entered;
        }
    }
}

/// The task of a row that begins with [`ITEM`].
pub(super) fn item(
    row: &rusqlite::Row<'_>,
    evidence: String,
    at: Moment,
) -> rusqlite::Result<Item> {
    Ok(Item {
        task: Some(row.get(0)?),
        title: row.get(1)?,
        project: row.get(2)?,
        evidence,
        at,
    })
}
