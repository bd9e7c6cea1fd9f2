//! Waiting for a condition, with a limit; never for a time.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The longest any wait may take.
pub const LIMIT: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Waits until the condition gives a value.
///
/// # Panics
/// Where it has given none after [`LIMIT`].
#[track_caller]
pub fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        pause(LOOK_EVERY);
    }
}

/// Waits until the condition holds.
///
/// # Panics
/// Where it does not after [`LIMIT`].
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    until(what, || condition().then_some(()));
}

/// Acts now and then every `period`, until `done` holds.
///
/// # Panics
/// Where that does not after [`LIMIT`].
#[track_caller]
pub fn every(period: Duration, mut done: impl FnMut() -> bool, mut act: impl FnMut()) {
    let mut next = Instant::now();
    eventually("all is done", || {
        if done() {
            return true;
        }
        if Instant::now() >= next {
            act();
            next = Instant::now() + period;
        }
        false
    });
}

/// Acts now and then every `period`, until a moment has come.
pub fn every_until(period: Duration, end: Instant, mut act: impl FnMut()) {
    while Instant::now() < end {
        act();
        pause(period);
    }
}

/// Waits until an action ends by itself that may hang, and returns what it
/// came to. One that hangs is left behind on its thread.
///
/// # Panics
/// Where it has not ended after [`LIMIT`].
#[track_caller]
pub fn within_limit<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (end, ended) = mpsc::channel();
    thread::spawn(move || end.send(act()));
    match ended.recv_timeout(LIMIT) {
        Ok(outcome) => outcome,
        Err(_) => panic!("waited in vain until {what}"),
    }
}

/// The pause between two looks at a condition.
#[expect(
    clippy::disallowed_methods,
    reason = "the one pause, inside a bounded wait"
)]
fn pause(duration: Duration) {
    thread::sleep(duration);
}
