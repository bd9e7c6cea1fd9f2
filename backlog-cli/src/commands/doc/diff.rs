//! `backlog doc diff`.

use backlog_api::v1;
use clap::Args;

use super::{DocArg, of};
use crate::{args::versions::RangeArgs, context::Context, error::CliError};

/// Show what changed between two versions of a doc
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog doc diff ID
  backlog doc diff ID --from 1 --to 3")]
pub struct DiffArgs {
    #[command(flatten)]
    doc: DocArg,

    #[command(flatten)]
    range: RangeArgs,
}

pub fn run(args: &DiffArgs, context: &Context) -> Result<(), CliError> {
    args.range.show(context, "backlog doc history", |version| {
        let doc = of(context
            .call(v1::GetDocRequest {
                doc: args.doc.doc.clone(),
                version,
            })?
            .doc)?;
        Ok((doc.id, doc.version.unwrap_or_default().into()))
    })
}
