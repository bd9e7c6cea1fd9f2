//! `backlog project show`.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use clap::Args;

use super::{called, of};
use crate::{
    context::Context,
    error::CliError,
    render::{
        style::Style,
        task::actor,
        text::{block, line},
        time::local,
    },
};

/// Show a project
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog project show app")]
pub struct ShowArgs {
    /// Alias or id
    #[arg(value_name = "ALIAS")]
    project: String,
}

pub fn run(args: ShowArgs, context: &Context) -> Result<(), CliError> {
    let project = of(context
        .call(v1::GetProjectRequest {
            project: args.project,
        })?
        .project)?;
    if context.out.json {
        return context.out.document(&view::Project::from(project));
    }
    context.out.text(&page(&project, context.out.style))
}

fn page(project: &v1::Project, style: Style) -> String {
    let mut page = format!("{}\n", style.bold(&called(project)));
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(
                page,
                "{} {}",
                style.dim(&format!("{name:<12}")),
                line(value)
            );
        }
    };
    let counts = project.task_counts.unwrap_or_default();
    fact(
        "Tasks",
        &format!(
            "{} todo, {} doing, {} done, {} archived",
            counts.todo, counts.doing, counts.done, counts.archived
        ),
    );
    if project.wip_limit > 0 {
        fact("WIP limit", &format!("{} held at once", project.wip_limit));
    }
    fact("Path", &project.repo_path);
    fact(
        "Created",
        &format!(
            "{} by {}",
            local(project.created_at.as_ref()),
            actor(project.actor.as_ref())
        ),
    );
    fact("Updated", &local(project.updated_at.as_ref()));
    fact("Archived", &local(project.archived_at.as_ref()));
    fact("Id", &project.id);
    if !project.description.is_empty() {
        let _ = writeln!(page, "\n{}", block(&project.description).trim_end());
    }
    page
}
