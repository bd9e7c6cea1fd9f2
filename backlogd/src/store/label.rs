//! Labels, and which tasks carry them.

use rusqlite::{OptionalExtension as _, Row, named_params, params_from_iter};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{Filter, Update, one_more},
};
use crate::domain::{
    Changes, Entity, Id, Refusal,
    activity::Action,
    label::Label,
    page::{Page, Token},
    project::ProjectRef,
    task::{Task, TaskRef},
};

const COLUMNS: &str = "l.id, l.ulid, l.project_id, l.name, l.color, l.created_at,
    p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name";
/// Costs what the label has tasks, so it is read for people only.
const TASK_COUNT: &str = "(SELECT count(*) FROM task_label tl JOIN task t ON t.seq = tl.task_seq
    WHERE tl.label_id = l.id AND t.deleted_at IS NULL)";

impl Reader<'_> {
    /// A label, without the number of its tasks.
    fn find_label(&self, project: i64, name: &str) -> Result<Option<Label>> {
        let sql = format!(
            "SELECT {COLUMNS}, 0 AS task_count FROM label l JOIN project p ON p.id = l.project_id
             WHERE l.deleted_at IS NULL AND l.project_id = :project AND l.name = :name"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":project": project, ":name": name}, read)
            .optional()?)
    }

    fn with_task_count(&self, label: Label) -> Result<Label> {
        let sql = format!("SELECT {TASK_COUNT} FROM label l WHERE l.id = :label");
        let task_count = self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":label": label.key}, |row| row.get(0))?;
        Ok(Label {
            task_count,
            ..label
        })
    }

    /// Keys of the labels of those names, in one project or in all.
    pub(super) fn label_keys(&self, project: Option<i64>, names: &[String]) -> Result<Vec<i64>> {
        let mut filter = Filter::new();
        filter.and_fixed("deleted_at IS NULL");
        filter.and_any("project_id", project);
        filter.and_any("name", names.iter().cloned());
        let sql = format!("SELECT id FROM label WHERE {}", filter.sql());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(params_from_iter(filter.values::<i64>([])), |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Labels by project and name.
    pub fn list_labels(&self, project: &str, size: usize, token: &str) -> Result<Page<Label>> {
        const LIST: &str = "label";
        let project = match project {
            "" => None,
            given => Some(self.project(given)?.key),
        };
        let token = Token::read(LIST, 2, token)?;
        let text = |index| token.as_ref().map_or("", |token| token.text(index));
        let sql = format!(
            "SELECT {COLUMNS}, {TASK_COUNT} AS task_count
             FROM label l JOIN project p ON p.id = l.project_id
             WHERE l.deleted_at IS NULL AND p.deleted_at IS NULL
             AND CASE WHEN :project IS NULL THEN p.archived_at IS NULL ELSE l.project_id = :project END
             AND (p.alias, l.name) > (:alias, :name) ORDER BY p.alias, l.name LIMIT :limit"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(
            named_params! {
                ":project": project, ":alias": text(0), ":name": text(1), ":limit": one_more(size),
            },
            read,
        )?;
        Ok(Page::gather(
            rows,
            size,
            |_| 0,
            |last| Token::write(LIST, &[&last.project.alias, &last.name]),
        )?)
    }
}

impl WriteTx<'_> {
    /// Makes a label, or returns the one there is; whether it was made.
    pub fn create_label(
        &mut self,
        project: &str,
        name: &str,
        color: &str,
    ) -> Result<(Label, bool)> {
        let project = self.open_project(project)?;
        if let Some(label) = self.find_label(project.key, name)? {
            let label = self.recolor(label, color)?;
            return Ok((self.with_task_count(label)?, false));
        }
        Ok((self.insert_label(project.key, name, color)?, true))
    }

    fn insert_label(&self, project: i64, name: &str, color: &str) -> Result<Label> {
        self.conn
            .prepare_cached(
                "INSERT INTO label (ulid, project_id, name, color, created_at)
                 VALUES (:ulid, :project, :name, :color, :now)",
            )?
            .execute(named_params! {
                ":ulid": Id::generate(), ":project": project, ":name": name, ":color": color,
                ":now": self.now,
            })?;
        let label = self
            .find_label(project, name)?
            .ok_or_else(|| Refusal::not_found(Entity::Label, name))?;
        self.log_label(
            &label,
            None,
            Action::Created,
            format!("created label {name}"),
            json!({
                "name": name, "color": color,
            }),
        )?;
        Ok(label)
    }

    fn recolor(&self, label: Label, color: &str) -> Result<Label> {
        if color.is_empty() || color == label.color {
            return Ok(label);
        }
        let mut changes = Changes::default();
        changes.note("color", label.color.as_str(), color);
        let mut update = Update::of("label");
        update.set("color", color.to_owned());
        update.run(self.conn, "id", label.key)?;
        let summary = format!("changed color of label {}", label.name);
        self.log_label(
            &label,
            None,
            Action::Updated,
            summary,
            json!({"changes": changes.into_json()}),
        )?;
        Ok(Label {
            color: color.to_owned(),
            ..label
        })
    }

    /// Puts a label on a task; whether it was not there yet.
    pub fn attach_label(&mut self, task: TaskRef, name: String) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        let changed = self.attach_labels(&task, &[name])?;
        Ok((self.find_task(TaskRef::Number(task.seq))?, changed))
    }

    /// Takes a label off a task; whether it was there.
    pub fn detach_label(&mut self, task: TaskRef, name: String) -> Result<(Task, bool)> {
        let task = self.find_task(task)?;
        let changed = self.detach_labels(&task, &[name])?;
        Ok((self.find_task(TaskRef::Number(task.seq))?, changed))
    }

    /// Puts labels on a task, making those its project lacks; whether any was new to it.
    pub(super) fn attach_labels(&self, task: &Task, names: &[String]) -> Result<bool> {
        let mut changed = false;
        for name in names {
            let label = match self.find_label(task.project_key, name)? {
                Some(label) => label,
                None => self.insert_label(task.project_key, name, "")?,
            };
            let attached = self
                .conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO task_label (task_seq, label_id) VALUES (:task, :label)",
                )?
                .execute(named_params! {":task": task.seq, ":label": label.key})?;
            if attached > 0 {
                changed = true;
                let summary = format!("attached label {name} to {}", task.reference());
                self.log_label(
                    &label,
                    Some(task.seq),
                    Action::Attached,
                    summary,
                    json!({"name": name}),
                )?;
            }
        }
        if changed {
            self.touch_task(task.seq)?;
        }
        Ok(changed)
    }

    pub(super) fn detach_labels(&self, task: &Task, names: &[String]) -> Result<bool> {
        let mut changed = false;
        for name in names {
            let Some(label) = self.find_label(task.project_key, name)? else {
                continue;
            };
            let detached = self
                .conn
                .prepare_cached(
                    "DELETE FROM task_label WHERE task_seq = :task AND label_id = :label",
                )?
                .execute(named_params! {":task": task.seq, ":label": label.key})?;
            if detached > 0 {
                changed = true;
                let summary = format!("detached label {name} from {}", task.reference());
                self.log_label(
                    &label,
                    Some(task.seq),
                    Action::Detached,
                    summary,
                    json!({"name": name}),
                )?;
            }
        }
        if changed {
            self.touch_task(task.seq)?;
        }
        Ok(changed)
    }

    /// Moves a label to the trash.
    pub fn delete_label(&mut self, project: &str, name: &str) -> Result<Label> {
        let project = self.project(project)?;
        let label = self.find_label(project.key, name)?.ok_or_else(|| {
            Refusal::not_found(
                Entity::Label,
                format!("{name:?} in project {}", project.alias),
            )
        })?;
        let label = self.with_task_count(label)?;
        let mut update = Update::of("label");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", label.key)?;
        let summary = format!("deleted label {name}");
        self.log_label(
            &label,
            None,
            Action::Deleted,
            summary,
            json!({"name": name, "tasks": label.task_count}),
        )?;
        Ok(label)
    }

    fn log_label(
        &self,
        label: &Label,
        task: Option<i64>,
        action: Action,
        summary: String,
        payload: serde_json::Value,
    ) -> Result<()> {
        self.log(Entry {
            entity: Entity::Label,
            id: label.id,
            action,
            project: Some(label.project_key),
            task,
            summary,
            payload,
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Label> {
    Ok(Label {
        key: row.get("id")?,
        id: row.get("ulid")?,
        project_key: row.get("project_id")?,
        project: ProjectRef {
            id: row.get("project_ulid")?,
            alias: row.get("project_alias")?,
            name: row.get("project_name")?,
        },
        name: row.get("name")?,
        color: row.get("color")?,
        task_count: row.get("task_count")?,
        created_at: row.get("created_at")?,
    })
}
