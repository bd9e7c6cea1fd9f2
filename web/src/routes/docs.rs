//! `/api/docs`.

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
        .route(Verb::Post, "/api/docs", "Makes a doc.", create)
        .route(
            Verb::Patch,
            "/api/docs/{id}/append",
            "Adds a version that has more at its end.",
            append,
        )
        .route(
            Verb::Get,
            "/api/docs",
            "Docs at their newest versions, oldest first.",
            list,
        )
        .route(
            Verb::Get,
            "/api/docs/{id}",
            "One doc, at its newest version or at the one that is named.",
            show,
        )
        .route(
            Verb::Patch,
            "/api/docs/{id}",
            "Adds a version to a doc.",
            update,
        )
        .route(
            Verb::Delete,
            "/api/docs/{id}",
            "Moves a doc with all its versions to the trash.",
            delete,
        )
        .route(
            Verb::Get,
            "/api/docs/{id}/history",
            "All versions of a doc, oldest first.",
            history,
        )
        .route(
            Verb::Get,
            "/api/docs/{id}/diff",
            "What two versions of a doc differ in.",
            diff,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
    /// At most this many.
    limit: Limit,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Docs>> {
    let Call { client, query, .. } = call;
    let request = v1::ListDocsRequest {
        project: query.project,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

/// A doc to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewDoc {
    /// Alias or id; may be left out where there is only one project.
    #[serde(default)]
    project: String,
    /// One line, up to 255 characters.
    title: String,
    /// Markdown.
    #[serde(default)]
    body: String,
    /// Why it was written.
    #[serde(default)]
    change_note: String,
}

async fn create(call: Call<(), Nothing, Sent<NewDoc>>) -> Outcome<Created<view::Doc>> {
    let Call { client, body, .. } = call;
    let Sent(new) = body;
    let request = v1::CreateDocRequest {
        project: new.project,
        fields: Some(v1::DocFields {
            title: new.title,
            body: new.body,
        }),
        change_note: new.change_note,
    };
    Ok(Created(of(client.call(request).await?.doc)?))
}

/// What to add at a text's end, on lines of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct More {
    /// Markdown.
    value: String,
    /// Why it was written.
    #[serde(default)]
    change_note: String,
}

async fn append(call: Call<String, Nothing, Sent<More>>) -> Outcome<Json<view::Doc>> {
    let Call {
        client, path, body, ..
    } = call;
    let request = v1::AppendDocRequest {
        doc: path,
        text: body.0.value,
        change_note: body.0.change_note,
    };
    Ok(Json(of(client.call(request).await?.doc)?))
}

async fn show(call: Call<String, Version>) -> Outcome<Json<view::Doc>> {
    let request = v1::GetDocRequest {
        doc: call.path.clone(),
        version: call.query.version,
    };
    Ok(Json(of(call.ask(request).await?.doc)?))
}

async fn update(call: Call<String, Nothing, Sent<Patch>>) -> Outcome<Json<view::Doc>> {
    let Call {
        client, path, body, ..
    } = call;
    let Sent(patch) = body;
    let request = v1::UpdateDocRequest {
        doc: path,
        update_mask: Some(patch.mask()?),
        fields: Some(v1::DocFields {
            title: patch.title.unwrap_or_default(),
            body: patch.body.unwrap_or_default(),
        }),
        change_note: patch.change_note,
        if_version: patch.version,
    };
    Ok(Json(of(client.call(request).await?.doc)?))
}

async fn delete(call: Call<String>) -> Outcome<NoContent> {
    let request = v1::DeleteDocRequest {
        doc: call.path.clone(),
    };
    call.ask(request).await?;
    Ok(NoContent)
}

async fn history(call: Call<String, Paging>) -> Outcome<Json<view::DocVersions>> {
    let Call {
        client,
        path,
        query,
        ..
    } = call;
    let request = v1::ListDocVersionsRequest {
        doc: path,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

async fn diff(call: Call<String, Range>) -> Outcome<Json<view::Diff>> {
    versions::diff(&call.query, async |version| {
        let doc = call.path.clone();
        let found = of(call.ask(v1::GetDocRequest { doc, version }).await?.doc)?;
        Ok(Text {
            id: found.id,
            number: found.version.version,
            title: found.version.title,
            body: found.version.body,
        })
    })
    .await
}

fn of(doc: Option<v1::Doc>) -> Result<view::Doc, Problem> {
    doc.map(view::Doc::from)
        .ok_or_else(|| Problem::incomplete("doc"))
}
