//! The queue's own: claims, leases, attempts, and how it stands.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{paging::Paging, tasks};
use crate::{
    answer::{Json, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent},
    table::{Table, Verb},
    value::{Priority, Span, Type},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/queue",
            "How the queue stands: the numbers, who holds what, who waits.",
            stand,
        )
        .route(
            Verb::Get,
            "/api/queue/next",
            "What a claim would take, without taking it; 404 where nothing is ready.",
            next,
        )
        .route(
            Verb::Post,
            "/api/tasks/claim",
            "Takes the next ready task, or the one that is named; 404 where nothing is ready.",
            claim,
        )
        .route(
            Verb::Post,
            "/api/tasks/{ref}/renew",
            "Gives the caller's lease more time.",
            renew,
        )
        .route(
            Verb::Post,
            "/api/tasks/{ref}/release",
            "Gives a task back: it is to do again.",
            release,
        )
        .route(
            Verb::Post,
            "/api/tasks/{ref}/done",
            "Comments, moves a task to done and ends its lease, in one write.",
            done,
        )
        .route(
            Verb::Post,
            "/api/tasks/{ref}/retry",
            "Gives a task that was set aside a new budget of attempts. Only people may.",
            retry,
        )
        .route(
            Verb::Get,
            "/api/tasks/{ref}/attempts",
            "Every claim of a task, the last one first.",
            attempts,
        )
        .route(
            Verb::Get,
            "/api/tasks/{ref}/why",
            "What keeps a task from being taken, down to the last causes.",
            why,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Of {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
}

async fn stand(call: Call<(), Of>) -> Outcome<Json<view::Queue>> {
    let request = v1::GetQueueRequest {
        project: call.query.project.clone(),
    };
    Ok(Json(call.ask(request).await?.into()))
}

async fn next(call: Call<(), Of>) -> Outcome<Json<view::Task>> {
    let filter = v1::TaskFilter {
        project: call.query.project.clone(),
        ..v1::TaskFilter::default()
    };
    let request = v1::NextTaskRequest {
        filter: Some(filter),
        ..v1::NextTaskRequest::default()
    };
    let answer = call.ask(request).await?;
    let task = answer
        .task
        .ok_or_else(|| Problem::nothing_ready(&answer.nothing))?;
    Ok(Json(task.into()))
}

/// Which task to take.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Claim {
    /// This task; the next ready one where left out.
    r#ref: String,
    /// Of this project.
    project: String,
    /// With one of these labels.
    labels: Vec<String>,
    /// Of one of these types.
    types: Vec<Type>,
    /// Of one of these priorities.
    priorities: Vec<Priority>,
    /// Meant for this assignee.
    assignee: String,
    /// How long the lease lives without being renewed: `90s 30m 24h`.
    ttl: Option<Span>,
    /// The directory the session works in.
    worktree: String,
    /// Whatever keeps it from being taken. Only people may.
    force: bool,
}

async fn claim(call: Call<(), Nothing, Sent<Claim>>) -> Outcome<Json<view::ClaimedTask>> {
    let Call { client, body, .. } = call;
    let Sent(claim) = body;
    let filter = v1::TaskFilter {
        project: claim.project,
        labels: claim.labels,
        types: claim.types.into_iter().map(i32::from).collect(),
        priorities: claim.priorities.iter().map(|priority| priority.0).collect(),
        assignee: claim.assignee,
        ..v1::TaskFilter::default()
    };
    let request = v1::ClaimTaskRequest {
        task: claim.r#ref,
        filter: Some(filter),
        ttl: claim.ttl.map(|span| span.0),
        worktree: claim.worktree,
        force: claim.force,
        ..v1::ClaimTaskRequest::default()
    };
    Ok(Json(client.call(request).await?.into()))
}

/// How much more time a lease gets.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Renewal {
    /// As in a claim; as before where left out.
    ttl: Option<Span>,
}

async fn renew(call: Call<String, Nothing, Sent<Renewal>>) -> Outcome<Json<view::Lease>> {
    let request = v1::RenewLeaseRequest {
        task: call.path.clone(),
        ttl: call.body.0.ttl.map(|span| span.0),
    };
    let lease = call.ask(request).await?.lease;
    Ok(Json(
        lease.ok_or_else(|| Problem::incomplete("lease"))?.into(),
    ))
}

/// How a task is given back.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Release {
    /// What the next holder should know.
    note: String,
    /// The attempt failed, as opposed to being given up.
    failed: bool,
    /// From whoever holds it. Only people may.
    force: bool,
}

async fn release(call: Call<String, Nothing, Sent<Release>>) -> Outcome<Json<view::Task>> {
    let Call {
        client, path, body, ..
    } = call;
    let request = v1::ReleaseLeaseRequest {
        task: path,
        note: body.0.note,
        failed: body.0.failed,
        force: body.0.force,
        ..Default::default()
    };
    tasks::of(client.call(request).await?.task)
}

/// How a task is finished.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Completion {
    /// Becomes a comment.
    note: String,
    /// Although another session holds it. Only people may.
    force: bool,
}

async fn done(call: Call<String, Nothing, Sent<Completion>>) -> Outcome<Json<view::Task>> {
    let Call {
        client, path, body, ..
    } = call;
    let request = v1::CompleteTaskRequest {
        task: path,
        note: body.0.note,
        force: body.0.force,
    };
    tasks::of(client.call(request).await?.task)
}

async fn retry(call: Call<String>) -> Outcome<Json<view::Task>> {
    let request = v1::RetryTaskRequest {
        task: call.path.clone(),
    };
    tasks::of(call.ask(request).await?.task)
}

async fn attempts(call: Call<String, Paging>) -> Outcome<Json<view::Attempts>> {
    let Call {
        client,
        path,
        query,
        ..
    } = call;
    let request = v1::ListAttemptsRequest {
        task: path,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

async fn why(call: Call<String>) -> Outcome<Json<view::Explanation>> {
    let request = v1::ExplainTaskRequest {
        task: call.path.clone(),
    };
    Ok(Json(call.ask(request).await?.into()))
}
