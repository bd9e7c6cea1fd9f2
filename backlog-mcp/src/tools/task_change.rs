//! Changing a task.

use backlog_api::{v1, view};
use prost_types::FieldMask;
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::{Status, Type, assignee, due_date};
use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::{Tool, tool},
    problem::{self, Outcome, Problem},
    reply::Reply,
    text::task,
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "task_update", "Update task", Sets, More,
        "Change fields, labels or blockers.",
        update(UpdateArgs) -> view::Task
    ),
    tool!(
        "task_move", "Move task", Sets, More,
        "Set a status by hand.",
        move_to(MoveArgs) -> view::Task
    ),
];

#[derive(Debug, Deserialize, JsonSchema)]
struct UpdateArgs {
    id: TaskRef,
    title: Option<String>,
    description: Option<String>,
    status: Option<Status>,
    #[schemars(range(min = 1, max = 5))]
    priority: Option<i32>,
    due_date: Option<String>,
    project_path: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Type>,
    assignee: Option<String>,
    #[serde(default)]
    add_labels: Vec<String>,
    #[serde(default)]
    remove_labels: Vec<String>,
    #[serde(default)]
    add_blocked_by: Vec<TaskRef>,
    #[serde(default)]
    remove_blocked_by: Vec<TaskRef>,
    if_version: Option<i64>,
}

async fn update(call: &Call<'_>, args: UpdateArgs) -> Outcome<Reply> {
    let named = [
        (args.title.is_some(), "title"),
        (args.description.is_some(), "description"),
        (args.status.is_some(), "status"),
        (args.priority.is_some(), "priority"),
        (args.due_date.is_some(), "due_at"),
        (args.project_path.is_some(), "project_path"),
        (args.kind.is_some(), "type"),
        (args.assignee.is_some(), "assignee"),
    ];
    let paths: Vec<String> = named
        .into_iter()
        .filter(|(given, _)| *given)
        .map(|(_, field)| field.to_owned())
        .collect();
    let lists = [&args.add_labels, &args.remove_labels];
    let edges = [&args.add_blocked_by, &args.remove_blocked_by];
    if paths.is_empty()
        && lists.iter().all(|list| list.is_empty())
        && edges.iter().all(|list| list.is_empty())
    {
        return Err(Problem::new(
            "nothing to change was named",
            "Call again with what shall change, for example priority=2",
        ));
    }
    let request = v1::UpdateTaskRequest {
        task: args.id.to_owned(),
        fields: Some(v1::TaskFields {
            title: args.title.unwrap_or_default(),
            description: args.description.unwrap_or_default(),
            status: args
                .status
                .map_or(0, |status| v1::TaskStatus::from(status).into()),
            priority: args.priority.unwrap_or_default(),
            due_at: due_date(args.due_date.as_deref())?,
            project_path: args.project_path.unwrap_or_default(),
            r#type: args.kind.map_or(0, |kind| v1::TaskType::from(kind).into()),
            assignee: assignee(call, args.assignee.as_deref()),
            ..Default::default()
        }),
        update_mask: Some(FieldMask { paths }),
        add_blocked_by: args.add_blocked_by.iter().map(TaskRef::to_owned).collect(),
        remove_blocked_by: args
            .remove_blocked_by
            .iter()
            .map(TaskRef::to_owned)
            .collect(),
        add_labels: args.add_labels,
        remove_labels: args.remove_labels,
        if_version: args.if_version,
        force: false,
    };
    changed(call, &args.id, request).await
}

#[derive(Debug, Deserialize, JsonSchema)]
struct MoveArgs {
    id: TaskRef,
    status: Status,
}

async fn move_to(call: &Call<'_>, args: MoveArgs) -> Outcome<Reply> {
    let request = v1::UpdateTaskRequest {
        task: args.id.to_owned(),
        fields: Some(v1::TaskFields {
            status: v1::TaskStatus::from(args.status).into(),
            ..Default::default()
        }),
        update_mask: Some(FieldMask {
            paths: vec!["status".to_owned()],
        }),
        ..Default::default()
    };
    changed(call, &args.id, request).await
}

async fn changed(call: &Call<'_>, id: &TaskRef, request: v1::UpdateTaskRequest) -> Outcome<Reply> {
    let answer = call.about(id, None, request).await?;
    let now = problem::task(answer.task)?;
    if now.lease.is_none() {
        call.state.leases.forget(&now);
    }
    Ok(call.reply(
        || {
            let verb = if answer.changed {
                "Updated"
            } else {
                "It was so already:"
            };
            let told = format!(
                "{verb} {}, now version {}",
                task::row(&now, false, &call.who),
                now.version
            );
            if now.status() == v1::TaskStatus::Doing && now.lease.is_none() {
                let name = view::task_ref(now.seq);
                format!("{told}\nNobody holds it, and nobody can claim it now: task_claim takes a task, task_move(id=\"{name}\", status=\"todo\") frees this one.")
            } else {
                told
            }
        },
        || view::Task::from(task::shortened(&now, 0, [false; 3])),
    ))
}
