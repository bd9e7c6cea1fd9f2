//! `backlog project archive` and `unarchive`.

use backlog_api::v1;
use clap::Args;

use super::{called, default, done, of};
use crate::{context::Context, error::CliError};

/// Put a project away: it and its tasks leave the lists
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog project archive app")]
pub struct ArchiveArgs {
    /// Alias or id
    #[arg(value_name = "ALIAS")]
    project: String,
}

/// Take a project back out of the archive
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog project unarchive app")]
pub struct UnarchiveArgs {
    /// Alias or id
    #[arg(value_name = "ALIAS")]
    project: String,
}

pub fn run(args: ArchiveArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::ArchiveProjectRequest {
        project: args.project,
    })?;
    let project = of(answer.project)?;
    let mut message = if answer.changed {
        format!("Archived project {}", called(&project))
    } else {
        format!("Project {} is archived already", called(&project))
    };
    message.push_str(&default::forget(&project, context));
    context.out.done(&done("archive", &project, message))
}

pub fn run_unarchive(args: UnarchiveArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::UnarchiveProjectRequest {
        project: args.project,
    })?;
    let project = of(answer.project)?;
    let message = if answer.changed {
        format!("Took project {} out of the archive", called(&project))
    } else {
        format!("Project {} is not in the archive", called(&project))
    };
    context.out.done(&done("unarchive", &project, message))
}
