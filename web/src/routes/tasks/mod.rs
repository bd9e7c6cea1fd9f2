//! `/api/tasks`.

mod fields;
mod list;

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use self::fields::{NewTask, Patch};
use crate::{
    answer::{Created, Json, NoContent, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent},
    table::{Table, Verb},
    value::Status,
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/tasks",
            "Lists tasks by filter, order and page.",
            list::list,
        )
        .route(
            Verb::Post,
            "/api/tasks",
            "Makes a task, with its labels and what it waits for.",
            create,
        )
        .route(
            Verb::Get,
            "/api/tasks/{ref}",
            "One task with its plans and comments, archived or not.",
            show,
        )
        .route(
            Verb::Patch,
            "/api/tasks/{ref}",
            "Changes a task's fields and labels.",
            update,
        )
        .route(
            Verb::Delete,
            "/api/tasks/{ref}",
            "Moves a task with its plans and comments to the trash.",
            delete,
        )
        .route(
            Verb::Patch,
            "/api/tasks/{ref}/status",
            "Moves a task.",
            set_status,
        )
        .route(
            Verb::Patch,
            "/api/tasks/{ref}/archive",
            "Archives a task.",
            archive,
        )
        .route(
            Verb::Patch,
            "/api/tasks/{ref}/unarchive",
            "Takes a task back out of the archive.",
            unarchive,
        )
        .route(
            Verb::Put,
            "/api/tasks/{ref}/blocked-by/{on}",
            "Lets a task wait for another; refused where that would be a circle.",
            block,
        )
        .route(
            Verb::Delete,
            "/api/tasks/{ref}/blocked-by/{on}",
            "Lets a task no longer wait for another.",
            unblock,
        )
        .route(
            Verb::Get,
            "/api/tasks/{ref}/dependencies",
            "What a task waits for and consists of, down to the last.",
            tree,
        )
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
#[derive(Deserialize, JsonSchema)]
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

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Force {
    /// Although another session holds it. Only people may.
    force: bool,
}

async fn archive(call: Call<String, Force>) -> Outcome<Json<view::Task>> {
    let request = v1::ArchiveTaskRequest {
        task: call.path.clone(),
        force: call.query.force,
    };
    of(call.ask(request).await?.task)
}

async fn unarchive(call: Call<String>) -> Outcome<Json<view::Task>> {
    let request = v1::UnarchiveTaskRequest {
        task: call.path.clone(),
    };
    of(call.ask(request).await?.task)
}

async fn delete(call: Call<String, Force>) -> Outcome<NoContent> {
    let request = v1::DeleteTaskRequest {
        task: call.path.clone(),
        force: call.query.force,
    };
    call.ask(request).await?;
    Ok(NoContent)
}

async fn block(call: Call<(String, String)>) -> Outcome<Json<view::Task>> {
    let Call { client, path, .. } = call;
    let (task, on) = path;
    let kind = v1::DependencyKind::Blocks.into();
    of(client
        .call(v1::AddDependencyRequest { task, on, kind })
        .await?
        .task)
}

async fn unblock(call: Call<(String, String)>) -> Outcome<Json<view::Task>> {
    let Call { client, path, .. } = call;
    let (task, on) = path;
    let kind = v1::DependencyKind::Blocks.into();
    of(client
        .call(v1::RemoveDependencyRequest { task, on, kind })
        .await?
        .task)
}

async fn tree(call: Call<String>) -> Outcome<Json<view::DependencyTree>> {
    let request = v1::GetDependencyTreeRequest {
        task: call.path.clone(),
    };
    Ok(Json(call.ask(request).await?.into()))
}

/// A task as an answer carries it that changed one.
pub(super) fn of(task: Option<v1::Task>) -> Outcome<Json<view::Task>> {
    let task = task.ok_or_else(|| Problem::incomplete("task"))?;
    Ok(Json(view::Task::from(task)))
}
