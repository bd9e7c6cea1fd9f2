//! `backlog top`: who works on what.

mod board;
mod live;
mod snapshot;
mod view;

use std::io::{self, IsTerminal as _};

use clap::Args;

use crate::{args::ProjectArg, context::Context, error::CliError};

/// Watch who works on what, and what is ready
#[derive(Debug, Args)]
#[command(
    after_help = "Keys: q leaves, up and down scroll the events, p pauses. Off a terminal, and with --json, it prints how things stand and ends.

Examples:
  backlog top
  backlog top -p app
  backlog top --json"
)]
pub struct TopArgs {
    #[command(flatten)]
    project: ProjectArg,
}

pub fn run(args: &TopArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let is_watched = io::stdout().is_terminal()
        && io::stdin().is_terminal()
        && context.invocation.environment.agent.is_none();
    if is_watched && !context.out.json && !context.out.quiet {
        live::run(&project, context)
    } else {
        snapshot::run(&project, context)
    }
}
