//! `backlog task list`.

use backlog_api::{v1, view};
use clap::{Args, builder::NonEmptyStringValueParser};

use crate::{
    args::{ProjectArg, task_filter::TaskFilterArgs, values},
    context::{Context, Project},
    error::CliError,
    render::{
        task::{held_table, task_ref, task_table},
        text::line,
    },
};

/// The largest page that the daemon gives.
const LARGEST_PAGE: i64 = 500;

/// List tasks, the most urgent first
#[derive(Debug, Args)]
#[command(
    after_help = "Filters are ANDed. Several values of one filter are ORed: --status todo,doing, --label a --label b.

Examples:
  backlog task list --status todo --type bug
  backlog task list --ready
  backlog task list --search 'login timeout' --limit 5
  backlog task list --label auth --sort updated --json
  backlog task list --ready --ids-only | xargs -n 1 backlog task show"
)]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArg,

    /// Only tasks that stand there
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = values::status())]
    status: Vec<v1::TaskStatus>,

    #[command(flatten)]
    filter: TaskFilterArgs,

    /// Only tasks created by that kind of actor
    #[arg(long, value_name = "KIND", value_parser = values::actor_kind())]
    actor_kind: Option<v1::ActorKind>,

    /// Only tasks created by an actor of that name
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    actor_name: Option<String>,

    /// Only what could be claimed now
    #[arg(long, conflicts_with = "blocked")]
    ready: bool,

    /// Only what waits for a blocker, its own or one of a task above it
    #[arg(long)]
    blocked: bool,

    /// Only what a session holds
    #[arg(long)]
    claimed: bool,

    /// Only what this session holds
    #[arg(long)]
    mine: bool,

    /// Only what was set aside for a person
    #[arg(long)]
    needs_attention: bool,

    /// Archived tasks too, and those of archived projects
    #[arg(long)]
    include_archived: bool,

    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, allow_negative_numbers = true, value_parser = values::number(1..=1_000_000i64))]
    limit: i64,

    /// Skip this many first
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true, value_parser = values::number(0..=1_000_000_000i64), conflicts_with = "cursor")]
    offset: i64,

    /// Go on where a list ended: page.next_cursor of its JSON
    #[arg(long, value_name = "CURSOR", value_parser = NonEmptyStringValueParser::new())]
    cursor: Option<String>,

    /// By what; a search is sorted by relevance, anything else by priority
    #[arg(long, value_name = "FIELD", value_parser = values::sort())]
    sort: Option<v1::TaskSort>,

    /// In which direction
    #[arg(long, value_name = "ORDER", value_parser = values::order())]
    order: Option<v1::SortOrder>,

    /// Print only the references, one a line
    #[arg(long)]
    ids_only: bool,
}

pub fn run(args: &ListArgs, context: &Context) -> Result<(), CliError> {
    if args.sort == Some(v1::TaskSort::Relevance)
        && args.filter.search.as_deref().unwrap_or_default().is_empty()
    {
        return Err(CliError::usage(
            "--sort relevance needs a --search to be relevant to",
        ));
    }
    let project = context.project(args.project.project.as_deref());
    let full = context.out.json && !args.ids_only;
    let list = fetch(context, &project, request(args, &project, full), args.limit)?;
    if args.ids_only {
        return ids(context, &list);
    }
    if context.out.json {
        return context.out.document(&view::Tasks::from(list));
    }
    table(args, context, &list)
}

fn request(args: &ListArgs, project: &Project, full: bool) -> v1::ListTasksRequest {
    v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            statuses: args.status.iter().map(|&status| status.into()).collect(),
            actor_kind: args.actor_kind.unwrap_or_default().into(),
            actor_name: args.actor_name.clone().unwrap_or_default(),
            include_archived: args.include_archived,
            ready: args.ready,
            blocked: args.blocked,
            claimed: args.claimed,
            mine: args.mine,
            needs_attention: args.needs_attention,
            ..args.filter.filter(&project.name)
        }),
        sort: args.sort.unwrap_or_default().into(),
        order: args.order.unwrap_or_default().into(),
        page_size: 0,
        page_token: args.cursor.clone().unwrap_or_default(),
        offset: args.offset,
        view: if full {
            v1::TaskView::Full
        } else {
            v1::TaskView::Basic
        }
        .into(),
    }
}

/// One call, as long as what is asked for fits on a page.
fn fetch(
    context: &Context,
    project: &Project,
    mut request: v1::ListTasksRequest,
    limit: i64,
) -> Result<v1::ListTasksResponse, CliError> {
    let mut list = v1::ListTasksResponse::default();
    loop {
        let missing = limit - i64::try_from(list.tasks.len()).unwrap_or(limit);
        request.page_size = i32::try_from(missing.min(LARGEST_PAGE)).unwrap_or(i32::MAX);
        let page = context.call_in(project, request.clone())?;
        let first = list.tasks.is_empty();
        list.tasks.extend(page.tasks);
        list.next_page_token.clone_from(&page.next_page_token);
        if first {
            list.total = page.total;
            list.unranked = page.unranked;
        }
        let is_full = i64::try_from(list.tasks.len()).is_ok_and(|count| count >= limit);
        if is_full || page.next_page_token.is_empty() {
            return Ok(list);
        }
        request.page_token = page.next_page_token;
    }
}

fn ids(context: &Context, list: &v1::ListTasksResponse) -> Result<(), CliError> {
    let refs: Vec<String> = list.tasks.iter().map(task_ref).collect();
    if context.out.json {
        return context.out.document(&view::TaskRefs(refs));
    }
    if refs.is_empty() {
        Ok(())
    } else {
        context.out.line(&refs.join("\n"))
    }
}

fn table(args: &ListArgs, context: &Context, list: &v1::ListTasksResponse) -> Result<(), CliError> {
    let out = &context.out;
    if list.tasks.is_empty() {
        if list.total > 0 {
            return out.note("No more tasks.");
        }
        out.note("No tasks.")?;
        let search = args.filter.search.as_deref().unwrap_or_default();
        return match values::about_query(search) {
            Some(about) => out.note(&line(&about)),
            None => Ok(()),
        };
    }
    // What is held is asked for by who holds it.
    out.table(&if args.claimed || args.mine {
        held_table(&list.tasks)
    } else {
        task_table(&list.tasks)
    })?;
    if list.unranked {
        out.note(
            "unranked: too many tasks match to sort them by relevance; the newest come first",
        )?;
    }
    let shown = list.tasks.len();
    if i64::try_from(shown).is_ok_and(|shown| shown < list.total) {
        let footer = if args.offset > 0 || args.cursor.is_some() {
            format!("showing {shown} of {}, after others", list.total)
        } else {
            format!("showing {shown} of {}", list.total)
        };
        out.note(&out.style.dim(&footer))?;
    }
    Ok(())
}
