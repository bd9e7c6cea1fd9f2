//! `backlog doc show`.

use backlog_api::{v1, view};
use clap::Args;

use super::{DocArg, of};
use crate::{args::values, context::Context, error::CliError, render::version::version_page};

/// Show a doc, as it is now or was
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog doc show ID
  backlog doc show ID --version 1")]
pub struct ShowArgs {
    #[command(flatten)]
    doc: DocArg,

    /// Which version; the newest where left out
    #[arg(long, value_name = "N", value_parser = values::version::<i32>())]
    version: Option<i32>,
}

pub fn run(args: ShowArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::GetDocRequest {
        doc: args.doc.doc,
        version: args.version.unwrap_or_default(),
    };
    let doc = of(context.call(request)?.doc)?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Doc::from(doc));
    }
    let version = doc.version.unwrap_or_default().into();
    out.text(&version_page(
        "Doc",
        &doc.id,
        doc.current_version,
        &version,
        out.style,
    ))
}
