//! `/api/search`: one search over everything that is written.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Json, Outcome},
    request::Call,
    table::{Table, Verb},
    value::{Entity, Limit},
};

pub(super) fn routes(table: Table) -> Table {
    table.route(
        Verb::Get,
        "/api/search",
        "Tasks, plans, docs, memory and comments that match, the best first.",
        search,
    )
}

/// What is looked for, and where.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct What {
    /// Words, `prefix*`, `"a phrase"`, OR, NOT.
    q: String,
    /// Alias or id; all projects where left out.
    project: String,
    /// Only in things of this kind; may be repeated.
    kind: Vec<Entity>,
    /// Archived tasks too, and what belongs to archived projects.
    include_archived: bool,
    /// At most this many.
    limit: Limit,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn search(call: Call<(), What>) -> Outcome<Json<view::Hits>> {
    let Call { client, query, .. } = call;
    let request = v1::SearchRequest {
        query: query.q,
        project: query.project,
        kinds: query.kind.into_iter().map(i32::from).collect(),
        include_archived: query.include_archived,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}
