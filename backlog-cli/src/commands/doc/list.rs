//! `backlog doc list`.

use backlog_api::{v1, view};
use clap::Args;

use super::{alias, title};
use crate::{
    args::ProjectArg,
    context::Context,
    error::CliError,
    render::{
        table::{Column, Table},
        task::actor,
        time::local,
    },
};

/// List the documents of a project, oldest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog doc list -p app
  backlog doc list --json")]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArg,
}

pub fn run(args: &ListArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let mut docs = Vec::new();
    let request = v1::ListDocsRequest {
        project: project.name.clone(),
        ..Default::default()
    };
    let listed = context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            docs.extend(page.docs);
            page.next_page_token
        },
    );
    listed.map_err(|error| context.explain(&project, error))?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Docs::from(docs));
    }
    if docs.is_empty() {
        return out.note("No docs.");
    }
    let mut table = Table::new(&[
        Column::fixed("ID"),
        Column::fixed("V"),
        Column::flexible("TITLE", 30, 12),
        Column::flexible("PROJECT", 12, 7).expendable(3),
        Column::flexible("ACTOR", 16, 10).expendable(2),
        Column::fixed("UPDATED").expendable(1),
    ]);
    for doc in &docs {
        let author = doc.version.as_ref();
        table.row([
            &doc.id,
            &doc.current_version.to_string(),
            title(doc),
            alias(doc),
            &actor(author.and_then(|version| version.actor.as_ref())),
            &local(doc.updated_at.as_ref()),
        ]);
    }
    out.table(&table)
}
