//! Reading a database of Backlog 1.x, of any of its schema versions. Its
//! columns hold what they like, so each is read for what it is, and a table or
//! column that its version does not have yet is empty.

mod belongings;
mod cells;

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, named_params};

use self::{
    belongings::{DOC, PLAN},
    cells::{Cells, columns},
};
use super::{
    Importer,
    source::{Extent, Opened, Trouble},
    tasks::LARGEST,
};
use crate::domain::{
    Id,
    foreign::{ForeignLabel, ForeignProject, ForeignTask, made_at},
};

/// The newest schema that there is of it.
const NEWEST: i64 = 8;

/// A database of Backlog 1.x.
pub(super) struct BacklogOne {
    db: Connection,
    /// `table.column` of all there are.
    columns: HashSet<String>,
    /// The project's id, as it is written there.
    project: Option<String>,
    extent: Extent,
}

impl BacklogOne {
    pub(super) fn open(db: Connection, project: Option<&str>) -> Result<Opened<Self>, Trouble> {
        let foreign = || {
            Trouble::There(
                "is a database, but neither of this Backlog nor of Backlog 1.x".to_owned(),
            )
        };
        let columns = columns(&db)?;
        let has = |name: &str| columns.contains(name);
        if !["schema_meta.value", "projects.alias", "tasks.project_id"]
            .into_iter()
            .all(has)
        {
            return Err(foreign());
        }
        let version: Option<i64> = db
            .query_row(
                "SELECT CAST(max(CAST(value AS INTEGER)) AS INTEGER) FROM schema_meta WHERE key = 'schema_version'",
                [],
                |row| row.get(0),
            )?;
        match version {
            Some(1..=NEWEST) => {}
            Some(version) if version > NEWEST => {
                return Err(Trouble::There(format!(
                    "has schema version {version} of Backlog 1.x; this Backlog reads versions 1 to {NEWEST}"
                )));
            }
            _ => return Err(foreign()),
        }
        let mut source = Self {
            db,
            columns,
            project: None,
            extent: Extent::default(),
        };
        if let Some(wanted) = project {
            let mut projects = Vec::new();
            source.each("projects", &["id", "alias"], "ORDER BY x.alias", |cells| {
                projects.push((cells.text("id"), cells.text("alias")));
                Ok(())
            })?;
            let found = projects.iter().find(|(_, alias)| alias == wanted);
            let Some((id, _)) = found else {
                return Ok(Opened::NoProject(
                    projects.into_iter().map(|(_, alias)| alias).collect(),
                ));
            };
            source.project = Some(id.clone());
        }
        source.extent = source.measure()?;
        Ok(Opened::Ready(source))
    }

    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    fn measure(&self) -> Result<Extent, Trouble> {
        let mut extent = Extent::default();
        for table in ["projects", "tasks", "plans", "comments", "activity_log"] {
            if self.has_table(table) {
                extent.things +=
                    self.db
                        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                            row.get::<_, i64>(0)
                        })?;
            }
        }
        if self.has("tasks", "task_seq") {
            extent.largest = self.db.query_row(
                "SELECT coalesce(max(CAST(task_seq AS INTEGER)), 0) FROM tasks
                 WHERE (:project IS NULL OR project_id = :project)
                   AND CAST(task_seq AS INTEGER) <= :largest",
                named_params! {":project": self.project, ":largest": LARGEST},
                |row| row.get(0),
            )?;
        }
        Ok(extent)
    }

    fn has(&self, table: &str, column: &str) -> bool {
        self.columns.contains(&format!("{table}.{column}"))
    }

    fn has_table(&self, table: &str) -> bool {
        self.has(table, "id")
    }

    /// The columns of a table `x`, NULL for those that are not there.
    fn select(&self, table: &str, x: &str, columns: &[&str]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .map(|column| match self.has(table, column) {
                true => format!("{x}.{column} AS {x}_{column}"),
                false => format!("NULL AS {x}_{column}"),
            })
            .collect();
        columns.join(", ")
    }

    /// Hands each row of a table on; nothing where there is no such table.
    /// `rest` is what comes behind the table, about `x` and `:project`.
    fn each(
        &self,
        table: &str,
        columns: &[&str],
        rest: &str,
        give: impl FnMut(Cells<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        if !self.has_table(table) {
            return Ok(());
        }
        let columns = self.select(table, "x", columns);
        self.query(&format!("SELECT {columns} FROM {table} x {rest}"), give)
    }

    fn query(
        &self,
        sql: &str,
        mut give: impl FnMut(Cells<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut statement = self.db.prepare(sql)?;
        let mut rows = if sql.contains(":project") {
            statement.query(named_params! {":project": self.project})?
        } else {
            statement.query([])?
        };
        while let Some(row) = rows.next()? {
            give(Cells { row, prefix: "x" })?;
        }
        Ok(())
    }

    pub(super) fn feed(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.projects(to)?;
        self.tasks(to)?;
        self.texts(to, &PLAN)?;
        self.comments(to)?;
        self.texts(to, &DOC)?;
        self.memory(to)?;
        self.attachments(to)?;
        to.tie()?;
        self.activities(to)
    }

    fn projects(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            "projects",
            &[
                "id",
                "alias",
                "name",
                "description",
                "repo_path",
                "archived_at",
                "created_at",
                "updated_at",
            ],
            "WHERE :project IS NULL OR x.id = :project ORDER BY x.rowid",
            |cells| {
                let id = cells.id("id");
                let created_at = cells
                    .moment("created_at", &mut to.mended)
                    .unwrap_or_else(|| made_at(id));
                let project = ForeignProject {
                    id,
                    alias: cells.noted("alias", &mut to.mended),
                    name: cells.noted("name", &mut to.mended),
                    description: cells.noted("description", &mut to.mended),
                    repo_path: cells.noted("repo_path", &mut to.mended),
                    wip_limit: None,
                    actor: None,
                    version: 1,
                    archived_at: cells.moment_if_any("archived_at", &mut to.mended),
                    created_at,
                    updated_at: cells
                        .moment("updated_at", &mut to.mended)
                        .unwrap_or(created_at),
                };
                Ok(to.project(project)?)
            },
        )?;
        self.each(
            "labels",
            &["id", "project_id", "name", "color"],
            "WHERE :project IS NULL OR x.project_id = :project ORDER BY x.rowid",
            |cells| {
                let id = cells.id("id");
                let label = ForeignLabel {
                    id,
                    project: cells.id("project_id"),
                    name: cells.noted("name", &mut to.mended),
                    color: cells.text("color"),
                    created_at: Some(made_at(id)),
                };
                Ok(to.label(label)?)
            },
        )
    }

    fn tasks(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        let order = if self.has("tasks", "task_seq") {
            "x.task_seq IS NULL, x.task_seq, x.created_at, x.id"
        } else {
            "x.created_at, x.id"
        };
        let mut labels = self.task_labels()?;
        self.each(
            "tasks",
            &[
                "id",
                "project_id",
                "title",
                "description",
                "type",
                "status",
                "priority",
                "assignee",
                "due_at",
                "actor_kind",
                "actor_name",
                "source",
                "external_ref",
                "completed_at",
                "archived_at",
                "created_at",
                "updated_at",
                "task_seq",
                "project_path",
            ],
            &format!("WHERE :project IS NULL OR x.project_id = :project ORDER BY {order}"),
            |cells| {
                let id = cells.id("id");
                let mended = &mut to.mended;
                let created_at = cells
                    .moment("created_at", mended)
                    .unwrap_or_else(|| made_at(id));
                let task = ForeignTask {
                    id,
                    seq: cells.number("task_seq"),
                    project: cells.id("project_id"),
                    title: cells.noted("title", mended),
                    description: cells.noted("description", mended),
                    kind: cells.text("type"),
                    status: cells.text("status"),
                    priority: cells.priority(mended),
                    assignee: cells.noted("assignee", mended),
                    due_at: cells.moment_if_any("due_at", mended),
                    actor: cells.actor(),
                    source: cells.noted("source", mended),
                    external_ref: cells.noted("external_ref", mended),
                    project_path: cells.noted("project_path", mended),
                    labels: labels.remove(&id).unwrap_or_default(),
                    parent: None,
                    links: Vec::new(),
                    defer_until: None,
                    scope: String::new(),
                    attempts_spent: 0,
                    attention: String::new(),
                    version: 1,
                    completed_at: cells.moment_if_any("completed_at", mended),
                    archived_at: cells.moment_if_any("archived_at", mended),
                    created_at,
                    updated_at: cells.moment("updated_at", mended).unwrap_or(created_at),
                };
                to.task(&task)?;
                Ok(())
            },
        )
    }

    /// The names of the labels of each task that has some.
    fn task_labels(&self) -> Result<HashMap<Id, Vec<String>>, Trouble> {
        let mut labels = HashMap::<_, Vec<_>>::new();
        if self.has("task_labels", "task_id") && self.has_table("labels") {
            self.query(
                "SELECT k.task_id AS x_task_id, l.name AS x_name
                 FROM task_labels k JOIN labels l ON l.id = k.label_id",
                |cells| {
                    labels
                        .entry(cells.id("task_id"))
                        .or_default()
                        .push(cells.text("name"));
                    Ok(())
                },
            )?;
        }
        Ok(labels)
    }
}
