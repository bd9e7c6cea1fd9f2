//! `/api/activity`: the log as it is.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Json, Outcome},
    request::Call,
    table::{Table, Verb},
    value::{ActorNamed, Entity, Kind, Limit, Since},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/activity",
            "The log, newest first, with how many entries match.",
            list,
        )
        .route(
            Verb::Get,
            "/api/activity/verify",
            "Whether the log's hash chain holds.",
            verify,
        )
}

/// Which entries. All are ANDed.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Alias or id, also of a project that is gone.
    project: String,
    /// About this kind of thing.
    kind: Option<Entity>,
    /// What was done: `created`, `claimed`, `expired`…
    action: String,
    /// Who did it: `ai:claude-code`, or `ai` alone.
    actor: Option<ActorNamed>,
    /// Done by this kind of actor.
    actor_kind: Option<Kind>,
    /// Done by an actor of this name.
    actor_name: String,
    /// About this very thing.
    entity_id: String,
    /// About this task and what hangs on it.
    task: String,
    /// Not before: a date, a moment, or how long ago.
    since: Option<Since>,
    /// At most this many.
    limit: Limit,
    /// Skips this many.
    #[schemars(range(min = 0))]
    offset: i64,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Log>> {
    let Call { client, query, .. } = call;
    let actor = query.actor.unwrap_or_default();
    let kind = query.actor_kind.map_or(actor.kind, |kind| kind.0);
    let filter = v1::ActivityFilter {
        project: query.project,
        entity: query.kind.map(i32::from).unwrap_or_default(),
        actor_kind: kind.into(),
        actor_name: if query.actor_name.is_empty() {
            actor.name
        } else {
            query.actor_name
        },
        task: query.task,
        since: query.since.map(|since| since.0),
        entity_id: query.entity_id,
        action: query.action,
    };
    let request = v1::ListActivitiesRequest {
        filter: Some(filter),
        page_size: query.limit.into(),
        page_token: query.cursor,
        offset: query.offset,
        count: true,
    };
    Ok(Json(client.call(request).await?.into()))
}

async fn verify(call: Call) -> Outcome<Json<view::Verification>> {
    Ok(Json(
        call.ask(v1::VerifyActivitiesRequest::default())
            .await?
            .into(),
    ))
}
