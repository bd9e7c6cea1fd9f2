//! `backlog doc update`.

use backlog_api::{v1, view};
use clap::Args;
use prost_types::FieldMask;

use super::{DocArg, of, title};
use crate::{args::text::ContentArgs, context::Context, error::CliError, render::text::line};

/// Write a doc's next version; what is not named stays as it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog doc update ID --from-file deploy.md --change-note 'New cluster'
  backlog doc update ID --title 'How we deploy now'")]
pub struct UpdateArgs {
    #[command(flatten)]
    doc: DocArg,

    /// One line, up to 255 characters
    #[arg(long, value_name = "TITLE", allow_hyphen_values = true)]
    title: Option<String>,

    #[command(flatten)]
    content: ContentArgs,

    /// Why it was written
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    change_note: Option<String>,
}

pub fn run(args: UpdateArgs, context: &Context) -> Result<(), CliError> {
    let body = args.content.read()?;
    let mut paths = Vec::new();
    if args.title.is_some() {
        paths.push("title".to_owned());
    }
    if body.is_some() {
        paths.push("body".to_owned());
    }
    if paths.is_empty() {
        return Err(CliError::usage(
            "nothing to update: give --title, --content or --from-file",
        ));
    }
    let request = v1::UpdateDocRequest {
        doc: args.doc.doc,
        fields: Some(v1::DocFields {
            title: args.title.unwrap_or_default(),
            body: body.unwrap_or_default(),
        }),
        update_mask: Some(FieldMask { paths }),
        change_note: args.change_note.unwrap_or_default(),
        if_version: None,
    };
    let answer = context.call(request)?;
    let doc = of(answer.doc)?;

    let id = doc.id.clone();
    let version = doc.current_version;
    let sentence = if answer.changed {
        format!("Wrote version {version} of doc {id}: {}", line(title(&doc)))
    } else {
        format!("Doc {id} says that already (version {version})")
    };
    context.out.made(&view::Doc::from(doc), &id, &sentence)
}
