//! Failures in a row: then the command may be broken, or whatever it needs is
//! not there just now, and to hurry would use up every task's attempts.

use std::time::{Duration, Instant};

use backlog_api::view::LoopOutcome;

/// The first pause. Two may fail at once and mean nothing.
const FIRST: Duration = Duration::from_secs(1);
const FAILURES_BEFORE: usize = 3;
/// The longest.
const LONGEST: Duration = Duration::from_secs(300);

/// The failures since the last task that was done.
#[derive(Debug, Default)]
pub struct Streak {
    failures: usize,
    /// When the next attempt may begin.
    until: Option<Instant>,
}

impl Streak {
    /// Notes how an attempt ended that began at that time.
    pub fn note(&mut self, outcome: LoopOutcome, began: Instant) {
        if outcome == LoopOutcome::Done {
            *self = Self::default();
        } else if outcome.is_failure() {
            self.failures += 1;
            // One that ran for longer has waited already.
            self.until = self.until.max(Some(began + pause_after(self.failures)));
        }
    }

    pub fn failures(&self) -> usize {
        self.failures
    }

    /// How long the next attempt is not to begin yet.
    pub fn pause(&self) -> Option<Duration> {
        let left = self.until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

/// From the beginning of an attempt that failed to that of the next: twice as
/// long after each further failure.
fn pause_after(failures: usize) -> Duration {
    let Some(doublings) = failures.checked_sub(FAILURES_BEFORE) else {
        return Duration::ZERO;
    };
    let times = u32::try_from(doublings)
        .ok()
        .and_then(|n| 2_u32.checked_pow(n));
    FIRST.saturating_mul(times.unwrap_or(u32::MAX)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit() {
        let seconds = |failures| pause_after(failures).as_secs();
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 10, 11, 12, 1_000].map(seconds),
            [0, 0, 0, 1, 2, 4, 128, 256, 300, 300]
        );
    }

    #[test]
    fn an_attempt_that_took_long_is_its_own_pause_and_a_task_done_ends_them() {
        let mut streak = Streak::default();
        let (now, long) = (Instant::now(), Duration::from_secs(3_600));
        for _ in 0..5 {
            streak.note(LoopOutcome::Failed, now + long);
        }
        assert!(streak.pause().is_some_and(|pause| pause > long));
        streak.note(LoopOutcome::Done, now);
        assert_eq!(streak.pause(), None);
        for _ in 0..5 {
            streak.note(
                LoopOutcome::Failed,
                now.checked_sub(long).expect("an hour ago"),
            );
        }
        assert_eq!((streak.pause(), streak.failures()), (None, 5));
    }
}
