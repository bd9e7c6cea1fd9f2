//! Taking a task: what could be taken, and taking it.

use std::{fmt::Write as _, time::Duration};

use backlog_api::{client::CallError, reason, v1, view};
use rmcp::model::ProgressNotificationParam;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::{Instant, interval};

use crate::{
    arguments::TaskRef,
    call::{Call, lease_id},
    catalog::{Tool, tool},
    documents::{Claimed, NextTasks},
    identity::Identity,
    problem::{self, Outcome, Problem},
    reply::Reply,
    text::{self, line, task, time},
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "task_claim", "Claim task", Adds, Always,
        "Take a task before working on it: id, else the one you hold, else the next ready.",
        claim(ClaimArgs) -> Claimed
    ),
    tool!(
        "task_next", "Next tasks", Reads, Core,
        "See the best ready tasks and why.",
        next(NextArgs) -> NextTasks
    ),
];

/// How often a call that waits says so.
const TELL_EVERY: Duration = Duration::from_secs(5);
/// How many tasks are told where no number was given.
const USUAL_NEXT: i32 = 5;

#[derive(Debug, Deserialize, JsonSchema)]
struct ClaimArgs {
    id: Option<TaskRef>,
    project: Option<String>,
    label: Option<String>,
    worker: Option<String>,
    #[schemars(range(min = 1, max = 1440))]
    ttl_minutes: Option<i64>,
    #[schemars(range(min = 0, max = 60))]
    wait_seconds: Option<i64>,
}

async fn claim(call: &Call<'_>, args: ClaimArgs) -> Outcome<Reply> {
    let who = call.who.worker(worker(args.worker.as_deref())?);
    let wait = args.wait_seconds.filter(|seconds| *seconds > 0);
    let named = args.id.is_some();
    let filter = v1::TaskFilter {
        project: call.project(args.project),
        labels: args.label.into_iter().collect(),
        ..Default::default()
    };
    let request = v1::ClaimTaskRequest {
        resume: !named,
        filter: (!named).then_some(filter),
        task: args.id.map(|task| task.to_owned()).unwrap_or_default(),
        ttl: args.ttl_minutes.map(|minutes| seconds(minutes * 60)),
        wait: wait.map(seconds),
        asked_at: wait.map(|_| time::now()),
        worktree: call.state.options.worktree.to_string_lossy().into_owned(),
        ..Default::default()
    };
    let claimed = match wait {
        None => ask(call, &who, request).await,
        Some(wait) => wait_for(call, &who, request, wait).await?,
    };
    let claimed = match claimed {
        Ok(claimed) => claimed,
        Err(CallError::Refused(refusal)) if refusal.reason == reason::NOTHING_READY => {
            return Ok(nothing(call, &refusal.message));
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(task) = &claimed.task {
        let caller = who.caller(Some(claimed.token.clone()));
        call.state.leases.hold(&call.opened, caller, task);
    }
    let told = told(&claimed)?;
    Ok(call.reply(
        || told,
        || Claimed {
            claimed: Some(claimed.into()),
            nothing_ready: None,
        },
    ))
}

/// A claim's own error is looked at before it is told: that nothing is ready
/// is an answer.
async fn ask(
    call: &Call<'_>,
    who: &Identity,
    request: v1::ClaimTaskRequest,
) -> Result<v1::ClaimTaskResponse, CallError> {
    let client = call.opened.client.with_caller(who.caller(None));
    client.call(request).await
}

/// Waits for a claim, and says now and then that it does. A client that gives
/// up leaves no task behind that nobody works on.
async fn wait_for(
    call: &Call<'_>,
    who: &Identity,
    request: v1::ClaimTaskRequest,
    wait: i64,
) -> Outcome<Result<v1::ClaimTaskResponse, CallError>> {
    let begun = Instant::now();
    let mut ticks = interval(TELL_EVERY);
    ticks.tick().await;
    let mut asking = std::pin::pin!(ask(call, who, request));
    loop {
        tokio::select! {
            claimed = &mut asking => return Ok(claimed),
            () = call.given_up() => break,
            _ = ticks.tick() => {
                if let Some(token) = call.progress_token() {
                    let told = ProgressNotificationParam::new(token, begun.elapsed().as_secs_f64().floor())
                        .with_total(wait as f64)
                        .with_message("waiting for a task to become ready");
                    call.tell_progress(told).await;
                }
            }
        }
    }
    // The daemon may have answered at the same moment.
    if let Ok(Ok(claimed)) = tokio::time::timeout(Duration::ZERO, &mut asking).await
        && let Some(task) = claimed.task
    {
        let client = call
            .opened
            .client
            .with_caller(who.caller(Some(claimed.token)));
        let request = v1::ReleaseLeaseRequest {
            task: view::task_ref(task.seq),
            note: "The claim was cancelled before it was answered.".to_owned(),
            ..Default::default()
        };
        let _ = client.call(request).await;
    }
    Err(Problem::new("the call was cancelled", ""))
}

/// The worker's name, where it is one.
fn worker(given: Option<&str>) -> Outcome<Option<&str>> {
    let Some(name) = given.map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    if name.chars().count() > 64 || name.contains('#') || name.chars().any(char::is_control) {
        return Err(Problem::of_argument(
            "worker",
            format_args!(
                "must be a name of up to 64 characters without #, not {:?}",
                line(name)
            ),
            "choose another and keep it",
        ));
    }
    Ok(Some(name))
}

fn seconds(seconds: i64) -> prost_types::Duration {
    prost_types::Duration { seconds, nanos: 0 }
}

/// That nothing can be claimed, and why: not an error.
fn nothing(call: &Call<'_>, why: &str) -> Reply {
    let told = format!(
        "{} Wait with wait_seconds, or see the tasks with task_list.",
        text::sentence(why)
    );
    let message = why.to_owned();
    call.reply(
        || told,
        || Claimed {
            claimed: None,
            nothing_ready: Some(message),
        },
    )
}

/// A claimed task, with all that its new holder should know.
fn told(claimed: &v1::ClaimTaskResponse) -> Outcome<String> {
    let task = claimed
        .task
        .as_ref()
        .ok_or_else(|| Problem::incomplete("task"))?;
    let lease = problem::present(task.lease.as_ref(), "lease")?;
    let verb = if claimed.held_already {
        "hold already"
    } else {
        "now hold"
    };
    let left = lease
        .expires_at
        .as_ref()
        .map(time::left)
        .unwrap_or_default();
    let name = view::task_ref(task.seq);
    let mut told = format!(
        "You {verb} {name}: {left}, renewed while this server runs and you call now and then. Lease {}\n",
        lease_id(lease.fence, &claimed.token),
    );
    told.push_str(&task::heading(task));
    told.push_str(&task::facts(&v1::Task {
        // It was told above.
        lease: None,
        ..task.clone()
    }));
    if let Some(last) = &claimed.last_attempt {
        told.push_str(&task::attempt(last));
    }
    told.push_str(&task::description(task, 0, task::usual::TEXT));
    told.push_str(&task::plan(task, 0, task::usual::TEXT));
    told.push_str(&task::last_comments(task));
    Ok(told)
}

#[derive(Debug, Deserialize, JsonSchema)]
struct NextArgs {
    project: Option<String>,
    label: Option<String>,
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i32>,
}

async fn next(call: &Call<'_>, args: NextArgs) -> Outcome<Reply> {
    let answer = call
        .call(v1::NextTaskRequest {
            filter: Some(v1::TaskFilter {
                project: call.project(args.project),
                labels: args.label.into_iter().collect(),
                ..Default::default()
            }),
            limit: args.limit.unwrap_or(USUAL_NEXT),
        })
        .await?;
    Ok(call.reply(
        || match answer.candidates.as_slice() {
            [] if answer.nothing.is_empty() => "Nothing is to do.".to_owned(),
            [] => format!("Nothing is ready: {}.", answer.nothing),
            candidates => candidates.iter().fold(
                "Best first; task_claim takes one.\n".to_owned(),
                |mut told, candidate| {
                    if let Some(task) = &candidate.task {
                        let _ = writeln!(told, "{}: {}", task::row(task, true), candidate.reason);
                    }
                    told
                },
            ),
        },
        || NextTasks::from(answer.clone()),
    ))
}
