//! `backlog daemon run`; and `launch` and `serve`, by which clients start a
//! daemon: the one detaches the other.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{context, error::CliError, invocation::Invocation};

/// Serve the workspace in the foreground, for service managers
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog daemon run --db /srv/app/.backlog/backlog.db")]
pub struct RunArgs {}

/// Starts a daemon of its own session and exits.
#[derive(Debug, Args)]
pub struct LaunchArgs {
    database: PathBuf,
}

pub fn run(invocation: &Invocation) -> Result<ExitCode, CliError> {
    let workspace = context::find(invocation)?;
    let options = backlogd::RunOptions {
        workspace: workspace.database().to_owned(),
        ready_on_stdout: false,
    };
    Ok(backlogd::run(&options))
}

pub fn launch(args: &LaunchArgs) -> ExitCode {
    backlogd::launch(&args.database)
}

/// Serves, telling the client on standard output when it is ready.
pub fn serve(args: &LaunchArgs) -> ExitCode {
    let options = backlogd::RunOptions {
        workspace: args.database.clone(),
        ready_on_stdout: true,
    };
    backlogd::run(&options)
}
