//! Plans and their versions.

use rusqlite::{Row, named_params, params_from_iter};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{self, Filter, Update},
    version::{self, Owner, PLANS},
};
use crate::domain::{
    Entity, Id, Refusal,
    activity::Action,
    id::IdRange,
    page::{Page, Token},
    plan::{NewPlan, Plan},
    task::{Task, TaskRef},
    version::{Version, VersionPatch},
};

/// Plans at their current versions, that are not in the trash, nor their task.
/// They are read in the order of plans, which is that of lists (the CROSS JOIN
/// says so): by way of the tasks, all plans would be read and sorted for a page.
fn select() -> String {
    format!(
        "SELECT p.id, p.ulid, p.task_seq, p.current_version, p.source, p.created_at, p.updated_at,
            t.ulid AS task_ulid, {}
         FROM plan p CROSS JOIN task t ON t.seq = p.task_seq
              JOIN plan_version v ON v.plan_id = p.id AND v.version = p.current_version
         WHERE p.deleted_at IS NULL AND t.deleted_at IS NULL",
        version::COLUMNS
    )
}
const LIST: &str = "plan";

impl Reader<'_> {
    /// A plan at a version, or at its current one.
    pub fn plan(&self, given: &str, version: Option<i64>) -> Result<Plan> {
        let mut plan = self.find_plan(given)?;
        if let Some(version) = version.filter(|version| *version != plan.current_version) {
            plan.version = self.version_of(&PLANS, &owner(&plan), version)?;
        }
        Ok(plan)
    }

    fn find_plan(&self, given: &str) -> Result<Plan> {
        let not_found = || Refusal::not_found(Entity::Plan, given);
        let range = IdRange::parse(given).ok_or_else(not_found)?;
        let sql = format!(
            "{} AND p.ulid BETWEEN :low AND :high ORDER BY p.ulid LIMIT 5",
            select()
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
        self.plans_after(task.seq, Token::after(LIST, token)?, size)
    }

    /// A page of a project's plans, or of all projects' that are not archived.
    pub fn list_all_plans(&self, project: &str, size: usize, token: &str) -> Result<Page<Plan>> {
        let mut filter = Filter::new();
        if project.is_empty() {
            filter.and_fixed("t.project_id IN (SELECT id FROM project WHERE archived_at IS NULL)");
        } else {
            filter.and("t.project_id = ?", [self.project(project)?.key]);
        }
        filter.and("p.id > ?", [Token::after(LIST, token)?]);
        let sql = format!("{} AND {} ORDER BY p.id LIMIT ?", select(), filter.sql());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = row::one_more(size);
        let rows = statement.query_map(params_from_iter(filter.values([limit])), read)?;
        Ok(Page::gather(
            rows,
            size,
            |plan| plan.version.body.len(),
            |last| Token::write(LIST, &[&last.key]),
        )?)
    }

    fn plans_after(&self, task_seq: i64, after: i64, size: usize) -> Result<Page<Plan>> {
        let sql = format!(
            "{} AND p.task_seq = :task AND p.id > :after ORDER BY p.id",
            select()
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
            Token::write(LIST, &[&last.key])
        })?)
    }

    /// A page of a plan's versions, oldest first.
    pub fn list_plan_versions(
        &self,
        given: &str,
        size: usize,
        token: &str,
    ) -> Result<Page<Version>> {
        let plan = self.find_plan(given)?;
        self.versions_of(&PLANS, &owner(&plan), size, token)
    }
}

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
        self.insert_version(&PLANS, self.conn.last_insert_rowid(), 1, &new.text)?;
        self.log_plan(
            task,
            id,
            Action::Created,
            format!("added plan {:?} to {}", new.text.title, task.reference()),
            json!({
                "version": 1, "title": new.text.title, "change_note": new.text.change_note,
            }),
        )?;
        Ok(id)
    }

    /// Adds a version to a plan; one that would say the same is not added.
    /// With it, whether one was.
    pub fn update_plan(&mut self, given: &str, patch: VersionPatch) -> Result<(Plan, bool)> {
        let plan = self.find_plan(given)?;
        let next = self.next_version(&PLANS, &owner(&plan), &plan.version, patch)?;
        let Some((text, changes)) = next else {
            return Ok((plan, false));
        };
        let version = plan.current_version + 1;
        self.touch_task(plan.task_seq)?;
        let task = self.find_task(TaskRef::Number(plan.task_seq))?;
        let summary = format!(
            "wrote version {version} of plan {:?} of {}",
            text.title,
            task.reference()
        );
        self.log_plan(
            &task,
            plan.id,
            Action::Updated,
            summary,
            json!({
                "version": version, "changes": changes.into_json(), "change_note": text.change_note,
            }),
        )?;
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

fn owner(plan: &Plan) -> Owner {
    Owner {
        key: plan.key,
        id: plan.id,
        current: plan.current_version,
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
        version: version::read(row, id)?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
