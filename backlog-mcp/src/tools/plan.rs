//! Plans: how a task will be done, version by version.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use prost_types::FieldMask;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::{Tool, tool},
    documents::PlanHistory,
    problem::{Outcome, Problem, present},
    reply::Reply,
    text::{
        count,
        cut::{WHOLE, cut},
        data, diff,
        holder::actor,
        line, quoted, short_id,
        time::ago,
    },
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "plan_add", "Add plan", Adds, More,
        "Record how a task will be done, before starting.",
        add(AddArgs) -> view::Plan
    ),
    tool!(
        "plan_update", "Update plan", Adds, More,
        "Add a version; plan_id may be TASK-12.",
        update(UpdateArgs) -> view::Plan
    ),
    tool!(
        "plan_history", "Plan history", Reads, More,
        "List versions, read one, or diff two.",
        history(HistoryArgs) -> PlanHistory
    ),
];

#[derive(Debug, Deserialize, JsonSchema)]
struct AddArgs {
    task_id: TaskRef,
    title: String,
    body: String,
    source: Option<String>,
}

async fn add(call: &Call<'_>, args: AddArgs) -> Outcome<Reply> {
    let request = v1::CreatePlanRequest {
        task: args.task_id.to_owned(),
        fields: Some(v1::PlanFields {
            title: args.title,
            body: args.body,
        }),
        source: args.source.unwrap_or_default(),
        ..Default::default()
    };
    let caller = call.holder_of(&args.task_id, None);
    let look = |made: &v1::CreatePlanResponse| v1::GetPlanRequest {
        plan: made
            .plan
            .as_ref()
            .map_or_else(String::new, |made| made.id.clone()),
        ..Default::default()
    };
    let (answer, repeated) = call.make_once(caller, request, None, look).await?;
    let plan = present(answer.plan, "plan")?;
    Ok(call.reply(
        || {
            let verb = if repeated {
                "was added by the same call just before"
            } else {
                "added"
            };
            format!(
                "Plan {} {verb} to {}.",
                short_id(&plan.id),
                view::task_ref(plan.task_seq)
            )
        },
        || view::Plan::from(plan.clone()),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct UpdateArgs {
    plan_id: String,
    title: Option<String>,
    body: Option<String>,
    change_note: Option<String>,
    if_version: Option<i32>,
}

async fn update(call: &Call<'_>, args: UpdateArgs) -> Outcome<Reply> {
    let paths: Vec<String> = [(&args.title, "title"), (&args.body, "body")]
        .into_iter()
        .filter_map(|(given, field)| given.as_ref().map(|_| field.to_owned()))
        .collect();
    if paths.is_empty() {
        return Err(Problem::new(
            "nothing to change was named",
            "Call again with a title or body",
        ));
    }
    let plan_id = named(call, args.plan_id).await?;
    let answer = call
        .call(v1::UpdatePlanRequest {
            plan: plan_id,
            fields: Some(v1::PlanFields {
                title: args.title.unwrap_or_default(),
                body: args.body.unwrap_or_default(),
            }),
            update_mask: Some(FieldMask { paths }),
            change_note: args.change_note.unwrap_or_default(),
            if_version: args.if_version,
        })
        .await?;
    let plan = present(answer.plan, "plan")?;
    Ok(call.reply(
        || {
            let (id, version) = (short_id(&plan.id), plan.current_version);
            let task = view::task_ref(plan.task_seq);
            if answer.changed {
                format!("Plan {id} of {task} is now version {version}.")
            } else {
                format!("Plan {id} of {task} said so already; it stays at version {version}.")
            }
        },
        || view::Plan::from(plan.clone()),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct HistoryArgs {
    plan_id: String,
    version: Option<i32>,
    diff_to: Option<i32>,
}

async fn history(call: &Call<'_>, args: HistoryArgs) -> Outcome<Reply> {
    let plan = named(call, args.plan_id).await?;
    let fetch = async |version| {
        let request = v1::GetPlanRequest {
            plan: plan.clone(),
            version,
        };
        let plan = present(call.call(request).await?.plan, "plan")?;
        let version = present(plan.version.clone(), "version")?;
        Outcome::Ok((plan, version))
    };
    match (args.version, args.diff_to) {
        (Some(version), None) => {
            let (plan, version) = fetch(version).await?;
            let body = part(&plan, &version);
            Ok(call.reply(
                || whole(&plan, &version, &body),
                || PlanHistory::of(vec![version.clone()], Some(body.clone())),
            ))
        }
        (version, Some(to)) => {
            let (plan, to) = fetch(to).await?;
            // One alone is compared with how the plan is now.
            let other = match version {
                Some(version) => version,
                None if to.version == plan.current_version => (to.version - 1).max(1),
                None => plan.current_version,
            };
            let (_, other) = fetch(other).await?;
            let (from, to) = match version {
                None if other.version > to.version => (to, other),
                _ => (other, to),
            };
            let changes = changes(&from, &to);
            Ok(call.reply(
                || compared(&from, &to, &changes),
                || PlanHistory::diff(vec![from.clone(), to.clone()], changes.clone()),
            ))
        }
        (None, None) => {
            let answer = call
                .call(v1::ListPlanVersionsRequest {
                    plan: plan.clone(),
                    ..Default::default()
                })
                .await?;
            Ok(call.reply(
                || listed(&plan, &answer.versions),
                || PlanHistory::of(answer.versions.clone(), None),
            ))
        }
    }
}

/// The id of a plan; where a task is named, of its newest plan.
async fn named(call: &Call<'_>, given: String) -> Outcome<String> {
    // A plan's id has letters in it.
    let name = given.trim();
    let is_task = name.to_uppercase().starts_with("TASK-")
        || (name.len() < 19 && name.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(task) = is_task
        .then(|| TaskRef::try_from(given.clone()).ok())
        .flatten()
    else {
        return Ok(given);
    };
    let request = v1::ListPlansRequest {
        task: task.to_owned(),
        ..Default::default()
    };
    match call.call(request).await?.plans.pop() {
        Some(plan) => Ok(plan.id),
        None => Err(Problem::new(
            format!("{} has no plan", task.as_str()),
            "Add one with plan_add",
        )),
    }
}

/// A version's text, and where the rest of a long one is.
fn part(plan: &v1::Plan, version: &v1::PlanVersion) -> String {
    let part = cut(&version.body, 0, WHOLE);
    match part.next {
        Some(_) => format!(
            "{}\n[first {WHOLE} of {} characters; the resource backlog://{}/plan has the newest version whole]",
            part.text,
            part.total,
            view::task_ref(plan.task_seq)
        ),
        None => part.text,
    }
}

fn whole(plan: &v1::Plan, version: &v1::PlanVersion, body: &str) -> String {
    let attributes = format!(
        "id={} version={} title={}",
        quoted(short_id(&plan.id)),
        version.version,
        quoted(&version.title)
    );
    data("plan", &attributes, body)
}

/// What was changed from one version to another; empty where nothing was.
fn changes(from: &v1::PlanVersion, to: &v1::PlanVersion) -> String {
    let text = |version: &v1::PlanVersion| format!("{}\n\n{}", version.title, version.body);
    cut(&diff::unified(&text(from), &text(to)), 0, WHOLE).brief()
}

fn compared(from: &v1::PlanVersion, to: &v1::PlanVersion, changes: &str) -> String {
    if changes.is_empty() {
        return format!("Versions {} and {} say the same.", from.version, to.version);
    }
    let attributes = format!("from={} to={}", from.version, to.version);
    data("diff", &attributes, changes)
}

fn listed(plan: &str, versions: &[v1::PlanVersion]) -> String {
    let versions_told = count(i64::try_from(versions.len()).unwrap_or(0), "version");
    let mut told = format!("Plan {}: {versions_told}.\n", short_id(plan));
    for version in versions {
        let _ = write!(
            told,
            "{}: {}, {} by {}",
            version.version,
            line(&version.title),
            ago(version.created_at.as_ref()),
            actor(version.actor.as_ref())
        );
        if !version.change_note.is_empty() {
            let _ = write!(told, ": {}", line(&version.change_note));
        }
        told.push('\n');
    }
    told
}
