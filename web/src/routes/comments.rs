//! `/api/tasks/{ref}/comments` and `/api/comments`.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::paging::Paging;
use crate::{
    answer::{Created, Json, NoContent, Outcome},
    problem::Problem,
    request::{Call, Nothing, Sent},
    table::{Table, Verb},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/tasks/{ref}/comments",
            "A task's comments, oldest first.",
            list,
        )
        .route(
            Verb::Post,
            "/api/tasks/{ref}/comments",
            "Says something about a task.",
            create,
        )
        .route(
            Verb::Delete,
            "/api/comments/{id}",
            "Moves a comment to the trash.",
            delete,
        )
}

async fn list(call: Call<String, Paging>) -> Outcome<Json<view::Comments>> {
    let Call {
        client,
        path,
        query,
        ..
    } = call;
    let request = v1::ListCommentsRequest {
        task: path,
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

/// A comment to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewComment {
    /// Markdown.
    body: String,
}

async fn create(call: Call<String, Nothing, Sent<NewComment>>) -> Outcome<Created<view::Comment>> {
    let Call {
        client, path, body, ..
    } = call;
    let request = v1::CreateCommentRequest {
        task: path,
        body: body.0.body,
    };
    let comment = client.call(request).await?.comment;
    let comment = comment.ok_or_else(|| Problem::incomplete("comment"))?;
    Ok(Created(comment.into()))
}

async fn delete(call: Call<String>) -> Outcome<NoContent> {
    let request = v1::DeleteCommentRequest {
        comment: call.path.clone(),
    };
    call.ask(request).await?;
    Ok(NoContent)
}
