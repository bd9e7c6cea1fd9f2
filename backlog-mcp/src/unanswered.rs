//! Claims whose client gave up before it was answered: what they were granted
//! all the same is given back.
//!
//! What is not given back here, because this process was killed or a later
//! claim came in between, ends with the grace: no stream holds it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use backlog_api::{client::Client, v1, view};
use prost_types::Timestamp;
use rmcp::model::RequestId;
use tokio::{task::JoinSet, time::sleep};

use crate::{identity::Identity, leases::Leases};

/// When it is looked whether an abandoned claim was granted: at once, and when
/// the daemon has surely heard that nobody waits for it.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(500),
];
/// How long the process stays for what is being given back.
const LAST: Duration = Duration::from_secs(2);
const NOTE: &str = "The claim was cancelled before it was answered.";

/// The claims on their way.
#[derive(Clone, Default)]
pub(crate) struct Unanswered {
    /// Whether the answer of a claim was written.
    answers: Arc<Mutex<HashMap<RequestId, bool>>>,
    /// How often each session has claimed: one that claims again may have got
    /// the very task that is to be given back.
    claims: Arc<tokio::sync::Mutex<HashMap<String, u64>>>,
    returns: Arc<Mutex<JoinSet<()>>>,
}

/// One claim of a session.
pub(crate) struct Claiming {
    request: RequestId,
    who: Identity,
    count: u64,
}

impl Unanswered {
    /// A session claims.
    pub(crate) async fn begin(&self, request: &RequestId, who: &Identity) -> Claiming {
        lock(&self.answers).insert(request.clone(), false);
        let mut claims = self.claims.lock().await;
        let count = claims.entry(who.session.clone()).or_default();
        *count += 1;
        Claiming {
            request: request.clone(),
            who: who.clone(),
            count: *count,
        }
    }

    /// An answer is being written.
    pub(crate) fn note_answer(&self, request: &RequestId) {
        if let Some(answered) = lock(&self.answers).get_mut(request) {
            *answered = true;
        }
    }

    /// It came to nothing.
    pub(crate) fn forget(&self, claiming: &Claiming) {
        lock(&self.answers).remove(&claiming.request);
    }

    /// It was granted: given back where the answer is dropped on its way.
    /// `over` tells that it was dropped or written.
    pub(crate) fn granted(
        &self,
        claiming: Claiming,
        client: Client,
        task: i64,
        over: impl Future<Output = ()> + Send + 'static,
    ) {
        let all = self.clone();
        self.spawn(async move {
            over.await;
            let answered = lock(&all.answers).remove(&claiming.request);
            if answered != Some(true) {
                let claims = all.claims.lock().await;
                if claims.get(&claiming.who.session) == Some(&claiming.count) {
                    give_back(&client, task).await;
                }
            }
        });
    }

    /// Nobody waits for it any more, and it may have been granted since it was
    /// `asked_at`.
    pub(crate) fn abandoned(
        &self,
        claiming: Claiming,
        client: Client,
        leases: Leases,
        asked_at: Timestamp,
    ) {
        self.forget(&claiming);
        let all = self.clone();
        self.spawn(async move {
            for pause in LOOKS {
                sleep(pause).await;
                let claims = all.claims.lock().await;
                if claims.get(&claiming.who.session) != Some(&claiming.count) {
                    return;
                }
                for task in held_since(&client, &claiming.who, &asked_at).await {
                    if !leases.holds(task) {
                        give_back(&client, task).await;
                    }
                }
            }
        });
    }

    /// Waits, not for long, until what is being given back is.
    pub(crate) async fn settle(&self) {
        let returns = std::mem::take(&mut *lock(&self.returns));
        let _ = tokio::time::timeout(LAST, returns.join_all()).await;
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut returns = lock(&self.returns);
        while returns.try_join_next().is_some() {}
        returns.spawn(task);
    }
}

/// The numbers of the tasks that a session has held since then.
async fn held_since(client: &Client, who: &Identity, since: &Timestamp) -> Vec<i64> {
    let request = v1::GetQueueRequest::default();
    let Ok(queue) = client.call(request).await else {
        return Vec::new();
    };
    let is_meant = |task: &&v1::HeldTask| {
        task.lease.as_ref().is_some_and(|lease| {
            let at = lease.acquired_at.unwrap_or_default();
            lease.session == who.session && (at.seconds, at.nanos) >= (since.seconds, since.nanos)
        })
    };
    let held = queue.held.iter().filter(is_meant);
    held.map(|task| task.seq).collect()
}

async fn give_back(client: &Client, task: i64) {
    let request = v1::ReleaseLeaseRequest {
        task: view::task_ref(task),
        note: NOTE.to_owned(),
        // Nobody has seen it.
        interrupted: true,
        ..Default::default()
    };
    // Where it fails, the lease ends by itself.
    let _ = client.call(request).await;
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
