//! `backlog doc delete`.

use backlog_api::{v1, view};
use clap::Args;

use super::{DocArg, of, title};
use crate::{context::Context, error::CliError, render::text::line};

/// Move a doc with all its versions to the trash, for 30 days
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog doc delete ID")]
pub struct DeleteArgs {
    #[command(flatten)]
    doc: DocArg,
}

pub fn run(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let doc = of(context
        .call(v1::DeleteDocRequest { doc: args.doc.doc })?
        .doc)?;
    let message = format!(
        "Deleted doc '{}'. Take it back: backlog trash restore {}",
        line(title(&doc)),
        doc.id
    );
    context
        .out
        .done(&view::Done::of("delete", "doc", &doc.id, message))
}
