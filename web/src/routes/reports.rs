//! `/api/reports`: how work goes, and what looks wrong with it.

use backlog_api::{date, v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Json, Outcome},
    request::Call,
    table::{Table, Verb},
    value::{Limit, Since, Span},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/reports/analyze",
            "How work went in a time, day by day, and how it stands now.",
            analyze,
        )
        .route(
            Verb::Get,
            "/api/reports/doctor",
            "What looks wrong with tasks, the worst first.",
            audit,
        )
}

/// What is analyzed.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Analyzed {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
    /// From when on: a date, a moment, or how long ago; seven days where left out.
    since: Option<Since>,
    /// After how long without a change what is in doing is stale.
    stale_after: Option<Span>,
    /// Items of each sort.
    limit: Limit<10>,
    /// Whose days these are: an IANA name; this machine's where left out.
    time_zone: String,
}

async fn analyze(call: Call<(), Analyzed>) -> Outcome<Json<view::Analysis>> {
    let Call { client, query, .. } = call;
    let request = v1::AnalyzeActivityRequest {
        project: query.project,
        since: query.since.map(|since| since.0),
        stale_after: query.stale_after.map(|span| span.0),
        limit: query.limit.into(),
        time_zone: match query.time_zone.as_str() {
            "" => date::zone_name(),
            _ => query.time_zone,
        },
    };
    Ok(Json(client.call(request).await?.into()))
}

/// What is audited.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Audited {
    /// Alias or id; all projects that are not archived where left out.
    project: String,
    /// After how long without a change something is stale; seven days where left out.
    stale_after: Option<Span>,
    /// At most so many issues.
    limit: Limit<100, 10_000>,
}

async fn audit(call: Call<(), Audited>) -> Outcome<Json<view::Audit>> {
    let Call { client, query, .. } = call;
    let request = v1::AuditProjectRequest {
        project: query.project,
        stale_after: query.stale_after.map(|span| span.0),
        limit: query.limit.into(),
    };
    Ok(Json(client.call(request).await?.into()))
}
