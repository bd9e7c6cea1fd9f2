//! `/api/memory`.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Created, Json, NoContent, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent, given_names},
    table::{Table, Verb},
    value::{Limit, given},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/memory",
            "Entries of memory, newest first.",
            list,
        )
        .route(Verb::Post, "/api/memory", "Adds an entry.", create)
        .route(Verb::Patch, "/api/memory/{id}", "Changes an entry.", update)
        .route(
            Verb::Delete,
            "/api/memory/{id}",
            "Moves an entry to the trash.",
            delete,
        )
        .route(
            Verb::Patch,
            "/api/memory/{id}/append",
            "Adds a text at an entry's end.",
            append,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
    /// With one of these tags; may be repeated.
    tag: Vec<String>,
    /// Words, `prefix*`, `"a phrase"`, OR, NOT.
    search: String,
    /// At most this many.
    limit: Limit,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Memories>> {
    let Call { client, query, .. } = call;
    let request = v1::ListMemoriesRequest {
        project: query.project,
        tags: query.tag,
        search: query.search,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

/// An entry to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewEntry {
    /// Alias or id; may be left out where there is only one project.
    #[serde(default)]
    project: String,
    /// Markdown.
    #[serde(alias = "value")]
    body: String,
    /// Words to find it by.
    #[serde(default)]
    tags: Vec<String>,
}

async fn create(call: Call<(), Nothing, Sent<NewEntry>>) -> Outcome<Created<view::Memory>> {
    let Call { client, body, .. } = call;
    let Sent(new) = body;
    let request = v1::CreateMemoryRequest {
        project: new.project,
        fields: Some(v1::MemoryFields {
            body: new.body,
            tags: new.tags,
        }),
    };
    Ok(Created(of(client.call(request).await?.entry)?))
}

/// What to change of an entry. A field that is left out stays as it is.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Patch {
    /// Markdown.
    #[serde(alias = "value", deserialize_with = "given")]
    body: Option<String>,
    /// Words to find it by; `null`: none.
    #[serde(deserialize_with = "given")]
    tags: Option<Vec<String>>,
    /// Only if the entry still has this version.
    version: Option<i64>,
}

async fn update(call: Call<String, Nothing, Sent<Patch>>) -> Outcome<Json<view::Memory>> {
    let Call {
        client, path, body, ..
    } = call;
    let Sent(patch) = body;
    let update_mask = given_names([
        ("body", patch.body.is_some()),
        ("tags", patch.tags.is_some()),
    ])?;
    let request = v1::UpdateMemoryRequest {
        entry: path,
        fields: Some(v1::MemoryFields {
            body: patch.body.unwrap_or_default(),
            tags: patch.tags.unwrap_or_default(),
        }),
        update_mask: Some(update_mask),
        if_version: patch.version,
    };
    Ok(Json(of(client.call(request).await?.entry)?))
}

/// What to add at an entry's end, on lines of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct More {
    /// Markdown.
    value: String,
}

async fn append(call: Call<String, Nothing, Sent<More>>) -> Outcome<Json<view::Memory>> {
    let Call {
        client, path, body, ..
    } = call;
    let request = v1::AppendMemoryRequest {
        entry: path,
        text: body.0.value,
    };
    Ok(Json(of(client.call(request).await?.entry)?))
}

async fn delete(call: Call<String>) -> Outcome<NoContent> {
    let request = v1::DeleteMemoryRequest {
        entry: call.path.clone(),
    };
    call.ask(request).await?;
    Ok(NoContent)
}

fn of(entry: Option<v1::Memory>) -> Result<view::Memory, Problem> {
    entry
        .map(view::Memory::from)
        .ok_or_else(|| Problem::incomplete("entry"))
}
