//! `/api/plans`.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    paging::Paging,
    versions::{self, Patch, Range, Text, Version},
};
use crate::{
    answer::{Created, Json, NoContent, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent},
    table::{Table, Verb},
    value::Limit,
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Post,
            "/api/tasks/{ref}/plans",
            "Adds a plan to a task.",
            create,
        )
        .route(
            Verb::Get,
            "/api/plans",
            "Plans at their newest versions, oldest first: of a task, a project, or all.",
            list,
        )
        .route(
            Verb::Get,
            "/api/plans/{id}",
            "One plan, at its newest version or at the one that is named.",
            show,
        )
        .route(
            Verb::Patch,
            "/api/plans/{id}",
            "Adds a version to a plan.",
            update,
        )
        .route(
            Verb::Delete,
            "/api/plans/{id}",
            "Moves a plan with all its versions to the trash.",
            delete,
        )
        .route(
            Verb::Get,
            "/api/plans/{id}/history",
            "All versions of a plan, oldest first.",
            history,
        )
        .route(
            Verb::Get,
            "/api/plans/{id}/diff",
            "What two versions of a plan differ in.",
            diff,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
    /// Of this task alone.
    task: String,
    /// At most this many.
    limit: Limit,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Plans>> {
    let Call { client, query, .. } = call;
    let request = v1::ListPlansRequest {
        task: query.task,
        project: query.project,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

/// A plan to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPlan {
    /// One line, up to 255 characters.
    title: String,
    /// Markdown.
    #[serde(default)]
    body: String,
    /// Which tool it came from.
    #[serde(default)]
    source: String,
    /// Why it was written.
    #[serde(default)]
    change_note: String,
}

async fn create(call: Call<String, Nothing, Sent<NewPlan>>) -> Outcome<Created<view::Plan>> {
    let Call {
        client, path, body, ..
    } = call;
    let Sent(new) = body;
    let request = v1::CreatePlanRequest {
        task: path,
        fields: Some(v1::PlanFields {
            title: new.title,
            body: new.body,
        }),
        source: new.source,
        change_note: new.change_note,
    };
    Ok(Created(of(client.call(request).await?.plan)?))
}

async fn show(call: Call<String, Version>) -> Outcome<Json<view::Plan>> {
    let request = v1::GetPlanRequest {
        plan: call.path.clone(),
        version: call.query.version,
    };
    Ok(Json(of(call.ask(request).await?.plan)?))
}

async fn update(call: Call<String, Nothing, Sent<Patch>>) -> Outcome<Json<view::Plan>> {
    let Call {
        client, path, body, ..
    } = call;
    let Sent(patch) = body;
    let request = v1::UpdatePlanRequest {
        plan: path,
        update_mask: Some(patch.mask()?),
        fields: Some(v1::PlanFields {
            title: patch.title.unwrap_or_default(),
            body: patch.body.unwrap_or_default(),
        }),
        change_note: patch.change_note,
        if_version: patch.version,
    };
    Ok(Json(of(client.call(request).await?.plan)?))
}

async fn delete(call: Call<String>) -> Outcome<NoContent> {
    let request = v1::DeletePlanRequest {
        plan: call.path.clone(),
    };
    call.ask(request).await?;
    Ok(NoContent)
}

async fn history(call: Call<String, Paging>) -> Outcome<Json<view::Versions>> {
    let Call {
        client,
        path,
        query,
        ..
    } = call;
    let request = v1::ListPlanVersionsRequest {
        plan: path,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

async fn diff(call: Call<String, Range>) -> Outcome<Json<view::Diff>> {
    versions::diff(&call.query, async |version| {
        let plan = call.path.clone();
        let found = of(call.ask(v1::GetPlanRequest { plan, version }).await?.plan)?;
        Ok(Text {
            id: found.id,
            number: found.version.version,
            title: found.version.title,
            body: found.version.body,
        })
    })
    .await
}

fn of(plan: Option<v1::Plan>) -> Result<view::Plan, Problem> {
    plan.map(view::Plan::from)
        .ok_or_else(|| Problem::incomplete("plan"))
}
