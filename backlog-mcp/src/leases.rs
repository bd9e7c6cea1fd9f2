//! The leases of this process: held by a stream each, for as long as the
//! process lives and its sessions call.
//!
//! Nothing here ends a lease: when this process is killed, its streams break,
//! and the daemon does what is due.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use backlog_api::{
    client::{Caller, Client},
    v1, view,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    identity::{Identity, is_of_session},
    options::Opened,
};

/// Between two tries to reach a daemon that holds a lease.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of a lease that this process holds.
#[derive(Debug, Clone)]
struct Held {
    /// The task's ULID.
    id: String,
    /// Which claim of the task it is.
    fence: i64,
    /// The session that claimed it: this one, or a worker of it.
    session: String,
    /// What proves the holder; its session does where there is none.
    token: Option<String>,
}

/// The leases of this process, by the number of their task.
#[derive(Clone)]
pub(crate) struct Leases {
    book: Arc<Mutex<HashMap<i64, Held>>>,
    /// The sessions whose former leases were looked for.
    taken_up: Arc<Mutex<HashSet<String>>>,
    last_call: watch::Sender<Instant>,
    idle: Duration,
}

impl Leases {
    /// None yet. They are held no longer once there was no call for `idle`.
    pub(crate) fn new(idle: Duration) -> Self {
        Self {
            book: Arc::default(),
            taken_up: Arc::default(),
            last_call: watch::Sender::new(Instant::now()),
            idle,
        }
    }

    /// Somebody called, or a hook of the agent saw the session work.
    pub(crate) fn note_call(&self) {
        self.last_call.send_replace(Instant::now());
    }

    /// Who may write about a task: as `who`, under the lease that this process
    /// holds, where it does. `task`: `TASK-12`, or its ULID.
    pub(crate) fn holder(&self, task: &str, who: &Identity) -> Caller {
        let held = lock(&self.book)
            .iter()
            .find(|(seq, held)| held.id == task || view::task_ref(**seq) == task)
            .map(|(_, held)| held.clone());
        let mut caller = who.caller(None);
        if let Some(held) = held {
            if held.token.is_none() {
                caller.session = Some(held.session);
            }
            caller.lease = held.token;
        }
        caller
    }

    /// Forgets a lease that its holder has ended.
    pub(crate) fn forget(&self, task: &v1::Task) {
        lock(&self.book).remove(&task.seq);
    }

    /// Holds a lease from now on. One that is held already stays as it is.
    pub(crate) fn hold(&self, opened: &Opened, caller: Caller, task: &v1::Task) {
        let fence = task.lease.as_ref().map_or(0, |lease| lease.fence);
        {
            let mut book = lock(&self.book);
            if let Some(known) = book.get_mut(&task.seq)
                && known.fence == fence
            {
                known.token = known.token.take().or(caller.lease);
                return;
            }
            let held = Held {
                id: task.id.clone(),
                fence,
                session: caller.session.clone().unwrap_or_default(),
                token: caller.lease.clone(),
            };
            book.insert(task.seq, held);
        }
        let client = opened.client.with_caller(caller);
        tokio::spawn(self.clone().keep(client, task.seq, fence));
    }

    /// Holds what a session held before this process was: its server was
    /// started again. Looked for once; a look that failed is made again.
    pub(crate) async fn take_up(&self, opened: &Opened, who: &Identity) {
        if !lock(&self.taken_up).insert(who.session.clone()) {
            return;
        }
        let request = v1::ListTasksRequest {
            filter: Some(v1::TaskFilter {
                claimed: true,
                ..Default::default()
            }),
            page_size: 500,
            view: v1::TaskView::Basic.into(),
            ..Default::default()
        };
        let client = opened.client.with_caller(who.caller(None));
        let Ok(claimed) = client.call(request).await else {
            lock(&self.taken_up).remove(&who.session);
            return;
        };
        for task in &claimed.tasks {
            let session = task.lease.as_ref().map(|lease| &lease.session);
            if let Some(session) = session
                && is_of_session(session, &who.session)
            {
                let caller = Caller {
                    session: Some(session.clone()),
                    ..who.caller(None)
                };
                self.hold(opened, caller, task);
            }
        }
    }

    /// Keeps a stream open while somebody calls now and then, until the lease
    /// ends.
    async fn keep(self, client: Client, seq: i64, fence: i64) {
        let task = view::task_ref(seq);
        let mut calls = self.last_call.subscribe();
        loop {
            tokio::select! {
                ended = client.hold(&task, || self.note_call()) => match ended {
                    Err(error) if error.is_trouble() => sleep(PAUSE).await,
                    // Ended, or lost: the next call about it is told so.
                    _ => break,
                },
                () = self.quiet() => {
                    if calls.changed().await.is_err() {
                        break;
                    }
                }
            }
        }
        let mut book = lock(&self.book);
        if book.get(&seq).is_some_and(|held| held.fence == fence) {
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
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
