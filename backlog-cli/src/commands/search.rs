//! `backlog search`.

use backlog_api::{v1, view};
use clap::{Args, builder::NonEmptyStringValueParser};

use crate::{
    args::{ProjectArg, values},
    context::Context,
    error::CliError,
    render::{hits, text::line},
};

/// The largest page that the daemon gives.
const LARGEST_PAGE: usize = 500;

/// What can be searched.
const KINDS: &[(v1::EntityKind, &str)] = &[
    (v1::EntityKind::Task, "task"),
    (v1::EntityKind::Plan, "plan"),
    (v1::EntityKind::Doc, "doc"),
    (v1::EntityKind::Memory, "memory"),
    (v1::EntityKind::Comment, "comment"),
];

/// Search tasks, plans, docs, memory and comments, the best matches first
#[derive(Debug, Args)]
#[command(
    after_help = "All words must match. Also: a prefix (inject*), \"a phrase\", jwt OR csrf, login NOT slow. A task comes once, as the task, plan or comment in which the words stand.

Examples:
  backlog search login timeout
  backlog search '\"rate limit\" OR throttl*' -p app
  backlog search postgres --kind doc,memory --json"
)]
pub struct SearchArgs {
    /// What to look for
    #[arg(value_name = "QUERY", required = true, value_parser = values::query)]
    query: Vec<String>,

    #[command(flatten)]
    project: ProjectArg,

    /// Only in things of that kind
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = values::one_of(KINDS))]
    kind: Vec<v1::EntityKind>,

    /// Archived tasks too, and what belongs to archived projects
    #[arg(long)]
    include_archived: bool,

    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true, value_parser = values::number(1..=1_000_000usize))]
    limit: usize,

    /// Go on where a list ended: page.next_cursor of its JSON
    #[arg(long, value_name = "CURSOR", value_parser = NonEmptyStringValueParser::new())]
    cursor: Option<String>,
}

pub fn run(args: &SearchArgs, context: &Context) -> Result<(), CliError> {
    let found = fetch(args, context)?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Hits::from(found));
    }
    if found.hits.is_empty() {
        if found.total > 0 {
            return out.note("Nothing more matches.");
        }
        out.note("Nothing matches.")?;
        return match values::about_query(&args.query.join(" ")) {
            Some(about) => out.note(&line(&about)),
            None => Ok(()),
        };
    }
    out.text(&hits::list(&found.hits, out.style, out.width))?;
    if found.unranked {
        out.note("unranked: too many match to put the best first; the newest come first")?;
    }
    let shown = found.hits.len();
    if i64::try_from(shown).is_ok_and(|shown| shown < found.total) {
        let after = if args.cursor.is_some() {
            ", after others"
        } else {
            ""
        };
        let footer = format!("showing {shown} of {}{after}", found.total);
        out.note(&out.style.dim(&footer))?;
    }
    Ok(())
}

/// One call, as long as what is asked for fits on a page.
fn fetch(args: &SearchArgs, context: &Context) -> Result<v1::SearchResponse, CliError> {
    let project = context.project(args.project.project.as_deref());
    let mut request = v1::SearchRequest {
        query: args.query.join(" "),
        project: project.name.clone(),
        kinds: args.kind.iter().map(|&kind| kind.into()).collect(),
        include_archived: args.include_archived,
        page_size: 0,
        page_token: args.cursor.clone().unwrap_or_default(),
    };
    let mut found = v1::SearchResponse::default();
    loop {
        let missing = args.limit.saturating_sub(found.hits.len());
        request.page_size = i32::try_from(missing.min(LARGEST_PAGE)).unwrap_or(i32::MAX);
        let page = context.call_in(&project, request.clone())?;
        found.hits.extend(page.hits);
        found.total = page.total;
        found.unranked = page.unranked;
        found.next_page_token.clone_from(&page.next_page_token);
        if page.next_page_token.is_empty() || found.hits.len() >= args.limit {
            return Ok(found);
        }
        request.page_token = page.next_page_token;
    }
}
