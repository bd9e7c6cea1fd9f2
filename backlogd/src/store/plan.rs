//! Plans and their versions.

use rusqlite::{OptionalExtension as _, Row, named_params};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{self, Update},
};
use crate::domain::{
    Changes, Entity, Id, Refusal,
    activity::Action,
    id::IdRange,
    page::{Page, Token},
    plan::{NewPlan, Plan, PlanPatch, PlanVersion},
    task::{Task, TaskRef},
};

/// A plan with one of its versions.
const SELECT: &str =
    "SELECT p.id, p.ulid, p.task_seq, p.current_version, p.source, p.created_at, p.updated_at,
        t.ulid AS task_ulid, v.ulid AS version_ulid, v.version, v.title, v.body,
        v.actor_kind, v.actor_name, v.change_note, v.created_at AS version_created_at
    FROM plan p JOIN task t ON t.seq = p.task_seq
         JOIN plan_version v ON v.plan_id = p.id";
/// Of those that are not in the trash, nor their task.
const LIVE: &str = "p.deleted_at IS NULL AND t.deleted_at IS NULL";

impl Reader<'_> {
    /// A plan at a version, or at its current one.
    pub fn plan(&self, given: &str, version: Option<i64>) -> Result<Plan> {
        let current = self.find_plan(given)?;
        let Some(version) = version.filter(|version| *version != current.current_version) else {
            return Ok(current);
        };
        let sql = format!("{SELECT} WHERE p.id = :plan AND v.version = :version");
        self.conn
            .prepare_cached(&sql)?
            .query_row(
                named_params! {":plan": current.key, ":version": version},
                read,
            )
            .optional()?
            .ok_or_else(|| {
                Refusal::NoSuchVersion {
                    plan: current.id.to_string(),
                    given: version,
                    current: current.current_version,
                }
                .into()
            })
    }

    fn find_plan(&self, given: &str) -> Result<Plan> {
        let not_found = || Refusal::not_found(Entity::Plan, given);
        let range = IdRange::parse(given).ok_or_else(not_found)?;
        let sql = format!(
            "{SELECT} WHERE {LIVE} AND v.version = p.current_version
             AND p.ulid BETWEEN :low AND :high ORDER BY p.ulid LIMIT 5"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(named_params! {":low": range.low, ":high": range.high}, read)?;
        let found = rows.collect::<rusqlite::Result<_>>()?;
        row::only_one(Entity::Plan, given, found, |plan: &Plan| plan.id)?
            .ok_or_else(|| not_found().into())
    }

    /// All plans of a task at their current versions.
    pub(super) fn plans_of(&self, task_seq: i64) -> Result<Vec<Plan>> {
        Ok(self.plans_after(task_seq, 0, usize::MAX)?.items)
    }

    /// A page of a task's plans.
    pub fn list_plans(&self, task: TaskRef, size: usize, token: &str) -> Result<Page<Plan>> {
        let task = self.find_task(task)?;
        self.plans_after(task.seq, Token::after(PLANS, token)?, size)
    }

    fn plans_after(&self, task_seq: i64, after: i64, size: usize) -> Result<Page<Plan>> {
        let sql = format!(
            "{SELECT} WHERE {LIVE} AND v.version = p.current_version
             AND p.task_seq = :task AND p.id > :after ORDER BY p.id"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(named_params! {":task": task_seq, ":after": after}, read)?;
        // A task's own plans, with no limit to their number, are not cut.
        let weigh = |plan: &Plan| {
            if size < usize::MAX {
                plan.version.body.len()
            } else {
                0
            }
        };
        Ok(Page::gather(rows, size, weigh, |last| {
            Token::write(PLANS, &[&last.key])
        })?)
    }

    /// A page of a plan's versions, oldest first.
    pub fn list_plan_versions(
        &self,
        given: &str,
        size: usize,
        token: &str,
    ) -> Result<Page<PlanVersion>> {
        const LIST: &str = "version";
        let plan = self.find_plan(given)?;
        let after = Token::after(LIST, token)?;
        let sql = format!("{SELECT} WHERE p.id = :plan AND v.version > :after ORDER BY v.version");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map(named_params! {":plan": plan.key, ":after": after}, |row| {
                Ok(read(row)?.version)
            })?;
        Ok(Page::gather(
            rows,
            size,
            |version| version.body.len(),
            |last| Token::write(LIST, &[&last.version]),
        )?)
    }
}

const PLANS: &str = "plan";

impl WriteTx<'_> {
    /// Makes a plan.
    pub fn create_plan(&mut self, task: TaskRef, new: &NewPlan) -> Result<Plan> {
        let task = self.find_task(task)?;
        let key = self.add_plan(&task, new)?;
        self.touch_task(task.seq)?;
        self.plan(&key.to_string(), None)
    }

    pub(super) fn add_plan(&self, task: &Task, new: &NewPlan) -> Result<Id> {
        let id = Id::generate();
        self.conn
            .prepare_cached(
                "INSERT INTO plan (ulid, task_seq, current_version, source, created_at, updated_at)
                 VALUES (:ulid, :task, 1, :source, :now, :now)",
            )?
            .execute(named_params! {
                ":ulid": id, ":task": task.seq, ":source": new.source, ":now": self.now,
            })?;
        self.insert_version(
            self.conn.last_insert_rowid(),
            1,
            &new.title,
            &new.body,
            &new.change_note,
        )?;
        self.log_plan(
            task,
            id,
            Action::Created,
            format!("added plan {:?} to {}", new.title, task.reference()),
            json!({
                "version": 1, "title": new.title, "change_note": new.change_note,
            }),
        )?;
        Ok(id)
    }

    /// Adds a version to a plan; one that would say the same is not added.
    /// With it, whether one was.
    pub fn update_plan(&mut self, given: &str, patch: PlanPatch) -> Result<(Plan, bool)> {
        let plan = self.find_plan(given)?;
        if let Some(expected) = patch
            .if_version
            .filter(|expected| *expected != plan.current_version)
        {
            return Err(Refusal::VersionConflict {
                what: format!("plan {}", plan.id),
                expected,
                current: plan.current_version,
                changes: self.changes_since(plan.id, expected)?,
            }
            .into());
        }
        let title = patch.title.unwrap_or_else(|| plan.version.title.clone());
        let body = patch.body.unwrap_or_else(|| plan.version.body.clone());
        let mut changes = Changes::default();
        changes.note("title", plan.version.title.as_str(), title.as_str());
        if body != plan.version.body {
            // Both texts are kept as versions; the log names them only.
            changes.note("body", plan.current_version, plan.current_version + 1);
        }
        if changes.is_empty() {
            return Ok((plan, false));
        }
        let version = plan.current_version + 1;
        self.insert_version(plan.key, version, &title, &body, &patch.change_note)?;
        let mut update = Update::of("plan");
        update.set("current_version", version);
        update.set("updated_at", self.now.0);
        update.run(self.conn, "id", plan.key)?;
        self.touch_task(plan.task_seq)?;
        let task = self.find_task(TaskRef::Number(plan.task_seq))?;
        let summary = format!(
            "wrote version {version} of plan {title:?} of {}",
            task.reference()
        );
        self.log_plan(&task, plan.id, Action::Updated, summary, json!({
            "version": version, "changes": changes.into_json(), "change_note": patch.change_note,
        }))?;
        Ok((self.plan(&plan.id.to_string(), None)?, true))
    }

    /// Moves a plan to the trash.
    pub fn delete_plan(&mut self, given: &str) -> Result<Plan> {
        let plan = self.find_plan(given)?;
        let task = self.find_task(TaskRef::Number(plan.task_seq))?;
        let mut update = Update::of("plan");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", plan.key)?;
        self.touch_task(plan.task_seq)?;
        let summary = format!(
            "deleted plan {:?} of {}",
            plan.version.title,
            task.reference()
        );
        self.log_plan(
            &task,
            plan.id,
            Action::Deleted,
            summary,
            json!({"title": plan.version.title}),
        )?;
        Ok(plan)
    }

    fn insert_version(
        &self,
        plan: i64,
        version: i64,
        title: &str,
        body: &str,
        change_note: &str,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO plan_version (ulid, plan_id, version, title, body, actor_kind, actor_name,
                     change_note, created_at)
                 VALUES (:ulid, :plan, :version, :title, :body, :actor_kind, :actor_name, :note, :now)",
            )?
            .execute(named_params! {
                ":ulid": Id::generate(), ":plan": plan, ":version": version, ":title": title,
                ":body": body, ":actor_kind": self.caller.actor.kind(),
                ":actor_name": self.caller.actor.name(), ":note": change_note, ":now": self.now,
            })?;
        Ok(())
    }

    pub(super) fn log_plan(
        &self,
        task: &Task,
        id: Id,
        action: Action,
        summary: String,
        payload: serde_json::Value,
    ) -> Result<()> {
        self.log(Entry {
            entity: Entity::Plan,
            id,
            action,
            project: Some(task.project_key),
            task: Some(task.seq),
            summary,
            payload,
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Plan> {
    let id = row.get("ulid")?;
    Ok(Plan {
        key: row.get("id")?,
        id,
        task_id: row.get("task_ulid")?,
        task_seq: row.get("task_seq")?,
        current_version: row.get("current_version")?,
        source: row.get("source")?,
        version: PlanVersion {
            id: row.get("version_ulid")?,
            plan_id: id,
            version: row.get("version")?,
            title: row.get("title")?,
            body: row.get("body")?,
            actor: row::actor(row)?,
            change_note: row.get("change_note")?,
            created_at: row.get("version_created_at")?,
        },
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
