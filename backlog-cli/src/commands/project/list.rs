//! `backlog project list`.

use backlog_api::{v1, view};
use clap::Args;

use crate::{
    context::Context,
    error::CliError,
    render::table::{Column, Table},
};

/// List projects by alias, with how many tasks they have
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog project list
  backlog project list --include-archived --json")]
pub struct ListArgs {
    /// Archived projects too
    #[arg(long)]
    include_archived: bool,
}

pub fn run(args: &ListArgs, context: &Context) -> Result<(), CliError> {
    let mut projects = Vec::new();
    let request = v1::ListProjectsRequest {
        include_archived: args.include_archived,
        ..Default::default()
    };
    context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            projects.extend(page.projects);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Projects::from(projects));
    }
    if projects.is_empty() {
        return out.note("No projects. Create one: backlog project add --alias app");
    }
    out.table(&table(&projects))
}

fn table(projects: &[v1::Project]) -> Table {
    let mut table = Table::new(&[
        Column::fixed("ALIAS"),
        Column::flexible("NAME", 24, 12),
        Column::fixed("TODO"),
        Column::fixed("DOING"),
        Column::fixed("DONE"),
        Column::flexible("PATH", 24, 12).expendable(1),
    ]);
    for project in projects {
        let counts = project.task_counts.unwrap_or_default();
        let archived = if project.archived_at.is_some() {
            " (archived)"
        } else {
            ""
        };
        table.row([
            &project.alias,
            &format!("{}{archived}", project.name),
            &counts.todo.to_string(),
            &counts.doing.to_string(),
            &counts.done.to_string(),
            &project.repo_path,
        ]);
    }
    table
}
