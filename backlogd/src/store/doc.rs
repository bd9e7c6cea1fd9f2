//! Docs and their versions.

use rusqlite::{Row, named_params, params_from_iter};
use serde_json::json;

use super::{
    Reader, Result, WriteTx,
    activity::Entry,
    row::{self, Filter, Update},
    version::{self, DOCS, Owner},
};
use crate::domain::{
    Entity, Id, Refusal,
    activity::Action,
    doc::Doc,
    id::IdRange,
    page::{Page, Token},
    project::ProjectRef,
    version::{NewText, Version, VersionPatch, appended},
};

/// Docs at their current versions, that are not in the trash, nor their
/// project.
fn select() -> String {
    format!(
        "SELECT d.id, d.ulid, d.project_id, d.current_version, d.archived_at, d.created_at, d.updated_at,
            p.ulid AS project_ulid, p.alias AS project_alias, p.name AS project_name, {}
         FROM doc d CROSS JOIN project p ON p.id = d.project_id
              JOIN doc_version v ON v.doc_id = d.id AND v.version = d.current_version
         WHERE d.deleted_at IS NULL AND p.deleted_at IS NULL",
        version::COLUMNS
    )
}

impl Reader<'_> {
    /// A doc at a version, or at its current one.
    pub fn doc(&self, given: &str, version: Option<i64>) -> Result<Doc> {
        let mut doc = self.find_doc(given)?;
        if let Some(version) = version.filter(|version| *version != doc.current_version) {
            doc.version = self.version_of(&DOCS, &owner(&doc), version)?;
        }
        Ok(doc)
    }

    pub(super) fn find_doc(&self, given: &str) -> Result<Doc> {
        let not_found = || Refusal::not_found(Entity::Doc, given);
        let range = IdRange::parse(given).ok_or_else(not_found)?;
        let sql = format!(
            "{} AND d.ulid BETWEEN :low AND :high ORDER BY d.ulid LIMIT 5",
            select()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(named_params! {":low": range.low, ":high": range.high}, read)?;
        let found = rows.collect::<rusqlite::Result<_>>()?;
        row::only_one(Entity::Doc, given, found, |doc: &Doc| doc.id)?
            .ok_or_else(|| not_found().into())
    }

    /// A page of docs, of a project or of all that are not archived.
    pub fn list_docs(&self, project: &str, size: usize, token: &str) -> Result<Page<Doc>> {
        const LIST: &str = "doc";
        let mut filter = Filter::new();
        if project.is_empty() {
            filter.and_fixed("p.archived_at IS NULL");
        } else {
            filter.and("d.project_id = ?", [self.project(project)?.key]);
        }
        filter.and("d.id > ?", [Token::after(LIST, token)?]);
        let sql = format!("{} AND {} ORDER BY d.id LIMIT ?", select(), filter.sql());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = row::one_more(size);
        let rows = statement.query_map(params_from_iter(filter.values([limit])), read)?;
        Ok(Page::gather(
            rows,
            size,
            |doc| doc.version.body.len(),
            |last| Token::write(LIST, &[&last.key]),
        )?)
    }

    /// A page of a doc's versions, oldest first.
    pub fn list_doc_versions(
        &self,
        given: &str,
        size: usize,
        token: &str,
    ) -> Result<Page<Version>> {
        let doc = self.find_doc(given)?;
        self.versions_of(&DOCS, &owner(&doc), size, token)
    }
}

impl WriteTx<'_> {
    /// Makes a doc.
    pub fn create_doc(&mut self, project: &str, text: &NewText) -> Result<Doc> {
        let project = self.open_project(project)?;
        let id = Id::generate();
        self.conn
            .prepare_cached(
                "INSERT INTO doc (ulid, project_id, current_version, created_at, updated_at)
                 VALUES (:ulid, :project, 1, :now, :now)",
            )?
            .execute(named_params! {":ulid": id, ":project": project.key, ":now": self.now})?;
        self.insert_version(&DOCS, self.conn.last_insert_rowid(), 1, text)?;
        let doc = self.find_doc(&id.to_string())?;
        self.log_doc(
            &doc,
            Action::Created,
            format!("added doc {:?} to {}", text.title, project.alias),
            json!({"version": 1, "title": text.title, "change_note": text.change_note}),
        )?;
        Ok(doc)
    }

    /// Adds a version to a doc; one that would say the same is not added.
    /// With it, whether one was.
    pub fn update_doc(&mut self, given: &str, patch: VersionPatch) -> Result<(Doc, bool)> {
        let doc = self.find_doc(given)?;
        let next = self.next_version(&DOCS, &owner(&doc), &doc.version, patch)?;
        let Some((text, changes)) = next else {
            return Ok((doc, false));
        };
        let version = doc.current_version + 1;
        self.log_doc(
            &doc,
            Action::Updated,
            format!("wrote version {version} of doc {:?}", text.title),
            json!({
                "version": version, "changes": changes.into_json(),
                "change_note": text.change_note,
            }),
        )?;
        Ok((self.find_doc(&doc.id.to_string())?, true))
    }

    /// Adds a version with a text more at its end.
    pub fn append_doc(&mut self, given: &str, more: &str, change_note: String) -> Result<Doc> {
        let doc = self.find_doc(given)?;
        let patch = VersionPatch {
            body: Some(appended("body", &doc.version.body, more)?),
            change_note,
            ..VersionPatch::default()
        };
        Ok(self.update_doc(given, patch)?.0)
    }

    /// Moves a doc to the trash.
    pub fn delete_doc(&mut self, given: &str) -> Result<Doc> {
        let doc = self.find_doc(given)?;
        let mut update = Update::of("doc");
        update.set("deleted_at", self.now.0);
        update.run(self.conn, "id", doc.key)?;
        self.log_doc(
            &doc,
            Action::Deleted,
            format!("deleted doc {:?}", doc.version.title),
            json!({"title": doc.version.title}),
        )?;
        Ok(doc)
    }

    fn log_doc(
        &self,
        doc: &Doc,
        action: Action,
        summary: String,
        payload: serde_json::Value,
    ) -> Result<()> {
        self.log(Entry {
            entity: Entity::Doc,
            id: doc.id,
            action,
            project: Some(doc.project_key),
            task: None,
            summary,
            payload,
        })
    }
}

fn owner(doc: &Doc) -> Owner {
    Owner {
        key: doc.key,
        id: doc.id,
        current: doc.current_version,
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Doc> {
    let id = row.get("ulid")?;
    Ok(Doc {
        key: row.get("id")?,
        id,
        project_key: row.get("project_id")?,
        project: ProjectRef {
            id: row.get("project_ulid")?,
            alias: row.get("project_alias")?,
            name: row.get("project_name")?,
        },
        current_version: row.get("current_version")?,
        version: version::read(row, id)?,
        archived_at: row.get("archived_at")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
