//! What is kept because it would be slow to ask for: totals, holdbacks, hashes.

use backlog_api::view::HealthIssue;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::{BRING_BACK, count, first_few};
use crate::{
    domain::{Id, holdback::Holdback, task::reference},
    store::{Reader, Result},
};

/// The tasks there are of each sort, counted.
const COUNTED: &str =
    "SELECT project_id, archived_at IS NULL AS shown, status, type, priority, holdback, count(*) AS n
     FROM task WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6";
const KEPT: &str =
    "SELECT project_id, shown, status, type, priority, holdback, n FROM task_count WHERE n <> 0";

/// Tasks whose holdback may be other than nothing.
const HELD_BACK: &str = "SELECT seq FROM task
     WHERE holdback <> 0 OR defer_until IS NOT NULL OR attention_at IS NOT NULL
        OR parent_seq IS NOT NULL
     UNION SELECT task_seq FROM dependency
     UNION SELECT parent_seq FROM task WHERE parent_seq IS NOT NULL";

/// Whether each plan and doc has the version that it says is its current one.
pub(super) fn versions(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let mut statement = connection.prepare(
        "SELECT 'plan', p.ulid FROM plan p WHERE NOT EXISTS
             (SELECT 1 FROM plan_version v WHERE v.plan_id = p.id AND v.version = p.current_version)
         UNION ALL
         SELECT 'doc', d.ulid FROM doc d WHERE NOT EXISTS
             (SELECT 1 FROM doc_version v WHERE v.doc_id = d.id AND v.version = d.current_version)",
    )?;
    let lost = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, Id)>>>()?;
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "version_missing",
            format!(
                "{} without a current version",
                count(lost.len(), "plan or doc")
            ),
        )
        .seen(first_few(&lost, |(what, id)| format!("{what} {id}")))
        .hint(BRING_BACK),
    ])
}

/// Whether the bytes of each attachment are those that were attached.
pub(super) fn attachments(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let mut statement = connection.prepare("SELECT ulid, name, sha256, data FROM attachment")?;
    let mut rows = statement.query([])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let digest: [u8; 32] = Sha256::digest(row.get_ref(3)?.as_blob().unwrap_or_default()).into();
        if digest != row.get::<_, [u8; 32]>(2)? {
            changed.push((row.get::<_, Id>(0)?, row.get::<_, String>(1)?));
        }
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "attachment_changed",
            format!("{} not as attached", count(changed.len(), "attachment")),
        )
        .seen(first_few(&changed, |(id, name)| format!("{id} {name:?}")))
        .hint(BRING_BACK),
    ])
}

/// Whether the totals are those of the tasks there are.
pub(super) fn totals(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let mut statement = connection.prepare(&format!(
        "SELECT project_id, status, type, priority, sum(n) FILTER (WHERE kept), sum(n) FILTER (WHERE NOT kept)
         FROM (SELECT *, 0 AS kept FROM (SELECT * FROM ({COUNTED}) EXCEPT {KEPT})
               UNION ALL SELECT *, 1 FROM (SELECT * FROM ({KEPT}) EXCEPT {COUNTED}))
         GROUP BY project_id, shown, status, type, priority, holdback"
    ))?;
    let wrong = statement
        .query_map([], |row| {
            Ok(format!(
                "project {}, {} {} P{}: {} kept, {} there",
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, Option<i64>>(4)?.unwrap_or_default(),
                row.get::<_, Option<i64>>(5)?.unwrap_or_default(),
            ))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "totals_differ",
            "the totals of tasks are not those of the tasks",
        )
        .seen(first_few(&wrong, Clone::clone))
        .hint(BRING_BACK),
    ])
}

/// Whether what holds each task back is what is written with it.
pub(super) fn holdbacks(reader: &Reader<'_>) -> Result<Vec<HealthIssue>> {
    let mut statement = reader.conn.prepare(HELD_BACK)?;
    let mut rows = statement.query([])?;
    let mut wrong = Vec::new();
    while let Some(row) = rows.next()? {
        let task = row.get(0)?;
        let Some((stored, now)) = reader.holdback(task)? else {
            continue;
        };
        // A date that has come is noticed by the next write, and a clock that
        // was set back has it before it again.
        let dateless = |is: Holdback| is.bits() & !Holdback::DEFERRED.bits();
        if dateless(stored) != dateless(now) {
            wrong.push((task, stored, now));
        }
    }
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "readiness_differs",
            format!("{} not as ready as written", count(wrong.len(), "task")),
        )
        .seen(first_few(&wrong, |(task, stored, now)| {
            format!(
                "{}: {} written, {} found",
                reference(*task),
                stored.bits(),
                now.bits()
            )
        }))
        .hint(BRING_BACK),
    ])
}

/// Whether each lease has its task at work and its attempt under way, and each
/// attempt under way its lease.
pub(super) fn claims(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let wrong: Vec<i64> = connection
        .prepare(
            "SELECT l.task_seq FROM lease l JOIN task t ON t.seq = l.task_seq
             WHERE t.status <> 'doing'
             UNION
             SELECT a.task_seq FROM attempt a LEFT JOIN lease l ON l.attempt_id = a.id
             WHERE (a.ended_at IS NULL) <> (l.task_seq IS NOT NULL)",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::error(
            "claims_differ",
            format!(
                "{} whose status, lease and attempts do not agree",
                count(wrong.len(), "task")
            ),
        )
        .seen(first_few(&wrong, |task| reference(*task)))
        .hint(BRING_BACK),
    ])
}

/// Whether a write left something for later, which none may.
pub(super) fn unfinished(connection: &Connection) -> Result<Vec<HealthIssue>> {
    let (texts, holdbacks): (i64, i64) = connection.query_row(
        "SELECT (SELECT count(*) FROM search_dirty) + (SELECT count(*) FROM knowledge_dirty),
                (SELECT count(*) FROM holdback_dirty)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if texts + holdbacks == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![
        HealthIssue::warning("unfinished", "a write left something to be done")
            .seen([format!(
                "{texts} texts to index, {holdbacks} tasks to look at"
            )])
            .hint("The next write does it: backlog task update REF"),
    ])
}
