//! What this server is, and what it serves.

use backlog_api::{v1, version, view};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    answer::{Json, Outcome},
    openapi,
    problem::Problem,
    request::Call,
    table::{Table, Verb},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/info",
            "Which program this is, of which workspace, and who signs its writes.",
            info,
        )
        .route(
            Verb::Get,
            "/api/openapi.json",
            "This description of the API.",
            describe,
        )
        .route(
            Verb::Get,
            "/healthz",
            "Whether the server runs. Asks no daemon, and needs no token.",
            health,
        )
}

/// This server.
#[derive(Serialize, JsonSchema)]
struct Info {
    /// The program's version.
    version: String,
    /// The actor of writes that name no other; left out where it is the user
    /// who started the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// What is in the workspace.
    workspace: view::Workspace,
    /// How its daemon is.
    daemon: view::DaemonStatus,
}

async fn info(call: Call) -> Outcome<Json<Info>> {
    let workspace = call.ask(v1::GetWorkspaceRequest {}).await?.workspace;
    let workspace = workspace.ok_or_else(|| Problem::incomplete("workspace"))?;
    let daemon = call.ask(v1::GetDaemonStatusRequest {}).await?.status;
    let daemon = daemon.ok_or_else(|| Problem::incomplete("status"))?;
    Ok(Json(Info {
        version: version::program().to_string(),
        actor: call.app.caller.actor.clone(),
        workspace: workspace.into(),
        daemon: daemon.into(),
    }))
}

/// A document of OpenAPI 3.1.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct Description(Map<String, Value>);

async fn describe(_: Call) -> Outcome<Json<Description>> {
    Ok(Json(Description(openapi::document())))
}

/// That the server runs.
#[derive(Serialize, JsonSchema)]
struct Health {
    /// `true`.
    ok: bool,
}

async fn health(_: Call) -> Outcome<Json<Health>> {
    Ok(Json(Health { ok: true }))
}
