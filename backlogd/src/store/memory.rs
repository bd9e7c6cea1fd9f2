//! A project's memory.

use rusqlite::{Row, named_params, params_from_iter};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{self, Filter, Update, marks},
    search::{KNOWLEDGE_TEXTS, matching},
};
use crate::domain::{
    Changes, Entity, Id, Refusal,
    activity::Action,
    comment::first_words,
    id::IdRange,
    memory::{Memory, MemoryPatch, Tags},
    page::{Page, Token},
    project::ProjectRef,
    search::Query,
    version::appended,
};

/// Entries that are not in the trash, nor their project.
const SELECT: &str =
    "SELECT m.id, m.ulid, m.project_id, m.tags, m.actor_kind, m.actor_name, m.version,
        m.created_at, m.updated_at, m.body,
        p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name
    FROM memory m CROSS JOIN project p ON p.id = m.project_id
    WHERE m.deleted_at IS NULL AND p.deleted_at IS NULL";

impl Reader<'_> {
    /// An entry, by its id or the beginning of one.
    pub fn find_memory(&self, given: &str) -> Result<Memory> {
        let not_found = || Refusal::not_found(Entity::Memory, given);
        let range = IdRange::parse(given).ok_or_else(not_found)?;
        let sql = format!("{SELECT} AND m.ulid BETWEEN :low AND :high ORDER BY m.ulid LIMIT 5");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(named_params! {":low": range.low, ":high": range.high}, read)?;
        let found = rows.collect::<rusqlite::Result<_>>()?;
        row::only_one(Entity::Memory, given, found, |entry: &Memory| entry.id)?
            .ok_or_else(|| not_found().into())
    }

    /// A page of entries, newest first: of a project or of all that are not
    /// archived, with any of the tags where some are named, and with the words
    /// that are searched for.
    pub fn list_memories(
        &self,
        project: &str,
        tags: &Tags,
        search: Option<&Query>,
        size: usize,
        token: &str,
    ) -> Result<Page<Memory>> {
        const LIST: &str = "memory";
        let mut filter = Filter::new();
        if project.is_empty() {
            filter.and_fixed("p.archived_at IS NULL");
        } else {
            filter.and("m.project_id = ?", [self.project(project)?.key]);
        }
        if let Some(query) = search {
            filter.and(
                "m.id IN (SELECT rowid / 2 FROM knowledge_search
                          WHERE knowledge_search MATCH ? AND rowid % 2 = 1)",
                [matching(KNOWLEDGE_TEXTS, query, None, true, &[])],
            );
        }
        if let Some(token) = Token::read(LIST, 1, token)? {
            filter.and("m.id < ?", [token.number(0)?]);
        }
        let tags = tags.as_slice();
        if !tags.is_empty() {
            let tagged = format!(
                "EXISTS (SELECT 1 FROM memory_tag g WHERE g.memory_id = m.id AND g.tag IN ({}))",
                marks(tags.len())
            );
            filter.and(tagged, tags.iter().cloned());
        }
        let sql = format!("{SELECT} AND {} ORDER BY m.id DESC LIMIT ?", filter.sql());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = row::one_more(size);
        let rows = statement.query_map(params_from_iter(filter.values([limit])), read)?;
        Ok(Page::gather(
            rows,
            size,
            |entry| entry.body.len(),
            |last| Token::write(LIST, &[&last.key]),
        )?)
    }

    /// Each entry of a project, oldest first, one of them in memory at a time.
    pub(super) fn each_memory(
        &self,
        project: i64,
        mut each: impl FnMut(Memory) -> Result<()>,
    ) -> Result<()> {
        let sql = format!("{SELECT} AND m.project_id = :project ORDER BY m.id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(named_params! {":project": project})?;
        while let Some(row) = rows.next()? {
            each(read(row)?)?;
        }
        Ok(())
    }
}

impl WriteTx<'_> {
    /// Adds an entry.
    pub fn create_memory(&mut self, project: &str, body: &str, tags: &Tags) -> Result<Memory> {
        let project = self.open_project(project)?;
        let id = Id::generate();
        self.conn
            .prepare_cached(
                "INSERT INTO memory (ulid, project_id, tags, actor_kind, actor_name, created_at, updated_at, body)
                 VALUES (:ulid, :project, :tags, :actor_kind, :actor_name, :now, :now, :body)",
            )?
            .execute(named_params! {
                ":ulid": id, ":project": project.key, ":tags": tags.lines(), ":body": body,
                ":actor_kind": self.caller.actor.kind(), ":actor_name": self.caller.actor.name(),
                ":now": self.now,
            })?;
        self.index_tags(self.conn.last_insert_rowid(), tags)?;
        let entry = self.find_memory(&id.to_string())?;
        self.log_memory(
            &entry,
            Action::Created,
            format!("remembered in {}: {}", project.alias, first_words(body)),
            json!({"version": 1, "tags": tags.as_slice()}),
        )?;
        Ok(entry)
    }

    /// Changes an entry; with it, whether anything changed.
    pub fn update_memory(&mut self, given: &str, patch: MemoryPatch) -> Result<(Memory, bool)> {
        let entry = self.find_memory(given)?;
        if let Some(expected) = patch.if_version.filter(|it| *it != entry.version) {
            return Err(Refusal::VersionConflict {
                what: format!("{} {}", Entity::Memory, entry.id),
                expected,
                current: entry.version,
                changes: self.changes_since(entry.id, expected)?,
            }
            .into());
        }
        let mut changes = Changes::default();
        let mut update = Update::of("memory");
        if let Some(body) = patch.body {
            changes.note("body", entry.body.as_str(), body.as_str());
            update.set("body", body);
        }
        if let Some(tags) = patch.tags {
            changes.note("tags", entry.tags.as_slice(), tags.as_slice());
            update.set("tags", tags.lines());
            self.index_tags(entry.key, &tags)?;
        }
        if changes.is_empty() {
            return Ok((entry, false));
        }
        let version = entry.version + 1;
        update.set("version", version);
        update.set("updated_at", self.now.0);
        update.run(self.conn, "id", entry.key)?;
        let fields = changes.fields().collect::<Vec<_>>().join(", ");
        self.log_memory(
            &entry,
            Action::Updated,
            format!("changed {fields} of memory: {}", first_words(&entry.body)),
            json!({"version": version, "changes": changes.into_json()}),
        )?;
        Ok((self.find_memory(&entry.id.to_string())?, true))
    }

    /// Adds a text at an entry's end.
    pub fn append_memory(&mut self, given: &str, more: &str) -> Result<Memory> {
        let entry = self.find_memory(given)?;
        let patch = MemoryPatch {
            body: Some(appended("body", &entry.body, more)?),
            ..MemoryPatch::default()
        };
        Ok(self.update_memory(given, patch)?.0)
    }

    /// Moves an entry to the trash.
    pub fn delete_memory(&mut self, given: &str) -> Result<Memory> {
        let entry = self.find_memory(given)?;
        let mut update = Update::of("memory");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", entry.key)?;
        let summary = format!("deleted from memory: {}", first_words(&entry.body));
        self.log_memory(&entry, Action::Deleted, summary, json!({}))?;
        Ok(entry)
    }

    pub(super) fn index_tags(&self, memory: i64, tags: &Tags) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM memory_tag WHERE memory_id = :memory")?
            .execute(named_params! {":memory": memory})?;
        for tag in tags.as_slice() {
            self.conn
                .prepare_cached("INSERT INTO memory_tag (tag, memory_id) VALUES (:tag, :memory)")?
                .execute(named_params! {":tag": tag, ":memory": memory})?;
        }
        Ok(())
    }

    fn log_memory(
        &self,
        entry: &Memory,
        action: Action,
        summary: String,
        payload: serde_json::Value,
    ) -> Result<()> {
        self.log(Entry {
            entity: Entity::Memory,
            id: entry.id,
            action,
            project: Some(entry.project_key),
            task: None,
            summary,
            payload,
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Memory> {
    let tags: String = row.get("tags")?;
    Ok(Memory {
        key: row.get("id")?,
        id: row.get("ulid")?,
        project_key: row.get("project_id")?,
        project: ProjectRef {
            id: row.get("project_ulid")?,
            alias: row.get("project_alias")?,
            name: row.get("project_name")?,
        },
        body: row.get("body")?,
        tags: Tags::stored(tags.lines().map(str::to_owned).collect()),
        actor: row::actor(row)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
