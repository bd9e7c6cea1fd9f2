//! Tasks, one at a time. Lists of them are in `task_list`.

use rusqlite::{OptionalExtension as _, Row, named_params};
use serde_json::{Value, json};

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{InOrder, Update},
};
use crate::domain::{
    Changes, Entity, Id, Moment, Refusal,
    activity::Action,
    dependency::{DependencyKind, Links},
    project::ProjectRef,
    scope::Scope,
    task::{NewTask, Status, Task, TaskDetail, TaskEdit, TaskPatch, TaskRef, reference},
};

/// The columns of a task but its description, and of its project. For
/// `FROM task t JOIN project p ON p.id = t.project_id`.
pub(super) const COLUMNS: &str =
    "t.seq, t.ulid, t.project_id, t.title, t.type, t.status, t.priority,
    t.assignee, t.due_at, t.actor_kind, t.actor_name, t.source, t.external_ref, t.project_path,
    t.completed_at, t.archived_at, t.created_at, t.updated_at, t.version,
    t.parent_seq, t.defer_until, t.scope, t.attempts_spent, t.attention, t.holdback,
    p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name,
    p.archived_at AS project_archived_at";

impl Reader<'_> {
    /// A task that is not in the trash.
    pub(super) fn find_task(&self, task: TaskRef) -> Result<Task> {
        match self.look_up(task)? {
            Some((task, None)) => Ok(task),
            Some((task, Some(_))) => Err(Refusal::NotFound {
                entity: Entity::Task,
                given: task.reference(),
                trashed: Some(self.trashed_with(&task)?),
            }
            .into()),
            None => {
                let given = match task {
                    TaskRef::Number(seq) => reference(seq),
                    TaskRef::Id(id) => id.to_string(),
                };
                Err(Refusal::not_found(Entity::Task, given).into())
            }
        }
    }

    /// What must be taken back first for a task in the trash to come back.
    fn trashed_with(&self, task: &Task) -> Result<String> {
        let project = self
            .conn
            .prepare_cached("SELECT deleted_at IS NOT NULL FROM project WHERE ulid = :id")?
            .query_row(named_params! {":id": task.project.id}, |row| row.get(0))?;
        Ok(if project {
            task.project.id.to_string()
        } else {
            task.reference()
        })
    }

    /// A task that another row names: it is there, be it in the trash.
    pub(super) fn find_task_even_deleted(&self, task: TaskRef) -> Result<Task> {
        match self.look_up(task)? {
            Some((task, _)) => Ok(task),
            None => self.find_task(task),
        }
    }

    /// A task, and when it went to the trash.
    fn look_up(&self, task: TaskRef) -> Result<Option<(Task, Option<Moment>)>> {
        let condition = match task {
            TaskRef::Number(_) => "t.seq = :key",
            TaskRef::Id(_) => "t.ulid = :key",
        };
        let sql = format!(
            "SELECT {COLUMNS}, t.description, t.deleted_at
             FROM task t JOIN project p ON p.id = t.project_id WHERE {condition}"
        );
        let key: &dyn rusqlite::ToSql = match &task {
            TaskRef::Number(seq) => seq,
            TaskRef::Id(id) => id,
        };
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":key": key}, |row| {
                Ok((read(row, row.get("description")?)?, row.get("deleted_at")?))
            })
            .optional()?;
        let Some((mut task, deleted_at)) = found else {
            return Ok(None);
        };
        self.complete(std::slice::from_mut(&mut task))?;
        Ok(Some((task, deleted_at)))
    }

    /// What tasks have beside their own rows: labels, edges, leases.
    pub(super) fn complete(&self, tasks: &mut [Task]) -> Result<()> {
        for task in tasks {
            task.labels = self.labels_of(task.seq)?;
            task.links = self.links_of(task.seq)?;
            // Whatever is held is being done.
            if task.status == Status::Doing {
                task.lease = self.lease_of(task.seq)?;
            }
        }
        Ok(())
    }

    /// A task with what hangs on it.
    pub fn task(&self, task: TaskRef) -> Result<TaskDetail> {
        let task = self.find_task(task)?;
        Ok(TaskDetail {
            plans: self.plans_of(task.seq)?,
            comments: self.comments_of(task.seq)?,
            last_attempt: self.last_attempt(task.seq)?,
            task,
        })
    }

    /// Names of a task's labels, by alphabet.
    pub(super) fn labels_of(&self, task_seq: i64) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT l.name FROM task_label tl JOIN label l ON l.id = tl.label_id
             WHERE tl.task_seq = :task AND l.deleted_at IS NULL ORDER BY l.name",
        )?;
        let rows = statement.query_map(named_params! {":task": task_seq}, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl WriteTx<'_> {
    /// Makes a task with its labels and plans.
    pub fn create_task(&mut self, new: NewTask) -> Result<TaskDetail> {
        let project = self.open_project(&new.project)?;
        let fields = new.fields;
        let parent = match fields.parent {
            Some(parent) => Some(self.find_task(parent)?.seq),
            None => None,
        };
        self.conn
            .prepare_cached(
                "INSERT INTO task (ulid, project_id, title, description, type, status, priority, assignee,
                     due_at, source, external_ref, project_path, actor_kind, actor_name,
                     parent_seq, defer_until, scope, completed_at, created_at, updated_at)
                 VALUES (:ulid, :project, :title, :description, :type, :status, :priority, :assignee,
                     :due_at, :source, :external_ref, :project_path, :actor_kind, :actor_name,
                     :parent, :defer_until, :scope, :completed_at, :now, :now)",
            )?
            .execute(named_params! {
                ":ulid": Id::generate(), ":project": project.key, ":title": fields.title,
                ":description": fields.description, ":type": fields.kind, ":status": fields.status,
                ":priority": fields.priority, ":assignee": fields.assignee, ":due_at": fields.due_at,
                ":source": fields.source, ":external_ref": fields.external_ref,
                ":project_path": fields.project_path, ":actor_kind": self.caller.actor.kind(),
                ":actor_name": self.caller.actor.name(), ":now": self.now,
                ":parent": parent, ":defer_until": fields.defer_until,
                ":scope": fields.scope.to_lines(),
                ":completed_at": (fields.status == Status::Done).then_some(self.now),
            })?;
        let seq = self.conn.last_insert_rowid();
        let mut task = self.find_task(TaskRef::Number(seq))?;
        let summary = format!("created {}: {}", task.reference(), task.title);
        self.log_task(
            &task,
            Action::Created,
            summary,
            json!({
                "version": 1, "title": task.title, "type": task.kind.as_str(),
                "status": task.status.as_str(), "priority": task.priority.number(),
            }),
        )?;
        if self.attach_labels(&task, &new.labels)? {
            task.labels = self.labels_of(seq)?;
        }
        for plan in &new.plans {
            self.add_plan(&task, plan)?;
        }
        self.link_new(&task, &new.blocked_by, DependencyKind::Blocks)?;
        self.link_new(&task, &new.discovered_from, DependencyKind::DiscoveredFrom)?;
        if parent.is_some() || !new.blocked_by.is_empty() || fields.defer_until.is_some() {
            if parent.is_some() {
                self.check_place_in_tree(seq)?;
            }
            task = self.task_after(seq)?;
        }
        Ok(TaskDetail {
            plans: self.plans_of(seq)?,
            comments: Vec::new(),
            last_attempt: None,
            task,
        })
    }

    fn link_new(&self, task: &Task, on: &[TaskRef], kind: DependencyKind) -> Result<()> {
        for on in on {
            let found = self.find_task(*on)?;
            if found.seq == task.seq {
                // Before this write there was none.
                return Err(Refusal::not_found(Entity::Task, found.reference()).into());
            }
            self.link(task, &found, kind)?;
        }
        Ok(())
    }

    /// A task as this write leaves it.
    pub(super) fn task_after(&self, seq: i64) -> Result<Task> {
        self.refresh_holdback()?;
        self.find_task(TaskRef::Number(seq))
    }

    /// Changes some fields, labels and blockers of a task; with it, whether
    /// any was another. Where its holder moves it, the lease ends.
    pub fn update_task(&mut self, task: TaskRef, edit: TaskEdit) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        self.check_token(task.seq)?;
        // Labels and edges are everybody's, the task's own fields its holder's.
        let lease = if edit.patch.is_empty() {
            None
        } else {
            self.may_change(task.seq, edit.force)?
        };
        let moved_to = edit.patch.status.filter(|to| *to != task.status);
        if let Some(expected) = edit.if_version.filter(|expected| *expected != task.version) {
            return Err(Refusal::VersionConflict {
                what: task.reference(),
                expected,
                current: task.version,
                changes: self.changes_since(task.id, expected)?,
            }
            .into());
        }
        let mut changed = self.patch_task(&task, edit.patch)?;
        changed |= self.attach_labels(&task, &edit.add_labels)?;
        changed |= self.detach_labels(&task, &edit.remove_labels)?;
        for on in edit.remove_blocked_by {
            changed |= self.unlink(
                &task,
                &self.find_task_even_deleted(on)?,
                DependencyKind::Blocks,
            )?;
        }
        for on in edit.add_blocked_by {
            changed |= self.link(&task, &self.find_task(on)?, DependencyKind::Blocks)?;
        }
        match (lease, moved_to) {
            (Some(lease), Some(to)) => self.end_moved(&lease, to)?,
            (None, Some(Status::Done)) => self.reset_attempts(task.seq)?,
            _ => {}
        }
        Ok((self.task_after(task.seq)?, changed))
    }

    pub(super) fn patch_task(&self, task: &Task, patch: TaskPatch) -> Result<bool> {
        let mut changes = Changes::default();
        let mut update = Update::of("task");
        for (column, from, to) in [
            ("title", &task.title, patch.title),
            ("description", &task.description, patch.description),
            ("assignee", &task.assignee, patch.assignee),
            ("source", &task.source, patch.source),
            ("external_ref", &task.external_ref, patch.external_ref),
            ("project_path", &task.project_path, patch.project_path),
        ] {
            if let Some(to) = to.filter(|to| to != from) {
                changes.note(column, from.as_str(), to.as_str());
                update.set(column, to);
            }
        }
        if let Some(to) = patch.kind.filter(|to| *to != task.kind) {
            changes.note("type", task.kind.as_str(), to.as_str());
            update.set("type", to.as_str().to_owned());
        }
        if let Some(to) = patch.priority.filter(|to| *to != task.priority) {
            changes.note("priority", task.priority.number(), to.number());
            update.set("priority", to.number());
        }
        if let Some(to) = patch.due_at.filter(|to| *to != task.due_at) {
            changes.note("due_at", task.due_at.map(|at| at.0), to.map(|at| at.0));
            update.set("due_at", to.map(|at| at.0));
        }
        if let Some(to) = patch.defer_until.filter(|to| *to != task.defer_until) {
            changes.note(
                "defer_until",
                task.defer_until.map(|at| at.0),
                to.map(|at| at.0),
            );
            update.set("defer_until", to.map(|at| at.0));
        }
        if let Some(to) = patch.scope.filter(|to| *to != task.scope) {
            changes.note("scope", task.scope.globs(), to.globs());
            update.set("scope", to.to_lines());
        }
        let parent = match patch.parent {
            None => None,
            Some(None) => Some(None),
            Some(Some(parent)) => Some(Some(self.find_task(parent)?.seq)),
        };
        let parent = parent.filter(|to| *to != task.parent);
        if let Some(to) = parent {
            if to == Some(task.seq) {
                let problem = format!("{} cannot be a part of itself", task.reference());
                return Err(Refusal::invalid("parent", problem).into());
            }
            changes.note("parent", task.parent.map(reference), to.map(reference));
            update.set("parent_seq", to);
        }
        if let Some(to) = patch.status.filter(|to| *to != task.status) {
            changes.note("status", task.status.as_str(), to.as_str());
            update.set("status", to.as_str().to_owned());
            update.set("completed_at", (to == Status::Done).then_some(self.now.0));
        }
        if changes.is_empty() {
            return Ok(false);
        }
        let version = task.version + 1;
        update.set("version", version);
        update.set("updated_at", self.now.0);
        update.run(self.conn, "seq", task.seq)?;
        if parent.is_some_and(|parent| parent.is_some()) {
            self.check_place_in_tree(task.seq)?;
        }

        let (action, summary) = if changes.is_only("status") {
            let to = patch.status.unwrap_or(task.status);
            (
                Action::Moved,
                format!("moved {} from {} to {to}", task.reference(), task.status),
            )
        } else {
            let fields = changes.fields().collect::<Vec<_>>().join(", ");
            (
                Action::Updated,
                format!("changed {fields} of {}", task.reference()),
            )
        };
        self.log_task(
            task,
            action,
            summary,
            json!({"version": version, "changes": changes.into_json()}),
        )?;
        Ok(true)
    }

    /// Notes that something that hangs on a task changed.
    pub(super) fn touch_task(&self, seq: i64) -> Result<()> {
        let mut update = Update::of("task");
        update.set("updated_at", self.now.0);
        update.run(self.conn, "seq", seq)
    }

    pub(super) fn log_task(
        &self,
        task: &Task,
        action: Action,
        summary: String,
        payload: Value,
    ) -> Result<()> {
        self.log(Entry {
            entity: Entity::Task,
            id: task.id,
            action,
            project: Some(task.project_key),
            task: Some(task.seq),
            summary,
            payload,
        })
    }
}

/// Reads [`COLUMNS`], in their order; `Reader::complete` adds what is not in
/// the row.
pub(super) fn read(row: &Row<'_>, description: String) -> rusqlite::Result<Task> {
    let mut column = InOrder::of(row);
    Ok(Task {
        seq: column.get()?,
        id: column.get()?,
        project_key: column.get()?,
        title: column.get()?,
        kind: column.get()?,
        status: column.get()?,
        priority: column.get()?,
        assignee: column.get()?,
        due_at: column.get()?,
        actor: column.actor()?,
        source: column.get()?,
        external_ref: column.get()?,
        project_path: column.get()?,
        completed_at: column.get()?,
        archived_at: column.get()?,
        created_at: column.get()?,
        updated_at: column.get()?,
        version: column.get()?,
        parent: column.get()?,
        defer_until: column.get()?,
        scope: Scope::from_lines(&column.get::<String>()?),
        attempts_spent: column.get()?,
        attention: column.get()?,
        holdback: column.get()?,
        project: ProjectRef {
            id: column.get()?,
            alias: column.get()?,
            name: column.get()?,
        },
        project_archived: column.get::<Option<Moment>>()?.is_some(),
        description,
        labels: Vec::new(),
        links: Links::default(),
        lease: None,
    })
}
