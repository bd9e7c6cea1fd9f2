//! Holding a lease for as long as a stream lives.

use std::time::Duration;

use backlog_api::v1;
use tokio::sync::{mpsc, oneshot};
use tonic::{
    Status,
    codegen::{BoxStream, tokio_stream::wrappers::ReceiverStream},
};

use super::Api;
use crate::{
    domain::{
        Id, Refusal,
        clock::Uptime,
        lease::{Lease, is_fresh},
        task::{TaskRef, reference},
    },
    lifecycle::StreamGuard,
    store::Caller,
};

/// How often it is looked whether the lease still lives.
const LOOK_EVERY: Duration = Duration::from_secs(1);

type Answers = mpsc::Sender<Result<v1::HoldLeaseResponse, Status>>;

/// Lets a new stream hold the caller's lease.
pub(super) async fn hold(
    api: &Api,
    caller: Caller,
    task: TaskRef,
) -> Result<BoxStream<v1::HoldLeaseResponse>, Status> {
    let (answers, receiver) = mpsc::channel(4);
    let (opened, is_open) = oneshot::channel();
    // Apart from the call: a client that leaves while this is being written has
    // to be noticed, or its lease would be held by a stream that never was.
    let api = api.clone();
    tokio::spawn(async move {
        let stream = Id::generate().to_string();
        let lease = open(&api, caller, task, stream.clone(), &answers).await;
        let _ = opened.send(lease.as_ref().map(drop).map_err(Clone::clone));
        if let Ok(lease) = lease {
            keep(api, lease, stream, answers).await;
        }
    });
    is_open
        .await
        .map_err(|_| Status::unavailable("the daemon is leaving"))??;
    Ok(Box::pin(ReceiverStream::new(receiver)))
}

/// Notes that the stream holds.
async fn open(
    api: &Api,
    caller: Caller,
    task: TaskRef,
    stream: String,
    answers: &Answers,
) -> Result<Lease, Status> {
    // Made by the daemon for this caller: the stream is no request that is
    // repeated, it is opened anew.
    let (lease_sent, lease) = oneshot::channel();
    let answer: v1::HoldLeaseResponse = api
        .store
        .write(caller, None, move |tx| {
            let lease = tx.hold_by_stream(task, &stream)?;
            let _ = lease_sent.send(lease.clone());
            Ok(v1::HoldLeaseResponse {
                lease: Some(lease.into()),
                session_seen: false,
            })
        })
        .await?;
    let _ = answers.try_send(Ok(answer));
    lease
        .await
        .map_err(|_| Status::unavailable("the daemon is leaving"))
}

/// Ends when the client leaves, the lease ends, or the daemon leaves.
async fn keep(api: Api, lease: Lease, stream: String, answers: Answers) {
    let _counted = StreamGuard::new(api.daemon.clone());
    let attempt = lease.attempt;
    let mut seen = lease.seen;
    // A short one is looked at more often.
    let look_every = LOOK_EVERY.min(api.store.held_for(lease.ttl) / 4);
    let ended = loop {
        tokio::select! {
            () = answers.closed() => break None,
            _ = api.leaving() => break Some(Err(Status::unavailable("the daemon is leaving"))),
            () = tokio::time::sleep(look_every) => {}
        }
        match api.renew_held(attempt, &stream, &mut seen).await {
            Ok(Some(None)) => {}
            Ok(Some(Some(kept))) => {
                // A client that does not read is told the next time.
                let _ = answers.try_send(Ok(kept));
            }
            Ok(None) => break Some(api.how_it_ended(attempt).await),
            Err(_) => {}
        }
    };
    match ended {
        None => {
            let gone = api.store.write(Caller::daemon(), None, move |tx| {
                tx.let_go(attempt, Some(&stream))?;
                Ok(v1::HoldLeaseResponse::default())
            });
            if let Err(error) = gone.await {
                tracing::warn!(%error, "could not let go of a lease");
            }
        }
        Some(Ok(())) => {}
        Some(Err(status)) => {
            let _ = answers.send(Err(status)).await;
        }
    }
}

impl Api {
    /// Renews the lease of an attempt where a good part of its time is over.
    /// `None`: it has ended; `Some(None)`: it had enough, and its session was
    /// not seen since `seen`.
    async fn renew_held(
        &self,
        attempt: i64,
        stream: &str,
        seen: &mut Option<Uptime>,
    ) -> Result<Option<Option<v1::HoldLeaseResponse>>, Status> {
        let now = self.clock.both().uptime;
        let Some(lease) = self.read(move |db| db.lease_of_attempt(attempt)).await? else {
            return Ok(None);
        };
        let session_seen = lease.seen != *seen;
        *seen = lease.seen;
        if is_fresh(lease.deadline.left(now), self.store.held_for(lease.ttl)) {
            return Ok(Some(session_seen.then(|| v1::HoldLeaseResponse {
                lease: Some(lease.into()),
                session_seen,
            })));
        }
        let stream = stream.to_owned();
        let kept: v1::HoldLeaseResponse = self
            .store
            .write(Caller::daemon(), None, move |tx| {
                Ok(v1::HoldLeaseResponse {
                    lease: tx.keep_alive(attempt, Some(&stream))?.map(Into::into),
                    session_seen,
                })
            })
            .await?;
        Ok(kept.lease.is_some().then_some(Some(kept)))
    }

    async fn how_it_ended(&self, attempt: i64) -> Result<(), Status> {
        use crate::domain::lease::Outcome;
        match self.read(move |db| db.ended_attempt(attempt)).await? {
            Some((_, Outcome::Done | Outcome::Released | Outcome::Failed)) => Ok(()),
            Some((task, outcome)) => Err(Refusal::LeaseLost {
                task: reference(task),
                ended: Some(outcome),
                now_held_by: None,
            }
            .into()),
            None => Ok(()),
        }
    }
}
