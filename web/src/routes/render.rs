//! `/api/render`: Markdown as HTML, many texts at once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Json, Outcome},
    markdown,
    problem::Problem,
    request::{Call, Nothing, Sent},
    table::{Table, Verb},
};

pub(super) fn routes(table: Table) -> Table {
    table.route(
        Verb::Post,
        "/api/render",
        "Markdown as clean HTML: no scripts, no raw HTML, nothing from elsewhere.",
        render,
    )
}

/// What to render.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Texts {
    /// Markdown.
    texts: Vec<String>,
}

/// What became of it.
#[derive(Serialize, JsonSchema)]
struct Rendered {
    /// HTML, one for each text, in their order.
    html: Vec<String>,
}

async fn render(call: Call<(), Nothing, Sent<Texts>>) -> Outcome<Json<Rendered>> {
    let Sent(Texts { texts }) = call.body;
    // A long text would keep everybody else waiting.
    let html = tokio::task::spawn_blocking(move || {
        texts.iter().map(|text| markdown::html(text)).collect()
    });
    let html = html
        .await
        .map_err(|_| Problem::invalid("the texts cannot be rendered"))?;
    Ok(Json(Rendered { html }))
}
