//! The versions of plans and docs: two pairs of tables of one form.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{
    Reader, Result, WriteTx,
    row::{self, Update},
};
use crate::domain::{
    Changes, Entity, Id, Refusal,
    page::{Page, Token},
    version::{NewText, Version, VersionPatch},
};

/// Where a kind of text keeps its versions.
pub(super) struct Versions {
    /// What it is.
    pub(super) entity: Entity,
    /// The table of what the versions belong to.
    pub(super) header: &'static str,
    table: &'static str,
    owner: &'static str,
}

pub(super) const PLANS: Versions = Versions {
    entity: Entity::Plan,
    header: "plan",
    table: "plan_version",
    owner: "plan_id",
};
pub(super) const DOCS: Versions = Versions {
    entity: Entity::Doc,
    header: "doc",
    table: "doc_version",
    owner: "doc_id",
};

/// What a version belongs to.
pub(super) struct Owner {
    pub(super) key: i64,
    pub(super) id: Id,
    pub(super) current: i64,
}

/// Columns of a version `v`, for statements that read one with its owner.
pub(super) const COLUMNS: &str = "v.ulid AS version_ulid, v.version, v.title, v.body,
    v.actor_kind, v.actor_name, v.change_note, v.created_at AS version_created_at";

/// Reads [`COLUMNS`].
pub(super) fn read(row: &Row<'_>, owner: Id) -> rusqlite::Result<Version> {
    Ok(Version {
        id: row.get("version_ulid")?,
        owner,
        version: row.get("version")?,
        title: row.get("title")?,
        body: row.get("body")?,
        actor: row::actor(row)?,
        change_note: row.get("change_note")?,
        created_at: row.get("version_created_at")?,
    })
}

impl Reader<'_> {
    /// One version.
    pub(super) fn version_of(
        &self,
        kind: &Versions,
        owner: &Owner,
        version: i64,
    ) -> Result<Version> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {} v WHERE v.{} = :owner AND v.version = :version",
            kind.table, kind.owner
        );
        self.conn
            .prepare_cached(&sql)?
            .query_row(
                named_params! {":owner": owner.key, ":version": version},
                |row| read(row, owner.id),
            )
            .optional()?
            .ok_or_else(|| {
                Refusal::NoSuchVersion {
                    entity: kind.entity,
                    id: owner.id.to_string(),
                    given: version,
                    current: owner.current,
                }
                .into()
            })
    }

    /// A page of all versions, oldest first.
    pub(super) fn versions_of(
        &self,
        kind: &Versions,
        owner: &Owner,
        size: usize,
        token: &str,
    ) -> Result<Page<Version>> {
        const LIST: &str = "version";
        let after = Token::after(LIST, token)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM {} v WHERE v.{} = :owner AND v.version > :after ORDER BY v.version",
            kind.table, kind.owner
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(
            named_params! {":owner": owner.key, ":after": after},
            |row| read(row, owner.id),
        )?;
        Ok(Page::gather(
            rows,
            size,
            |version| version.body.len(),
            |last| Token::write(LIST, &[&last.version]),
        )?)
    }
}

impl WriteTx<'_> {
    /// Adds the version that a patch makes of the current one, and what is
    /// different in it; `None` where it would say the same.
    pub(super) fn next_version(
        &self,
        kind: &Versions,
        owner: &Owner,
        current: &Version,
        patch: VersionPatch,
    ) -> Result<Option<(NewText, Changes)>> {
        if let Some(expected) = patch
            .if_version
            .filter(|expected| *expected != owner.current)
        {
            return Err(Refusal::VersionConflict {
                what: format!("{} {}", kind.entity, owner.id),
                expected,
                current: owner.current,
                changes: self.changes_since(owner.id, expected)?,
            }
            .into());
        }
        let text = NewText {
            title: patch.title.unwrap_or_else(|| current.title.clone()),
            body: patch.body.unwrap_or_else(|| current.body.clone()),
            change_note: patch.change_note,
        };
        let version = owner.current + 1;
        let mut changes = Changes::default();
        changes.note("title", current.title.as_str(), text.title.as_str());
        if text.body != current.body {
            // Both texts are kept as versions; the log names them only.
            changes.note("body", owner.current, version);
        }
        if changes.is_empty() {
            return Ok(None);
        }
        self.insert_version(kind, owner.key, version, &text)?;
        let mut update = Update::of(kind.header);
        update.set("current_version", version);
        update.set("updated_at", self.now.0);
        update.run(self.conn, "id", owner.key)?;
        Ok(Some((text, changes)))
    }

    /// Adds a version that was written elsewhere; whether it was not there.
    /// Where another version has its id, it gets a new one.
    pub(super) fn insert_foreign_version(
        &self,
        kind: &Versions,
        owner: i64,
        version: &Version,
    ) -> Result<bool> {
        let taken = format!("SELECT 1 FROM {} WHERE ulid = ?", kind.table);
        let is_taken = self.conn.prepare_cached(&taken)?.exists([version.id])?;
        let sql = format!(
            "INSERT OR IGNORE INTO {} (ulid, {}, version, title, body, actor_kind, actor_name,
                 change_note, created_at)
             VALUES (:ulid, :owner, :version, :title, :body, :actor_kind, :actor_name, :note, :at)",
            kind.table, kind.owner
        );
        let added = self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":ulid": if is_taken { Id::generate() } else { version.id }, ":owner": owner,
            ":version": version.version, ":title": version.title, ":body": version.body,
            ":note": version.change_note, ":actor_kind": version.actor.kind(),
            ":actor_name": version.actor.name(), ":at": version.created_at,
        })?;
        Ok(added > 0)
    }

    pub(super) fn insert_version(
        &self,
        kind: &Versions,
        owner: i64,
        version: i64,
        text: &NewText,
    ) -> Result<()> {
        let sql = format!(
            "INSERT INTO {} (ulid, {}, version, title, body, actor_kind, actor_name, change_note, created_at)
             VALUES (:ulid, :owner, :version, :title, :body, :actor_kind, :actor_name, :note, :now)",
            kind.table, kind.owner
        );
        self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":ulid": Id::generate(), ":owner": owner, ":version": version,
            ":title": text.title, ":body": text.body, ":note": text.change_note,
            ":actor_kind": self.caller.actor.kind(), ":actor_name": self.caller.actor.name(),
            ":now": self.now,
        })?;
        Ok(())
    }
}
