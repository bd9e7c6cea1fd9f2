//! Attachments. Their bytes are read in pieces, never all at once.

use std::io::{Read as _, Seek as _, SeekFrom};

use rusqlite::{MAIN_DB, Row, named_params, params_from_iter};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    Reader, Result, StoreError, WriteTx,
    activity::Entry,
    row::{self, Filter, Update},
};
use crate::domain::{
    Entity, Id, Refusal,
    activity::Action,
    attachment::{Attachment, NewAttachment, Target, TargetRef},
    id::IdRange,
    page::{Page, Token},
    project::ProjectRef,
    task::reference,
};

/// Attachments that are not in the trash, nor what they belong to.
const SELECT: &str =
    "SELECT a.id, a.ulid, a.task_seq, d.ulid AS doc_ulid, a.name, a.mime_type, a.size, a.sha256,
        a.actor_kind, a.actor_name, a.created_at,
        p.id AS project_id, p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name
    FROM attachment a
         LEFT JOIN task t ON t.seq = a.task_seq
         LEFT JOIN doc d ON d.id = a.doc_id
         LEFT JOIN project p ON p.id = coalesce(t.project_id, d.project_id)
    WHERE a.deleted_at IS NULL AND t.deleted_at IS NULL AND d.deleted_at IS NULL
      AND p.deleted_at IS NULL";

impl Reader<'_> {
    /// One attachment.
    pub fn attachment(&self, given: &str) -> Result<Attachment> {
        let not_found = || Refusal::not_found(Entity::Attachment, given);
        let range = IdRange::parse(given).ok_or_else(not_found)?;
        let sql = format!("{SELECT} AND a.ulid BETWEEN :low AND :high ORDER BY a.ulid LIMIT 5");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(named_params! {":low": range.low, ":high": range.high}, read)?;
        let found = rows.collect::<rusqlite::Result<_>>()?;
        row::only_one(Entity::Attachment, given, found, |one: &Attachment| one.id)?
            .ok_or_else(|| not_found().into())
    }

    /// A page of the attachments of a task or doc; else of a project's; else
    /// of all. Oldest first.
    pub fn list_attachments(
        &self,
        target: Option<&TargetRef>,
        project: &str,
        size: usize,
        token: &str,
    ) -> Result<Page<Attachment>> {
        const LIST: &str = "attachment";
        let mut filter = Filter::new();
        match target {
            Some(TargetRef::Task(task)) => {
                filter.and("a.task_seq = ?", [self.find_task(*task)?.seq]);
            }
            Some(TargetRef::Doc(doc)) => filter.and("a.doc_id = ?", [self.find_doc(doc)?.key]),
            None if !project.is_empty() => filter.and("p.id = ?", [self.project(project)?.key]),
            None => {}
        }
        filter.and("a.id > ?", [Token::after(LIST, token)?]);
        let sql = format!("{SELECT} AND {} ORDER BY a.id LIMIT ?", filter.sql());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = row::one_more(size);
        let rows = statement.query_map(params_from_iter(filter.values([limit])), read)?;
        Ok(Page::gather(
            rows,
            size,
            |_| 0,
            |last| Token::write(LIST, &[&last.key]),
        )?)
    }

    /// The bytes of an attachment from `offset` on, at most `size` of them.
    pub fn attachment_bytes(&self, key: i64, offset: u64, size: usize) -> Result<Vec<u8>> {
        let unreadable = |error: std::io::Error| StoreError::Sqlite(error.to_string());
        let mut blob = self
            .conn
            .blob_open(MAIN_DB, "attachment", "data", key, true)?;
        blob.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
        let mut bytes = Vec::with_capacity(size);
        blob.take(size as u64)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        Ok(bytes)
    }
}

impl WriteTx<'_> {
    /// Attaches a file.
    pub fn create_attachment(
        &mut self,
        target: &TargetRef,
        new: &NewAttachment,
    ) -> Result<Attachment> {
        let (task, doc) = match target {
            TargetRef::Task(task) => (Some(self.find_task(*task)?.seq), None),
            TargetRef::Doc(doc) => (None, Some(self.find_doc(doc)?.key)),
        };
        let id = Id::generate();
        let sha256: [u8; 32] = Sha256::digest(&new.data).into();
        self.conn
            .prepare_cached(
                "INSERT INTO attachment (ulid, task_seq, doc_id, name, mime_type, size, sha256,
                     actor_kind, actor_name, created_at, data)
                 VALUES (:ulid, :task, :doc, :name, :mime_type, length(:data), :sha256,
                     :actor_kind, :actor_name, :now, :data)",
            )?
            .execute(named_params! {
                ":ulid": id, ":task": task, ":doc": doc, ":name": new.name,
                ":mime_type": new.mime_type, ":sha256": sha256, ":data": new.data,
                ":actor_kind": self.caller.actor.kind(), ":actor_name": self.caller.actor.name(),
                ":now": self.now,
            })?;
        if let Some(task) = task {
            self.touch_task(task)?;
        }
        let attachment = self.attachment(&id.to_string())?;
        self.log_attachment(&attachment, Action::Created, ("attached", "to"))?;
        Ok(attachment)
    }

    /// Moves an attachment to the trash.
    pub fn delete_attachment(&mut self, given: &str) -> Result<Attachment> {
        let attachment = self.attachment(given)?;
        let mut update = Update::of("attachment");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", attachment.key)?;
        if let Target::Task(task) = attachment.target {
            self.touch_task(task)?;
        }
        self.log_attachment(&attachment, Action::Deleted, ("deleted attachment", "of"))?;
        Ok(attachment)
    }

    fn log_attachment(
        &self,
        attachment: &Attachment,
        action: Action,
        (done, preposition): (&str, &str),
    ) -> Result<()> {
        let (task, owner) = match attachment.target {
            Target::Task(seq) => (Some(seq), reference(seq)),
            Target::Doc(id) => (None, format!("doc {id}")),
            Target::Nothing => (None, "nothing".to_owned()),
        };
        self.log(Entry {
            entity: Entity::Attachment,
            id: attachment.id,
            action,
            project: attachment.project.as_ref().map(|(key, _)| *key),
            task,
            summary: format!("{done} {:?} {preposition} {owner}", attachment.name),
            payload: json!({
                "name": attachment.name, "size": attachment.size,
                "mime_type": attachment.mime_type,
            }),
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    let target = match (row.get("task_seq")?, row.get("doc_ulid")?) {
        (Some(seq), _) => Target::Task(seq),
        (None, Some(doc)) => Target::Doc(doc),
        (None, None) => Target::Nothing,
    };
    let project = match row.get::<_, Option<i64>>("project_id")? {
        Some(key) => Some((
            key,
            ProjectRef {
                id: row.get("project_ulid")?,
                alias: row.get("project_alias")?,
                name: row.get("project_name")?,
            },
        )),
        None => None,
    };
    Ok(Attachment {
        key: row.get("id")?,
        id: row.get("ulid")?,
        target,
        project,
        name: row.get("name")?,
        mime_type: row.get("mime_type")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        actor: row::actor(row)?,
        created_at: row.get("created_at")?,
    })
}
