//! Time, handed in: rules and store never look at the clock themselves.

use std::time::{SystemTime, UNIX_EPOCH};

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
}

/// Where the time comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock;

impl Clock {
    /// Now, by the system's clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that looks at the clock"
    )]
    pub fn now(self) -> Moment {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
    }
}
