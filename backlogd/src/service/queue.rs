//! QueueService: taking work and giving it back.

use std::time::Duration;

use backlog_api::v1::{self, queue_service_server::QueueService};
use tonic::{Request, Response, Status, async_trait, codegen::BoxStream};

use super::{
    Api, call,
    convert::{self, timestamp},
    filter::task_filter,
    hold, session,
};
use crate::{
    domain::{
        Refusal, Refused,
        lease::{Holder, HoldingProcess, LeaseTerms, LeaseToken, Outcome},
        page,
        queue::{Claim, Obstacle, Waiting, Wanted, rank},
        task::{Task, TaskFilter, TaskRef, reference},
        text,
    },
    process,
};

/// As many candidates as anybody looks at.
const MOST_NEXT: usize = 50;

#[async_trait]
impl QueueService for Api {
    async fn claim_task(
        &self,
        request: Request<v1::ClaimTaskRequest>,
    ) -> Result<Response<v1::ClaimTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let waiting = self.waiting(&message)?;
        let claim = claim(message, &call.caller.holder())?;
        let claiming = self
            .store
            .claim(call.caller, call.key, claim, waiting, |claimed| {
                v1::ClaimTaskResponse {
                    token: claimed.lease.token.to_string(),
                    held_already: claimed.held_already,
                    task: Some(claimed.task.into()),
                }
            });
        // A claim may wait for long, and a daemon that leaves must not.
        let mut response = tokio::select! {
            claimed = claiming => claimed?,
            _ = self.leaving() => return Err(Status::unavailable("the daemon is leaving")),
        };
        // What is kept for a repetition is small; plans and comments are not.
        let seq = response.task.as_ref().map_or(0, |task| task.seq);
        let detail = self.read(move |db| db.task(TaskRef::Number(seq))).await?;
        response.task = Some(detail.into());
        Ok(Response::new(response))
    }

    async fn next_task(
        &self,
        request: Request<v1::NextTaskRequest>,
    ) -> Result<Response<v1::NextTaskResponse>, Status> {
        let (caller, message) = call::reading_as(request)?;
        let filter = claimable(message.filter.unwrap_or_default(), &caller.holder())?;
        let limit = page::size(message.limit, 1)?.min(MOST_NEXT);
        let (tasks, nothing) = self
            .read(move |db| {
                let tasks = db.next_tasks(&filter, limit)?;
                let nothing = match tasks.as_slice() {
                    [] => db.why_nothing(&filter)?,
                    _ => String::new(),
                };
                Ok((tasks, nothing))
            })
            .await?;
        Ok(Response::new(v1::NextTaskResponse {
            task: tasks.first().cloned().map(Into::into),
            candidates: candidates(tasks),
            nothing,
        }))
    }

    async fn explain_task(
        &self,
        request: Request<v1::ExplainTaskRequest>,
    ) -> Result<Response<v1::ExplainTaskResponse>, Status> {
        let task = TaskRef::parse(&call::reading(request)?.task)?;
        let response = self
            .read(move |db| {
                let (task, obstacles, more) = db.explain(task)?;
                let told = obstacles
                    .into_iter()
                    .map(|obstacle| told(db.summary(&obstacle), obstacle));
                Ok(v1::ExplainTaskResponse {
                    obstacles: told.collect(),
                    task: Some(task.into()),
                    more,
                })
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn renew_lease(
        &self,
        request: Request<v1::RenewLeaseRequest>,
    ) -> Result<Response<v1::RenewLeaseResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let ttl = ttl(message.ttl)?;
        self.write(call, move |tx| {
            Ok(v1::RenewLeaseResponse {
                lease: Some(tx.renew_lease(task, ttl)?.into()),
            })
        })
        .await
    }

    type HoldLeaseStream = BoxStream<v1::HoldLeaseResponse>;

    async fn hold_lease(
        &self,
        request: Request<v1::HoldLeaseRequest>,
    ) -> Result<Response<Self::HoldLeaseStream>, Status> {
        let (caller, message) = call::reading_as(request)?;
        let task = TaskRef::parse(&message.task)?;
        let stream = hold::hold(self, caller, task).await?;
        Ok(Response::new(stream))
    }

    async fn renew_session(
        &self,
        request: Request<v1::RenewSessionRequest>,
    ) -> Result<Response<v1::RenewSessionResponse>, Status> {
        let (caller, _) = call::reading_as(request)?;
        let leases = session::renew(self, caller).await?;
        Ok(Response::new(v1::RenewSessionResponse { leases }))
    }

    async fn end_session(
        &self,
        request: Request<v1::EndSessionRequest>,
    ) -> Result<Response<v1::EndSessionResponse>, Status> {
        let (caller, _) = call::reading_as(request)?;
        let leases = session::end(self, caller).await?;
        Ok(Response::new(v1::EndSessionResponse { leases }))
    }

    async fn release_lease(
        &self,
        request: Request<v1::ReleaseLeaseRequest>,
    ) -> Result<Response<v1::ReleaseLeaseResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = match message.task.as_str() {
            "" if call.caller.lease.is_some() => None,
            named => Some(TaskRef::parse(named)?),
        };
        let note = text::body("note", &message.note)?;
        let outcome = match (message.interrupted, message.failed) {
            (true, _) => Outcome::Revoked,
            (false, true) => Outcome::Failed,
            (false, false) => Outcome::Released,
        };
        self.write(call, move |tx| {
            let task = match task {
                Some(task) => task,
                None => tx.task_of_lease()?,
            };
            let task = tx.release_lease(task, &note, outcome, message.force)?;
            Ok(v1::ReleaseLeaseResponse {
                task: Some(task.into()),
            })
        })
        .await
    }

    async fn complete_task(
        &self,
        request: Request<v1::CompleteTaskRequest>,
    ) -> Result<Response<v1::CompleteTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let note = text::body("note", &message.note)?;
        self.write(call, move |tx| {
            let (task, changed, unblocked) = tx.complete_task(task, &note, message.force)?;
            Ok(v1::CompleteTaskResponse {
                task: Some(task.into()),
                changed,
                unblocked: unblocked.into_iter().map(Into::into).collect(),
            })
        })
        .await
    }

    async fn list_attempts(
        &self,
        request: Request<v1::ListAttemptsRequest>,
    ) -> Result<Response<v1::ListAttemptsResponse>, Status> {
        let message = call::reading(request)?;
        let task = TaskRef::parse(&message.task)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| db.list_attempts(task, size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListAttemptsResponse {
            attempts: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn retry_task(
        &self,
        request: Request<v1::RetryTaskRequest>,
    ) -> Result<Response<v1::RetryTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        self.write(call, move |tx| {
            let (task, changed) = tx.retry_task(task)?;
            Ok(v1::RetryTaskResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn get_queue(
        &self,
        request: Request<v1::GetQueueRequest>,
    ) -> Result<Response<v1::GetQueueResponse>, Status> {
        let message = call::reading(request)?;
        let (counts, held, last_activity) = self
            .read(move |db| {
                Ok((
                    db.queue_counts(&message.project)?,
                    db.held_tasks(&message.project)?,
                    db.last_activity()?,
                ))
            })
            .await?;
        let waiting = self
            .store
            .waiting()
            .into_iter()
            .map(|(holder, waiting)| v1::WaitingClaim {
                actor: Some(holder.actor.into()),
                session: holder.session,
                asked_at: Some(timestamp(waiting.asked_at)),
                until: Some(timestamp(waiting.until)),
            });
        Ok(Response::new(v1::GetQueueResponse {
            counts: Some(v1::QueueCounts {
                ready: counts.ready,
                blocked: counts.blocked,
                deferred: counts.deferred,
                waiting_for_parts: counts.waiting_for_parts,
                needs_attention: counts.needs_attention,
                doing: counts.doing,
                done: counts.done,
            }),
            held: held
                .into_iter()
                .map(|held| v1::HeldTask {
                    seq: held.lease.task_seq,
                    project: held.project,
                    title: held.title,
                    worktree: held.lease.worktree.clone(),
                    lease: Some(held.lease.into()),
                })
                .collect(),
            waiting: waiting.collect(),
            last_activity_seq: last_activity,
        }))
    }
}

impl Api {
    /// How long a claim waits, from when its caller asked first.
    fn waiting(&self, message: &v1::ClaimTaskRequest) -> Refused<Option<Waiting>> {
        let Some(wait) = convert::duration("wait", message.wait)? else {
            return Ok(None);
        };
        if wait > LeaseTerms::LONGEST {
            return Err(Refusal::invalid(
                "wait",
                format!("a claim waits at most 24h, not {}s", wait.as_secs()),
            ));
        }
        let now = self.clock.now();
        let asked_at = match &message.asked_at {
            // Nobody asked in the future, whatever their clock says.
            Some(at) => convert::moment("asked_at", at)?.min(now),
            None => now,
        };
        Ok(Some(Waiting {
            asked_at,
            until: asked_at.after(wait),
        }))
    }
}

fn claim(message: v1::ClaimTaskRequest, caller: &Holder) -> Refused<Claim> {
    let wanted = match message.task.as_str() {
        "" => Wanted::Next(Box::new(claimable(
            message.filter.unwrap_or_default(),
            caller,
        )?)),
        task => Wanted::Task(TaskRef::parse(task)?),
    };
    if message.force && matches!(wanted, Wanted::Next(_)) {
        return Err(Refusal::invalid(
            "force",
            "force is for a task that is named: the next ready one needs none",
        ));
    }
    Ok(Claim {
        wanted,
        ttl: ttl(message.ttl)?,
        worktree: text::body("worktree", &message.worktree)?,
        hold: message.hold.map(holding_process).transpose()?,
        by_stream: message.hold_by_stream,
        force: message.force,
        resume: message.resume,
        token: match message.token.as_str() {
            "" => None,
            given => Some(LeaseToken::parse(given)?),
        },
    })
}

/// The tasks that could be claimed next, and why in this order.
fn candidates(tasks: Vec<Task>) -> Vec<v1::NextCandidate> {
    let reasons: Vec<String> = tasks
        .iter()
        .enumerate()
        .map(|(at, task)| rank(task, at.checked_sub(1).map(|before| &tasks[before])))
        .collect();
    tasks
        .into_iter()
        .zip(reasons)
        .map(|(mut task, reason)| {
            task.description.clear();
            v1::NextCandidate {
                task: Some(task.into()),
                reason,
            }
        })
        .collect()
}

/// A process that this one sees as its caller does.
fn holding_process(given: v1::HoldingProcess) -> Refused<HoldingProcess> {
    let hold = HoldingProcess {
        pid: given.pid,
        started_ticks: given.started_ticks,
    };
    if process::lives(hold) {
        Ok(hold)
    } else {
        Err(Refusal::invalid(
            "hold",
            format!(
                "the daemon sees no process {} that started then; it may have ended, or run in another container",
                given.pid
            ),
        ))
    }
}

/// A filter of what may be claimed.
fn claimable(given: v1::TaskFilter, caller: &Holder) -> Refused<TaskFilter> {
    let says_more = given.ready
        || given.blocked
        || given.claimed
        || given.mine
        || given.needs_attention
        || given.include_archived;
    let statuses_fit = given
        .statuses
        .iter()
        .all(|status| *status == i32::from(v1::TaskStatus::Todo));
    if says_more || !statuses_fit {
        return Err(Refusal::invalid(
            "filter",
            "only what is to do and ready can be claimed: leave out the status and the states",
        ));
    }
    task_filter(given, caller)?
        .ok_or_else(|| Refusal::invalid("search", "the search has no word in it"))
}

fn ttl(given: Option<prost_types::Duration>) -> Refused<Option<Duration>> {
    convert::duration("ttl", given)?
        .map(LeaseTerms::check_ttl)
        .transpose()
}

fn told(summary: String, obstacle: Obstacle) -> v1::Obstacle {
    use crate::domain::queue::Cause;
    let (kind, lease, until) = match obstacle.cause {
        Cause::Done => (v1::ObstacleKind::Done, None, None),
        Cause::Archived => (v1::ObstacleKind::Archived, None, None),
        Cause::ProjectArchived { .. } => (v1::ObstacleKind::ProjectArchived, None, None),
        Cause::Held(lease) => {
            let until = lease.expires_at;
            (v1::ObstacleKind::Held, Some(*lease), Some(until))
        }
        Cause::Doing => (v1::ObstacleKind::Doing, None, None),
        Cause::OpenBlocker => (v1::ObstacleKind::Blocked, None, None),
        Cause::OpenChild => (v1::ObstacleKind::ChildOpen, None, None),
        Cause::Deferred { until } => (v1::ObstacleKind::Deferred, None, Some(until)),
        Cause::SetAside { .. } => (v1::ObstacleKind::SetAside, None, None),
        Cause::Scope { held } => {
            let until = held.expires_at;
            (v1::ObstacleKind::Scope, Some(*held), Some(until))
        }
        Cause::WipLimit { .. } => (v1::ObstacleKind::WipLimit, None, None),
    };
    v1::Obstacle {
        kind: kind.into(),
        path: obstacle.path.into_iter().map(reference).collect(),
        summary,
        lease: lease.map(Into::into),
        until: until.map(timestamp),
    }
}
