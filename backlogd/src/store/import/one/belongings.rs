//! What belongs to the tasks and projects of Backlog 1.x, and its log.

use super::super::{Importer, source::Trouble};
use super::{
    BacklogOne,
    cells::{Cells, tags},
};
use crate::domain::foreign::{
    ForeignActivity, ForeignAttachment, ForeignComment, ForeignMemory, ForeignTarget, ForeignText,
    ForeignVersion, made_at,
};

impl BacklogOne {
    /// Plans or docs, each with its versions.
    pub(super) fn texts(&self, to: &mut Importer<'_, '_>, kind: &Texts) -> Result<(), Trouble> {
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
                let created_at = cells
                    .moment("created_at", &mut to.mended)
                    .unwrap_or_else(|| made_at(id));
                open = Some(ForeignText {
                    id,
                    owner: cells.id(kind.owner),
                    current_version: cells.number("current_version").unwrap_or_default(),
                    source: cells.noted("source", &mut to.mended),
                    archived_at: cells.moment_if_any("archived_at", &mut to.mended),
                    created_at,
                    updated_at: cells
                        .moment("updated_at", &mut to.mended)
                        .unwrap_or(created_at),
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
                created_at: version
                    .moment("created_at", &mut to.mended)
                    .unwrap_or_else(|| made_at(id)),
            });
            Ok(())
        })?;
        open.map_or(Ok(()), |whole| kind.give(to, whole))
    }

    pub(super) fn comments(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
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
                    created_at: cells
                        .moment("created_at", &mut to.mended)
                        .unwrap_or_else(|| made_at(id)),
                };
                Ok(to.comment(comment)?)
            },
        )
    }

    /// Up to version 5 an entry has a key, which becomes its tag.
    pub(super) fn memory(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
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
                let created_at = cells
                    .moment("created_at", &mut to.mended)
                    .unwrap_or_else(|| made_at(id));
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

    pub(super) fn attachments(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
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
                    created_at: cells
                        .moment("created_at", &mut to.mended)
                        .unwrap_or_else(|| made_at(id)),
                };
                Ok(to.attachment(attachment)?)
            },
        )
    }

    pub(super) fn activities(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
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
            let at = cells.moment("created_at", &mut to.mended);
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
                at: at.unwrap_or_else(|| made_at(id)),
                entity,
                action,
            })?;
            Ok(())
        })
    }
}

/// Where one kind of text is.
pub(super) struct Texts {
    table: &'static str,
    owner: &'static str,
    versions: &'static str,
    key: &'static str,
    /// Those of the project alone; what belongs to nothing comes with all.
    scope: &'static str,
    is_plan: bool,
}

pub(super) const PLAN: Texts = Texts {
    table: "plans",
    owner: "task_id",
    versions: "plan_versions",
    key: "plan_id",
    scope: "JOIN (SELECT :project AS wanted) w ON w.wanted IS NULL
              OR x.task_id IN (SELECT id FROM tasks WHERE project_id = w.wanted)",
    is_plan: true,
};
pub(super) const DOC: Texts = Texts {
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
