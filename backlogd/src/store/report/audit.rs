//! What looks wrong with tasks. One pass over them; each problem is a column
//! that is empty where there is none, and what was seen where there is.

use rusqlite::{params_from_iter, types::Value};

use super::{
    AuditRequest, MOVE,
    analysis::{ITEM, item},
};
use crate::{
    domain::report::{Audit, Items, Problem},
    store::{Reader, Result},
};

impl Reader<'_> {
    /// What looks wrong.
    pub fn audit(&self, request: &AuditRequest) -> Result<Audit> {
        let filter = self.reported(&request.project, "t.project_id")?;
        let columns: Vec<String> = Problem::ALL.iter().map(|&problem| seen(problem)).collect();
        // `?1` is since when things are stale.
        let sql = format!(
            "SELECT {ITEM}, t.updated_at, {}
             FROM task t CROSS JOIN project p ON p.id = t.project_id
             WHERE ?1 IS NOT NULL AND t.deleted_at IS NULL AND t.archived_at IS NULL AND {} ORDER BY t.seq",
            columns.join(",\n"),
            filter.sql(),
        );
        let mut audit = Audit {
            found: Problem::ALL
                .iter()
                .map(|&problem| (problem, Items::default()))
                .collect(),
            tasks: 0,
        };
        let mut statement = self.conn.prepare_cached(&sql)?;
        let values = std::iter::once(Value::from(request.stale_since.0));
        let values = values.chain(filter.values::<Value>([]));
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            audit.tasks += 1;
            for (at, (_, items)) in audit.found.iter_mut().enumerate() {
                let Some(evidence) = row.get::<_, Option<String>>(4 + at)? else {
                    continue;
                };
                if items.items.len() < request.limit {
                    let item = item(row, evidence, row.get(3)?)?;
                    items.add(request.limit, || item);
                } else {
                    items.count += 1;
                }
            }
        }
        let mut left = request.limit;
        for (_, items) in &mut audit.found {
            items.items.truncate(left);
            left -= items.items.len();
        }
        audit.found.retain(|(_, items)| items.count > 0);
        Ok(audit)
    }
}

/// What was seen of a problem, as a column of a task `t`; NULL for nothing.
fn seen(problem: Problem) -> String {
    let none = |table: &str, condition: &str| {
        format!("NOT EXISTS (SELECT 1 FROM {table} x WHERE x.task_seq = t.seq AND {condition})")
    };
    let no_comment = none("comment", "x.deleted_at IS NULL");
    let no_attachment = none("attachment", "x.deleted_at IS NULL");
    let no_plan = none("plan", "x.deleted_at IS NULL");
    let no_note = none("attempt", "x.note <> ''");
    let no_attempt = none("attempt", "TRUE");
    match problem {
        Problem::ClosedWithOpenWork => {
            "iif(t.status = 'done', (
                SELECT 'done, while ' || group_concat('TASK-' || seq, ', ') || iif(count(*) > 1, ' are open', ' is open')
                FROM (SELECT o.seq FROM task o
                      WHERE o.parent_seq = t.seq AND o.status <> 'done' AND o.archived_at IS NULL AND o.deleted_at IS NULL
                      UNION
                      SELECT o.seq FROM dependency d JOIN task o ON o.seq = d.on_seq
                      WHERE d.task_seq = t.seq AND d.kind = 'blocks'
                        AND o.status <> 'done' AND o.archived_at IS NULL AND o.deleted_at IS NULL
                      ORDER BY 1 LIMIT 5)
                HAVING count(*) > 0), NULL)"
                .to_owned()
        }
        Problem::LeaseExpiredRepeatedly => {
            "iif(t.status = 'done', NULL, (
                SELECT count(*) || ' leases of it were not renewed in time' FROM attempt x
                WHERE x.task_seq = t.seq AND x.outcome = 'expired' HAVING count(*) > 1))"
                .to_owned()
        }
        Problem::StaleDoing => {
            let no_lease = none("lease", "TRUE");
            format!(
                "iif(t.status = 'doing' AND t.updated_at < ?1 AND {no_lease},
                     'in doing, held by nobody, and nothing was written about it', NULL)"
            )
        }
        Problem::BlockedByArchived => {
            "iif(t.status = 'done', NULL, (
                SELECT 'waited for ' || group_concat('TASK-' || seq, ', ') || ', archived and not done'
                FROM (SELECT o.seq FROM dependency d JOIN task o ON o.seq = d.on_seq
                      WHERE d.task_seq = t.seq AND d.kind = 'blocks'
                        AND o.status <> 'done' AND o.archived_at IS NOT NULL AND o.deleted_at IS NULL
                      ORDER BY 1 LIMIT 5)
                HAVING count(*) > 0))"
                .to_owned()
        }
        Problem::DoneWithoutEvidence => format!(
            "iif(t.status = 'done' AND {no_comment} AND {no_attachment} AND {no_note},
                 'done without a comment, an attachment or a note', NULL)"
        ),
        Problem::WithoutPlan => {
            format!("iif(t.status <> 'todo' AND {no_plan}, t.status || ' without a plan', NULL)")
        }
        Problem::DoneWithoutComments => {
            format!("iif(t.status = 'done' AND {no_comment}, 'done without a comment', NULL)")
        }
        // A label is the only thing whose entries leave the version alone and
        // are about the task, beside comments and plans.
        Problem::LabelChurnOnly => {
            "iif(t.status <> 'done' AND t.updated_at >= ?1 AND t.created_at < ?1
                 AND EXISTS (SELECT 1 FROM activity a WHERE a.task_seq = t.seq AND a.created_at >= ?1)
                 AND NOT EXISTS (SELECT 1 FROM activity a
                     WHERE a.task_seq = t.seq AND a.created_at >= ?1
                       AND NOT (a.entity = 'label' AND a.action IN ('attached', 'detached'))),
                 'of late nothing but labels was changed', NULL)"
                .to_owned()
        }
        Problem::NeverStarted => format!(
            "iif(t.status = 'todo' AND t.created_at < ?1 AND {no_attempt}
                 AND (t.version = 1 OR NOT EXISTS (
                     SELECT 1 FROM activity a WHERE a.task_seq = t.seq AND {MOVE})),
                 'created and never begun', NULL)"
        ),
    }
}
