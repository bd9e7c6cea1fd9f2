//! How long a call is tried.

use std::time::{Duration, Instant};

use super::Unavailable;

/// How long a cut-off call is repeated before the client gives up.
pub(super) const RETRY_FOR: Duration = Duration::from_secs(60);
/// The pause between two tries doubles from the first to the second of these.
pub(super) const PAUSES: (Duration, Duration) =
    (Duration::from_millis(5), Duration::from_millis(500));

/// Pauses between tries, and their end. The clock runs from the first failure:
/// a call may wait as long as the daemon lives.
pub(super) struct Patience {
    limit: Duration,
    until: Option<Instant>,
    next: Duration,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            until: None,
            next: PAUSES.0,
        }
    }

    /// Goes on at once, unless it is time to give up.
    pub(super) fn spend(
        &mut self,
        give_up: impl FnOnce() -> Unavailable,
    ) -> Result<(), Unavailable> {
        let now = Instant::now();
        if now > *self.until.get_or_insert(now + self.limit) {
            Err(give_up())
        } else {
            Ok(())
        }
    }

    /// Goes on after a pause, unless it is time to give up.
    pub(super) async fn pause(
        &mut self,
        give_up: impl FnOnce() -> Unavailable,
    ) -> Result<(), Unavailable> {
        self.spend(give_up)?;
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(PAUSES.1);
        Ok(())
    }
}
