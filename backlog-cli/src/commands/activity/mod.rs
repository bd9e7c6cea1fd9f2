//! `backlog activity`.

mod analyze;
mod follow;

use backlog_api::{v1, view};
use clap::{Args, Subcommand, builder::NonEmptyStringValueParser};
use prost_types::Timestamp;

use crate::{
    args::{date, values},
    context::{Context, Project},
    error::{CliError, Exit},
    render::{events::activity_table, text::line},
};

/// The largest page that the daemon gives.
const LARGEST_PAGE: usize = 500;

/// Who did what, newest first
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  backlog activity --since 24h
  backlog activity --task TASK-12
  backlog activity --actor-kind ai --json
  backlog activity --follow
  backlog activity analyze --since 30d
  backlog activity verify"
)]
pub struct ActivityArgs {
    #[command(subcommand)]
    command: Option<ActivityCommand>,

    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Subcommand)]
enum ActivityCommand {
    Analyze(analyze::AnalyzeArgs),
    Verify(VerifyArgs),
}

/// Check that nothing in the log was changed, dropped or added afterwards
#[derive(Debug, Args)]
#[command(
    after_help = "Each entry carries a hash over the one before it and itself; that of the last is the head. Entries that are missing at the end show only to whoever kept a head elsewhere, from an earlier verify.

Examples:
  backlog activity verify
  backlog activity verify --json
  backlog activity verify --head HASH"
)]
struct VerifyArgs {
    /// A head from before: the log must have it still
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
}

/// Reads a head as `verify` prints it.
fn head(text: &str) -> Result<Vec<u8>, CliError> {
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    bytes.filter(|bytes| bytes.len() == 32).ok_or_else(|| {
        CliError::invalid(format!(
            "{text:?} is no head: it has 64 hexadecimal digits, as verify prints it"
        ))
    })
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Alias or id, of an archived or deleted project too
    #[arg(long, short, value_name = "ALIAS")]
    project: Option<String>,

    /// Only about this kind of thing
    #[arg(long, value_name = "KIND", value_parser = values::entity())]
    kind: Option<v1::EntityKind>,

    /// Only by that kind of actor
    #[arg(long, value_name = "KIND", value_parser = values::actor_kind())]
    actor_kind: Option<v1::ActorKind>,

    /// Only by an actor of that name
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    actor_name: Option<String>,

    /// Only what was done so: created, claimed, expired, completed...
    #[arg(long, value_name = "ACTION", value_parser = NonEmptyStringValueParser::new())]
    action: Option<String>,

    /// Only about that task, its plans, comments and labels
    #[arg(long, value_name = "REF", value_parser = NonEmptyStringValueParser::new())]
    task: Option<String>,

    /// Not before: 24h, 7d, 2026-05-08, or to the second
    #[arg(long, value_name = "WHEN", value_parser = date::since)]
    since: Option<Timestamp>,

    /// Go on with what comes, oldest first, until Ctrl-C
    #[arg(long, short)]
    follow: bool,

    /// At most this many; with --follow, of those before
    #[arg(long, value_name = "N", default_value_t = 50, allow_negative_numbers = true, value_parser = values::number(1..=1_000_000u32))]
    limit: u32,
}

pub fn run(args: ActivityArgs, context: &Context) -> Result<(), CliError> {
    match args.command {
        Some(ActivityCommand::Analyze(args)) => analyze::run(&args, context),
        Some(ActivityCommand::Verify(args)) => verify(&args, context),
        None => list(args.list, context),
    }
}

fn list(args: ListArgs, context: &Context) -> Result<(), CliError> {
    // A task says its project; the default one could only be in its way.
    let project = match args.task {
        Some(_) => args
            .project
            .as_deref()
            .map(|name| context.project(Some(name))),
        None => Some(context.project(args.project.as_deref())),
    };
    let name = project
        .as_ref()
        .map(|project| project.name.clone())
        .unwrap_or_default();
    let filter = v1::ActivityFilter {
        project: name,
        entity: args.kind.unwrap_or_default().into(),
        actor_kind: args.actor_kind.unwrap_or_default().into(),
        actor_name: args.actor_name.unwrap_or_default(),
        task: args.task.unwrap_or_default(),
        since: args.since,
        entity_id: String::new(),
        action: args.action.unwrap_or_default(),
    };
    let request = v1::ListActivitiesRequest {
        filter: Some(filter.clone()),
        ..v1::ListActivitiesRequest::default()
    };
    if args.follow {
        // What comes while the list is read comes after it.
        let head = context.call(v1::GetWorkspaceRequest {})?;
        let head = head.workspace.map_or(0, |found| found.last_activity_seq);
        let before = fetch(context, project.as_ref(), request, args.limit as usize)?;
        return follow::run(before.activities, filter, head, context);
    }
    let list = fetch(context, project.as_ref(), request, args.limit as usize)?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Events::from(list.activities));
    }
    if list.activities.is_empty() {
        return out.note("No activity.");
    }
    out.table(&activity_table(&list.activities))?;
    if list.next_page_token.is_empty() {
        return Ok(());
    }
    out.note(
        &out.style
            .dim(&format!("showing the newest {}", list.activities.len())),
    )
}

/// One call, as long as what is asked for fits on a page.
fn fetch(
    context: &Context,
    project: Option<&Project>,
    mut request: v1::ListActivitiesRequest,
    limit: usize,
) -> Result<v1::ListActivitiesResponse, CliError> {
    let mut list = v1::ListActivitiesResponse::default();
    loop {
        let missing = limit.saturating_sub(list.activities.len());
        request.page_size = i32::try_from(missing.min(LARGEST_PAGE)).unwrap_or(i32::MAX);
        let answer = context.call(request.clone());
        let page = answer.map_err(|error| match project {
            Some(project) => context.explain(project, error),
            None => error,
        })?;
        list.activities.extend(page.activities);
        list.next_page_token.clone_from(&page.next_page_token);
        if page.next_page_token.is_empty() || list.activities.len() >= limit {
            return Ok(list);
        }
        request.page_token = page.next_page_token;
    }
}

fn verify(args: &VerifyArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::VerifyActivitiesRequest {
        known_head: args
            .head
            .as_deref()
            .map(head)
            .transpose()?
            .unwrap_or_default(),
    };
    let found = view::Verification::from(context.call(request)?);
    if !found.ok {
        let at = found
            .broken_seq
            .map_or(String::new(), |seq| format!(" at entry {seq}"));
        let problem = found
            .problem
            .as_deref()
            .unwrap_or("it does not fit the one before");
        return Err(CliError::new(
            Exit::Failed,
            "log_broken",
            format!("the log does not hold{at}: {}", line(problem)),
        )
        .hint(format!(
            "{} Somebody or something changed the database directly; keep a copy of it.",
            match found.verified {
                0 => "No entry before it fits.".to_owned(),
                1 => "The entry before fits.".to_owned(),
                count => format!("The {count} entries before fit."),
            }
        )));
    }
    if args.head.is_some() && found.known_seq.is_none() {
        return Err(CliError::new(
            Exit::Failed,
            "head_missing",
            format!(
                "the log does not have the head you gave: it ends at entry {}, {}",
                found.verified, found.head
            ),
        )
        .hint("Entries were dropped from its end, or the database is another one or an older copy. Keep a copy of it."));
    }
    if context.out.json {
        return context.out.document(&found);
    }
    let entries = match found.verified {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let since = match found.known_seq {
        Some(seq) if seq == found.verified => "\nThe head you gave is the last entry".to_owned(),
        Some(seq) => format!("\nThe head you gave is entry {seq}; all since goes on from it"),
        None => String::new(),
    };
    context.out.note(&format!(
        "Log verified: {entries}, head {}{since}",
        found.head
    ))
}
