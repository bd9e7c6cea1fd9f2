//! Reading a database of Backlog 1.x, of any of its schema versions. Its
//! columns hold what they like, so each is read for what it is, and a table or
//! column that its version does not have yet is empty.

use std::collections::HashSet;

use rusqlite::{Connection, Row, named_params, types::ValueRef};

use super::{
    Importer,
    mend::Mended,
    source::{Extent, Opened, Trouble},
};
use crate::domain::{
    Id, Moment,
    foreign::{
        ForeignActivity, ForeignActor, ForeignAttachment, ForeignComment, ForeignLabel,
        ForeignMemory, ForeignProject, ForeignTarget, ForeignTask, ForeignText, ForeignVersion,
        id_of, made_at,
    },
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
                 WHERE :project IS NULL OR project_id = :project",
                named_params! {":project": self.project},
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
                let created_at = cells.moment("created_at").unwrap_or_else(|| made_at(id));
                let project = ForeignProject {
                    id,
                    alias: cells.noted("alias", &mut to.mended),
                    name: cells.noted("name", &mut to.mended),
                    description: cells.noted("description", &mut to.mended),
                    repo_path: cells.noted("repo_path", &mut to.mended),
                    wip_limit: None,
                    actor: None,
                    version: 1,
                    archived_at: cells.moment("archived_at"),
                    created_at,
                    updated_at: cells.moment("updated_at").unwrap_or(created_at),
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
                let created_at = cells.moment("created_at").unwrap_or_else(|| made_at(id));
                let task = ForeignTask {
                    id,
                    seq: cells.number("task_seq"),
                    project: cells.id("project_id"),
                    title: cells.noted("title", mended),
                    description: cells.noted("description", mended),
                    kind: cells.text("type"),
                    status: cells.text("status"),
                    priority: cells.number("priority").unwrap_or(3),
                    assignee: cells.noted("assignee", mended),
                    due_at: cells.moment("due_at"),
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
                    completed_at: cells.moment("completed_at"),
                    archived_at: cells.moment("archived_at"),
                    created_at,
                    updated_at: cells.moment("updated_at").unwrap_or(created_at),
                };
                to.task(&task)?;
                Ok(())
            },
        )
    }

    /// The names of the labels of each task that has some.
    fn task_labels(&self) -> Result<std::collections::HashMap<Id, Vec<String>>, Trouble> {
        let mut labels = std::collections::HashMap::<_, Vec<_>>::new();
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

    /// Plans or docs, each with its versions.
    fn texts(&self, to: &mut Importer<'_, '_>, kind: &Texts) -> Result<(), Trouble> {
        if !self.has_table(kind.table) || !self.has_table(kind.versions) {
            return Ok(());
        }
        let head = self.select(
            kind.table,
            "x",
            &[
                "id",
                kind.owner,
                "current_version",
                "source",
                "archived_at",
                "created_at",
                "updated_at",
            ],
        );
        let version = self.select(
            kind.versions,
            "v",
            &[
                "id",
                "version",
                "title",
                "body",
                "actor_kind",
                "actor_name",
                "change_note",
                "created_at",
            ],
        );
        let sql = format!(
            "SELECT {head}, {version} FROM {table} x {scope}
                  LEFT JOIN {versions} v ON v.{key} = x.id
             ORDER BY x.rowid, v.version, v.rowid",
            table = kind.table,
            versions = kind.versions,
            key = kind.key,
            scope = kind.scope,
        );
        let mut open: Option<ForeignText> = None;
        self.query(&sql, |cells| {
            let id = cells.id("id");
            if open.as_ref().is_none_or(|open| open.id != id) {
                if let Some(whole) = open.take() {
                    kind.give(to, whole)?;
                }
                let created_at = cells.moment("created_at").unwrap_or_else(|| made_at(id));
                open = Some(ForeignText {
                    id,
                    owner: cells.id(kind.owner),
                    current_version: cells.number("current_version").unwrap_or_default(),
                    source: cells.noted("source", &mut to.mended),
                    archived_at: cells.moment("archived_at"),
                    created_at,
                    updated_at: cells.moment("updated_at").unwrap_or(created_at),
                    versions: Vec::new(),
                });
            }
            let Some(open) = open.as_mut() else {
                return Ok(());
            };
            let version = Cells {
                prefix: "v",
                ..cells
            };
            let Some(number) = version.number("version") else {
                return Ok(());
            };
            let id = version.id("id");
            open.versions.push(ForeignVersion {
                id,
                version: number,
                title: version.noted("title", &mut to.mended),
                body: version.noted("body", &mut to.mended),
                actor: version.actor(),
                change_note: version.noted("change_note", &mut to.mended),
                created_at: version.moment("created_at").unwrap_or_else(|| made_at(id)),
            });
            Ok(())
        })?;
        open.map_or(Ok(()), |whole| kind.give(to, whole))
    }

    fn comments(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            "comments",
            &[
                "id",
                "task_id",
                "body",
                "actor_kind",
                "actor_name",
                "created_at",
            ],
            &format!("{} ORDER BY x.rowid", PLAN.scope),
            |cells| {
                let id = cells.id("id");
                let comment = ForeignComment {
                    id,
                    task: cells.id("task_id"),
                    body: cells.noted("body", &mut to.mended),
                    actor: cells.actor(),
                    created_at: cells.moment("created_at").unwrap_or_else(|| made_at(id)),
                };
                Ok(to.comment(comment)?)
            },
        )
    }

    /// Up to version 5 an entry has a key, which becomes its tag.
    fn memory(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            "project_memory",
            &[
                "id",
                "project_id",
                "body",
                "tags",
                "key",
                "value",
                "actor_kind",
                "actor_name",
                "created_at",
            ],
            "WHERE :project IS NULL OR x.project_id = :project ORDER BY x.rowid",
            |cells| {
                let id = cells.id("id");
                let created_at = cells.moment("created_at").unwrap_or_else(|| made_at(id));
                let mended = &mut to.mended;
                let (body, mut tags) = (cells.noted("body", mended), tags(&cells.text("tags")));
                let (key, value) = (cells.noted("key", mended), cells.noted("value", mended));
                let body = if body.is_empty() { value } else { body };
                tags.extend(Some(key).filter(|key| !key.is_empty()));
                to.memory(ForeignMemory {
                    id,
                    project: cells.id("project_id"),
                    body,
                    tags,
                    actor: cells.actor(),
                    version: 1,
                    created_at,
                    updated_at: created_at,
                })?;
                Ok(())
            },
        )
    }

    fn attachments(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        let scope = match (&self.project, self.has_table("project_docs")) {
            (None, _) => "",
            (_, true) => {
                "WHERE x.linked_id IN (SELECT id FROM tasks WHERE project_id = :project
                                       UNION ALL SELECT id FROM project_docs WHERE project_id = :project)"
            }
            (_, false) => "WHERE x.linked_id IN (SELECT id FROM tasks WHERE project_id = :project)",
        };
        self.each(
            "attachments",
            &[
                "id",
                "name",
                "mime_type",
                "data",
                "linked_type",
                "linked_id",
                "actor_kind",
                "actor_name",
                "created_at",
            ],
            &format!("{scope} ORDER BY x.rowid"),
            |cells| {
                let id = cells.id("id");
                let target = match cells.text("linked_type").as_str() {
                    "task" => ForeignTarget::Task(cells.id("linked_id")),
                    "doc" => ForeignTarget::Doc(cells.id("linked_id")),
                    _ => ForeignTarget::Nothing,
                };
                let attachment = ForeignAttachment {
                    id,
                    target,
                    name: cells.noted("name", &mut to.mended),
                    mime_type: cells.text("mime_type"),
                    data: cells.bytes("data"),
                    actor: cells.actor(),
                    created_at: cells.moment("created_at").unwrap_or_else(|| made_at(id)),
                };
                Ok(to.attachment(attachment)?)
            },
        )
    }

    fn activities(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        if !self.has_table("activity_log") {
            return Ok(());
        }
        let entry = self.select(
            "activity_log",
            "x",
            &[
                "id",
                "entity",
                "entity_id",
                "action",
                "actor_kind",
                "actor_name",
                "payload",
                "created_at",
                "project_id",
                "summary",
            ],
        );
        // Until version 8 an entry knows its project by what it is about.
        let sql = format!(
            "SELECT {entry}, t.id AS x_task, coalesce({own}, t.project_id, p.id) AS x_project
             FROM activity_log x LEFT JOIN plans n ON n.id = x.entity_id LEFT JOIN comments c ON c.id = x.entity_id
                  LEFT JOIN tasks t ON t.id = coalesce(n.task_id, c.task_id, x.entity_id)
                  LEFT JOIN projects p ON p.id = x.entity_id
             WHERE :project IS NULL OR coalesce({own}, t.project_id, p.id) = :project
             ORDER BY x.created_at, x.rowid",
            own = if self.has("activity_log", "project_id") { "nullif(x.project_id, '')" } else { "NULL" },
        );
        self.query(&sql, |cells| {
            let id = cells.id("id");
            let (entity, action) = (cells.text("entity"), cells.text("action"));
            let summary = cells.noted("summary", &mut to.mended);
            to.activity(ForeignActivity {
                origin: id.as_bytes().to_vec(),
                entity_id: cells.id("entity_id"),
                actor: cells.actor(),
                session: String::new(),
                uid: None,
                pid: None,
                project: cells.is_there("project").then(|| cells.id("project")),
                task: cells.is_there("task").then(|| cells.id("task")),
                summary: if summary.is_empty() {
                    format!("{action} {entity}")
                } else {
                    summary
                },
                payload: cells.text("payload"),
                at: cells.moment("created_at").unwrap_or_else(|| made_at(id)),
                entity,
                action,
            })?;
            Ok(())
        })
    }
}

/// Where one kind of text is.
struct Texts {
    table: &'static str,
    owner: &'static str,
    versions: &'static str,
    key: &'static str,
    /// Those of the project alone; what belongs to nothing comes with all.
    scope: &'static str,
    is_plan: bool,
}

const PLAN: Texts = Texts {
    table: "plans",
    owner: "task_id",
    versions: "plan_versions",
    key: "plan_id",
    scope: "JOIN (SELECT :project AS wanted) w ON w.wanted IS NULL
              OR x.task_id IN (SELECT id FROM tasks WHERE project_id = w.wanted)",
    is_plan: true,
};
const DOC: Texts = Texts {
    table: "project_docs",
    owner: "project_id",
    versions: "project_doc_versions",
    key: "doc_id",
    scope: "JOIN (SELECT :project AS wanted) w ON w.wanted IS NULL OR x.project_id = w.wanted",
    is_plan: false,
};

impl Texts {
    fn give(&self, to: &mut Importer<'_, '_>, text: ForeignText) -> Result<(), Trouble> {
        if self.is_plan {
            to.plan(text)?;
        } else {
            to.doc(text)?;
        }
        Ok(())
    }
}

/// `table.column` of all tables.
fn columns(db: &Connection) -> Result<HashSet<String>, Trouble> {
    let mut statement = db.prepare(
        "SELECT m.name || '.' || i.name FROM sqlite_schema m, pragma_table_info(m.name) i
         WHERE m.type = 'table'",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(names
        .map(|name| name.map(|name| name.to_ascii_lowercase()))
        .collect::<rusqlite::Result<_>>()?)
}

/// Tags as they were written: a list in JSON, or with commas.
fn tags(text: &str) -> Vec<String> {
    serde_json::from_str(text)
        .unwrap_or_else(|_| text.split(',').map(|tag| tag.trim().to_owned()).collect())
}

/// The cells of a row, whatever they hold.
struct Cells<'r> {
    row: &'r Row<'r>,
    prefix: &'static str,
}

impl Cells<'_> {
    fn cell(&self, name: &str) -> ValueRef<'_> {
        let column = format!("{}_{name}", self.prefix);
        self.row.get_ref(column.as_str()).unwrap_or(ValueRef::Null)
    }

    fn is_there(&self, name: &str) -> bool {
        !matches!(self.cell(name), ValueRef::Null)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        match self.cell(name) {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
            _ => Vec::new(),
        }
    }

    fn text(&self, name: &str) -> String {
        match self.cell(name) {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
    }

    /// As [`Self::text`], and notes where that was none.
    fn noted(&self, name: &str, mended: &mut Mended) -> String {
        if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = self.cell(name)
            && std::str::from_utf8(bytes).is_err()
        {
            mended.note(
                "texts that were not UTF-8, with U+FFFD for what was none",
                "",
            );
        }
        self.text(name)
    }

    fn id(&self, name: &str) -> Id {
        id_of(&self.text(name))
    }

    fn number(&self, name: &str) -> Option<i64> {
        match self.cell(name) {
            ValueRef::Integer(number) => Some(number),
            ValueRef::Text(_) => self.text(name).trim().parse().ok(),
            _ => None,
        }
    }

    /// Nanoseconds, or what was written as text.
    fn moment(&self, name: &str) -> Option<Moment> {
        match self.cell(name) {
            ValueRef::Integer(nanos) => Some(Moment(nanos)),
            #[expect(clippy::cast_possible_truncation, reason = "a float of nanoseconds")]
            ValueRef::Real(nanos) => Some(Moment(nanos as i64)),
            ValueRef::Text(_) => super::json::moment(&self.text(name)),
            _ => None,
        }
    }

    /// People wrote without saying so.
    fn actor(&self) -> ForeignActor {
        let kind = self.text("actor_kind").to_lowercase();
        ForeignActor {
            kind: match kind.as_str() {
                "" | "user" => "human".to_owned(),
                _ => kind,
            },
            name: self.text("actor_name"),
        }
    }
}
