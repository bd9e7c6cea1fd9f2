//! `/api/labels`, and the labels of a task.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::tasks;
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
            Verb::Get,
            "/api/labels",
            "Labels, by project and name.",
            list,
        )
        .route(
            Verb::Post,
            "/api/labels",
            "Makes a label; one that exists is returned, in the colour that was given.",
            create,
        )
        .route(
            Verb::Delete,
            "/api/labels/{name}",
            "Moves a label to the trash: it disappears from its tasks.",
            delete,
        )
        .route(
            Verb::Post,
            "/api/tasks/{ref}/labels",
            "Puts a label on a task; made where it is missing.",
            attach,
        )
        .route(
            Verb::Delete,
            "/api/tasks/{ref}/labels/{name}",
            "Takes a label off a task.",
            detach,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
    /// At most this many.
    limit: Limit<500>,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Labels>> {
    let Call { client, query, .. } = call;
    let request = v1::ListLabelsRequest {
        project: query.project,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

/// A label to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewLabel {
    /// Alias or id; may be left out where there is only one project.
    #[serde(default)]
    project: String,
    /// Unique in the project.
    name: String,
    /// `#rrggbb`.
    #[serde(default)]
    color: String,
}

async fn create(call: Call<(), Nothing, Sent<NewLabel>>) -> Outcome<Created<view::Label>> {
    let Call { client, body, .. } = call;
    let Sent(new) = body;
    let request = v1::CreateLabelRequest {
        project: new.project,
        name: new.name,
        color: new.color,
    };
    let label = client.call(request).await?.label;
    let label = label.ok_or_else(|| Problem::incomplete("label"))?;
    Ok(Created(label.into()))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Of {
    /// Alias or id; may be left out where there is only one project.
    project: String,
}

async fn delete(call: Call<String, Of>) -> Outcome<NoContent> {
    let Call {
        client,
        path,
        query,
        ..
    } = call;
    let request = v1::DeleteLabelRequest {
        project: query.project,
        name: path,
    };
    client.call(request).await?;
    Ok(NoContent)
}

/// A label by its name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    /// The name.
    name: String,
}

async fn attach(call: Call<String, Nothing, Sent<Named>>) -> Outcome<Json<view::Task>> {
    let Call {
        client, path, body, ..
    } = call;
    let request = v1::AttachLabelRequest {
        task: path,
        label: body.0.name,
    };
    tasks::of(client.call(request).await?.task)
}

async fn detach(call: Call<(String, String)>) -> Outcome<Json<view::Task>> {
    let Call { client, path, .. } = call;
    let (task, label) = path;
    let request = v1::DetachLabelRequest { task, label };
    tasks::of(client.call(request).await?.task)
}
