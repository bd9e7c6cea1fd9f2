//! `backlog attachment list`.

use backlog_api::{v1, view};
use clap::Args;

use super::{TargetArgs, place};
use crate::{
    args::ProjectArg,
    context::Context,
    error::CliError,
    render::{
        size::size,
        table::{Column, Table},
        task::actor,
        time::local,
    },
};

/// List the files of a task, a doc, a project, or all, oldest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog attachment list --task TASK-12
  backlog attachment list -p app")]
pub struct ListArgs {
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    project: ProjectArg,
}

pub fn run(args: ListArgs, context: &Context) -> Result<(), CliError> {
    let mut attachments = Vec::new();
    let request = v1::ListAttachmentsRequest {
        target: args.target.target(),
        project: args.project.project.unwrap_or_default(),
        ..Default::default()
    };
    context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            attachments.extend(page.attachments);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Attachments::from(attachments));
    }
    if attachments.is_empty() {
        return out.note("No attachments.");
    }
    let mut table = Table::new(&[
        Column::fixed("ID"),
        Column::flexible("NAME", 28, 12),
        Column::fixed("SIZE"),
        Column::flexible("TO", 16, 8),
        Column::flexible("TYPE", 18, 8).expendable(1),
        Column::flexible("ACTOR", 16, 10).expendable(2),
        Column::fixed("TIME").expendable(0),
    ]);
    for attachment in &attachments {
        table.row([
            &attachment.id,
            &attachment.name,
            &size(attachment.size),
            &place(attachment),
            &attachment.mime_type,
            &actor(attachment.actor.as_ref()),
            &local(attachment.created_at.as_ref()),
        ]);
    }
    out.table(&table)
}
