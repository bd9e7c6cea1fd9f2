//! The log.

use rusqlite::{OptionalExtension as _, Row, named_params, params_from_iter};
use serde_json::Value;

use super::{
    Reader, Result, WriteTx,
    row::{self, Filter},
};
use crate::domain::{
    ActorKind, Entity, Id, Moment, Refusal,
    activity::{Action, Activity, GENESIS, Hash},
    page::{Page, Token},
    project::ProjectRef,
    task::{TaskRef, reference},
};

/// What a write tells the log; who and when it knows itself.
pub(super) struct Entry {
    pub(super) entity: Entity,
    pub(super) id: Id,
    pub(super) action: Action,
    pub(super) project: Option<i64>,
    pub(super) task: Option<i64>,
    pub(super) summary: String,
    pub(super) payload: Value,
}

/// Which entries a list is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Alias or ULID, or empty.
    pub project: String,
    /// About this kind of thing.
    pub entity: Option<String>,
    /// By this kind of actor.
    pub actor_kind: Option<ActorKind>,
    /// By an actor of this name, or empty.
    pub actor_name: String,
    /// About this task and what hangs on it.
    pub task: Option<TaskRef>,
    /// Not before.
    pub since: Option<Moment>,
    /// About this very thing.
    pub entity_id: Option<Id>,
    /// What was done, or empty.
    pub action: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone)]
pub struct Verified {
    /// How many entries fit.
    pub entries: i64,
    /// The first that does not, and why.
    pub broken: Option<(i64, String)>,
    /// The hash of the last that fits.
    pub head: Hash,
}

const COLUMNS: &str =
    "a.seq, a.entity, a.entity_id, a.action, a.actor_kind, a.actor_name, a.session,
    a.uid, a.pid, a.project_id, a.task_seq, a.summary, a.payload, a.created_at, a.hash,
    a.occurred_at, a.origin";

impl WriteTx<'_> {
    /// Appends to the log, chained to its last entry.
    /// What is written about a task under a lease that has ended is refused
    /// here, whatever it is; and what a lease's holder writes renews it.
    pub(super) fn log(&self, entry: Entry) -> Result<()> {
        if let Some(task) = entry.task {
            self.check_token(task)?;
            self.renew_by_writing(task)?;
        }
        self.put(entry)
    }

    /// As [`Self::log`], of what nobody can hold a lease of yet.
    pub(super) fn put(&self, entry: Entry) -> Result<()> {
        self.append(Activity {
            seq: 0,
            entity: entry.entity.as_str().to_owned(),
            entity_id: entry.id,
            action: entry.action.as_str().to_owned(),
            actor: self.caller.actor.clone(),
            session: self.caller.session.clone(),
            uid: self.caller.uid,
            pid: self.caller.pid,
            project_id: entry.project,
            task_seq: entry.task,
            summary: entry.summary,
            payload: entry.payload.to_string(),
            created_at: self.now,
            occurred_at: None,
            origin: None,
        })
    }

    /// Puts an entry at the end of the log; its number and its time are the
    /// log's to give.
    pub(super) fn append(&self, entry: Activity) -> Result<()> {
        let (seq, before, at) = self
            .conn
            .prepare_cached("SELECT seq, hash, created_at FROM activity ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| {
                Ok((row.get(0)?, row.get::<_, Hash>(1)?, row.get(2)?))
            })
            .optional()?
            .unwrap_or((0, GENESIS, self.now));
        let activity = Activity {
            seq: seq + 1,
            // Also where the system's clock was set back.
            created_at: self.now.max(at),
            ..entry
        };
        self.conn
            .prepare_cached(
                "INSERT INTO activity (seq, entity, entity_id, action, actor_kind, actor_name, session,
                     uid, pid, project_id, task_seq, summary, payload, created_at, hash, occurred_at, origin)
                 VALUES (:seq, :entity, :entity_id, :action, :actor_kind, :actor_name, :session,
                     :uid, :pid, :project_id, :task_seq, :summary, :payload, :created_at, :hash,
                     :occurred_at, :origin)",
            )?
            .execute(named_params! {
                ":seq": activity.seq, ":entity": activity.entity, ":entity_id": activity.entity_id,
                ":action": activity.action, ":actor_kind": activity.actor.kind(),
                ":actor_name": activity.actor.name(), ":session": activity.session,
                ":uid": activity.uid, ":pid": activity.pid, ":project_id": activity.project_id,
                ":task_seq": activity.task_seq, ":summary": activity.summary,
                ":payload": activity.payload, ":created_at": activity.created_at,
                ":hash": activity.hash(&before), ":occurred_at": activity.occurred_at,
                ":origin": activity.origin,
            })?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Entries, newest first, each with its hash and its project as that is today.
    pub fn list_activities(
        &self,
        filter: &ActivityFilter,
        size: usize,
        token: &str,
        offset: i64,
    ) -> Result<Page<(Activity, Hash, Option<ProjectRef>)>> {
        const LIST: &str = "activity";
        let mut conditions = self.activity_conditions(filter)?;
        let token = Token::read(LIST, 1, token)?;
        let offset = if let Some(token) = &token {
            conditions.and("a.seq < ?", [token.number(0)?]);
            0
        } else {
            offset
        };
        let sql = format!(
            "SELECT {COLUMNS}, p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name
             FROM activity a LEFT JOIN project p ON p.id = a.project_id
             WHERE {} ORDER BY a.seq DESC LIMIT ? OFFSET ?",
            conditions.sql(),
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = row::one_more(size);
        let rows = statement.query_map(
            params_from_iter(conditions.values([limit, offset])),
            |row| Ok((read(row)?, row.get("hash")?, project(row)?)),
        )?;
        Ok(Page::gather(
            rows,
            size,
            |(activity, ..)| activity.payload.len() + activity.summary.len(),
            |(last, ..)| Token::write(LIST, &[&last.seq]),
        )?)
    }

    /// How many entries match.
    pub fn count_activities(&self, filter: &ActivityFilter) -> Result<i64> {
        if *filter == ActivityFilter::default() {
            // They are numbered without a gap.
            return self.last_activity();
        }
        let conditions = self.activity_conditions(filter)?;
        let sql = format!("SELECT count(*) FROM activity a WHERE {}", conditions.sql());
        let values = conditions.values::<i64>([]);
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| row.get(0))?)
    }

    /// Entries behind `after`, oldest first, and up to where the log was read:
    /// the last of a full page, else its end.
    #[expect(clippy::type_complexity, reason = "as a page of them is")]
    pub fn activities_after(
        &self,
        filter: &ActivityFilter,
        after: i64,
        size: usize,
    ) -> Result<(Vec<(Activity, Hash, Option<ProjectRef>)>, i64)> {
        let end = self.last_activity()?;
        let mut conditions = self.activity_conditions(filter)?;
        conditions.and("a.seq > ?", [after]);
        let sql = format!(
            "SELECT {COLUMNS}, p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name
             FROM activity a LEFT JOIN project p ON p.id = a.project_id
             WHERE {} ORDER BY a.seq LIMIT ?",
            conditions.sql(),
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        let entries = statement
            .query_map(params_from_iter(conditions.values([limit])), |row| {
                Ok((read(row)?, row.get("hash")?, project(row)?))
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let upto = match entries.last() {
            Some((last, ..)) if entries.len() == size => last.seq,
            _ => end.max(after),
        };
        Ok((entries, upto))
    }

    /// The newest entry's number; 0 for none.
    pub fn last_activity(&self) -> Result<i64> {
        Ok(self
            .conn
            .prepare_cached("SELECT coalesce(max(seq), 0) FROM activity")?
            .query_row([], |row| row.get(0))?)
    }

    /// The hash of that entry; `None` where the log has none.
    pub fn activity_hash(&self, seq: i64) -> Result<Option<Hash>> {
        Ok(self
            .conn
            .prepare_cached("SELECT hash FROM activity WHERE seq = ?")?
            .query_row([seq], |row| row.get(0))
            .optional()?)
    }

    fn activity_conditions(&self, filter: &ActivityFilter) -> Result<Filter> {
        let mut conditions = Filter::new();
        if !filter.project.is_empty() {
            conditions.and(
                "a.project_id = ?",
                [self.project_even_deleted(&filter.project)?],
            );
        }
        if let Some(entity) = &filter.entity {
            conditions.and("a.entity = ?", [entity.clone()]);
        }
        if let Some(kind) = filter.actor_kind {
            conditions.and("a.actor_kind = ?", [kind.as_str().to_owned()]);
        }
        if !filter.actor_name.is_empty() {
            conditions.and("a.actor_name = ?", [filter.actor_name.clone()]);
        }
        if let Some(task) = filter.task {
            conditions.and("a.task_seq = ?", [self.task_in_log(task)?]);
        }
        if let Some(id) = filter.entity_id {
            conditions.and("a.entity_id = ?", [id.as_bytes().to_vec()]);
        }
        if !filter.action.is_empty() {
            // One thing has few entries, an action many: the plus keeps SQLite
            // from reading those.
            let is_narrow = filter.entity_id.is_some() || filter.task.is_some();
            let column = if is_narrow { "+a.action" } else { "a.action" };
            conditions.and(format!("{column} = ?"), [filter.action.clone()]);
        }
        if let Some(since) = filter.since {
            // What was imported is as old as it was where it came from; it came
            // here later than that, so the first condition leaves none out.
            conditions.and("coalesce(a.occurred_at, a.created_at) >= ?", [since.0]);
            conditions.and(
                "a.seq >= coalesce((SELECT s.seq FROM activity s WHERE s.created_at >= ?
                                    ORDER BY s.created_at, s.seq LIMIT 1), 9223372036854775807)",
                [since.0],
            );
        }
        Ok(conditions)
    }

    /// The number of a task that the log knows: one that is gone for good has
    /// no row any more, but its history.
    fn task_in_log(&self, task: TaskRef) -> Result<i64> {
        let found = match task {
            TaskRef::Number(seq) => self
                .conn
                .prepare_cached("SELECT task_seq FROM activity WHERE task_seq = :seq LIMIT 1")?
                .query_row(named_params! {":seq": seq}, |row| row.get(0)),
            TaskRef::Id(id) => self
                .conn
                .prepare_cached(
                    "SELECT task_seq FROM activity WHERE entity_id = :id AND entity = 'task' LIMIT 1",
                )?
                .query_row(named_params! {":id": id}, |row| row.get(0)),
        };
        let given = || match task {
            TaskRef::Number(seq) => reference(seq),
            TaskRef::Id(id) => id.to_string(),
        };
        found
            .optional()?
            .ok_or_else(|| Refusal::not_found(Entity::Task, given()).into())
    }

    /// Recomputes the chain from its beginning.
    pub fn verify_activities(&self) -> Result<Verified> {
        let mut verified = Verified {
            entries: 0,
            broken: None,
            head: GENESIS,
        };
        let sql = format!("SELECT {COLUMNS} FROM activity a ORDER BY a.seq");
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let activity = read(row)?;
            let expected = verified.entries + 1;
            let problem = if activity.seq != expected {
                format!("entry {expected} is missing")
            } else if activity.hash(&verified.head) != row.get::<_, Hash>("hash")? {
                "its content or the entry before it was changed".to_owned()
            } else {
                verified.entries = activity.seq;
                verified.head = row.get("hash")?;
                continue;
            };
            verified.broken = Some((expected, problem));
            break;
        }
        Ok(verified)
    }

    /// The entry with that hash.
    pub fn activity_of_hash(&self, hash: &[u8]) -> Result<Option<i64>> {
        Ok(self
            .conn
            .prepare_cached("SELECT seq FROM activity WHERE hash = :hash")?
            .query_row(named_params! {":hash": hash}, |row| row.get(0))
            .optional()?)
    }

    /// Who changed which fields of a thing since one of its versions, oldest first.
    pub(super) fn changes_since(
        &self,
        id: Id,
        version: i64,
    ) -> Result<Vec<(crate::domain::Actor, Vec<String>)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT actor_kind, actor_name, payload FROM activity
             WHERE entity_id = :id AND payload ->> 'version' > :version ORDER BY seq LIMIT 1000",
        )?;
        let rows = statement.query_map(named_params! {":id": id, ":version": version}, |row| {
            Ok((row::actor(row)?, row.get::<_, String>("payload")?))
        })?;
        let mut changes = Vec::new();
        for row in rows {
            let (actor, payload) = row?;
            let payload: Value = serde_json::from_str(&payload).unwrap_or_default();
            let fields: Vec<String> = payload["changes"]
                .as_object()
                .map(|fields| fields.keys().cloned().collect())
                .unwrap_or_default();
            if !fields.is_empty() {
                changes.push((actor, fields));
            }
        }
        Ok(changes)
    }
}

/// An entry's project as it is today, unless it is gone for good.
fn project(row: &Row<'_>) -> rusqlite::Result<Option<ProjectRef>> {
    let Some(id) = row.get("project_ulid")? else {
        return Ok(None);
    };
    Ok(Some(ProjectRef {
        id,
        alias: row.get("project_alias")?,
        name: row.get("project_name")?,
    }))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Activity> {
    Ok(Activity {
        seq: row.get("seq")?,
        entity: row.get("entity")?,
        entity_id: row.get("entity_id")?,
        action: row.get("action")?,
        actor: row::actor(row)?,
        session: row.get("session")?,
        uid: row.get("uid")?,
        pid: row.get("pid")?,
        project_id: row.get("project_id")?,
        task_seq: row.get("task_seq")?,
        summary: row.get("summary")?,
        payload: row.get("payload")?,
        created_at: row.get("created_at")?,
        occurred_at: row.get("occurred_at")?,
        origin: row.get("origin")?,
    })
}
