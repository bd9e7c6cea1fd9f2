//! Claims whose client gave up before it was answered: what they were granted
//! all the same is given back, and nothing else. Each claim brings the token
//! that its lease will have, so the lease is known before it is granted.
//!
//! What is not given back here, because this process was killed, ends with the
//! grace: no stream holds it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use backlog_api::{
    client::{CallError, Caller, Client},
    reason, v1, view,
};
use rmcp::model::RequestId;
use tokio::{task::JoinSet, time::sleep};
use ulid::Ulid;

/// When it is looked whether an abandoned claim was granted: at once, and when
/// the daemon has surely heard that nobody waits for it.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(500),
];
/// How long the process stays for what is being given back.
const LAST: Duration = Duration::from_secs(2);

/// The claims on their way.
#[derive(Clone, Default)]
pub(crate) struct Unanswered {
    /// Whether the answer of a claim was written.
    answers: Arc<Mutex<HashMap<RequestId, bool>>>,
    /// The leases that no answer has told yet, by token. Locked while one is
    /// given back, so that no claim is answered with it meanwhile.
    leases: Arc<tokio::sync::Mutex<HashMap<String, Untold>>>,
    returns: Arc<Mutex<JoinSet<()>>>,
}

/// A lease that no answer has told yet.
struct Untold {
    /// How many claims are to tell it: the one that asked for it, and those of
    /// the same session that were granted it again.
    claims: usize,
    /// Whether it was given back.
    returned: bool,
}

/// One claim.
pub(crate) struct Claiming {
    request: RequestId,
    token: String,
}

impl Claiming {
    /// The token of the lease that it is for.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }
}

impl Unanswered {
    /// A claim begins.
    pub(crate) async fn begin(&self, request: &RequestId) -> Claiming {
        let claiming = Claiming {
            request: request.clone(),
            token: new_token(),
        };
        let mut leases = self.leases.lock().await;
        let was_first = {
            let mut answers = lock(&self.answers);
            let was_first = answers.is_empty();
            answers.insert(request.clone(), false);
            was_first
        };
        if was_first {
            // Nobody is left who could be granted one of these again.
            leases.retain(|_, lease| !lease.returned);
        }
        let lease = Untold {
            claims: 1,
            returned: false,
        };
        leases.insert(claiming.token.clone(), lease);
        claiming
    }

    /// A claim was granted what its session held already; `false` where that
    /// was given back since.
    pub(crate) async fn join(&self, claiming: &mut Claiming, token: &str) -> bool {
        let mut leases = self.leases.lock().await;
        match leases.get_mut(token) {
            Some(lease) if lease.returned => return false,
            Some(lease) => lease.claims += 1,
            None => {}
        }
        leases.remove(&claiming.token);
        token.clone_into(&mut claiming.token);
        true
    }

    /// An answer is being written.
    pub(crate) fn note_answer(&self, request: &RequestId) {
        if let Some(answered) = lock(&self.answers).get_mut(request) {
            *answered = true;
        }
    }

    /// It came to nothing.
    pub(crate) async fn forget(&self, claiming: &Claiming) {
        lock(&self.answers).remove(&claiming.request);
        self.leases.lock().await.remove(&claiming.token);
    }

    /// It was granted: given back where the answer is dropped on its way.
    /// `over` tells that it was dropped or written.
    pub(crate) fn granted(
        &self,
        claiming: Claiming,
        client: Client,
        over: impl Future<Output = ()> + Send + 'static,
    ) {
        let all = self.clone();
        self.spawn(async move {
            over.await;
            let answered = lock(&all.answers).remove(&claiming.request);
            if answered == Some(true) {
                all.leases.lock().await.remove(&claiming.token);
            } else {
                all.take_back(&client, &claiming.token).await;
            }
        });
    }

    /// Nobody waits for it any more, and it may be granted all the same.
    pub(crate) fn abandoned(&self, claiming: Claiming, client: Client) {
        lock(&self.answers).remove(&claiming.request);
        let all = self.clone();
        self.spawn(async move { all.take_back(&client, &claiming.token).await });
    }

    /// One claim less will tell of a lease; the last one gives it back.
    async fn take_back(&self, client: &Client, token: &str) {
        if let Some(lease) = self.leases.lock().await.get_mut(token) {
            lease.claims -= 1;
        }
        for pause in LOOKS {
            sleep(pause).await;
            match self.leases.lock().await.get_mut(token) {
                Some(lease) if lease.claims == 0 && !lease.returned => {
                    lease.returned = give_back(client, token).await;
                }
                _ => return,
            }
        }
        let mut leases = self.leases.lock().await;
        if leases
            .get(token)
            .is_some_and(|lease| lease.claims == 0 && !lease.returned)
        {
            leases.remove(token);
        }
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

/// Whether the lease of that token has ended; not where there is none yet.
async fn give_back(client: &Client, token: &str) -> bool {
    let request = v1::ReleaseLeaseRequest {
        // Nobody has seen it, and so has nothing to hand on either.
        interrupted: true,
        ..Default::default()
    };
    let holder = Caller {
        lease: Some(token.to_owned()),
        ..client.caller().clone()
    };
    match client.with_caller(holder).call(request).await {
        Ok(_) => true,
        Err(CallError::Refused(refusal)) => refusal.reason == reason::LEASE_LOST,
        // Where it fails, the lease ends by itself.
        Err(_) => false,
    }
}

/// 128 random bits: the second half of a ULID is random, the first is mostly
/// its time.
fn new_token() -> String {
    let [one, two] = [Ulid::generate(), Ulid::generate()].map(|id| view::hex(&id.to_bytes()[8..]));
    one + &two
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
