//! The claims that wait for something to become ready, in the order in which
//! their callers asked.
//!
//! They wait at the writer, which tries them in the very transaction that may
//! have made something ready: whoever comes later cannot be faster.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{Caller, Holder, RequestKey, StoreError, Waiting, writer::Reply};
use crate::domain::{
    Moment,
    queue::{Claim, Claimed, Wanted},
};

/// Turns what was claimed into the answer to keep.
pub(super) type Answering = Box<dyn Fn(Claimed) -> Vec<u8> + Send + Sync>;

/// A claim, waiting or not.
pub(super) struct ClaimJob {
    pub(super) caller: Caller,
    pub(super) key: Option<RequestKey>,
    pub(super) claim: Claim,
    pub(super) waiting: Option<Waiting>,
    pub(super) answer: Answering,
}

/// A claim that waits, and where its answer goes.
pub(super) struct Parked {
    pub(super) job: ClaimJob,
    pub(super) waiting: Waiting,
    pub(super) reply: Reply,
    /// What it was refused with last.
    pub(super) refusal: StoreError,
}

impl Parked {
    /// Whether nobody waits for the answer any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    /// Two claims of the same wish find nothing at the same time.
    fn wish(&self) -> String {
        match &self.job.claim.wanted {
            Wanted::Task(task) => format!("{task:?}"),
            Wanted::Next(filter) => format!("{filter:?}"),
        }
    }
}

/// The queue of claims that wait.
#[derive(Default)]
pub(super) struct ParkedClaims(Vec<Parked>);

impl ParkedClaims {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Behind those who asked before.
    pub(super) fn park(&mut self, parked: Parked) {
        let at = self
            .0
            .partition_point(|other| other.waiting.asked_at <= parked.waiting.asked_at);
        self.0.insert(at, parked);
    }

    /// Tries each in turn. What `attempt` gives back goes on waiting; of those
    /// that ask for the same only the first is tried once that found nothing.
    pub(super) fn try_each(&mut self, mut attempt: impl FnMut(Parked) -> Option<Parked>) {
        let mut in_vain = HashSet::new();
        for parked in std::mem::take(&mut self.0) {
            if parked.is_abandoned() {
                continue;
            }
            let wish = parked.wish();
            if in_vain.contains(&wish) {
                self.0.push(parked);
            } else if let Some(parked) = attempt(parked) {
                in_vain.insert(wish);
                self.0.push(parked);
            }
        }
    }

    /// Those whose time is over by now, and those who left.
    pub(super) fn take_overdue(&mut self, now: Moment) -> Vec<Parked> {
        self.0.retain(|parked| !parked.is_abandoned());
        let (overdue, waiting) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|parked| parked.waiting.until <= now);
        self.0 = waiting;
        overdue
    }

    /// How long until the first one's time is over.
    pub(super) fn next_due(&self, now: Moment) -> Option<Duration> {
        self.0
            .iter()
            .map(|parked| parked.waiting.until.left(now))
            .min()
    }

    fn list(&self) -> Vec<(Holder, Waiting)> {
        self.0
            .iter()
            .filter(|parked| !parked.is_abandoned())
            .map(|parked| (parked.job.caller.holder(), parked.waiting))
            .collect()
    }
}

/// Who waits, for others to see.
#[derive(Default)]
pub(super) struct WaitingList(Mutex<Vec<(Holder, Waiting)>>);

impl WaitingList {
    pub(super) fn show(&self, parked: &ParkedClaims) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = parked.list();
    }

    pub(super) fn list(&self) -> Vec<(Holder, Waiting)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Whether a refused claim may be granted later.
pub(super) fn may_pass(error: &StoreError) -> bool {
    use crate::domain::Refusal;
    match error {
        StoreError::Refused(refusal) => matches!(
            refusal,
            Refusal::NothingReady { .. }
                | Refusal::LeaseHeld { .. }
                | Refusal::NotReady { may_pass: true, .. }
        ),
        _ => false,
    }
}
