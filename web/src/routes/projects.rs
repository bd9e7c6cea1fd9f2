//! `/api/projects`.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Created, Json, NoContent, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent, given_names},
    table::{Table, Verb},
    value::given,
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(Verb::Get, "/api/projects", "Lists projects by alias.", list)
        .route(Verb::Post, "/api/projects", "Makes a project.", create)
        .route(
            Verb::Get,
            "/api/projects/{alias}",
            "One project, archived or not.",
            show,
        )
        .route(
            Verb::Patch,
            "/api/projects/{alias}",
            "Changes a project.",
            update,
        )
        .route(
            Verb::Delete,
            "/api/projects/{alias}",
            "Moves an archived project and its tasks to the trash.",
            delete,
        )
        .route(
            Verb::Patch,
            "/api/projects/{alias}/archive",
            "Archives a project.",
            archive,
        )
        .route(
            Verb::Patch,
            "/api/projects/{alias}/unarchive",
            "Takes a project back out of the archive.",
            unarchive,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Archived projects too.
    include_archived: bool,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Projects>> {
    let request = v1::ListProjectsRequest {
        include_archived: call.query.include_archived,
        ..v1::ListProjectsRequest::default()
    };
    Ok(Json(call.ask(request).await?.into()))
}

/// A project to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewProject {
    /// Short name, unique in the workspace.
    alias: String,
    /// Name for people; the alias where left out.
    #[serde(default)]
    name: String,
    /// Text.
    #[serde(default)]
    description: String,
    /// Where its checkout is.
    #[serde(default)]
    repo_path: String,
}

async fn create(call: Call<(), Nothing, Sent<NewProject>>) -> Outcome<Created<view::Project>> {
    let Sent(new) = &call.body;
    let request = v1::CreateProjectRequest {
        alias: new.alias.clone(),
        fields: Some(v1::ProjectFields {
            name: new.name.clone(),
            description: new.description.clone(),
            repo_path: new.repo_path.clone(),
            ..v1::ProjectFields::default()
        }),
    };
    Ok(Created(of(call.ask(request).await?.project)?))
}

async fn show(call: Call<String>) -> Outcome<Json<view::Project>> {
    let request = v1::GetProjectRequest {
        project: call.path.clone(),
    };
    Ok(Json(of(call.ask(request).await?.project)?))
}

/// What to change of a project. A field that is left out stays as it is;
/// `null` empties it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Patch {
    /// Name for people.
    #[serde(deserialize_with = "given")]
    name: Option<String>,
    /// Text.
    #[serde(deserialize_with = "given")]
    description: Option<String>,
    /// Where its checkout is.
    #[serde(deserialize_with = "given")]
    repo_path: Option<String>,
    /// How many of its tasks may be held at once; 0 or `null`: any number.
    #[serde(deserialize_with = "given")]
    wip_limit: Option<i32>,
}

async fn update(call: Call<String, Nothing, Sent<Patch>>) -> Outcome<Json<view::Project>> {
    let Call {
        client, path, body, ..
    } = call;
    let Sent(patch) = body;
    let update_mask = given_names([
        ("name", patch.name.is_some()),
        ("description", patch.description.is_some()),
        ("repo_path", patch.repo_path.is_some()),
        ("wip_limit", patch.wip_limit.is_some()),
    ])?;
    let request = v1::UpdateProjectRequest {
        project: path,
        fields: Some(v1::ProjectFields {
            name: patch.name.unwrap_or_default(),
            description: patch.description.unwrap_or_default(),
            repo_path: patch.repo_path.unwrap_or_default(),
            wip_limit: patch.wip_limit.unwrap_or_default(),
        }),
        update_mask: Some(update_mask),
    };
    Ok(Json(of(client.call(request).await?.project)?))
}

async fn archive(call: Call<String>) -> Outcome<Json<view::Project>> {
    let request = v1::ArchiveProjectRequest {
        project: call.path.clone(),
    };
    Ok(Json(of(call.ask(request).await?.project)?))
}

async fn unarchive(call: Call<String>) -> Outcome<Json<view::Project>> {
    let request = v1::UnarchiveProjectRequest {
        project: call.path.clone(),
    };
    Ok(Json(of(call.ask(request).await?.project)?))
}

/// Archived ones only; into the trash, with its tasks.
async fn delete(call: Call<String>) -> Outcome<NoContent> {
    let request = v1::DeleteProjectRequest {
        project: call.path.clone(),
    };
    call.ask(request).await?;
    Ok(NoContent)
}

fn of(project: Option<v1::Project>) -> Result<view::Project, Problem> {
    project
        .map(view::Project::from)
        .ok_or_else(|| Problem::incomplete("project"))
}
