//! `GET /api/tasks`.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Json, Outcome},
    request::Call,
    value::{ActorNamed, Limit, Order, Priority, Sort, Status, Type, View},
};

/// Which tasks. All are ANDed; what may be repeated is ORed.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Which {
    /// Alias or id.
    project: String,
    /// One of these statuses; may be repeated.
    status: Vec<Status>,
    /// One of these types; may be repeated.
    r#type: Vec<Type>,
    /// One of these priorities; may be repeated.
    priority: Vec<Priority>,
    /// One of these labels; may be repeated.
    label: Vec<String>,
    /// Words, `prefix*`, `"a phrase"`, OR, NOT.
    search: String,
    /// This assignee; a name without a kind also finds `human:NAME` and `ai:NAME`.
    assignee: String,
    /// Who created it: `ai:claude-code`, or `ai` alone.
    actor: Option<ActorNamed>,
    /// Which tool it came from.
    source: String,
    /// Only the parts of this task.
    parent: String,
    /// Archived tasks too.
    include_archived: bool,
    /// Only what could be claimed now.
    ready: bool,
    /// Only what waits for an open blocker.
    blocked: bool,
    /// Only what a session holds.
    claimed: bool,
    /// Only what was set aside for a person.
    needs_attention: bool,
    /// In which order.
    sort: Option<Sort>,
    /// In which direction.
    order: Option<Order>,
    /// At most this many.
    limit: Limit,
    /// Skips this many.
    #[schemars(range(min = 0))]
    offset: i64,
    /// From the answer before: goes on behind it.
    cursor: String,
    /// How much of each task.
    view: Option<View>,
}

pub(super) async fn list(call: Call<(), Which>) -> Outcome<Json<view::Tasks>> {
    let Call { client, query, .. } = call;
    let actor = query.actor.unwrap_or_default();
    let filter = v1::TaskFilter {
        project: query.project,
        statuses: query.status.into_iter().map(i32::from).collect(),
        types: query.r#type.into_iter().map(i32::from).collect(),
        priorities: query.priority.iter().map(|priority| priority.0).collect(),
        assignee: query.assignee,
        labels: query.label,
        actor_kind: actor.kind.into(),
        actor_name: actor.name,
        source: query.source,
        search: query.search,
        include_archived: query.include_archived,
        ready: query.ready,
        blocked: query.blocked,
        claimed: query.claimed,
        mine: false,
        parent: query.parent,
        needs_attention: query.needs_attention,
    };
    let request = v1::ListTasksRequest {
        filter: Some(filter),
        sort: query.sort.map(i32::from).unwrap_or_default(),
        order: query.order.map(i32::from).unwrap_or_default(),
        page_size: query.limit.into(),
        page_token: query.cursor,
        offset: query.offset,
        view: query.view.map(i32::from).unwrap_or_default(),
    };
    Ok(Json(client.call(request).await?.into()))
}
