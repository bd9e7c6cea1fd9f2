//! `/api/trash`. Emptying it stays with the command line: what cannot be
//! undone asks a person first.

use backlog_api::{v1, view};

use super::paging::Paging;
use crate::{
    answer::{Json, Outcome},
    problem::Problem,
    request::Call,
    table::{Table, Verb},
};

pub(super) fn routes(table: Table) -> Table {
    table
        .route(
            Verb::Get,
            "/api/trash",
            "What is in the trash, last deleted first.",
            list,
        )
        .route(
            Verb::Post,
            "/api/trash/{item}/restore",
            "Takes a thing back out of the trash.",
            restore,
        )
}

async fn list(call: Call<(), Paging>) -> Outcome<Json<view::Trash>> {
    let Call { client, query, .. } = call;
    let request = v1::ListTrashRequest {
        page_size: query.limit.into(),
        page_token: query.cursor,
    };
    Ok(Json(client.call(request).await?.into()))
}

async fn restore(call: Call<String>) -> Outcome<Json<view::TrashItem>> {
    let request = v1::RestoreTrashRequest {
        item: call.path.clone(),
        ..Default::default()
    };
    let item = call.ask(request).await?.item;
    let item = item.ok_or_else(|| Problem::incomplete("thing"))?;
    Ok(Json(item.into()))
}
