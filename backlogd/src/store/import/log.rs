//! The other workspace's log, as it comes over: at the end of this one, marked
//! with when it was written and what it is there.

use serde_json::{Value, json};

use super::Importer;
use crate::{
    domain::{
        activity::{Activity, Hash},
        foreign::ForeignActivity,
        transfer::Kind,
    },
    store::Result,
};

impl Importer<'_, '_> {
    pub(super) fn activity(&mut self, entry: ForeignActivity) -> Result<()> {
        self.step();
        if self.is_logged(&entry.origin)? {
            self.count(Kind::Activity).present += 1;
            return Ok(());
        }
        let mended = &mut self.mended;
        let payload = match serde_json::from_str::<Value>(&entry.payload) {
            Ok(_) => entry.payload,
            Err(_) if entry.payload.trim().is_empty() => "{}".to_owned(),
            Err(_) => json!({"text": entry.payload}).to_string(),
        };
        let activity = Activity {
            seq: 0,
            entity: mended.line(entry.entity, ""),
            entity_id: entry.entity_id,
            action: mended.line(entry.action, ""),
            actor: mended.actor(entry.actor, ""),
            session: mended.line(entry.session, ""),
            uid: entry.uid,
            pid: entry.pid,
            project_id: None,
            task_seq: None,
            summary: mended.body(entry.summary, ""),
            payload,
            created_at: entry.at,
            occurred_at: Some(entry.at),
            origin: Some(entry.origin),
        };
        let task_seq = match entry.task {
            Some(id) => self.find("task", id)?.map(|here| here.key),
            None => None,
        };
        let project_id = entry
            .project
            .and_then(|id| self.projects.get(&id).copied().flatten());
        self.tx.append(Activity {
            project_id,
            task_seq,
            ..activity
        })?;
        self.came(Kind::Activity);
        Ok(())
    }

    /// Whether the log has that entry: imported before, or written here, which
    /// a copy of this workspace brings back.
    fn is_logged(&self, origin: &[u8]) -> Result<bool> {
        let conn = self.tx.conn;
        if let Some((hash, seq)) = origin.split_at_checked(size_of::<Hash>())
            && let Ok(seq) = <[u8; 8]>::try_from(seq)
            && conn
                .prepare_cached("SELECT 1 FROM activity WHERE seq = ? AND hash = ?")?
                .exists((i64::from_be_bytes(seq), hash))?
        {
            return Ok(true);
        }
        Ok(conn
            .prepare_cached("SELECT 1 FROM activity WHERE origin = ?")?
            .exists([origin])?)
    }
}
