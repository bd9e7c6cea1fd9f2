//! `backlog attachment delete`.

use backlog_api::{v1, view};
use clap::Args;

use super::{AttachmentArg, of};
use crate::{context::Context, error::CliError, render::text::line};

/// Move an attachment to the trash, for 30 days
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog attachment delete ID")]
pub struct DeleteArgs {
    #[command(flatten)]
    attachment: AttachmentArg,
}

pub fn run(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::DeleteAttachmentRequest {
        attachment: args.attachment.attachment,
    };
    let attachment = of(context.call(request)?.attachment)?;
    let message = format!(
        "Deleted {}. Take it back: backlog trash restore {}",
        line(&attachment.name),
        attachment.id
    );
    context.out.done(&view::Done::of(
        "delete",
        "attachment",
        &attachment.id,
        message,
    ))
}
