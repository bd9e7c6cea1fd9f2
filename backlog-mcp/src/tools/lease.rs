//! What is held: keeping it, giving it back, finishing it, and who holds what.

use std::fmt::Write as _;

use backlog_api::{client::CallError, reason, v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::open_parts;
use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::{Tool, tool},
    documents::CompletedTask,
    identity::{Identity, is_of_session},
    problem::{self, Outcome, Problem},
    reply::Reply,
    text::{count, cut::brief, holder, line, task, time},
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "task_complete", "Complete task", Sets, Always,
        "Finish a task; result (what was done, how checked) becomes its last comment.",
        complete(CompleteArgs) -> CompletedTask
    ),
    tool!(
        "task_release", "Release task", Sets, Core,
        "Give back a task you cannot finish.",
        release(ReleaseArgs) -> view::Task
    ),
    tool!(
        "task_heartbeat", "Renew lease", Sets, More,
        "Extend a lease and note progress; seldom needed.",
        heartbeat(HeartbeatArgs) -> view::Lease
    ),
    tool!(
        "lease_list", "List leases", Reads, More,
        "See who holds which task.",
        list(ListArgs) -> view::Queue
    ),
];

#[derive(Debug, Deserialize, JsonSchema)]
struct CompleteArgs {
    id: TaskRef,
    result: String,
    lease: Option<String>,
}

async fn complete(call: &Call<'_>, args: CompleteArgs) -> Outcome<Reply> {
    let note = said(
        "result",
        args.result,
        "say what was done and how you checked it",
    )?;
    let request = v1::CompleteTaskRequest {
        task: args.id.to_owned(),
        note,
        force: false,
    };
    let done = call.about(&args.id, args.lease.as_deref(), request).await?;
    let finished = problem::task(done.task.clone())?;
    call.state.leases.forget(&finished);
    let parts = if done.changed {
        open_parts(call, &finished).await?
    } else {
        String::new()
    };
    Ok(call.reply(
        || {
            let name = view::task_ref(finished.seq);
            if !done.changed {
                return format!(
                    "{name} was done already; nothing was written. To add to it, call comment_add."
                );
            }
            let mut told = format!("{name} is done, your result is its last comment.\n");
            if !done.unblocked.is_empty() {
                let _ = writeln!(
                    told,
                    "That made {} ready:\n{}",
                    count(i64::try_from(done.unblocked.len()).unwrap_or(0), "task"),
                    task::rows(&done.unblocked, &call.who).concat().trim_end()
                );
            }
            told.push_str(&parts);
            told.push_str("Call task_claim for the next one.");
            told
        },
        || {
            CompletedTask::from(v1::CompleteTaskResponse {
                task: Some(task::shortened(&finished, 0, [false; 3])),
                ..done.clone()
            })
        },
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ReleaseArgs {
    id: TaskRef,
    reason: String,
    lease: Option<String>,
}

/// A text that says something.
fn said(name: &str, text: String, next: &str) -> Outcome<String> {
    if text.trim().is_empty() {
        return Err(Problem::of_argument(name, "is empty", next));
    }
    Ok(text)
}

async fn release(call: &Call<'_>, args: ReleaseArgs) -> Outcome<Reply> {
    let note = said(
        "reason",
        args.reason,
        "say what the next holder should know",
    )?;
    let request = v1::ReleaseLeaseRequest {
        task: args.id.to_owned(),
        note,
        ..Default::default()
    };
    let caller = call.holder_of(&args.id, args.lease.as_deref());
    let client = call.opened.client.with_caller(caller);
    let (released, repeated) = match client.call(request).await {
        Ok(answer) => (problem::task(answer.task)?, false),
        Err(CallError::Refused(refusal)) if refusal.reason == reason::LEASE_LOST => {
            match released_before(call, &args.id).await? {
                Some(task) => (task, true),
                None => return Err(call.problem(refusal.into())),
            }
        }
        Err(error) => return Err(call.problem(error)),
    };
    call.state.leases.forget(&released);
    Ok(call.reply(
        || {
            let name = view::task_ref(released.seq);
            match released.needs_attention.as_str() {
                "" if repeated => format!("You gave {name} back before; nothing was written."),
                "" => format!(
                    "{name} is back in the queue, with your reason for the next holder. task_claim without id may choose it again: pass another id."
                ),
                why => format!("{name} is set aside for a person: {}", line(why)),
            }
        },
        || view::Task::from(task::shortened(&released, 0, [false; 3])),
    ))
}

/// The task, where this session gave it back and nobody has had it since.
async fn released_before(call: &Call<'_>, id: &TaskRef) -> Outcome<Option<v1::Task>> {
    let request = v1::ListAttemptsRequest {
        task: id.to_owned(),
        page_size: 1,
        ..Default::default()
    };
    let attempts = call.call(request).await?.attempts;
    let is_ours = attempts.first().is_some_and(|last| {
        last.outcome() == v1::AttemptOutcome::Released
            && is_of_session(&last.session, &call.who.session)
    });
    if !is_ours {
        return Ok(None);
    }
    let request = v1::GetTaskRequest {
        task: id.to_owned(),
    };
    Ok(call.call(request).await?.task)
}

#[derive(Debug, Deserialize, JsonSchema)]
struct HeartbeatArgs {
    id: TaskRef,
    lease: Option<String>,
    note: Option<String>,
}

async fn heartbeat(call: &Call<'_>, args: HeartbeatArgs) -> Outcome<Reply> {
    let lease = args.lease.as_deref();
    if lease.is_some() {
        adopt(call, &args.id, lease).await?;
    }
    let renew = v1::RenewLeaseRequest {
        task: args.id.to_owned(),
        ttl: None,
    };
    let renewed = problem::present(call.about(&args.id, lease, renew).await?.lease, "lease")?;
    let note = args.note.filter(|note| !note.trim().is_empty());
    let noted = if note.is_some() {
        ", your note is a comment"
    } else {
        ""
    };
    if let Some(body) = note {
        let comment = v1::CreateCommentRequest {
            task: args.id.to_owned(),
            body,
        };
        // A client that has lost the answer calls again: one comment.
        let caller = call.holder_of(&args.id, lease);
        call.call_once(caller, comment, None).await?;
    }
    Ok(call.reply(
        || {
            let left = renewed.expires_at.as_ref().map(time::left);
            format!(
                "{} is yours: {}{noted}.",
                args.id.as_str(),
                left.unwrap_or_default()
            )
        },
        || view::Lease::from(renewed.clone()),
    ))
}

/// A lease that another process of the same client was given is held by this
/// one from now on.
async fn adopt(call: &Call<'_>, task: &TaskRef, lease: Option<&str>) -> Outcome<()> {
    let request = v1::GetTaskRequest {
        task: task.to_owned(),
    };
    let task_now = problem::task(call.call(request).await?.task)?;
    let caller = call.holder_of(task, lease);
    call.state.leases.hold(&call.opened, caller, &task_now);
    Ok(())
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ListArgs {
    project: Option<String>,
}

async fn list(call: &Call<'_>, args: ListArgs) -> Outcome<Reply> {
    let queue = call
        .call(v1::GetQueueRequest {
            project: call.project(args.project),
        })
        .await?;
    Ok(call.reply(
        || leases(&queue, 50, &call.who),
        || view::Queue::from(queue.clone()),
    ))
}

/// What is held, a line each.
pub(crate) fn leases(queue: &v1::GetQueueResponse, most: usize, me: &Identity) -> String {
    let count_held = i64::try_from(queue.held.len()).unwrap_or(0);
    let mut told = match count_held {
        0 => "Nothing is held.\n".to_owned(),
        held => format!("{} held.\n", count(held, "task")),
    };
    for held in queue.held.iter().take(most) {
        let lease = held.lease.as_ref();
        let who = lease.map(|lease| holder::of(lease, me));
        let _ = writeln!(
            told,
            "{} {}: {}",
            view::task_ref(held.seq),
            brief(&line(&held.title), task::usual::TITLE),
            who.unwrap_or_default()
        );
    }
    if queue.held.len() > most {
        let _ = writeln!(told, "{} more; name a project.", queue.held.len() - most);
    }
    told
}
