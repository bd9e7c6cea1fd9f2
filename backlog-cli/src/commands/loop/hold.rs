//! The lease of an attempt, and what became of it.

use std::{rc::Rc, time::Duration};

use backlog_api::{
    client::{CallError, Client},
    v1::{self, AttemptOutcome},
};
use tokio::{sync::watch, task::JoinSet, time::sleep};

/// Between two tries to reach a daemon that holds the lease.
const PAUSE: Duration = Duration::from_secs(1);

/// Who holds a task.
pub struct Holder {
    /// Writes under the lease.
    pub client: Client,
    /// The same session, where the lease may have ended.
    pub outside: Client,
    pub task: String,
    pub fence: i64,
}

/// Keeps the lease alive until it is dropped.
pub struct Hold {
    lost: watch::Receiver<bool>,
    _holding: JoinSet<()>,
}

impl Holder {
    /// Begins to hold, beside whatever else the attempt does.
    pub fn begin(self: &Rc<Self>) -> Hold {
        let (tell, lost) = watch::channel(false);
        let mut holding = JoinSet::new();
        let holder = Rc::clone(self);
        holding.spawn_local(async move {
            if holder.hold().await {
                tell.send_replace(true);
            }
        });
        Hold {
            lost,
            _holding: holding,
        }
    }

    /// Ends where there is no lease any more: whether it was taken away.
    async fn hold(&self) -> bool {
        loop {
            match self.client.hold(&self.task, || {}).await {
                Ok(()) => return false,
                Err(error) if error.is_trouble() => sleep(PAUSE).await,
                // Also where the command was faster than this call.
                Err(_) => {
                    return matches!(
                        self.fate().await.map(|attempt| attempt.outcome()),
                        Ok(AttemptOutcome::Expired | AttemptOutcome::Revoked)
                    );
                }
            }
        }
    }

    /// What became of the attempt.
    pub async fn fate(&self) -> Result<v1::Attempt, CallError> {
        let request = v1::ListAttemptsRequest {
            task: self.task.clone(),
            ..v1::ListAttemptsRequest::default()
        };
        let attempts = self.outside.call(request).await?.attempts;
        let own = attempts
            .into_iter()
            .find(|attempt| attempt.fence == self.fence);
        Ok(own.unwrap_or_else(|| v1::Attempt {
            outcome: AttemptOutcome::Revoked.into(),
            ..v1::Attempt::default()
        }))
    }
}

impl Hold {
    /// Ends when the lease was taken away, and only then.
    pub async fn lost(&mut self) {
        if self.lost.wait_for(|lost| *lost).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
