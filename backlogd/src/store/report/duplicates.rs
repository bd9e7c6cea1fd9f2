//! What is there twice: labels that differ by spelling alone, plans and
//! comments that a task has already.

use std::collections::{HashMap, HashSet};

use rusqlite::{params_from_iter, types::Value};
use sha2::{Digest as _, Sha256};

use super::{
    AnalysisRequest,
    analysis::{ITEM, item},
};
use crate::{
    domain::{
        Moment,
        report::{Analysis, Item, Items},
    },
    store::{Reader, Result},
};

impl Reader<'_> {
    pub(super) fn find_duplicates(
        &self,
        request: &AnalysisRequest,
        analysis: &mut Analysis,
    ) -> Result<()> {
        analysis.duplicate_labels = self.duplicate_labels(request)?;
        analysis.duplicate_plans = self.repeated(
            request,
            "v.title || char(10) || v.body, n.updated_at
             FROM plan n CROSS JOIN plan_version v ON v.plan_id = n.id AND v.version = n.current_version
                  CROSS JOIN task t ON t.seq = n.task_seq
                  CROSS JOIN project p ON p.id = t.project_id
             WHERE n.deleted_at IS NULL AND ?1 IS NOT NULL",
            "n.task_seq, n.id",
            Moment(i64::MIN),
            "a plan that it has already",
        )?;
        analysis.duplicate_comments = self.repeated(
            request,
            // A comment touches its task: where that is older, so are they.
            "c.body, c.created_at
             FROM task t CROSS JOIN project p ON p.id = t.project_id
                  CROSS JOIN comment c ON c.task_seq = t.seq
             WHERE c.deleted_at IS NULL AND t.updated_at >= ?1",
            "t.seq, c.id",
            request.since,
            "a comment that it has already",
        )?;
        Ok(())
    }

    fn duplicate_labels(&self, request: &AnalysisRequest) -> Result<Items> {
        let filter = self.reported(&request.project, "l.project_id")?;
        let sql = format!(
            "SELECT l.project_id, p.alias, l.name, l.created_at
             FROM label l JOIN project p ON p.id = l.project_id
             WHERE l.deleted_at IS NULL AND p.deleted_at IS NULL AND {} ORDER BY p.alias, l.id",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(filter.values::<Value>([])))?;
        let mut first: HashMap<(i64, String), String> = HashMap::new();
        let mut items = Items::default();
        while let Some(row) = rows.next()? {
            let name: String = row.get(2)?;
            let key = (row.get(0)?, spelling(&name));
            let Some(other) = first.get(&key).cloned() else {
                first.insert(key, name);
                continue;
            };
            let (project, at) = (row.get(1)?, row.get(3)?);
            items.add(request.limit, || Item {
                task: None,
                evidence: format!("label {name} beside {other}"),
                title: name,
                project,
                at,
            });
        }
        Ok(items)
    }

    /// Texts that a task has already. They come task by task, so that no more
    /// than one task's are remembered, and those by their digests.
    fn repeated(
        &self,
        request: &AnalysisRequest,
        source: &str,
        order: &str,
        since: Moment,
        evidence: &str,
    ) -> Result<Items> {
        let filter = self.reported(&request.project, "t.project_id")?;
        let sql = format!(
            "SELECT {ITEM}, {source} AND t.deleted_at IS NULL AND {} ORDER BY {order}",
            filter.sql()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let values = std::iter::once(Value::from(since.0)).chain(filter.values::<Value>([]));
        let mut rows = statement.query(params_from_iter(values))?;
        let mut seen: HashSet<[u8; 32]> = HashSet::new();
        let mut task = 0;
        let mut items = Items::default();
        while let Some(row) = rows.next()? {
            let of: i64 = row.get(0)?;
            if of != task {
                task = of;
                seen.clear();
            }
            let digest = Sha256::digest(row.get_ref(3)?.as_bytes().unwrap_or_default());
            let at: Moment = row.get(4)?;
            if !seen.insert(digest.into()) && at >= since {
                let item = item(row, evidence.to_owned(), at)?;
                items.add(request.limit, || item);
            }
        }
        Ok(items)
    }
}

/// A label's name without what people spell differently.
fn spelling(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}
