//! `backlog doc append`.

use backlog_api::{v1, view};
use clap::Args;

use super::{DocArg, of, title};
use crate::{
    args::text::{self, ContentArgs},
    context::Context,
    error::CliError,
    render::text::line,
};

/// Write a doc's next version with a text more at its end
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog doc append ID '- 2026-05-08: moved to the new cluster'
  backlog doc append ID --from-file addendum.md")]
pub struct AppendArgs {
    #[command(flatten)]
    doc: DocArg,

    /// Markdown; '-' reads standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["content", "from_file"])]
    text: Option<String>,

    #[command(flatten)]
    content: ContentArgs,

    /// Why it was written
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    change_note: Option<String>,
}

pub fn run(args: AppendArgs, context: &Context) -> Result<(), CliError> {
    let given = match args.text {
        Some(text) => Some(text::given(&text)?),
        None => args.content.read()?,
    };
    let text = given
        .ok_or_else(|| CliError::usage("nothing to append: give TEXT, --content or --from-file"))?;
    let request = v1::AppendDocRequest {
        doc: args.doc.doc,
        text,
        change_note: args.change_note.unwrap_or_default(),
    };
    let doc = of(context.call(request)?.doc)?;

    let id = doc.id.clone();
    let version = doc.current_version;
    let sentence = format!("Wrote version {version} of doc {id}: {}", line(title(&doc)));
    context.out.made(&view::Doc::from(doc), &id, &sentence)
}
