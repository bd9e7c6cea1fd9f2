//! Reading another workspace of this Backlog.

use rusqlite::{Connection, Row, named_params};

use super::{
    Importer,
    source::{Extent, Opened, Trouble},
    tasks::LARGEST,
};
use crate::domain::{
    Id,
    dependency::DependencyKind,
    foreign::{
        ForeignActivity, ForeignActor, ForeignAttachment, ForeignComment, ForeignLabel,
        ForeignMemory, ForeignProject, ForeignRef, ForeignTarget, ForeignTask, ForeignText,
        ForeignVersion,
    },
};

/// The rows of one project, or of all; of those that are not in the trash.
const PROJECT: &str = "(:project IS NULL OR p.id = :project) AND p.deleted_at IS NULL";

/// A database of this Backlog's own schema.
pub(super) struct ThisBacklog {
    db: Connection,
    project: Option<i64>,
    extent: Extent,
}

fn actor(row: &Row<'_>) -> rusqlite::Result<ForeignActor> {
    Ok(ForeignActor {
        kind: row.get("actor_kind")?,
        name: row.get("actor_name")?,
    })
}

impl ThisBacklog {
    pub(super) fn open(db: Connection, project: Option<&str>) -> Result<Opened<Self>, Trouble> {
        let mut found = None;
        if let Some(wanted) = project {
            let projects = db
                .prepare("SELECT id, alias FROM project WHERE deleted_at IS NULL ORDER BY alias")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<Vec<(i64, String)>>>()?;
            found = projects
                .iter()
                .find(|(_, alias)| alias == wanted)
                .map(|(id, _)| *id);
            if found.is_none() {
                return Ok(Opened::NoProject(
                    projects.into_iter().map(|(_, alias)| alias).collect(),
                ));
            }
        }
        let extent = db.query_row(
            "SELECT (SELECT count(*) FROM task t WHERE :project IS NULL OR t.project_id = :project)
                  + (SELECT count(*) FROM comment) + (SELECT count(*) FROM plan)
                  + (SELECT count(*) FROM activity a WHERE :project IS NULL OR a.project_id = :project),
                (SELECT coalesce(max(seq), 0) FROM task t
                 WHERE (:project IS NULL OR t.project_id = :project) AND seq <= :largest)",
            named_params! {":project": found, ":largest": LARGEST},
            |row| {
                Ok(Extent {
                    things: row.get(0)?,
                    largest: row.get(1)?,
                })
            },
        )?;
        Ok(Opened::Ready(Self {
            db,
            project: found,
            extent,
        }))
    }

    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    pub(super) fn feed(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.projects(to)?;
        self.tasks(to)?;
        self.plans(to)?;
        self.comments(to)?;
        self.docs(to)?;
        self.memory(to)?;
        self.attachments(to)?;
        self.attempts(to)?;
        self.findings(to)?;
        to.tie()?;
        self.activities(to)
    }

    /// Hands each row of a query about `:project` on.
    fn each<T>(
        &self,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut give: impl FnMut(T) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut statement = self.db.prepare(sql)?;
        let mut rows = statement.query(named_params! {":project": self.project})?;
        while let Some(row) = rows.next()? {
            give(read(row)?)?;
        }
        Ok(())
    }

    fn projects(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            &format!("SELECT p.* FROM project p WHERE {PROJECT} ORDER BY p.id"),
            |row| {
                Ok(ForeignProject {
                    id: row.get("ulid")?,
                    alias: row.get("alias")?,
                    name: row.get("name")?,
                    description: row.get("description")?,
                    repo_path: row.get("repo_path")?,
                    wip_limit: row.get("wip_limit")?,
                    actor: Some(actor(row)?),
                    version: row.get("version")?,
                    archived_at: row.get("archived_at")?,
                    created_at: row.get("created_at")?,
                    updated_at: row.get("updated_at")?,
                })
            },
            |project| Ok(to.project(project)?),
        )?;
        self.each(
            &format!(
                "SELECT l.*, p.ulid AS project_ulid FROM label l JOIN project p ON p.id = l.project_id
                 WHERE {PROJECT} AND l.deleted_at IS NULL ORDER BY l.id"
            ),
            |row| {
                Ok(ForeignLabel {
                    id: row.get("ulid")?,
                    project: row.get("project_ulid")?,
                    name: row.get("name")?,
                    color: row.get("color")?,
                    created_at: row.get("created_at")?,
                })
            },
            |label| Ok(to.label(label)?),
        )
    }

    fn tasks(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            &format!(
                "SELECT t.*, p.ulid AS project_ulid, a.ulid AS parent_ulid
                 FROM task t JOIN project p ON p.id = t.project_id LEFT JOIN task a ON a.seq = t.parent_seq
                 WHERE {PROJECT} AND t.deleted_at IS NULL ORDER BY t.seq"
            ),
            |row| {
                let seq = row.get("seq")?;
                let parent = match row.get("parent_seq")? {
                    Some(seq) => Some(ForeignRef {
                        seq,
                        id: row.get("parent_ulid")?,
                    }),
                    None => None,
                };
                Ok(ForeignTask {
                    id: row.get("ulid")?,
                    seq: Some(seq),
                    project: row.get("project_ulid")?,
                    title: row.get("title")?,
                    description: row.get("description")?,
                    kind: row.get("type")?,
                    status: row.get("status")?,
                    priority: row.get("priority")?,
                    assignee: row.get("assignee")?,
                    due_at: row.get("due_at")?,
                    actor: actor(row)?,
                    source: row.get("source")?,
                    external_ref: row.get("external_ref")?,
                    project_path: row.get("project_path")?,
                    labels: self.labels(seq)?,
                    parent,
                    links: self.links(seq)?,
                    defer_until: row.get("defer_until")?,
                    scope: row.get("scope")?,
                    attempts_spent: row.get("attempts_spent")?,
                    attention: row.get("attention")?,
                    version: row.get("version")?,
                    completed_at: row.get("completed_at")?,
                    archived_at: row.get("archived_at")?,
                    created_at: row.get("created_at")?,
                    updated_at: row.get("updated_at")?,
                })
            },
            |task| Ok(to.task(&task)?),
        )
    }

    fn labels(&self, task: i64) -> rusqlite::Result<Vec<String>> {
        self.db
            .prepare_cached(
                "SELECT l.name FROM task_label k JOIN label l ON l.id = k.label_id
                 WHERE k.task_seq = ? AND l.deleted_at IS NULL ORDER BY l.name",
            )?
            .query_map([task], |row| row.get(0))?
            .collect()
    }

    fn links(&self, task: i64) -> rusqlite::Result<Vec<(DependencyKind, ForeignRef)>> {
        self.db
            .prepare_cached(
                "SELECT d.kind, d.on_seq, t.ulid FROM dependency d JOIN task t ON t.seq = d.on_seq
                 WHERE d.task_seq = ? AND t.deleted_at IS NULL",
            )?
            .query_map([task], |row| {
                let on = ForeignRef {
                    seq: row.get(1)?,
                    id: row.get(2)?,
                };
                Ok((row.get(0)?, on))
            })?
            .collect()
    }

    fn plans(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            &format!(
                "SELECT x.*, t.ulid AS owner_ulid, NULL AS archived_at
                 FROM plan x JOIN task t ON t.seq = x.task_seq JOIN project p ON p.id = t.project_id
                 WHERE {PROJECT} AND t.deleted_at IS NULL AND x.deleted_at IS NULL ORDER BY x.id"
            ),
            |row| {
                self.text(
                    row,
                    row.get("source")?,
                    "SELECT * FROM plan_version WHERE plan_id = ? ORDER BY version",
                )
            },
            |plan| Ok(to.plan(plan)?),
        )
    }

    fn docs(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            &format!(
                "SELECT x.*, p.ulid AS owner_ulid FROM doc x JOIN project p ON p.id = x.project_id
                 WHERE {PROJECT} AND x.deleted_at IS NULL ORDER BY x.id"
            ),
            |row| {
                self.text(
                    row,
                    String::new(),
                    "SELECT * FROM doc_version WHERE doc_id = ? ORDER BY version",
                )
            },
            |doc| Ok(to.doc(doc)?),
        )
    }

    fn text(&self, row: &Row<'_>, source: String, versions: &str) -> rusqlite::Result<ForeignText> {
        let key: i64 = row.get("id")?;
        let versions = self
            .db
            .prepare_cached(versions)?
            .query_map([key], |row| {
                Ok(ForeignVersion {
                    id: row.get("ulid")?,
                    version: row.get("version")?,
                    title: row.get("title")?,
                    body: row.get("body")?,
                    actor: actor(row)?,
                    change_note: row.get("change_note")?,
                    created_at: row.get("created_at")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(ForeignText {
            id: row.get("ulid")?,
            owner: row.get("owner_ulid")?,
            current_version: row.get("current_version")?,
            source,
            archived_at: row.get("archived_at")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            versions,
        })
    }

    fn comments(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            &format!(
                "SELECT c.*, t.ulid AS task_ulid
                 FROM comment c JOIN task t ON t.seq = c.task_seq JOIN project p ON p.id = t.project_id
                 WHERE {PROJECT} AND t.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY c.id"
            ),
            |row| {
                Ok(ForeignComment {
                    id: row.get("ulid")?,
                    task: row.get("task_ulid")?,
                    body: row.get("body")?,
                    actor: actor(row)?,
                    created_at: row.get("created_at")?,
                })
            },
            |comment| Ok(to.comment(comment)?),
        )
    }

    fn memory(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            &format!(
                "SELECT m.*, p.ulid AS project_ulid FROM memory m JOIN project p ON p.id = m.project_id
                 WHERE {PROJECT} AND m.deleted_at IS NULL ORDER BY m.id"
            ),
            |row| {
                let tags: String = row.get("tags")?;
                Ok(ForeignMemory {
                    id: row.get("ulid")?,
                    project: row.get("project_ulid")?,
                    body: row.get("body")?,
                    tags: tags.lines().map(str::to_owned).collect(),
                    actor: actor(row)?,
                    version: row.get("version")?,
                    created_at: row.get("created_at")?,
                    updated_at: row.get("updated_at")?,
                })
            },
            |entry| Ok(to.memory(entry)?),
        )
    }

    fn attachments(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            "SELECT a.*, t.ulid AS task_ulid, d.ulid AS doc_ulid
             FROM attachment a LEFT JOIN task t ON t.seq = a.task_seq LEFT JOIN doc d ON d.id = a.doc_id
                  LEFT JOIN project p ON p.id = coalesce(t.project_id, d.project_id)
             WHERE (:project IS NULL OR p.id = :project) AND p.deleted_at IS NULL
               AND a.deleted_at IS NULL AND t.deleted_at IS NULL AND d.deleted_at IS NULL
             ORDER BY a.id",
            |row| {
                let target = match (row.get("task_ulid")?, row.get("doc_ulid")?) {
                    (Some(task), _) => ForeignTarget::Task(task),
                    (_, Some(doc)) => ForeignTarget::Doc(doc),
                    _ => ForeignTarget::Nothing,
                };
                Ok(ForeignAttachment {
                    id: row.get("ulid")?,
                    target,
                    name: row.get("name")?,
                    mime_type: row.get("mime_type")?,
                    data: row.get("data")?,
                    actor: actor(row)?,
                    created_at: row.get("created_at")?,
                })
            },
            |attachment| Ok(to.attachment(attachment)?),
        )
    }

    /// Who tried what, as far as it has ended.
    fn attempts(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        let mut statement = self.db.prepare(
            "SELECT t.ulid, x.fence, x.token, x.actor_kind, x.actor_name, x.session, x.worktree,
                    x.started_at, x.ended_at, x.outcome, x.note
             FROM attempt x JOIN task t ON t.seq = x.task_seq JOIN project p ON p.id = t.project_id
             WHERE (:project IS NULL OR p.id = :project) AND p.deleted_at IS NULL
               AND t.deleted_at IS NULL AND x.outcome IS NOT NULL ORDER BY x.id",
        )?;
        let mut rows = statement.query(named_params! {":project": self.project})?;
        while let Some(row) = rows.next()? {
            if let Some(task) = to.added_task(row.get(0)?)? {
                to.copy_row(
                    "INSERT OR IGNORE INTO attempt (task_seq, fence, token, actor_kind, actor_name,
                         session, worktree, started_at, ended_at, outcome, note)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    task,
                    row,
                )?;
            }
        }
        Ok(())
    }

    /// Which task a finding became, so that the next scan knows it here too.
    fn findings(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        let mut statement = self.db.prepare(
            "SELECT t.ulid, f.identity, f.title, f.description, f.type, f.priority
             FROM finding f JOIN task t ON t.seq = f.task_seq JOIN project p ON p.id = t.project_id
             WHERE (:project IS NULL OR p.id = :project) AND p.deleted_at IS NULL
               AND t.deleted_at IS NULL",
        )?;
        let mut rows = statement.query(named_params! {":project": self.project})?;
        while let Some(row) = rows.next()? {
            if let Some(task) = to.added_task(row.get(0)?)? {
                to.copy_row(
                    "INSERT OR IGNORE INTO finding (task_seq, identity, title, description, type, priority,
                         project_id)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT project_id FROM task WHERE seq = ?1))",
                    task,
                    row,
                )?;
            }
        }
        Ok(())
    }

    fn activities(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.each(
            "SELECT a.*, p.ulid AS project_ulid, t.ulid AS task_ulid
             FROM activity a LEFT JOIN project p ON p.id = a.project_id LEFT JOIN task t ON t.seq = a.task_seq
             WHERE :project IS NULL OR a.project_id = :project ORDER BY a.seq",
            |row| {
                let at = row.get::<_, Option<_>>("occurred_at")?;
                Ok(ForeignActivity {
                    origin: origin(row)?,
                    entity: row.get("entity")?,
                    entity_id: row.get::<_, Id>("entity_id")?,
                    action: row.get("action")?,
                    actor: actor(row)?,
                    session: row.get("session")?,
                    uid: row.get("uid")?,
                    pid: row.get("pid")?,
                    project: row.get("project_ulid")?,
                    task: row.get("task_ulid")?,
                    summary: row.get("summary")?,
                    payload: row.get("payload")?,
                    at: at.map_or_else(|| row.get("created_at"), Ok)?,
                })
            },
            |entry| Ok(to.activity(entry)?),
        )
    }
}

/// What an entry is for ever: where it came from before, else its hash and its
/// number there.
fn origin(row: &Row<'_>) -> rusqlite::Result<Vec<u8>> {
    if let Some(origin) = row.get("origin")? {
        return Ok(origin);
    }
    let mut origin: Vec<u8> = row.get("hash")?;
    origin.extend(row.get::<_, i64>("seq")?.to_be_bytes());
    Ok(origin)
}
