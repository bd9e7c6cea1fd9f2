//! `backlog doc add`.

use backlog_api::{v1, view};
use clap::Args;

use super::{alias, of, title};
use crate::{
    args::{ProjectArg, text::ContentArgs},
    context::Context,
    error::CliError,
    render::text::line,
};

/// Add a document to a project
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog doc add -p app --title 'How we deploy' --from-file deploy.md
  git log -5 | backlog doc add --title 'Last commits' --content -")]
pub struct AddArgs {
    #[command(flatten)]
    project: ProjectArg,

    /// One line, up to 255 characters
    #[arg(long, value_name = "TITLE", allow_hyphen_values = true)]
    title: String,

    #[command(flatten)]
    content: ContentArgs,

    /// Why it was written
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    change_note: Option<String>,
}

pub fn run(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let request = v1::CreateDocRequest {
        project: project.name.clone(),
        fields: Some(v1::DocFields {
            title: args.title,
            body: args.content.read()?.unwrap_or_default(),
        }),
        change_note: args.change_note.unwrap_or_default(),
    };
    let doc = of(context.call_in(&project, request)?.doc)?;

    let id = doc.id.clone();
    let sentence = format!(
        "Added doc {id} to {}: {}",
        line(alias(&doc)),
        line(title(&doc))
    );
    context.out.made(&view::Doc::from(doc), &id, &sentence)
}
