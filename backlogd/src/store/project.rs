//! Projects.

use rusqlite::{OptionalExtension as _, Row, named_params};
use serde_json::json;

use super::{
    Reader, Result, StoreError, WriteTx,
    activity::Entry,
    row::{self, Update},
};
use crate::domain::{
    Changes, Entity, Id, Refusal,
    activity::Action,
    id::IdRange,
    lease::Outcome,
    page::{Page, Token},
    project::{NewProject, Project, ProjectPatch, Synced, TaskCounts},
    task::TaskRef,
};

const COLUMNS: &str =
    "id, ulid, alias, name, description, repo_path, wip_limit, actor_kind, actor_name,
    version, archived_at, created_at, updated_at";

impl Reader<'_> {
    /// The project of that alias or ULID; for an empty name the only one that
    /// is not archived.
    pub fn project(&self, given: &str) -> Result<Project> {
        if given.is_empty() {
            return self.only_project();
        }
        let by_alias = self.project_of_alias(given)?;
        if let Some(project) = by_alias {
            return Ok(project);
        }
        if let Some(range) = IdRange::parse(given) {
            let found = self.projects_between(range)?;
            let found = row::only_one(Entity::Project, given, found, |project| project.id)?;
            if let Some(project) = found {
                return Ok(project);
            }
        }
        Err(Refusal::ProjectNotFound {
            given: given.to_owned(),
            aliases: self.shown_aliases()?,
        }
        .into())
    }

    fn only_project(&self) -> Result<Project> {
        let aliases = self.shown_aliases()?;
        match aliases.as_slice() {
            [alias] => self.project(alias),
            _ => Err(Refusal::ProjectRequired { aliases }.into()),
        }
    }

    /// As [`Self::project`], and refused while it is archived.
    pub(super) fn open_project(&self, given: &str) -> Result<Project> {
        let project = self.project(given)?;
        if project.archived_at.is_some() {
            return Err(Refusal::ProjectArchived {
                alias: project.alias,
            }
            .into());
        }
        Ok(project)
    }

    /// The key of a project that may be in the trash. Of several with the
    /// alias, the one that is not, else the newest.
    pub(super) fn project_even_deleted(&self, given: &str) -> Result<i64> {
        let deleted = self
            .conn
            .prepare_cached(
                "SELECT id FROM project
                 WHERE deleted_at IS NOT NULL AND (alias = :alias OR ulid BETWEEN :low AND :high)
                 ORDER BY id DESC LIMIT 1",
            )?
            .query_row(
                named_params! {
                    ":alias": given,
                    ":low": IdRange::parse(given).map(|range| range.low),
                    ":high": IdRange::parse(given).map(|range| range.high),
                },
                |row| row.get(0),
            )
            .optional()?;
        match (self.project(given), deleted) {
            (Ok(project), _) => Ok(project.key),
            (Err(_), Some(deleted)) => Ok(deleted),
            (Err(error), None) => Err(error),
        }
    }

    /// The project of that alias, archived or not.
    pub(super) fn project_of_alias(&self, alias: &str) -> Result<Option<Project>> {
        let sql =
            format!("SELECT {COLUMNS} FROM project WHERE deleted_at IS NULL AND alias = :alias");
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(named_params! {":alias": alias}, read)
            .optional()?)
    }

    fn projects_between(&self, range: IdRange) -> Result<Vec<Project>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM project
             WHERE deleted_at IS NULL AND ulid BETWEEN :low AND :high ORDER BY ulid LIMIT 5"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(named_params! {":low": range.low, ":high": range.high}, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Aliases of the projects that are not archived.
    fn shown_aliases(&self) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT alias FROM project WHERE deleted_at IS NULL AND archived_at IS NULL
             ORDER BY alias LIMIT 20",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Keys of the archived projects.
    pub(super) fn archived_projects(&self) -> Result<Vec<i64>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM project WHERE deleted_at IS NULL AND archived_at IS NOT NULL",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Projects by alias.
    pub fn list_projects(
        &self,
        include_archived: bool,
        size: usize,
        token: &str,
    ) -> Result<Page<Project>> {
        const LIST: &str = "project";
        let after = Token::read(LIST, 1, token)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM project
             WHERE deleted_at IS NULL AND alias > :after AND (:archived OR archived_at IS NULL)
             ORDER BY alias LIMIT :limit"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(
            named_params! {
                ":after": after.as_ref().map_or("", |token| token.text(0)),
                ":archived": include_archived, ":limit": row::one_more(size),
            },
            read,
        )?;
        Ok(Page::gather(
            rows,
            size,
            |_| 0,
            |last| Token::write(LIST, &[&last.alias]),
        )?)
    }

    /// How many tasks a project has.
    pub fn task_counts(&self, project: i64) -> Result<TaskCounts> {
        self.counts("project_id = :project", named_params! {":project": project})
    }

    /// How many tasks the projects have that are not archived.
    pub(super) fn all_task_counts(&self) -> Result<TaskCounts> {
        self.counts(
            "project_id IN (SELECT id FROM project WHERE archived_at IS NULL AND deleted_at IS NULL)",
            &[],
        )
    }

    fn counts(
        &self,
        condition: &str,
        params: &[(&str, &dyn rusqlite::ToSql)],
    ) -> Result<TaskCounts> {
        let sql = format!(
            "SELECT coalesce(sum(n) FILTER (WHERE shown AND status = 'todo'), 0),
                    coalesce(sum(n) FILTER (WHERE shown AND status = 'doing'), 0),
                    coalesce(sum(n) FILTER (WHERE shown AND status = 'done'), 0),
                    coalesce(sum(n) FILTER (WHERE NOT shown), 0)
             FROM task_count WHERE {condition}"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row(params, |row| {
            Ok(TaskCounts {
                todo: row.get(0)?,
                doing: row.get(1)?,
                done: row.get(2)?,
                archived: row.get(3)?,
            })
        })?)
    }
}

impl WriteTx<'_> {
    /// Makes a project.
    pub fn create_project(&mut self, new: &NewProject) -> Result<Project> {
        let alias = new.alias.as_str();
        if let Some(other) = self.project_of_alias(alias)? {
            return Err(Refusal::AliasTaken {
                alias: other.alias,
                archived: other.archived_at.is_some(),
                trashed: None,
            }
            .into());
        }
        let id = Id::generate();
        self.conn
            .prepare_cached(
                "INSERT INTO project (ulid, alias, name, description, repo_path, wip_limit,
                     actor_kind, actor_name, created_at, updated_at)
                 VALUES (:ulid, :alias, :name, :description, :repo_path, :wip_limit, :kind, :actor,
                     :now, :now)",
            )?
            .execute(named_params! {
                ":ulid": id, ":alias": alias, ":name": new.name, ":description": new.description,
                ":repo_path": new.repo_path, ":wip_limit": new.wip_limit, ":kind": self.caller.actor.kind(),
                ":actor": self.caller.actor.name(), ":now": self.now,
            })?;
        let project = self.project(alias)?;
        self.log_project(
            &project,
            Action::Created,
            format!("created project {alias}"),
            json!({
                "version": 1, "alias": alias, "name": new.name,
            }),
        )?;
        Ok(project)
    }

    /// Makes those projects that are missing.
    pub fn sync_projects(&mut self, wanted: &[NewProject]) -> Result<Synced> {
        let mut synced = Synced::default();
        for new in wanted {
            let alias = new.alias.as_str().to_owned();
            if self.project_of_alias(&alias)?.is_some() {
                synced.present.push(alias);
            } else {
                self.create_project(new)?;
                synced.added.push(alias);
            }
        }
        Ok(synced)
    }

    /// Changes some fields of a project; with it, whether any was another.
    pub fn update_project(&mut self, given: &str, patch: ProjectPatch) -> Result<(Project, bool)> {
        let project = self.project(given)?;
        let mut changes = Changes::default();
        let mut update = Update::of("project");
        for (column, from, to) in [
            ("name", &project.name, patch.name),
            ("description", &project.description, patch.description),
            ("repo_path", &project.repo_path, patch.repo_path),
        ] {
            if let Some(to) = to.filter(|to| to != from) {
                changes.note(column, from.as_str(), to.as_str());
                update.set(column, to);
            }
        }
        if let Some(to) = patch.wip_limit.filter(|to| *to != project.wip_limit) {
            changes.note("wip_limit", project.wip_limit, to);
            update.set("wip_limit", to);
        }
        if changes.is_empty() {
            return Ok((project, false));
        }
        update.set("version", project.version + 1);
        update.set("updated_at", self.now.0);
        update.run(self.conn, "id", project.key)?;
        let fields = changes.fields().collect::<Vec<_>>().join(", ");
        let summary = format!("changed {fields} of project {}", project.alias);
        self.log_project(
            &project,
            Action::Updated,
            summary,
            json!({
                "version": project.version + 1, "changes": changes.into_json(),
            }),
        )?;
        Ok((self.project(&project.id.to_string())?, true))
    }

    /// Puts a project into the archive or takes it out; with it, whether it was
    /// not there already.
    pub fn set_project_archived(&mut self, given: &str, archived: bool) -> Result<(Project, bool)> {
        let project = self.project(given)?;
        if project.archived_at.is_some() == archived {
            return Ok((project, false));
        }
        let mut update = Update::of("project");
        update.set("archived_at", archived.then_some(self.now.0));
        update.set("updated_at", self.now.0);
        update.run(self.conn, "id", project.key)?;
        let (action, done) = if archived {
            (Action::Archived, "archived")
        } else {
            (Action::Unarchived, "unarchived")
        };
        let summary = format!("{done} project {}", project.alias);
        self.log_project(&project, action, summary, json!({"alias": project.alias}))?;
        Ok((self.project(&project.id.to_string())?, true))
    }

    /// Moves an archived project and its tasks to the trash. They carry the
    /// same moment, so that a restore finds those that went with it.
    pub fn delete_project(&mut self, given: &str) -> Result<(Project, i64)> {
        let project = self.project(given)?;
        if project.archived_at.is_none() {
            return Err(Refusal::ProjectNotArchived {
                alias: project.alias,
            }
            .into());
        }
        let note = format!("project deleted by {}", self.caller.holder());
        for lease in self.leases()? {
            let task = self.find_task_even_deleted(TaskRef::Number(lease.task_seq))?;
            if task.project_key != project.key {
                continue;
            }
            if !self.holds(&lease) {
                self.only_people("delete a project whose tasks another session holds")?;
            }
            self.move_to_todo(&task)?;
            self.end_lease(&lease, Outcome::Revoked, &note)?;
        }
        let tasks = self
            .conn
            .prepare_cached(
                "UPDATE task SET deleted_at = :now WHERE project_id = :id AND deleted_at IS NULL",
            )?
            .execute(named_params! {":now": self.now, ":id": project.key})?;
        let mut update = Update::of("project");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", project.key)?;
        let summary = format!("deleted project {} with {tasks} tasks", project.alias);
        self.log_project(
            &project,
            Action::Deleted,
            summary,
            json!({
                "alias": project.alias, "name": project.name, "tasks": tasks,
            }),
        )?;
        Ok((project, i64::try_from(tasks).unwrap_or(i64::MAX)))
    }

    pub(super) fn log_project(
        &self,
        project: &Project,
        action: Action,
        summary: String,
        payload: serde_json::Value,
    ) -> Result<(), StoreError> {
        self.log(Entry {
            entity: Entity::Project,
            id: project.id,
            action,
            project: Some(project.key),
            task: None,
            summary,
            payload,
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        key: row.get("id")?,
        id: row.get("ulid")?,
        alias: row.get("alias")?,
        name: row.get("name")?,
        description: row.get("description")?,
        repo_path: row.get("repo_path")?,
        wip_limit: row.get("wip_limit")?,
        actor: row::actor(row)?,
        version: row.get("version")?,
        archived_at: row.get("archived_at")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
