//! `backlog trash`.

use backlog_api::{v1, view};
use clap::{Args, Subcommand};

use crate::{
    context::Context,
    error::CliError,
    render::{
        table::{Column, Table},
        task::{actor, number},
        text::line,
        time::local,
    },
};

/// What was deleted, kept for 30 days
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog trash list
  backlog trash restore ID")]
pub enum TrashCommand {
    List(ListArgs),
    Restore(RestoreArgs),
    Empty(EmptyArgs),
}

/// List what is in the trash, last deleted first
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog trash list")]
pub struct ListArgs {}

/// Take something back out, with what went in with it
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog trash restore TASK-12
  backlog trash restore ID
  backlog trash restore web --alias web-2")]
pub struct RestoreArgs {
    /// TASK-12, a project's alias, or an id or its first eight characters or more
    #[arg(value_name = "ITEM")]
    item: String,

    /// A project's new alias, where another one has its old one by now
    #[arg(long, value_name = "ALIAS")]
    alias: Option<String>,
}

/// Destroy what is in the trash; this cannot be undone
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog trash empty")]
pub struct EmptyArgs {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub fn run(command: TrashCommand, context: &Context) -> Result<(), CliError> {
    match command {
        TrashCommand::List(_) => list(context),
        TrashCommand::Restore(args) => restore(args, context),
        TrashCommand::Empty(args) => empty(&args, context),
    }
}

fn list(context: &Context) -> Result<(), CliError> {
    let mut items = Vec::new();
    context.call_all(
        v1::ListTrashRequest::default(),
        |request, token| request.page_token = token,
        |page| {
            items.extend(page.items);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Trash::from(items));
    }
    if items.is_empty() {
        return out.note("The trash is empty.");
    }
    let mut table = Table::new(&[
        Column::fixed("ID"),
        Column::fixed("KIND"),
        Column::fixed("TASK"),
        Column::flexible("TITLE", 24, 12),
        Column::fixed("DELETED").expendable(2),
        Column::flexible("BY", 16, 10).expendable(1),
    ]);
    for item in &items {
        table.row([
            &item.id,
            view::entity_name(item.entity()),
            &number(item.task_seq),
            &item.title,
            &local(item.deleted_at.as_ref()),
            &actor(item.deleted_by.as_ref()),
        ]);
    }
    out.table(&table)
}

fn restore(args: RestoreArgs, context: &Context) -> Result<(), CliError> {
    let item = context
        .call(v1::RestoreTrashRequest {
            item: args.item,
            alias: args.alias.unwrap_or_default(),
        })?
        .item
        .ok_or_else(|| CliError::incomplete("restored item"))?;
    let kind = view::entity_name(item.entity());
    let message = match item.entity() {
        v1::EntityKind::Task => format!("Restored {} {}", number(item.task_seq), line(&item.title)),
        _ if item.task_seq > 0 => format!(
            "Restored the {kind} of {}: {}",
            number(item.task_seq),
            line(&item.title)
        ),
        _ => format!("Restored {kind} {}", line(&item.title)),
    };
    let done = view::Done {
        reference: (item.entity() == v1::EntityKind::Task).then(|| number(item.task_seq)),
        ..view::Done::of("restore", kind, &item.id, message)
    };
    context.out.done(&done)
}

fn empty(args: &EmptyArgs, context: &Context) -> Result<(), CliError> {
    context.invocation.confirm(
        args.yes,
        "emptying the trash",
        "Destroy everything that is in the trash?",
    )?;
    let purged = context
        .call(v1::EmptyTrashRequest {
            deleted_before: None,
        })?
        .purged;
    let message = match purged {
        0 => "The trash was empty".to_owned(),
        1 => "Destroyed 1 thing".to_owned(),
        count => format!("Destroyed {count} things"),
    };
    context
        .out
        .done(&view::Done::plain("empty", "trash", message))
}
