//! Leases: how one session says "mine", and how the queue gets a task back.

use std::{fmt, time::Duration};

use super::{
    actor::Actor,
    clock::{Moment, Uptime},
    id::Id,
    refusal::Refusal,
    words::words,
};

words! {
    /// How an attempt ended.
    Outcome {
        /// The task is done.
        Done = "done",
        /// The holder gave it back.
        Released = "released",
        /// The lease was not renewed in time.
        Expired = "expired",
        /// The holder gave it back and said that it failed.
        Failed = "failed",
        /// A person took it away.
        Revoked = "revoked",
    }
}

words! {
    /// What keeps a lease alive beside its holder's calls.
    HeldBy {
        /// Nothing: its time runs.
        Time = "time",
        /// An open stream.
        Stream = "stream",
        /// A process of this machine.
        Process = "process",
    }
}

/// Proves the holder of a lease: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeaseToken([u8; 16]);

impl LeaseToken {
    /// One that nobody has.
    #[must_use]
    pub fn generate() -> Self {
        // The second half of a ULID is random, the first is mostly its time.
        let (one, two) = (Id::generate(), Id::generate());
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&one.as_bytes()[8..]);
        bytes[8..].copy_from_slice(&two.as_bytes()[8..]);
        Self(bytes)
    }

    /// Reads what [`fmt::Display`] wrote.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(given: &str) -> Result<Self, Refusal> {
        let digits = given.trim().as_bytes();
        let nibble = |digit: u8| char::from(digit).to_digit(16).map(|n| n.to_be_bytes()[3]);
        let bytes: Option<Vec<u8>> = digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
                _ => None,
            })
            .collect();
        bytes
            .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
            .map(Self)
            .ok_or(Refusal::UnknownLease)
    }

    /// As it is stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// As it was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for LeaseToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LeaseToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeaseToken(…)")
    }
}

/// Who acts: what tells one session from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The actor.
    pub actor: Actor,
    /// The session, or empty.
    pub session: String,
}

impl Holder {
    /// Whether both are one session: by session where both named one, else by
    /// actor.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        if self.session.is_empty() || other.session.is_empty() {
            self.actor == other.actor
        } else {
            self.session == other.session
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.actor)?;
        if self.session.is_empty() {
            Ok(())
        } else {
            write!(f, " (session {})", self.session)
        }
    }
}

/// A session's hold on a task.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The task's number.
    pub task_seq: i64,
    /// The attempt's key in the database.
    pub attempt: i64,
    /// Which claim of the task it is.
    pub fence: i64,
    /// Proves the holder.
    pub token: LeaseToken,
    /// Who holds it.
    pub holder: Holder,
    /// The directory the session works in, or empty.
    pub worktree: String,
    /// When the claim was made.
    pub acquired_at: Moment,
    /// How long a renewal lasts.
    pub ttl: Duration,
    /// When its session was last seen at work by somebody who is not its
    /// holder.
    pub seen: Option<Uptime>,
    /// When it ends unless renewed.
    pub deadline: Uptime,
    /// The same by the calendar.
    pub expires_at: Moment,
}

/// A claim of a task, from its beginning to its end.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Which claim of the task it was.
    pub fence: i64,
    /// Who made it.
    pub holder: Holder,
    /// The directory the session worked in, or empty.
    pub worktree: String,
    /// When it began.
    pub started_at: Moment,
    /// When and how it ended.
    pub ended: Option<(Moment, Outcome)>,
    /// What the holder left for the next one.
    pub note: String,
}

/// A process of this machine: its id may be given out again, its start not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldingProcess {
    /// Its id.
    pub pid: i32,
    /// When it started, in clock ticks since boot.
    pub started_ticks: i64,
}

/// For how long a session that was seen at work need not be noted again.
pub const SEEN_FOR: Duration = Duration::from_secs(3 * 60);

/// What a workspace's configuration says about leases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long a lease lives without being renewed, where its claim does not
    /// say.
    pub ttl: Duration,
    /// How long it outlives the stream or process that held it, or a restart
    /// of the daemon.
    pub grace: Duration,
    /// After how many attempts without done a task is set aside.
    pub max_attempts: u16,
}

impl LeaseTerms {
    /// The shortest lease.
    pub const SHORTEST: Duration = Duration::from_secs(1);
    /// The longest lease, and the longest wait for one.
    pub const LONGEST: Duration = Duration::from_secs(24 * 3_600);

    /// How long a lease that a stream holds lives without being renewed. Where
    /// nobody would notice that its process was killed, only the grace: then
    /// the stream renews it the more often.
    #[must_use]
    pub fn held_for(self, ttl: Duration, is_watched: bool) -> Duration {
        if is_watched { ttl } else { ttl.min(self.grace) }
    }

    /// A time to live.
    ///
    /// # Errors
    /// Under a second or over a day.
    pub fn check_ttl(given: Duration) -> Result<Duration, Refusal> {
        if (Self::SHORTEST..=Self::LONGEST).contains(&given) {
            Ok(given)
        } else {
            Err(Refusal::invalid(
                "ttl",
                format!(
                    "a lease lives 1s to 24h without being renewed, not {}s",
                    given.as_secs()
                ),
            ))
        }
    }
}

impl Default for LeaseTerms {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(30 * 60),
            grace: Duration::from_secs(30),
            max_attempts: 3,
        }
    }
}

/// Whether a lease that something keeps alive has most of its time left, and
/// need not be renewed yet.
#[must_use]
pub fn is_fresh(left: Duration, ttl: Duration) -> bool {
    left * 3 > ttl * 2
}

/// `27 min`, `45 s`, `1 h 30 min`: the time left, for people.
#[must_use]
pub fn time_left(left: Duration) -> String {
    let seconds = left.as_secs();
    match (seconds / 3_600, seconds % 3_600 / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ActorKind;

    fn holder(name: &str, session: &str) -> Holder {
        Holder {
            actor: Actor::new(ActorKind::Ai, name).unwrap(),
            session: session.to_owned(),
        }
    }

    #[test]
    fn sessions_compare_where_both_sides_named_one_else_actors() {
        assert!(holder("a", "1").is(&holder("a", "1")));
        assert!(holder("a", "1").is(&holder("b", "1")));
        assert!(!holder("a", "1").is(&holder("a", "2")));
        assert!(holder("a", "1").is(&holder("a", "")));
        assert!(!holder("a", "1").is(&holder("b", "")));
        assert!(holder("a", "").is(&holder("a", "")));
        assert!(!holder("a", "").is(&holder("b", "")));
    }

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is_one() {
        let token = LeaseToken::generate();
        assert_eq!(LeaseToken::parse(&token.to_string()), Ok(token));
        assert_ne!(LeaseToken::generate(), LeaseToken::generate());
        for given in [
            "",
            "abc",
            "zz",
            &"0".repeat(31),
            &"0".repeat(34),
            &"é".repeat(16),
        ] {
            assert!(LeaseToken::parse(given).is_err(), "{given:?}");
        }
    }

    #[test]
    fn a_lease_lives_a_second_to_a_day() {
        for (seconds, fits) in [(0, false), (1, true), (86_400, true), (86_401, false)] {
            let checked = LeaseTerms::check_ttl(Duration::from_secs(seconds));
            assert_eq!(checked.is_ok(), fits, "{seconds}");
        }
    }
}
