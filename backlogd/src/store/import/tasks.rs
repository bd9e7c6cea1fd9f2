//! Tasks that come over: their numbers and their labels.

use rusqlite::named_params;
use serde_json::json;

use super::{Here, Importer, LAST, ties::Tie};
use crate::{
    domain::{
        Entity, Id,
        activity::Action,
        foreign::ForeignTask,
        scope::Scope,
        task::{Status, TaskRef, reference},
        transfer::Kind,
    },
    store::{Result, activity::Entry},
};

/// The largest number that is kept: one near the end of all numbers would
/// leave none for the tasks to come.
pub(super) const LARGEST: i64 = 999_999_999;

impl Importer<'_, '_> {
    pub(super) fn task(&mut self, task: &ForeignTask) -> Result<()> {
        self.step();
        let called = task.seq.map_or_else(|| task.id.to_string(), reference);
        if let Some(here) = self.find("task", task.id)? {
            if let Some(there) = task.seq {
                self.numbers.insert(there, here.key);
            }
            self.is_here(Kind::Task, &here, task.updated_at, || reference(here.key));
            if here.trashed {
                self.mended.note(
                    "tasks that are in the trash here, and stay in it",
                    &reference(here.key),
                );
            } else {
                self.new_for(here.key, task)?;
            }
            return Ok(());
        }
        let Some(project) = self.project_key(task.project)? else {
            return Ok(());
        };
        let seq = self.number_for(task.seq)?;
        let title = self.insert_task(task, project, seq, &called)?;
        for name in &task.labels {
            let name = self
                .mended
                .required_line(name.clone(), "(unnamed)", &called);
            let label = self.label_key(project, name, String::new(), None, None)?;
            self.tx
                .conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO task_label (task_seq, label_id) VALUES (?, ?)",
                )?
                .execute((seq, label))?;
        }
        self.note_ties(seq, task);
        if let Some(there) = task.seq {
            self.numbers.insert(there, seq);
        }
        if task.seq != Some(seq) {
            self.renumbered.add((task.seq, seq));
        }
        self.added.insert(seq);
        self.came(Kind::Task);
        self.tx.put(Entry {
            entity: Entity::Task,
            id: task.id,
            action: Action::Imported,
            project: Some(project),
            task: Some(seq),
            summary: format!("imported {} from {}: {title}", reference(seq), self.name),
            payload: json!({"from": self.name, "there": task.seq.map(reference)}),
        })
    }

    fn note_ties(&mut self, seq: i64, task: &ForeignTask) {
        let ties = task.links.iter().map(|(kind, other)| (Some(*kind), *other));
        let parent = task.parent.map(|other| (None, other));
        self.ties
            .extend(ties.chain(parent).map(|(kind, other)| Tie {
                task: seq,
                kind,
                other,
            }));
    }

    /// What is new here of a task that is not: the labels that came with this
    /// import, and, later, the ties to tasks that did.
    fn new_for(&mut self, seq: i64, task: &ForeignTask) -> Result<()> {
        self.note_ties(seq, task);
        let Some(project) = self.projects.get(&task.project).copied().flatten() else {
            return Ok(());
        };
        for name in &task.labels {
            let Some(label) = self.labels.get(&(project, name.clone())).copied() else {
                continue;
            };
            if !self.added_labels.contains(&label) {
                continue;
            }
            let attached = self
                .tx
                .conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO task_label (task_seq, label_id) VALUES (?, ?)",
                )?
                .execute((seq, label))?;
            if attached > 0 {
                self.mended
                    .note("tasks here that got a label that is new", &reference(seq));
                self.log_got(seq, &format!("got label {name}"))?;
            }
        }
        Ok(())
    }

    /// Says in the log what a task that was here got with this import.
    pub(super) fn log_got(&self, seq: i64, got: &str) -> Result<()> {
        let task = self.tx.find_task_even_deleted(TaskRef::Number(seq))?;
        self.tx.put(Entry {
            entity: Entity::Task,
            id: task.id,
            action: Action::Updated,
            project: Some(task.project_key),
            task: Some(seq),
            summary: format!("{} {got}, as in {}", reference(seq), self.name),
            payload: json!({"from": self.name}),
        })
    }

    /// Its own number where nobody ever had it here, else the next that is free
    /// here and there. The log knows the numbers of tasks that are gone.
    fn number_for(&mut self, there: Option<i64>) -> Result<i64> {
        if let Some(there) = there.filter(|there| (1..=LARGEST).contains(there)) {
            let is_taken = self
                .tx
                .conn
                .prepare_cached(
                    "SELECT 1 FROM task WHERE seq = ?1
                     UNION ALL SELECT 1 FROM activity WHERE task_seq = ?1",
                )?
                .exists([there])?;
            if !is_taken {
                return Ok(there);
            }
        }
        self.next_number += 1;
        Ok(self.next_number - 1)
    }

    fn insert_task(
        &mut self,
        task: &ForeignTask,
        project: i64,
        seq: i64,
        called: &str,
    ) -> Result<String> {
        let mended = &mut self.mended;
        let (title, description) =
            mended.title(task.title.clone(), task.description.clone(), called);
        let status = mended.status(&task.status, task.completed_at.is_some(), called);
        let completed_at = match (status, task.completed_at) {
            (Status::Done, None) => {
                mended.note(
                    "tasks done at no time, now done when they last changed",
                    called,
                );
                Some(task.updated_at)
            }
            (Status::Done, at) => at,
            (_, Some(_)) => {
                mended.note("tasks with a time of completion that are not done", called);
                None
            }
            (_, None) => None,
        };
        let globs: Vec<String> = task.scope.lines().map(str::to_owned).collect();
        let scope = Scope::check(&globs).unwrap_or_else(|_| {
            mended.note("tasks whose scope was none, now without", called);
            Scope::default()
        });
        let actor = mended.actor(task.actor.clone(), called);
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO task (seq, ulid, project_id, title, description, type, status, priority,
                     assignee, due_at, source, external_ref, project_path, actor_kind, actor_name,
                     defer_until, scope, attempts_spent, version, completed_at, archived_at,
                     created_at, updated_at)
                 VALUES (:seq, :ulid, :project, :title, :description, :type, :status, :priority,
                     :assignee, :due_at, :source, :external_ref, :project_path, :actor_kind, :actor_name,
                     :defer_until, :scope, :attempts_spent, :version, :completed_at, :archived_at,
                     :created_at, :updated_at)",
            )?
            .execute(named_params! {
                ":seq": seq, ":ulid": task.id, ":project": project, ":title": title,
                ":description": description, ":type": mended.kind(&task.kind, called),
                ":status": status, ":priority": mended.priority(task.priority, called),
                ":assignee": mended.line(task.assignee.clone(), called), ":due_at": task.due_at,
                ":source": mended.line(task.source.clone(), called),
                ":external_ref": mended.body(task.external_ref.clone(), called),
                ":project_path": mended.body(task.project_path.clone(), called),
                ":actor_kind": actor.kind(), ":actor_name": actor.name(),
                ":defer_until": task.defer_until, ":scope": scope.to_lines(),
                ":attempts_spent": task.attempts_spent.clamp(0, LAST), ":version": task.version.clamp(1, LAST),
                ":completed_at": completed_at, ":archived_at": task.archived_at,
                ":created_at": task.created_at, ":updated_at": task.updated_at,
            })?;
        if !task.attention.is_empty() {
            // Apart, since only an update notes what it keeps from being ready.
            let attention = mended.body(task.attention.clone(), called);
            self.tx
                .conn
                .prepare_cached("UPDATE task SET attention_at = ?, attention = ? WHERE seq = ?")?
                .execute((task.updated_at, attention, seq))?;
        }
        Ok(title)
    }

    /// A task here that is not in the trash, by its id.
    pub(super) fn shown_task(&self, id: Id) -> Result<Option<i64>> {
        let here = self.find("task", id)?;
        Ok(here.filter(|here| !here.trashed).map(|here| here.key))
    }

    /// A task that came with this import, by its id.
    pub(super) fn added_task(&self, id: Id) -> Result<Option<i64>> {
        let seq = self.find("task", id)?.map(|Here { key, .. }| key);
        Ok(seq.filter(|seq| self.added.contains(seq)))
    }

    /// The id of a task that is named as it is there: `TASK-N`.
    pub(super) fn task_there(&self, named: &str) -> Result<Option<Id>> {
        let here = match TaskRef::parse(named) {
            Ok(TaskRef::Number(there)) => self.numbers.get(&there).copied(),
            Ok(TaskRef::Id(id)) => return Ok(Some(id)),
            Err(_) => None,
        };
        match here {
            Some(here) => Ok(Some(
                self.tx.find_task_even_deleted(TaskRef::Number(here))?.id,
            )),
            None => Ok(None),
        }
    }
}
