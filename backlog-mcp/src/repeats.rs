//! Calls that a client makes twice because the first answer was lost.
//!
//! The daemon keeps the answer of each request id. Here is only which id a
//! call gets: an identical one of the same session within a minute, the same.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use ulid::Ulid;

/// How long an identical call is taken for a repetition.
const WINDOW: Duration = Duration::from_secs(60);

/// The calls of the last minute.
pub(crate) struct Repeats {
    hasher: RandomState,
    recent: Mutex<HashMap<u64, Recent>>,
}

struct Recent {
    at: Instant,
    request_id: String,
    answered: bool,
}

/// A call that may be a repetition.
#[derive(Debug, Clone)]
pub(crate) struct Once {
    call: u64,
    /// What the daemon knows it by.
    pub(crate) request_id: String,
    /// It was answered before.
    pub(crate) repeated: bool,
}

impl Repeats {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            recent: Mutex::default(),
        }
    }

    /// A call of a session. `key`: what its caller knows it by, whatever else
    /// it says.
    pub(crate) fn of(&self, session: &str, call: &str, key: Option<&str>) -> Once {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, call| call.at.elapsed() < WINDOW);
        let call = match key {
            Some(key) => self.hasher.hash_one(("key", key)),
            None => self.hasher.hash_one((session, call)),
        };
        let known = recent.entry(call).or_insert_with(|| Recent {
            at: Instant::now(),
            request_id: match key {
                Some(key) => format!("key:{key}"),
                None => Ulid::generate().to_string(),
            },
            answered: false,
        });
        Once {
            call,
            request_id: known.request_id.clone(),
            repeated: known.answered,
        }
    }

    /// It was answered: from now on the same is a repetition.
    pub(crate) fn answered(&self, once: &Once) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(call) = recent.get_mut(&once.call) {
            call.answered = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_same_call_within_a_minute_is_a_repetition_once_answered() {
        let repeats = Repeats::new();
        let first = repeats.of("s", "create x", None);
        let again = repeats.of("s", "create x", None);
        assert_eq!(again.request_id, first.request_id);
        assert!(!again.repeated, "the first was not answered");
        repeats.answered(&first);
        assert!(repeats.of("s", "create x", None).repeated);
        for other in [("s2", "create x"), ("s", "create y")] {
            assert!(!repeats.of(other.0, other.1, None).repeated);
        }
        tokio::time::advance(WINDOW).await;
        let later = repeats.of("s", "create x", None);
        assert_ne!(later.request_id, first.request_id);
        assert!(!later.repeated);
    }

    #[tokio::test]
    async fn a_key_is_the_same_for_every_session() {
        let repeats = Repeats::new();
        let first = repeats.of("s", "create x", Some("k"));
        let other = repeats.of("t", "create y", Some("k"));
        assert_eq!(other.request_id, first.request_id);
    }
}
