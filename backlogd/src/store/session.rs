//! All leases of a session at once: those that only time ends. What a stream or
//! a process holds is theirs to renew and to let go.

use std::time::Duration;

use rusqlite::named_params;

use super::{Reader, Result, WriteTx};
use crate::domain::clock::{Uptime, nanos};

/// Which leases these are, of `:session`.
const OF_SESSION: &str = "held_by = 'time'
    AND (SELECT session FROM attempt WHERE id = lease.attempt_id) = :session";

impl Reader<'_> {
    /// How long each of them has, and how long a renewal lasts.
    pub fn session_leases(&self, session: &str) -> Result<Vec<(Duration, Duration)>> {
        let sql = format!("SELECT deadline, ttl FROM lease WHERE {OF_SESSION}");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(named_params! {":session": session}, |row| {
            let left = Uptime(row.get(0)?).left(self.uptime);
            let ttl: i64 = row.get(1)?;
            Ok((left, Duration::from_nanos(ttl.unsigned_abs())))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl WriteTx<'_> {
    /// Gives the leases of the caller's session their whole time again. How many.
    pub fn renew_session(&mut self) -> Result<i32> {
        let sql = format!(
            "UPDATE lease SET deadline = :uptime + ttl, expires_at = :now + ttl
             WHERE {OF_SESSION}"
        );
        let renewed = self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":uptime": self.uptime.0, ":now": self.now.0, ":session": self.caller.session,
        })?;
        Ok(i32::try_from(renewed).unwrap_or(i32::MAX))
    }

    /// The caller's session is over: its leases have the grace left and no more.
    /// How many.
    pub fn end_session(&mut self) -> Result<i32> {
        let grace = nanos(self.terms.grace);
        let sql = format!(
            "UPDATE lease SET deadline = min(deadline, :uptime + :grace),
                 expires_at = min(expires_at, :now + :grace)
             WHERE {OF_SESSION}"
        );
        let ended = self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":uptime": self.uptime.0, ":now": self.now.0, ":grace": grace,
            ":session": self.caller.session,
        })?;
        Ok(i32::try_from(ended).unwrap_or(i32::MAX))
    }
}
