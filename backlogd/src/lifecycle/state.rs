//! What the parts of a running daemon share: counters, and the wish to leave.

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI32, AtomicI64, Ordering},
    },
    time::Duration,
};

use backlog_api::{rendezvous::Rendezvous, workspace::Workspace};
use tokio::{sync::watch, time::Instant};

use crate::domain::Moment;

/// Why the daemon leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    /// A client asked.
    Asked,
    /// Nobody needed it for a while.
    Idle,
    /// The system or a person sent a signal.
    Signal,
    /// Its socket is gone, or another program has changed the schema.
    Superseded,
}

/// What the parts of a running daemon share.
pub(crate) struct State {
    pub(crate) rendezvous: Rendezvous,
    pub(crate) socket_inode: u64,
    pub(crate) workspace: Workspace,
    pub(crate) log: PathBuf,
    pub(crate) started_at: Moment,
    pub(crate) idle_timeout: Option<Duration>,
    connections: AtomicI32,
    active_calls: AtomicI32,
    calls: AtomicI64,
    streams: AtomicI32,
    last_call: Mutex<Instant>,
    leave: watch::Sender<Option<Leave>>,
}

/// The counters at a moment.
pub(crate) struct Counters {
    pub(crate) connections: i32,
    pub(crate) active_calls: i32,
    pub(crate) calls: i64,
    pub(crate) streams: i32,
}

impl State {
    pub(super) fn new(
        rendezvous: Rendezvous,
        socket_inode: u64,
        workspace: Workspace,
        log: PathBuf,
        started_at: Moment,
        idle_timeout: Option<Duration>,
    ) -> Self {
        Self {
            rendezvous,
            socket_inode,
            workspace,
            log,
            started_at,
            idle_timeout,
            connections: AtomicI32::new(0),
            active_calls: AtomicI32::new(0),
            calls: AtomicI64::new(0),
            streams: AtomicI32::new(0),
            last_call: Mutex::new(Instant::now()),
            leave: watch::Sender::new(None),
        }
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters {
            connections: self.connections.load(Ordering::Relaxed),
            active_calls: self.active_calls.load(Ordering::Relaxed),
            calls: self.calls.load(Ordering::Relaxed),
            streams: self.streams.load(Ordering::Relaxed),
        }
    }

    /// Asks the daemon to leave; the first reason stays.
    pub(crate) fn leave(&self, why: Leave) {
        self.leave.send_if_modified(|leave| {
            let first = leave.is_none();
            leave.get_or_insert(why);
            first
        });
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.leave.borrow().is_some()
    }

    /// Waits until it is time to leave.
    pub(crate) async fn left(&self) -> Leave {
        let mut leave = self.leave.subscribe();
        // The sender lives as long as `self`.
        let why = leave
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|why| *why);
        why.unwrap_or(Leave::Signal)
    }

    /// How long ago the last call began or ended; zero while one is under way.
    pub(super) fn idle_for(&self) -> Duration {
        if self.active_calls.load(Ordering::Relaxed) > 0 {
            return Duration::ZERO;
        }
        self.last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }

    fn touch(&self) {
        *self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// Counts a connection while it lives.
pub(super) struct ConnectionGuard(std::sync::Arc<State>);

impl ConnectionGuard {
    pub(super) fn new(state: std::sync::Arc<State>) -> Self {
        state.connections.fetch_add(1, Ordering::Relaxed);
        Self(state)
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts a stream while it lives.
pub(crate) struct StreamGuard(std::sync::Arc<State>);

impl StreamGuard {
    pub(crate) fn new(state: std::sync::Arc<State>) -> Self {
        state.streams.fetch_add(1, Ordering::Relaxed);
        Self(state)
    }
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts a call while it is served.
pub(super) struct CallGuard(std::sync::Arc<State>);

impl CallGuard {
    pub(super) fn new(state: std::sync::Arc<State>) -> Self {
        state.calls.fetch_add(1, Ordering::Relaxed);
        state.active_calls.fetch_add(1, Ordering::Relaxed);
        state.touch();
        Self(state)
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        self.0.touch();
        self.0.active_calls.fetch_sub(1, Ordering::Relaxed);
    }
}
