//! `backlog project add`.

use backlog_api::{v1, view};
use clap::Args;

use super::{called, of};
use crate::{
    args::{text, values},
    context::Context,
    error::CliError,
};

/// Add a project
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog project add --alias app
  backlog project add 'Customer App' --alias app --repo-path ~/src/app")]
pub struct AddArgs {
    /// Its name for people; the alias where left out
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Its short name: a-z, 0-9 and '-'
    #[arg(long, value_name = "ALIAS")]
    alias: String,

    /// What it is about; '-' reads standard input
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    description: Option<String>,

    /// Where its checkout is
    #[arg(long, value_name = "DIR")]
    repo_path: Option<String>,

    /// How many of its tasks may be held at once; 0 for any number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = values::number(0..=1_000_000i32), allow_negative_numbers = true, hide_default_value = true)]
    wip_limit: i32,
}

pub fn run(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let fields = v1::ProjectFields {
        name: args.name.unwrap_or_default(),
        description: args
            .description
            .as_deref()
            .map(text::given)
            .transpose()?
            .unwrap_or_default(),
        repo_path: args.repo_path.unwrap_or_default(),
        wip_limit: args.wip_limit,
    };
    let request = v1::CreateProjectRequest {
        alias: args.alias,
        fields: Some(fields),
    };
    let project = of(context.call(request)?.project)?;

    let alias = project.alias.clone();
    let sentence = format!("Created project {}", called(&project));
    context
        .out
        .made(&view::Project::from(project), &alias, &sentence)
}
