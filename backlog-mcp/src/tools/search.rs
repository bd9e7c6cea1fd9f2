//! Searching everything.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::headline;
use crate::{
    call::Call,
    catalog::{Tool, tool},
    problem::Outcome,
    reply::Reply,
    text::{data, line, short_id},
};

pub(super) const TOOLS: &[Tool] = &[tool!(
    "search", "Search", Reads, More,
        "Find words in task, plan, comment, doc and memory.",
    search(SearchArgs) -> view::Hits
)];

/// Hits of a page where no number was given.
const USUAL_PAGE: i32 = 10;

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Task,
    Plan,
    Comment,
    Doc,
    Memory,
}

impl From<Kind> for v1::EntityKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Task => Self::Task,
            Kind::Plan => Self::Plan,
            Kind::Comment => Self::Comment,
            Kind::Doc => Self::Doc,
            Kind::Memory => Self::Memory,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct SearchArgs {
    query: String,
    project: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-told-elsewhere" = true))]
    kinds: Vec<Kind>,
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i32>,
    cursor: Option<String>,
}

async fn search(call: &Call<'_>, args: SearchArgs) -> Outcome<Reply> {
    let request = v1::SearchRequest {
        query: args.query,
        project: call.project(args.project),
        kinds: args
            .kinds
            .into_iter()
            .map(|kind| v1::EntityKind::from(kind).into())
            .collect(),
        page_size: args.limit.unwrap_or(USUAL_PAGE),
        page_token: args.cursor.unwrap_or_default(),
        ..Default::default()
    };
    let found = call.call(request).await?;
    Ok(call.reply(|| told(&found), || view::Hits::from(found.clone())))
}

fn told(found: &v1::SearchResponse) -> String {
    let mut told = headline(
        found.hits.len(),
        Some(found.total),
        ["hit", "hits"],
        &found.next_page_token,
    );
    if found.unranked {
        told.push_str("Too many match to rank them: newest first.\n");
    }
    let mut hits = String::new();
    for hit in &found.hits {
        let place = match hit.task_seq {
            0 => format!("{} {}", view::entity_name(hit.kind()), short_id(&hit.id)),
            seq if hit.kind() == v1::EntityKind::Task => view::task_ref(seq),
            seq => format!("{} {}", view::task_ref(seq), view::entity_name(hit.kind())),
        };
        let text = |excerpt: &Option<v1::Excerpt>| {
            line(excerpt.as_ref().map_or("", |excerpt| &excerpt.text))
        };
        let _ = write!(hits, "{place}: {}", text(&hit.title));
        match text(&hit.snippet) {
            snippet if snippet.is_empty() => hits.push('\n'),
            snippet => {
                let _ = writeln!(hits, " | {snippet}");
            }
        }
    }
    if !hits.is_empty() {
        told.push_str(&data("hits", "", &hits));
    }
    told
}
