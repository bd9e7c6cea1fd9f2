//! All leases of a session, and of its workers, at once. Those that only time
//! ends are renewed and let go. Of what a stream holds it is noted that the
//! session was seen at work, for who holds it; what a process holds is its own.

use std::time::Duration;

use rusqlite::named_params;

use super::{Reader, Result, WriteTx};
use crate::domain::{
    clock::{Uptime, nanos},
    lease::SEEN_FOR,
};

/// Whose leases these are: of `:session`, or of a worker of it.
const OF_SESSION: &str =
    "(SELECT session = :session OR substr(session, 1, length(:session) + 1) = :session || '#'
     FROM attempt WHERE id = lease.attempt_id)";

impl Reader<'_> {
    /// How long it need not be said that the session works, lease by lease, and
    /// how long that lasts when it was said.
    pub fn session_leases(&self, session: &str) -> Result<Vec<(Duration, Duration)>> {
        let sql = format!(
            "SELECT iif(held_by = 'time', deadline, coalesce(seen + min(ttl, :seen_for), 0)),
                 iif(held_by = 'time', ttl, min(ttl, :seen_for))
             FROM lease WHERE held_by <> 'process' AND {OF_SESSION}"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let values = named_params! {":session": session, ":seen_for": nanos(SEEN_FOR)};
        let rows = statement.query_map(values, |row| {
            let left = Uptime(row.get(0)?).left(self.uptime);
            let whole: i64 = row.get(1)?;
            Ok((left, Duration::from_nanos(whole.unsigned_abs())))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl WriteTx<'_> {
    /// Gives the leases of the caller's session their whole time again, where
    /// nothing else does. How many it has.
    pub fn renew_session(&mut self) -> Result<i32> {
        let sql = format!(
            "UPDATE lease SET seen = :uptime,
                 deadline = iif(held_by = 'time', :uptime + ttl, deadline),
                 expires_at = iif(held_by = 'time', :now + ttl, expires_at)
             WHERE held_by <> 'process' AND {OF_SESSION}"
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
             WHERE held_by = 'time' AND {OF_SESSION}"
        );
        let ended = self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":uptime": self.uptime.0, ":now": self.now.0, ":grace": grace,
            ":session": self.caller.session,
        })?;
        Ok(i32::try_from(ended).unwrap_or(i32::MAX))
    }
}
