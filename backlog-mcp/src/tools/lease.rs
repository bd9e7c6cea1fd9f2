//! What is held: keeping it, giving it back, finishing it, and who holds what.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::{Tool, tool},
    documents::CompletedTask,
    problem::{self, Outcome},
    reply::Reply,
    text::{count, holder, line, task, time},
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
    let request = v1::CompleteTaskRequest {
        task: args.id.to_owned(),
        note: args.result,
        force: false,
    };
    let done = call.about(&args.id, args.lease.as_deref(), request).await?;
    let finished = problem::task(done.task.clone())?;
    call.state.leases.forget(&finished);
    Ok(call.reply(
        || {
            let name = view::task_ref(finished.seq);
            if !done.changed {
                return format!("{name} was done already; nothing was written.");
            }
            let mut told = format!("{name} is done, your result is its last comment.\n");
            if !done.unblocked.is_empty() {
                let _ = writeln!(
                    told,
                    "That made {} ready:\n{}",
                    count(i64::try_from(done.unblocked.len()).unwrap_or(0), "task"),
                    task::rows(&done.unblocked).trim_end()
                );
            }
            told.push_str("Call task_claim for the next one.");
            told
        },
        || CompletedTask::from(done.clone()),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ReleaseArgs {
    id: TaskRef,
    reason: String,
    lease: Option<String>,
}

async fn release(call: &Call<'_>, args: ReleaseArgs) -> Outcome<Reply> {
    let request = v1::ReleaseLeaseRequest {
        task: args.id.to_owned(),
        note: args.reason,
        ..Default::default()
    };
    let answer = call.about(&args.id, args.lease.as_deref(), request).await?;
    let released = problem::task(answer.task)?;
    call.state.leases.forget(&released);
    Ok(call.reply(
        || {
            let name = view::task_ref(released.seq);
            match released.needs_attention.as_str() {
                "" => format!("{name} is back in the queue, with your reason for the next holder."),
                why => format!("{name} is set aside for a person: {}", line(why)),
            }
        },
        || view::Task::from(released.clone()),
    ))
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
        call.about(&args.id, lease, comment).await?;
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
    Ok(call.reply(|| leases(&queue, 50), || view::Queue::from(queue.clone())))
}

/// What is held, a line each.
pub(crate) fn leases(queue: &v1::GetQueueResponse, most: usize) -> String {
    let held = i64::try_from(queue.held.len()).unwrap_or(0);
    let mut told = match held {
        0 => "Nothing is held.\n".to_owned(),
        held => format!("{} held.\n", count(held, "task")),
    };
    for task in queue.held.iter().take(most) {
        let who = task.lease.as_ref().map(holder::of).unwrap_or_default();
        let _ = writeln!(
            told,
            "{} {}: {who}",
            view::task_ref(task.seq),
            line(&task.title)
        );
    }
    if queue.held.len() > most {
        let _ = writeln!(told, "{} more; name a project.", queue.held.len() - most);
    }
    told
}
