//! Time, handed in: rules and store never look at a clock themselves.
//!
//! There are two. The calendar's says when something happened. The other says
//! how long something may still take: it stands still while the machine
//! sleeps, so that a closed laptop loses no lease, and nobody can set it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::time::{ClockId, clock_gettime};

/// A moment as Unix nanoseconds, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment `days` days before this one.
    #[must_use]
    pub fn days_before(self, days: i64) -> Self {
        Self(
            self.0
                .saturating_sub(days.saturating_mul(86_400_000_000_000)),
        )
    }

    /// The moment `time` after this one.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(nanos(time)))
    }

    /// How long it is from now to this moment; zero where it has passed.
    #[must_use]
    pub fn left(self, now: Self) -> Duration {
        since(now.0, self.0)
    }
}

/// Nanoseconds since boot, without the time the machine slept. The same in
/// every process of one boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uptime(pub i64);

impl Uptime {
    /// The moment `time` after this one.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(nanos(time)))
    }

    /// How long it is from now to this moment; zero where it has passed.
    #[must_use]
    pub fn left(self, now: Self) -> Duration {
        since(now.0, self.0)
    }
}

fn since(from: i64, to: i64) -> Duration {
    Duration::from_nanos(u64::try_from(to.saturating_sub(from)).unwrap_or(0))
}

/// As the database has it.
#[must_use]
pub fn nanos(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// By the calendar.
    pub moment: Moment,
    /// Since boot.
    pub uptime: Uptime,
}

/// Where the time comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock;

impl Clock {
    /// Now, by the system's calendar.
    #[must_use]
    pub fn now(self) -> Moment {
        self.both().moment
    }

    /// Now, by both clocks.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that looks at the clock"
    )]
    pub fn both(self) -> Now {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let uptime = clock_gettime(UPTIME).expect("this clock is always there");
        Now {
            moment: Moment(nanos(since_epoch)),
            uptime: Uptime(nanos(Duration::from(uptime))),
        }
    }
}

/// Linux's monotonic clock stands still while the machine sleeps
/// (clock_gettime(2)); Apple's goes on, and this one does not.
#[cfg(not(target_vendor = "apple"))]
const UPTIME: ClockId = ClockId::CLOCK_MONOTONIC;
#[cfg(target_vendor = "apple")]
const UPTIME: ClockId = ClockId::from_raw(nix::libc::CLOCK_UPTIME_RAW);
