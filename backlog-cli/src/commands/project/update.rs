//! `backlog project update`.

use backlog_api::{v1, view};
use clap::Args;
use prost_types::FieldMask;

use super::{called, of};
use crate::{
    args::{text, values},
    context::Context,
    error::CliError,
};

/// Change a project; what is not named stays as it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog project update app --name 'Customer App'
  backlog project update app --repo-path ~/src/app")]
pub struct UpdateArgs {
    /// Alias or id
    #[arg(value_name = "ALIAS")]
    project: String,

    /// Its name for people
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// What it is about; '-' reads standard input
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    description: Option<String>,

    /// Where its checkout is
    #[arg(long, value_name = "DIR")]
    repo_path: Option<String>,

    /// How many of its tasks may be held at once; 0 for any number
    #[arg(long, value_name = "N", value_parser = values::number(0..=1_000_000i32), allow_negative_numbers = true)]
    wip_limit: Option<i32>,
}

pub fn run(args: UpdateArgs, context: &Context) -> Result<(), CliError> {
    let paths: Vec<String> = [
        ("name", args.name.is_some()),
        ("description", args.description.is_some()),
        ("repo_path", args.repo_path.is_some()),
        ("wip_limit", args.wip_limit.is_some()),
    ]
    .into_iter()
    .filter(|(_, given)| *given)
    .map(|(name, _)| name.to_owned())
    .collect();
    if paths.is_empty() {
        return Err(CliError::usage(
            "nothing to update: give --name, --description, --repo-path or --wip-limit",
        ));
    }
    let fields = v1::ProjectFields {
        name: args.name.unwrap_or_default(),
        description: args
            .description
            .as_deref()
            .map(text::given)
            .transpose()?
            .unwrap_or_default(),
        repo_path: args.repo_path.unwrap_or_default(),
        wip_limit: args.wip_limit.unwrap_or_default(),
    };
    let request = v1::UpdateProjectRequest {
        project: args.project,
        fields: Some(fields),
        update_mask: Some(FieldMask { paths }),
    };
    let answer = context.call(request)?;
    let project = of(answer.project)?;

    let alias = project.alias.clone();
    let sentence = if answer.changed {
        format!("Updated project {}", called(&project))
    } else {
        format!("Project {} is like that already", called(&project))
    };
    context
        .out
        .made(&view::Project::from(project), &alias, &sentence)
}
