//! The trash: what was deleted, taking it back, destroying it.

use rusqlite::{Row, named_params};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{self, Update},
};
use crate::domain::{
    Entity, Id, Moment, Refusal,
    activity::Action,
    comment::first_words,
    id::IdRange,
    page::{Page, Token},
    project::Alias,
    task::{TaskRef, reference},
    trash::TrashItem,
};

/// Everything in the trash that is not there because of what it belongs to.
/// Kinds in the order in which they must be destroyed, parents last.
const ITEMS: &str = "
    SELECT 'attachment' AS entity, a.id AS key, a.ulid, a.task_seq, a.name AS title, a.deleted_at,
           coalesce(t.project_id, d.project_id) AS project_id
    FROM attachment a LEFT JOIN task t ON t.seq = a.task_seq LEFT JOIN doc d ON d.id = a.doc_id
         LEFT JOIN project p ON p.id = d.project_id
    WHERE a.deleted_at IS NOT NULL AND t.deleted_at IS NULL AND d.deleted_at IS NULL
      AND p.deleted_at IS NULL
    UNION ALL
    SELECT 'doc', d.id, d.ulid, NULL, v.title, d.deleted_at, d.project_id
    FROM doc d JOIN doc_version v ON v.doc_id = d.id AND v.version = d.current_version
         JOIN project p ON p.id = d.project_id
    WHERE d.deleted_at IS NOT NULL AND p.deleted_at IS NULL
    UNION ALL
    SELECT 'memory', m.id, m.ulid, NULL, m.body, m.deleted_at, m.project_id
    FROM memory m JOIN project p ON p.id = m.project_id
    WHERE m.deleted_at IS NOT NULL AND p.deleted_at IS NULL
    UNION ALL
    SELECT 'label', l.id, l.ulid, NULL, l.name, l.deleted_at, l.project_id
    FROM label l JOIN project p ON p.id = l.project_id
    WHERE l.deleted_at IS NOT NULL AND p.deleted_at IS NULL
    UNION ALL
    SELECT 'comment', c.id, c.ulid, c.task_seq, c.body, c.deleted_at, t.project_id
    FROM comment c JOIN task t ON t.seq = c.task_seq
    WHERE c.deleted_at IS NOT NULL AND t.deleted_at IS NULL
    UNION ALL
    SELECT 'plan', n.id, n.ulid, n.task_seq, v.title, n.deleted_at, t.project_id
    FROM plan n JOIN plan_version v ON v.plan_id = n.id AND v.version = n.current_version
         JOIN task t ON t.seq = n.task_seq
    WHERE n.deleted_at IS NOT NULL AND t.deleted_at IS NULL
    UNION ALL
    SELECT 'task', t.seq, t.ulid, t.seq, t.title, t.deleted_at, t.project_id
    FROM task t JOIN project p ON p.id = t.project_id
    WHERE t.deleted_at IS NOT NULL AND p.deleted_at IS NULL
    UNION ALL
    SELECT 'project', p.id, p.ulid, NULL, p.alias, p.deleted_at, p.id
    FROM project p WHERE p.deleted_at IS NOT NULL";

/// An item, and the key of its project where it has one.
type Found = (TrashItem, Option<i64>);

impl Reader<'_> {
    /// What is in the trash, last deleted first.
    pub fn list_trash(&self, size: usize, token: &str) -> Result<Page<TrashItem>> {
        const LIST: &str = "trash";
        let (before, id) = match Token::read(LIST, 2, token)? {
            Some(token) => (
                Moment(token.number(0)?),
                Id::parse(token.text(1)).unwrap_or(Id::from_bytes([0xff; 16])),
            ),
            None => (Moment(i64::MAX), Id::from_bytes([0xff; 16])),
        };
        let found = self.trashed(
            "(deleted_at, ulid) < (:before, :id) ORDER BY deleted_at DESC, ulid DESC LIMIT :limit",
            named_params! {":before": before, ":id": id, ":limit": row::one_more(size)},
        )?;
        let items = found.into_iter().map(|(item, _)| {
            Ok(TrashItem {
                deleted_by: self.deleted_by(item.id)?,
                ..item
            })
        });
        Page::gather(
            items,
            size,
            |_| 0,
            |last| Token::write(LIST, &[&last.deleted_at.0, &last.id]),
        )
    }

    fn trashed(&self, rest: &str, params: &[(&str, &dyn rusqlite::ToSql)]) -> Result<Vec<Found>> {
        let sql = format!("SELECT * FROM ({ITEMS}) WHERE {rest}");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn deleted_by(&self, id: Id) -> Result<Option<crate::domain::Actor>> {
        use rusqlite::OptionalExtension as _;
        Ok(self
            .conn
            .prepare_cached(
                "SELECT actor_kind, actor_name FROM activity
                 WHERE entity_id = :id AND +action = 'deleted' ORDER BY seq DESC LIMIT 1",
            )?
            .query_row(named_params! {":id": id}, row::actor)
            .optional()?)
    }

    fn find_in_trash(&self, given: &str) -> Result<Found> {
        let not_found = || Refusal::NotInTrash {
            given: given.to_owned(),
        };
        let mut found = match (TaskRef::parse(given), IdRange::parse(given)) {
            (Ok(TaskRef::Number(seq)), _) => self.trashed(
                "entity = 'task' AND key = :seq",
                named_params! {":seq": seq},
            )?,
            (_, Some(range)) => self.trashed(
                "ulid BETWEEN :low AND :high LIMIT 5",
                named_params! {":low": range.low, ":high": range.high},
            )?,
            _ => Vec::new(),
        };
        // An alias may look like either.
        if found.is_empty() {
            found = self.trashed(
                "entity = 'project' AND title = :alias LIMIT 5",
                named_params! {":alias": given},
            )?;
        }
        let entity = found.first().map_or(Entity::Task, |(item, _)| item.entity);
        row::only_one(entity, given, found, |(item, _)| item.id)?.ok_or_else(|| not_found().into())
    }
}

impl WriteTx<'_> {
    /// Takes one thing back out, with what went in with it. `alias` is a
    /// project's from now on.
    pub fn restore_trash(&mut self, given: &str, alias: Option<&Alias>) -> Result<TrashItem> {
        let (mut item, project) = self.find_in_trash(given)?;
        if let Some(alias) = alias {
            if item.entity != Entity::Project {
                let problem = format!("{given} is a {}; only a project has an alias", item.entity);
                return Err(Refusal::invalid("alias", problem).into());
            }
            alias.as_str().clone_into(&mut item.title);
        }
        self.check_place(&item, project)?;
        let (table, key) = table(item.entity);
        if item.entity == Entity::Project {
            // Its tasks carry the moment at which it was deleted.
            self.conn
                .prepare_cached(
                    "UPDATE task SET deleted_at = NULL WHERE project_id = :project AND deleted_at = :at",
                )?
                .execute(named_params! {":project": item.key, ":at": item.deleted_at})?;
        }
        if let Some(alias) = alias {
            self.conn
                .prepare_cached(
                    "UPDATE project SET alias = :alias, version = version + 1, updated_at = :now
                     WHERE id = :key",
                )?
                .execute(named_params! {
                    ":alias": alias.as_str(), ":now": self.now, ":key": item.key,
                })?;
        }
        let mut update = Update::of(table);
        update.set("deleted_at", None::<i64>);
        update.run(self.conn, key, item.key)?;
        if let (Entity::Plan | Entity::Comment | Entity::Attachment, Some(task)) =
            (item.entity, item.task_seq)
        {
            self.touch_task(task)?;
        }
        self.log_trash(&item, project, Action::Restored, "restored")?;
        Ok(TrashItem {
            deleted_by: self.deleted_by(item.id)?,
            ..item
        })
    }

    /// Whether there still is a place to restore it to. What belongs to
    /// something in the trash is not listed, so it cannot get here.
    fn check_place(&self, item: &TrashItem, project: Option<i64>) -> Result<()> {
        match item.entity {
            Entity::Project => match self.project_of_alias(&item.title)? {
                Some(other) => Err(Refusal::AliasTaken {
                    alias: other.alias,
                    archived: other.archived_at.is_some(),
                    trashed: Some(item.id.to_string()),
                }
                .into()),
                None => Ok(()),
            },
            Entity::Label
                if !self
                    .label_keys(project, std::slice::from_ref(&item.title))?
                    .is_empty() =>
            {
                Err(Refusal::LabelExists {
                    name: item.title.clone(),
                }
                .into())
            }
            _ => Ok(()),
        }
    }

    /// Destroys what was deleted before a moment, or all that is in the trash.
    pub fn empty_trash(&mut self, deleted_before: Option<Moment>) -> Result<i64> {
        let before = deleted_before.unwrap_or(Moment(i64::MAX));
        let items = self.trashed("deleted_at < :before", named_params! {":before": before})?;
        for (item, project) in &items {
            self.part_with(item)?;
            if item.entity == Entity::Project {
                self.conn
                    .prepare_cached("DELETE FROM task WHERE project_id = :project")?
                    .execute(named_params! {":project": item.key})?;
            }
            let (table, key) = table(item.entity);
            self.conn
                .prepare_cached(&format!("DELETE FROM {table} WHERE {key} = :key"))?
                .execute(named_params! {":key": item.key})?;
            self.log_trash(item, *project, Action::Purged, "destroyed")?;
        }
        Ok(i64::try_from(items.len()).unwrap_or(i64::MAX))
    }

    /// Lets go of the parts of tasks that are destroyed. Apart from that, since
    /// in what a foreign key does SQLite takes a trigger's OR IGNORE for an
    /// ABORT (<https://sqlite.org/lang_createtrigger.html>).
    fn part_with(&self, item: &TrashItem) -> Result<()> {
        let wholes = match item.entity {
            Entity::Task => "SELECT :key",
            Entity::Project => "SELECT seq FROM task WHERE project_id = :key",
            _ => return Ok(()),
        };
        let sql = format!("UPDATE task SET parent_seq = NULL WHERE parent_seq IN ({wholes})");
        self.conn
            .prepare_cached(&sql)?
            .execute(named_params! {":key": item.key})?;
        Ok(())
    }

    fn log_trash(
        &self,
        item: &TrashItem,
        project: Option<i64>,
        action: Action,
        done: &str,
    ) -> Result<()> {
        let title = first_words(&item.title);
        let name = match (item.entity, item.task_seq) {
            (Entity::Task, Some(seq)) => format!("{}: {}", reference(seq), title),
            (entity, Some(seq)) => format!("{entity} {:?} of {}", title, reference(seq)),
            (entity, None) => format!("{entity} {title}"),
        };
        let entry = Entry {
            entity: item.entity,
            id: item.id,
            action,
            project,
            task: item.task_seq,
            summary: format!("{done} {name}"),
            payload: json!({"deleted_at": item.deleted_at.0}),
        };
        // What is destroyed took its attempts along, and nobody holds it.
        match action {
            Action::Purged => self.put(entry),
            _ => self.log(entry),
        }
    }
}

/// Where a kind of thing is kept, and its key there.
fn table(entity: Entity) -> (&'static str, &'static str) {
    match entity {
        Entity::Task => ("task", "seq"),
        Entity::Project => ("project", "id"),
        Entity::Plan => ("plan", "id"),
        Entity::Comment => ("comment", "id"),
        Entity::Label => ("label", "id"),
        Entity::Doc => ("doc", "id"),
        Entity::Memory => ("memory", "id"),
        Entity::Attachment => ("attachment", "id"),
        Entity::Workspace => unreachable!("a workspace is never in the trash"),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let title: String = row.get("title")?;
    let item = TrashItem {
        entity: row.get("entity")?,
        key: row.get("key")?,
        id: row.get("ulid")?,
        task_seq: row.get("task_seq")?,
        title,
        deleted_by: None,
        deleted_at: row.get("deleted_at")?,
    };
    Ok((item, row.get("project_id")?))
}
