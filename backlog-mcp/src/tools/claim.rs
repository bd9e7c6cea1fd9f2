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
    problem::{self, Outcome, Problem, nearest},
    reply::Reply,
    text::{
        self,
        cut::{brief, fitting, list_of},
        line, quoted, task, time,
    },
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
    /// up to 60
    #[schemars(range(min = 0, max = 60))]
    wait_seconds: Option<i64>,
}

async fn claim(call: &Call<'_>, args: ClaimArgs) -> Outcome<Reply> {
    let who = call.who.worker(worker(args.worker.as_deref())?);
    let wait = args.wait_seconds.filter(|seconds| *seconds > 0);
    let named = args.id.is_some();
    let label = args.label.filter(|_| !named);
    let filter = v1::TaskFilter {
        project: call.project(args.project),
        labels: label.clone().into_iter().collect(),
        ..Default::default()
    };
    let unanswered = &call.state.unanswered;
    let mut claiming = unanswered.begin(call.request()).await;
    let request = v1::ClaimTaskRequest {
        resume: !named,
        filter: (!named).then_some(filter),
        task: args.id.map(|task| task.to_owned()).unwrap_or_default(),
        ttl: args.ttl_minutes.map(|minutes| seconds(minutes * 60)),
        wait: wait.map(seconds),
        asked_at: wait.map(|_| time::now()),
        worktree: call.state.options.worktree.to_string_lossy().into_owned(),
        hold_by_stream: true,
        token: claiming.token().to_owned(),
        ..Default::default()
    };
    let client = call.opened.client.with_caller(who.caller(None));
    let claimed = loop {
        let asking = client.call(request.clone());
        let claimed = match wait {
            None => Some(asking.await),
            Some(wait) => wait_for(call, asking, wait).await,
        };
        match &claimed {
            Some(Ok(claimed))
                if claimed.held_already
                    && !unanswered.join(&mut claiming, &claimed.token).await => {}
            _ => break claimed,
        }
    };
    let Some(claimed) = claimed else {
        unanswered.abandoned(claiming, client);
        return Err(Problem::new("the call was cancelled", ""));
    };
    // A claim's own error is looked at before it is told: that nothing is
    // ready is an answer.
    let claimed = match claimed {
        Ok(claimed) => claimed,
        Err(error) => {
            unanswered.forget(&claiming).await;
            return match error {
                CallError::Refused(refusal) if refusal.reason == reason::NOTHING_READY => {
                    known_label(call, label).await?;
                    Ok(nothing(call, &refusal.message))
                }
                error => Err(call.problem(error)),
            };
        }
    };
    unanswered.granted(claiming, client, call.over());
    if let Some(task) = &claimed.task {
        let caller = who.caller(Some(claimed.token.clone()));
        call.state.leases.hold(&call.opened, caller, task);
    }
    let told = told(call, &claimed)?;
    Ok(call.reply(
        || told,
        || Claimed {
            claimed: Some(
                v1::ClaimTaskResponse {
                    task: claimed
                        .task
                        .as_ref()
                        .map(|claimed| task::shortened(claimed, 0, [false; 3])),
                    ..claimed.clone()
                }
                .into(),
            ),
            nothing_ready: None,
        },
    ))
}

/// Sees that there is such a label, where nothing that has it is ready.
async fn known_label(call: &Call<'_>, label: Option<String>) -> Outcome<()> {
    let Some(label) = label else {
        return Ok(());
    };
    let request = v1::ListLabelsRequest {
        page_size: 500,
        ..Default::default()
    };
    let page = call.call(request).await?;
    let known = |name: &str| name.eq_ignore_ascii_case(label.trim());
    if !page.next_page_token.is_empty() || page.labels.iter().any(|label| known(&label.name)) {
        return Ok(());
    }
    let names: Vec<&str> = page
        .labels
        .iter()
        .map(|label| label.name.as_str())
        .collect();
    let next = match nearest(&label, names.iter().copied()) {
        Some(meant) => format!("did you mean {}?", line(meant)),
        None if names.is_empty() => "there is none yet; leave it out".to_owned(),
        None => format!(
            "there are {}",
            brief(&line(&names.join(", ")), task::usual::FACT)
        ),
    };
    Err(Problem::new(format!("no label {}", quoted(&label)), next))
}

/// Waits for a claim, and says now and then that it does; `None` where the
/// client gives up.
async fn wait_for<T>(call: &Call<'_>, asking: impl Future<Output = T>, wait: i64) -> Option<T> {
    let begun = Instant::now();
    let mut ticks = interval(TELL_EVERY);
    ticks.tick().await;
    let mut asking = std::pin::pin!(asking);
    loop {
        tokio::select! {
            claimed = &mut asking => return Some(claimed),
            () = call.given_up() => return None,
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
                "must be a name of up to 64 characters without #, not {}",
                quoted(name)
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
fn told(call: &Call<'_>, claimed: &v1::ClaimTaskResponse) -> Outcome<String> {
    let task = claimed
        .task
        .as_ref()
        .ok_or_else(|| Problem::incomplete("task"))?;
    let lease = problem::present(task.lease.as_ref(), "lease")?;
    let verb = if claimed.held_already {
        "already hold"
    } else {
        "now hold"
    };
    let idle = time::span(i64::try_from(call.state.options.idle.as_secs()).unwrap_or(i64::MAX));
    let name = view::task_ref(task.seq);
    let mut told = format!(
        "You {verb} {name}: for as long as this server runs and you call it every {idle}. Lease {}\n",
        lease_id(lease.fence, &claimed.token),
    );
    told.push_str(&task::heading(task, &call.who));
    let facts = v1::Task {
        // It was told above.
        lease: None,
        ..task.clone()
    };
    told.push_str(&task::facts(&facts, &call.who, task::usual::FACT));
    told.push_str(&task::handed_off(task, &call.who));
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
    let most = list_of(args.limit);
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
            candidates => {
                let rows: Vec<String> = candidates
                    .iter()
                    .filter_map(|candidate| {
                        let row = task::row(candidate.task.as_ref()?, true, &call.who);
                        Some(format!("{row}: {}\n", candidate.reason))
                    })
                    .collect();
                let fit = fitting(&rows, most);
                let mut told = "Best first; task_claim takes one.\n".to_owned();
                told.extend(rows[..fit].iter().map(String::as_str));
                if fit < rows.len() {
                    let _ = writeln!(told, "{} more behind them.", rows.len() - fit);
                }
                told
            }
        },
        || NextTasks::from(answer.clone()),
    ))
}
