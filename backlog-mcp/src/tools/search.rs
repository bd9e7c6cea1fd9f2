//! Searching everything.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::headline;
use crate::{
    call::Call,
    catalog::{Tool, tool},
    problem::{Outcome, Problem},
    reply::Reply,
    text::{
        cut::{brief, fitting, list_of},
        data, line, short_id, task,
    },
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
    kinds: Vec<Kind>,
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i32>,
    cursor: Option<String>,
}

async fn search(call: &Call<'_>, args: SearchArgs) -> Outcome<Reply> {
    if args.query.trim().is_empty() {
        return Err(Problem::of_argument(
            "query",
            "is empty",
            "say what to look for, or see the tasks with task_list",
        ));
    }
    let most = list_of(args.limit);
    let mut request = v1::SearchRequest {
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
    let mut found = call.call(request.clone()).await?;
    let fit = fitting(&rows(&found.hits), most);
    if fit < found.hits.len() {
        // Ends where it is long enough, with the cursor of that place.
        request.page_size = i32::try_from(fit).unwrap_or(1);
        found = call.call(request).await?;
    }
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
    let hits = rows(&found.hits).concat();
    if !hits.is_empty() {
        told.push_str(&data("hits", "", &hits));
    }
    told
}

/// A line a hit; with its project where there are several.
fn rows(hits: &[v1::SearchHit]) -> Vec<String> {
    let alias = |hit: &v1::SearchHit| hit.project.as_ref().map(|project| project.alias.clone());
    let several = hits
        .windows(2)
        .any(|pair| alias(&pair[0]) != alias(&pair[1]));
    hits.iter()
        .map(|hit| {
            let mut place = match hit.task_seq {
                0 => format!("{} {}", view::entity_name(hit.kind()), short_id(&hit.id)),
                seq if hit.kind() == v1::EntityKind::Task => view::task_ref(seq),
                seq => format!("{} {}", view::task_ref(seq), view::entity_name(hit.kind())),
            };
            if several && let Some(project) = alias(hit) {
                place.push_str(&format!(" [{}]", line(&project)));
            }
            let text = |excerpt: &Option<v1::Excerpt>| {
                line(excerpt.as_ref().map_or("", |excerpt| &excerpt.text))
            };
            let title = brief(&text(&hit.title), task::usual::TITLE);
            match text(&hit.snippet) {
                snippet if snippet.is_empty() => format!("{place}: {title}\n"),
                snippet => format!("{place}: {title} | {snippet}\n"),
            }
        })
        .collect()
}
