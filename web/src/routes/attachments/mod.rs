//! `/api/attachments`.

mod fetch;
mod upload;

use backlog_api::{
    v1::{self, attachment_target::Target},
    view,
};
use schemars::JsonSchema;
use serde::Deserialize;

use self::upload::Upload;
use crate::{
    answer::{Created, Json, NoContent, Outcome},
    problem::Problem,
    request::{Call, Nothing},
    table::{Table, Verb},
    value::Limit,
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/attachments",
            "Attachments without their bytes, oldest first.",
            list,
        )
        .route(
            Verb::Post,
            "/api/attachments",
            "Attaches a file to a task or a doc.",
            create,
        )
        .route(
            Verb::Get,
            "/api/attachments/{id}",
            "The file, for saving; images and texts also for looking at.",
            fetch::fetch,
        )
        .route(
            Verb::Delete,
            "/api/attachments/{id}",
            "Moves an attachment to the trash.",
            delete,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Which {
    /// Of this project's tasks and docs.
    project: String,
    /// Of this task: `TASK-12`, `12` or its id.
    task_id: String,
    /// Of this doc.
    doc_id: String,
    /// At most this many.
    limit: Limit,
    /// From the answer before: goes on behind it.
    cursor: String,
}

async fn list(call: Call<(), Which>) -> Outcome<Json<view::Attachments>> {
    let Call { client, query, .. } = call;
    let target = match (query.task_id.as_str(), query.doc_id.as_str()) {
        ("", "") => None,
        (_, "") => Some(Target::Task(query.task_id)),
        ("", _) => Some(Target::Doc(query.doc_id)),
        _ => return Err(Problem::invalid("both a task and a doc were named")),
    };
    let request = v1::ListAttachmentsRequest {
        target: target.map(on),
        project: query.project,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

async fn create(call: Call<(), Nothing, Upload>) -> Outcome<Created<view::Attachment>> {
    let Call { client, body, .. } = call;
    let request = v1::CreateAttachmentRequest {
        target: Some(on(body.target)),
        name: body.name,
        // What the sender says of it is not looked at: the daemon looks itself.
        mime_type: String::new(),
        data: body.data,
    };
    let attachment = client.call(request).await?.attachment;
    let attachment = attachment.ok_or_else(|| Problem::incomplete("attachment"))?;
    Ok(Created(attachment.into()))
}

async fn delete(call: Call<String>) -> Outcome<NoContent> {
    let request = v1::DeleteAttachmentRequest {
        attachment: call.path.clone(),
    };
    call.ask(request).await?;
    Ok(NoContent)
}

fn on(target: Target) -> v1::AttachmentTarget {
    v1::AttachmentTarget {
        target: Some(target),
    }
}
