//! The leases of this process: held by a stream each, for as long as the
//! process lives and its sessions call.
//!
//! Nothing here ends a lease: when this process is killed, its streams break,
//! and the daemon does what is due.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use backlog_api::{client::Client, v1, view};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::options::Opened;

/// What proves that this process holds a task.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    /// The task's ULID.
    id: String,
    token: String,
}

/// The leases of this process, by the number of their task.
#[derive(Clone)]
pub(crate) struct Leases {
    book: Arc<Mutex<HashMap<i64, Held>>>,
    last_call: watch::Sender<Instant>,
    idle: Duration,
}

impl Leases {
    /// None yet. They are held no longer once there was no call for `idle`.
    pub(crate) fn new(idle: Duration) -> Self {
        Self {
            book: Arc::default(),
            last_call: watch::Sender::new(Instant::now()),
            idle,
        }
    }

    /// Somebody called.
    pub(crate) fn note_call(&self) {
        self.last_call.send_replace(Instant::now());
    }

    /// The token of a task that this process holds: `TASK-12`, or its ULID.
    pub(crate) fn token(&self, task: &str) -> Option<String> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.iter()
            .find(|(seq, held)| held.id == task || view::task_ref(**seq) == task)
            .map(|(_, held)| held.token.clone())
    }

    /// Forgets a lease that its holder has ended.
    pub(crate) fn forget(&self, task: &v1::Task) {
        self.lock().remove(&task.seq);
    }

    /// Holds a lease from now on. One that is held already stays as it is.
    pub(crate) fn hold(
        &self,
        opened: &Opened,
        caller: backlog_api::client::Caller,
        task: &v1::Task,
    ) {
        let Some(token) = caller.lease.clone() else {
            return;
        };
        let held = Held {
            id: task.id.clone(),
            token,
        };
        if self.lock().insert(task.seq, held.clone()) != Some(held.clone()) {
            let client = opened.client.with_caller(caller);
            tokio::spawn(self.clone().keep(client, task.seq, held));
        }
    }

    /// Keeps a stream open while somebody calls now and then, until the lease
    /// ends.
    async fn keep(self, client: Client, seq: i64, held: Held) {
        let task = view::task_ref(seq);
        let mut calls = self.last_call.subscribe();
        loop {
            tokio::select! {
                // Ended, or lost: the next call about it is told so.
                _ = client.hold(&task) => break,
                () = self.quiet() => {}
            }
            if calls.changed().await.is_err() {
                break;
            }
        }
        let mut book = self.lock();
        if book.get(&seq) == Some(&held) {
            book.remove(&seq);
        }
    }

    /// Waits until there was no call for long.
    async fn quiet(&self) {
        loop {
            let deadline = *self.last_call.borrow() + self.idle;
            if Instant::now() >= deadline {
                return;
            }
            sleep_until(deadline).await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Held>> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
