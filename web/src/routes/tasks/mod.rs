//! `/api/tasks`.

mod fields;
mod list;

use backlog_api::{v1, view};
use serde::Deserialize;

use self::fields::{NewTask, Patch};
use crate::{
    answer::{Created, Json, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent},
    table::{Table, Verb},
    value::Status,
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(Verb::Get, "/api/tasks", list::list)
        .route(Verb::Post, "/api/tasks", create)
        .route(Verb::Get, "/api/tasks/{ref}", show)
        .route(Verb::Patch, "/api/tasks/{ref}", update)
        .route(Verb::Patch, "/api/tasks/{ref}/status", set_status)
}

async fn create(call: Call<(), Nothing, Sent<NewTask>>) -> Outcome<Created<view::Task>> {
    let Call { client, body, .. } = call;
    let task = client.call(body.0.into_request()).await?.task;
    let task = task.ok_or_else(|| Problem::incomplete("task"))?;
    Ok(Created(view::Task::with_details(task)))
}

async fn show(call: Call<String>) -> Outcome<Json<view::Task>> {
    let request = v1::GetTaskRequest {
        task: call.path.clone(),
    };
    let task = call.ask(request).await?.task;
    let task = task.ok_or_else(|| Problem::incomplete("task"))?;
    Ok(Json(view::Task::with_details(task)))
}

async fn update(call: Call<String, Nothing, Sent<Patch>>) -> Outcome<Json<view::Task>> {
    let Call {
        client, path, body, ..
    } = call;
    of(client.call(body.0.into_request(path)?).await?.task)
}

/// Where a task is moved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    /// Where it stands now.
    status: Status,
    /// Only if the task still has this version.
    #[serde(default)]
    version: Option<i64>,
    /// Although another session holds it. Only people may.
    #[serde(default)]
    force: bool,
}

async fn set_status(call: Call<String, Nothing, Sent<Moved>>) -> Outcome<Json<view::Task>> {
    let Sent(moved) = &call.body;
    let request = v1::UpdateTaskRequest {
        task: call.path.clone(),
        fields: Some(v1::TaskFields {
            status: moved.status.into(),
            ..v1::TaskFields::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["status".to_owned()],
        }),
        if_version: moved.version,
        force: moved.force,
        ..v1::UpdateTaskRequest::default()
    };
    of(call.ask(request).await?.task)
}

/// A task as an answer carries it that changed one.
fn of(task: Option<v1::Task>) -> Outcome<Json<view::Task>> {
    let task = task.ok_or_else(|| Problem::incomplete("task"))?;
    Ok(Json(view::Task::from(task)))
}
