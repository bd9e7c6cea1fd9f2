//! Comments.

use rusqlite::{Row, named_params};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{self, Update},
};
use crate::domain::{
    Entity, Id, Refusal,
    activity::Action,
    comment::{Comment, first_words},
    id::IdRange,
    page::{Page, Token},
    task::{Task, TaskRef},
};

const SELECT: &str = "SELECT c.id, c.ulid, c.task_seq, t.ulid AS task_ulid, c.body,
        c.actor_kind, c.actor_name, c.created_at
    FROM comment c JOIN task t ON t.seq = c.task_seq
    WHERE c.deleted_at IS NULL AND t.deleted_at IS NULL";
const LIST: &str = "comment";

impl Reader<'_> {
    /// All comments of a task.
    pub(super) fn comments_of(&self, task_seq: i64) -> Result<Vec<Comment>> {
        Ok(self.comments_after(task_seq, 0, usize::MAX)?.items)
    }

    /// A page of a task's comments, oldest first.
    pub fn list_comments(&self, task: TaskRef, size: usize, token: &str) -> Result<Page<Comment>> {
        let task = self.find_task(task)?;
        self.comments_after(task.seq, Token::after(LIST, token)?, size)
    }

    fn comments_after(&self, task_seq: i64, after: i64, size: usize) -> Result<Page<Comment>> {
        let sql = format!("{SELECT} AND c.task_seq = :task AND c.id > :after ORDER BY c.id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(named_params! {":task": task_seq, ":after": after}, read)?;
        // A task's own comments, with no limit to their number, are not cut.
        let weigh = |comment: &Comment| {
            if size < usize::MAX {
                comment.body.len()
            } else {
                0
            }
        };
        Ok(Page::gather(rows, size, weigh, |last| {
            Token::write(LIST, &[&last.key])
        })?)
    }

    fn find_comment(&self, given: &str) -> Result<Comment> {
        let not_found = || Refusal::not_found(Entity::Comment, given);
        let range = IdRange::parse(given).ok_or_else(not_found)?;
        let sql = format!("{SELECT} AND c.ulid BETWEEN :low AND :high ORDER BY c.ulid LIMIT 5");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(named_params! {":low": range.low, ":high": range.high}, read)?;
        let found = rows.collect::<rusqlite::Result<_>>()?;
        row::only_one(Entity::Comment, given, found, |comment: &Comment| {
            comment.id
        })?
        .ok_or_else(|| not_found().into())
    }
}

impl WriteTx<'_> {
    /// Adds a comment.
    pub fn create_comment(&mut self, task: TaskRef, body: String) -> Result<Comment> {
        let task = self.find_task(task)?;
        self.comment_on(&task, body)
    }

    pub(super) fn comment_on(&self, task: &Task, body: String) -> Result<Comment> {
        let id = Id::generate();
        self.conn
            .prepare_cached(
                "INSERT INTO comment (ulid, task_seq, body, actor_kind, actor_name, created_at)
                 VALUES (:ulid, :task, :body, :actor_kind, :actor_name, :now)",
            )?
            .execute(named_params! {
                ":ulid": id, ":task": task.seq, ":body": body,
                ":actor_kind": self.caller.actor.kind(), ":actor_name": self.caller.actor.name(),
                ":now": self.now,
            })?;
        let key = self.conn.last_insert_rowid();
        self.touch_task(task.seq)?;
        let summary = format!("commented on {}: {}", task.reference(), first_words(&body));
        self.log_comment(task, id, Action::Created, summary)?;
        Ok(Comment {
            key,
            id,
            task_id: task.id,
            task_seq: task.seq,
            body,
            actor: self.caller.actor.clone(),
            created_at: self.now,
        })
    }

    /// Moves a comment to the trash.
    pub fn delete_comment(&mut self, given: &str) -> Result<Comment> {
        let comment = self.find_comment(given)?;
        let task = self.find_task(TaskRef::Number(comment.task_seq))?;
        let mut update = Update::of("comment");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", comment.key)?;
        self.touch_task(task.seq)?;
        let summary = format!(
            "deleted a comment of {}: {}",
            task.reference(),
            first_words(&comment.body)
        );
        self.log_comment(&task, comment.id, Action::Deleted, summary)?;
        Ok(comment)
    }

    pub(super) fn log_comment(
        &self,
        task: &Task,
        id: Id,
        action: Action,
        summary: String,
    ) -> Result<()> {
        self.log(Entry {
            entity: Entity::Comment,
            id,
            action,
            project: Some(task.project_key),
            task: Some(task.seq),
            summary,
            payload: json!({}),
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment {
        key: row.get("id")?,
        id: row.get("ulid")?,
        task_id: row.get("task_ulid")?,
        task_seq: row.get("task_seq")?,
        body: row.get("body")?,
        actor: row::actor(row)?,
        created_at: row.get("created_at")?,
    })
}
