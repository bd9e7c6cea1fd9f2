//! What belongs to tasks and projects, as it comes over.

use rusqlite::named_params;
use sha2::{Digest as _, Sha256};

use super::{Importer, LAST};
use crate::{
    domain::{
        Id,
        attachment::ATTACHMENT_BYTES,
        comment::first_words,
        foreign::{
            ForeignAttachment, ForeignComment, ForeignMemory, ForeignTarget, ForeignText,
            ForeignVersion,
        },
        transfer::Kind,
        version::Version,
    },
    store::{
        Result,
        version::{DOCS, PLANS, Versions},
    },
};

impl Importer<'_, '_> {
    pub(super) fn plan(&mut self, plan: ForeignText) -> Result<()> {
        self.step();
        if let Some(here) = self.find("plan", plan.id)? {
            self.is_here(Kind::Plan, &here, plan.updated_at, || {
                format!("plan {}", plan.id)
            });
            return Ok(());
        }
        let Some(task) = self.owner_task(plan.owner, "plans whose task did not come along")? else {
            return Ok(());
        };
        let Some(current) = self.current(&plan, "plans without a version, which were left out")
        else {
            return Ok(());
        };
        if plan.archived_at.is_some() {
            self.mended
                .note("plans that were archived there are shown here", "");
        }
        let source = self.mended.line(plan.source, "");
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO plan (ulid, task_seq, current_version, source, created_at, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                plan.id,
                task,
                current,
                source,
                plan.created_at,
                plan.updated_at,
            ))?;
        let key = self.tx.conn.last_insert_rowid();
        self.versions(&PLANS, key, plan.id, plan.versions)?;
        self.came(Kind::Plan);
        Ok(())
    }

    pub(super) fn doc(&mut self, doc: ForeignText) -> Result<()> {
        self.step();
        if let Some(here) = self.find("doc", doc.id)? {
            self.is_here(Kind::Doc, &here, doc.updated_at, || {
                format!("doc {}", doc.id)
            });
            return Ok(());
        }
        let Some(project) = self.owner_project(doc.owner, "docs whose project did not come along")
        else {
            return Ok(());
        };
        let Some(current) = self.current(&doc, "docs without a version, which were left out")
        else {
            return Ok(());
        };
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO doc (ulid, project_id, current_version, archived_at, created_at, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute((doc.id, project, current, doc.archived_at, doc.created_at, doc.updated_at))?;
        let key = self.tx.conn.last_insert_rowid();
        self.versions(&DOCS, key, doc.id, doc.versions)?;
        self.came(Kind::Doc);
        Ok(())
    }

    /// The current version's number: the newest, whatever is said. The next
    /// one follows it.
    fn current(&mut self, text: &ForeignText, none: &'static str) -> Option<i64> {
        let numbers = text.versions.iter().map(|version| version.version);
        let Some(newest) = numbers.filter(|number| is_version(*number)).max() else {
            self.mended.note(none, "");
            return None;
        };
        if text.current_version != newest {
            self.mended
                .note("texts whose current version was not their newest", "");
        }
        Some(newest)
    }

    fn versions(
        &mut self,
        kind: &Versions,
        key: i64,
        owner: Id,
        versions: Vec<ForeignVersion>,
    ) -> Result<()> {
        for version in versions {
            if !is_version(version.version) {
                self.mended.note(
                    "versions with an impossible number, which were left out",
                    "",
                );
                continue;
            }
            let (title, body) = self.mended.title(version.title, version.body, "");
            let version = Version {
                id: version.id,
                owner,
                version: version.version,
                title,
                body,
                actor: self.mended.actor(version.actor, ""),
                change_note: self.mended.line(version.change_note, ""),
                created_at: version.created_at,
            };
            if !self.tx.insert_foreign_version(kind, key, &version)? {
                self.mended.note("versions that were there twice", "");
            }
        }
        Ok(())
    }

    fn owner_task(&mut self, id: Id, none: &'static str) -> Result<Option<i64>> {
        match self.find("task", id)? {
            Some(here) => Ok((!here.trashed).then_some(here.key)),
            None => {
                self.mended.note(none, "");
                Ok(None)
            }
        }
    }

    fn owner_project(&mut self, id: Id, none: &'static str) -> Option<i64> {
        match self.projects.get(&id) {
            Some(key) => *key,
            None => {
                self.mended.note(none, "");
                None
            }
        }
    }

    pub(super) fn comment(&mut self, comment: ForeignComment) -> Result<()> {
        self.step();
        if self.find("comment", comment.id)?.is_some() {
            self.count(Kind::Comment).present += 1;
            return Ok(());
        }
        let none = "comments whose task did not come along";
        let Some(task) = self.owner_task(comment.task, none)? else {
            return Ok(());
        };
        let actor = self.mended.actor(comment.actor, "");
        let body = self.mended.body(comment.body, "");
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO comment (ulid, task_seq, actor_kind, actor_name, created_at, body)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                comment.id,
                task,
                actor.kind(),
                actor.name(),
                comment.created_at,
                body,
            ))?;
        self.came(Kind::Comment);
        Ok(())
    }

    pub(super) fn memory(&mut self, entry: ForeignMemory) -> Result<()> {
        self.step();
        if let Some(here) = self.find("memory", entry.id)? {
            self.is_here(Kind::Memory, &here, entry.updated_at, || {
                format!("memory {}", entry.id)
            });
            return Ok(());
        }
        let none = "entries of memory whose project did not come along";
        let Some(project) = self.owner_project(entry.project, none) else {
            return Ok(());
        };
        let called = first_words(&entry.body);
        let tags = self.mended.tags(&entry.tags, &called);
        let actor = self.mended.actor(entry.actor, &called);
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO memory (ulid, project_id, body, tags, actor_kind, actor_name, version,
                     created_at, updated_at)
                 VALUES (:ulid, :project, :body, :tags, :actor_kind, :actor_name, :version,
                     :created_at, :updated_at)",
            )?
            .execute(named_params! {
                ":ulid": entry.id, ":project": project,
                ":body": self.mended.body(entry.body, &called), ":tags": tags.lines(),
                ":actor_kind": actor.kind(), ":actor_name": actor.name(),
                ":version": entry.version.clamp(1, LAST), ":created_at": entry.created_at,
                ":updated_at": entry.updated_at,
            })?;
        self.tx
            .index_tags(self.tx.conn.last_insert_rowid(), &tags)?;
        self.came(Kind::Memory);
        Ok(())
    }

    pub(super) fn attachment(&mut self, attachment: ForeignAttachment) -> Result<()> {
        self.step();
        if self.find("attachment", attachment.id)?.is_some() {
            self.count(Kind::Attachment).present += 1;
            return Ok(());
        }
        let (task, doc) = match attachment.target {
            ForeignTarget::Nothing => (None, None),
            ForeignTarget::Task(id) => match self.find("task", id)? {
                Some(here) if here.trashed => return Ok(()),
                here => (here.map(|here| here.key), None),
            },
            ForeignTarget::Doc(id) => match self.find("doc", id)? {
                Some(here) if here.trashed => return Ok(()),
                here => (None, here.map(|here| here.key)),
            },
        };
        // A name is a file's name, and leads nowhere.
        let own = attachment
            .name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default();
        if own != attachment.name {
            self.mended
                .note("attachments whose names led to a directory", own);
        }
        let own = if matches!(own, "." | "..") { "" } else { own };
        let name = self.mended.required_line(own.to_owned(), "attachment", "");
        if matches!(
            attachment.target,
            ForeignTarget::Task(_) | ForeignTarget::Doc(_)
        ) && task.is_none()
            && doc.is_none()
        {
            self.mended
                .note("attachments of what is not there, now of nothing", &name);
        }
        if attachment.data.len() > ATTACHMENT_BYTES {
            self.mended
                .note("attachments of more than 10 MiB, kept as they are", &name);
        }
        let actor = self.mended.actor(attachment.actor, &name);
        let sha256: [u8; 32] = Sha256::digest(&attachment.data).into();
        self.tx
            .conn
            .prepare_cached(
                "INSERT INTO attachment (ulid, task_seq, doc_id, name, mime_type, size, sha256,
                     actor_kind, actor_name, created_at, data)
                 VALUES (:ulid, :task, :doc, :name, :mime_type, length(:data), :sha256,
                     :actor_kind, :actor_name, :created_at, :data)",
            )?
            .execute(named_params! {
                ":ulid": attachment.id, ":task": task, ":doc": doc, ":name": name,
                ":mime_type": self.mended.line(attachment.mime_type, &name),
                ":sha256": sha256, ":data": attachment.data, ":actor_kind": actor.kind(),
                ":actor_name": actor.name(), ":created_at": attachment.created_at,
            })?;
        self.came(Kind::Attachment);
        Ok(())
    }
}

fn is_version(number: i64) -> bool {
    (1..=LAST).contains(&number)
}
