//! Bringing the things of another workspace over: they keep their ids, times
//! and actors. What is here already, by its id, is left alone, so an import
//! may be repeated. All of it is one write.
//!
//! A source ([`source`]) hands its things to the [`Importer`], each before
//! what refers to it; what does not fit is mended ([`mend`]) and told.

mod belongings;
mod json;
mod log;
mod mend;
mod one;
mod ours;
mod source;
mod tasks;
mod ties;

use std::collections::HashMap;

use rusqlite::{OptionalExtension as _, Row, named_params, params_from_iter, types::Value};
use serde_json::json;

use self::{mend::Mended, source::Extent, ties::Tie};
use super::{Result, WriteTx, activity::Entry};
use crate::domain::{
    Entity, Id, Moment,
    activity::Action,
    foreign::{ForeignLabel, ForeignProject},
    transfer::{Count, ImportSummary, Kind, Listed},
};
pub use source::ImportSource;

/// How often it is told how far it has come, in things.
const TELL_EVERY: i64 = 250;
/// Where tasks go whose project is gone.
const LOST: &str = "imported";
/// Where versions and counts end: far beyond any that was counted.
const LAST: i64 = i32::MAX as i64;

/// Is told how far an import has come: so many of so many.
pub type Tell<'t> = &'t mut dyn FnMut(i64, i64);

impl WriteTx<'_> {
    /// Imports a file.
    pub fn import(&mut self, source: &ImportSource, tell: Tell<'_>) -> Result<ImportSummary> {
        let mut importer = Importer::new(self, source, tell)?;
        source.feed(&mut importer)?;
        importer.finish(source.word())
    }
}

/// An import under way.
struct Importer<'t, 'c> {
    tx: &'t WriteTx<'c>,
    /// The file's name, for the log.
    name: String,
    tell: Tell<'t>,
    extent: Extent,
    done: i64,
    mended: Mended,
    notes: Vec<String>,
    counts: HashMap<Kind, Count>,
    renumbered: Listed<(Option<i64>, i64)>,
    newer_there: Listed<String>,
    /// Projects there, and their keys here; `None`: it is in the trash here.
    projects: HashMap<Id, Option<i64>>,
    /// Projects there by alias: an export may name one by that alone.
    aliases: HashMap<String, Id>,
    /// Keys of labels here, by project and name.
    labels: HashMap<(i64, String), i64>,
    /// Keys of those that came with this import.
    added_labels: std::collections::HashSet<i64>,
    /// Numbers of tasks there and here.
    numbers: HashMap<i64, i64>,
    /// Tasks that came with this import.
    added: std::collections::HashSet<i64>,
    next_number: i64,
    ties: Vec<Tie>,
}

/// A row that is here already.
struct Here {
    key: i64,
    trashed: bool,
    updated_at: Moment,
}

impl<'t, 'c> Importer<'t, 'c> {
    fn new(tx: &'t WriteTx<'c>, source: &ImportSource, tell: Tell<'t>) -> Result<Self> {
        let extent = source.extent();
        let given: i64 = tx.conn.query_row(
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'task'), 0)",
            [],
            |row| row.get(0),
        )?;
        Ok(Self {
            tx,
            name: source.name(),
            tell,
            extent,
            done: 0,
            mended: Mended::default(),
            notes: Vec::new(),
            counts: HashMap::new(),
            renumbered: Listed::default(),
            newer_there: Listed::default(),
            projects: HashMap::new(),
            aliases: HashMap::new(),
            labels: HashMap::new(),
            added_labels: Default::default(),
            numbers: HashMap::new(),
            added: Default::default(),
            next_number: given.max(extent.largest) + 1,
            ties: Vec::new(),
        })
    }

    fn step(&mut self) {
        self.done += 1;
        if self.done % TELL_EVERY == 0 {
            (self.tell)(self.done.min(self.extent.things), self.extent.things);
        }
    }

    fn count(&mut self, kind: Kind) -> &mut Count {
        self.counts.entry(kind).or_default()
    }

    fn came(&mut self, kind: Kind) {
        self.count(kind).added += 1;
    }

    /// Notes that a thing is here; where it is newer there, that as well.
    fn is_here(&mut self, kind: Kind, here: &Here, there: Moment, called: impl FnOnce() -> String) {
        self.count(kind).present += 1;
        if !here.trashed && there > here.updated_at {
            self.newer_there.add(called());
        }
    }

    /// The row of that id in a table that has `id`, `deleted_at`, `updated_at`.
    fn find(&self, table: &str, id: Id) -> Result<Option<Here>> {
        let updated = match table {
            "comment" | "label" | "attachment" => "created_at",
            _ => "updated_at",
        };
        let key = if table == "task" { "seq" } else { "id" };
        let sql =
            format!("SELECT {key}, deleted_at IS NOT NULL, {updated} FROM {table} WHERE ulid = ?");
        Ok(self
            .tx
            .conn
            .prepare_cached(&sql)?
            .query_row([id], |row| {
                Ok(Here {
                    key: row.get(0)?,
                    trashed: row.get(1)?,
                    updated_at: row.get(2)?,
                })
            })
            .optional()?)
    }

    /// Copies a row whose first column was a task's id.
    fn copy_row(&self, sql: &str, task: i64, row: &Row<'_>) -> Result<()> {
        let mut values = vec![Value::from(task)];
        for column in 1..row.as_ref().column_count() {
            values.push(row.get(column)?);
        }
        self.tx
            .conn
            .prepare_cached(sql)?
            .execute(params_from_iter(values))?;
        Ok(())
    }

    /// The key of a project here; `None` where it is in the trash.
    fn project_key(&mut self, there: Id) -> Result<Option<i64>> {
        if let Some(key) = self.projects.get(&there) {
            return Ok(*key);
        }
        self.mended.note(
            "projects gone there, their tasks now in project imported",
            "",
        );
        let now = self.tx.now;
        self.project(ForeignProject {
            id: there,
            alias: LOST.to_owned(),
            name: "Imported without a project".to_owned(),
            description: String::new(),
            repo_path: String::new(),
            wip_limit: None,
            actor: None,
            version: 1,
            archived_at: None,
            created_at: now,
            updated_at: now,
        })?;
        Ok(self.projects.get(&there).copied().flatten())
    }

    fn project(&mut self, project: ForeignProject) -> Result<()> {
        if self.projects.contains_key(&project.id) {
            return Ok(());
        }
        self.step();
        self.aliases
            .entry(project.alias.clone())
            .or_insert(project.id);
        if let Some(here) = self.find("project", project.id)? {
            let key = (!here.trashed).then_some(here.key);
            self.projects.insert(project.id, key);
            self.is_here(Kind::Project, &here, project.updated_at, || {
                format!("project {}", project.alias)
            });
            if here.trashed {
                self.notes.push(format!(
                    "Project {} is in the trash here, so nothing of it came over. Take it back: backlog trash restore {}",
                    project.alias, project.id
                ));
            }
            return Ok(());
        }
        let (mut alias, as_given) = self.mended.alias(&project.alias);
        let taken = |alias: &str| self.tx.project_of_alias(alias);
        if let Some(other) = taken(&alias)? {
            if as_given {
                self.projects.insert(project.id, Some(other.key));
                self.count(Kind::Project).present += 1;
                if alias != LOST {
                    self.notes.push(format!(
                        "The project {alias} here is another one than {alias} there; what was in that came into it."
                    ));
                }
                return Ok(());
            }
            let mut number = 2;
            alias = loop {
                let next = format!("{alias}-{number}");
                if taken(&next)?.is_none() {
                    break next;
                }
                number += 1;
            };
        }
        self.insert_project(project, &alias)
    }

    fn insert_project(&mut self, project: ForeignProject, alias: &str) -> Result<()> {
        let mended = &mut self.mended;
        let actor = match project.actor {
            Some(actor) => mended.actor(actor, alias),
            None => self.tx.caller.actor.clone(),
        };
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO project (ulid, alias, name, description, repo_path, wip_limit,
                     actor_kind, actor_name, version, archived_at, created_at, updated_at)
                 VALUES (:ulid, :alias, :name, :description, :repo_path, :wip_limit,
                     :actor_kind, :actor_name, :version, :archived_at, :created_at, :updated_at)",
            )?
            .execute(named_params! {
                ":ulid": project.id, ":alias": alias,
                ":name": mended.required_line(project.name, alias, alias),
                ":description": mended.body(project.description, alias),
                ":repo_path": mended.body(project.repo_path, alias),
                ":wip_limit": project.wip_limit.filter(|limit| *limit > 0),
                ":actor_kind": actor.kind(), ":actor_name": actor.name(),
                ":version": project.version.clamp(1, LAST), ":archived_at": project.archived_at,
                ":created_at": project.created_at, ":updated_at": project.updated_at,
            })?;
        let key = self.tx.conn.last_insert_rowid();
        self.projects.insert(project.id, Some(key));
        self.came(Kind::Project);
        self.tx.put(Entry {
            entity: Entity::Project,
            id: project.id,
            action: Action::Imported,
            project: Some(key),
            task: None,
            summary: format!("imported project {alias} from {}", self.name),
            payload: json!({"alias": alias, "from": self.name}),
        })
    }

    fn label(&mut self, label: ForeignLabel) -> Result<()> {
        let Some(project) = self.projects.get(&label.project).copied().flatten() else {
            return Ok(());
        };
        let name = self.mended.required_line(label.name, "(unnamed)", "");
        let color = self.mended.color(&label.color, &name);
        self.label_key(project, name, color, Some(label.id), label.created_at)?;
        Ok(())
    }

    /// The key of a project's label of that name, which is made where missing.
    fn label_key(
        &mut self,
        project: i64,
        name: String,
        color: String,
        id: Option<Id>,
        created_at: Option<Moment>,
    ) -> Result<i64> {
        if let Some(key) = self.labels.get(&(project, name.clone())) {
            return Ok(*key);
        }
        let here = self
            .tx
            .conn
            .prepare_cached(
                "SELECT id FROM label WHERE project_id = ? AND name = ? AND deleted_at IS NULL",
            )?
            .query_row((project, &name), |row| row.get(0))
            .optional()?;
        let key = match here {
            Some(key) => {
                self.count(Kind::Label).present += 1;
                key
            }
            None => {
                // One of that id may be in the trash, or have another name.
                let id = match id {
                    Some(id) if self.find("label", id)?.is_none() => id,
                    _ => Id::generate(),
                };
                self.tx
                    .conn
                    .prepare_cached(
                        "INSERT INTO label (ulid, project_id, name, color, created_at)
                         VALUES (?, ?, ?, ?, ?)",
                    )?
                    .execute((id, project, &name, color, created_at.unwrap_or(self.tx.now)))?;
                let key = self.tx.conn.last_insert_rowid();
                self.came(Kind::Label);
                self.added_labels.insert(key);
                key
            }
        };
        self.labels.insert((project, name), key);
        Ok(key)
    }

    /// Ends it: says in the log what came, and tells it.
    fn finish(self, source: &'static str) -> Result<ImportSummary> {
        let counts: Vec<(Kind, Count)> = Kind::ALL
            .iter()
            .map(|kind| (*kind, self.counts.get(kind).copied().unwrap_or_default()))
            .collect();
        if counts.iter().any(|(_, count)| count.added > 0) {
            let workspace = self
                .tx
                .conn
                .query_row("SELECT ulid FROM workspace", [], |row| row.get(0))?;
            let added: serde_json::Map<String, serde_json::Value> = counts
                .iter()
                .filter(|(_, count)| count.added > 0)
                .map(|(kind, count)| (kind.as_str().to_owned(), count.added.into()))
                .collect();
            let tasks = self.counts.get(&Kind::Task).map_or(0, |count| count.added);
            self.tx.put(Entry {
                entity: Entity::Workspace,
                id: workspace,
                action: Action::Imported,
                project: None,
                task: None,
                summary: format!("imported {} with {tasks} tasks", self.name),
                payload: json!({"from": self.name, "kind": source, "added": added}),
            })?;
        }
        (self.tell)(self.extent.things, self.extent.things);
        let mut notes = self.notes;
        notes.extend(self.mended.sentences());
        Ok(ImportSummary {
            source,
            counts,
            renumbered: self.renumbered,
            newer_there: self.newer_there,
            notes,
        })
    }
}
