//! `backlog doc history`.

use backlog_api::{v1, view};
use clap::Args;

use super::DocArg;
use crate::{context::Context, error::CliError, render::version::history_table};

/// List all versions of a doc, oldest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog doc history ID")]
pub struct HistoryArgs {
    #[command(flatten)]
    doc: DocArg,
}

pub fn run(args: HistoryArgs, context: &Context) -> Result<(), CliError> {
    let mut versions = Vec::new();
    let request = v1::ListDocVersionsRequest {
        doc: args.doc.doc,
        ..Default::default()
    };
    context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            versions.extend(page.versions);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::DocVersions::from(versions));
    }
    out.table(&history_table(versions.into_iter().map(Into::into)))
}
