//! `backlog daemon`.

mod logs;
mod run;
mod start;
mod status;
mod stop;

use std::process::ExitCode;

use clap::Subcommand;

pub use self::{
    status::ask,
    stop::{Stopped, stop},
};
use crate::{
    environment::Environment, error::CliError, global::GlobalArgs, invocation::Invocation,
};

/// The process that serves a workspace, started when needed
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog daemon status
  backlog daemon logs")]
pub enum DaemonCommand {
    Status(status::StatusArgs),
    Start(start::StartArgs),
    Stop(stop::StopArgs),
    Restart(start::RestartArgs),
    Logs(logs::LogsArgs),
    Run(run::RunArgs),
    #[command(hide = true)]
    Launch(run::LaunchArgs),
    #[command(hide = true)]
    Serve(run::LaunchArgs),
}

pub fn run(
    command: DaemonCommand,
    global: GlobalArgs,
    environment: Environment,
) -> Result<ExitCode, CliError> {
    // A daemon that is being started reads its own configuration.
    match &command {
        DaemonCommand::Launch(args) => return Ok(run::launch(args)),
        DaemonCommand::Serve(args) => return Ok(run::serve(args)),
        _ => {}
    }
    let invocation = Invocation::new(global, environment)?;
    match command {
        DaemonCommand::Status(_) => status::run(&invocation)?,
        DaemonCommand::Start(_) => start::run(&invocation)?,
        DaemonCommand::Stop(_) => stop::run(&invocation)?,
        DaemonCommand::Restart(_) => start::restart(&invocation)?,
        DaemonCommand::Logs(args) => logs::run(&args, &invocation)?,
        DaemonCommand::Run(_) | DaemonCommand::Launch(_) | DaemonCommand::Serve(_) => {
            return run::run(&invocation);
        }
    }
    Ok(ExitCode::SUCCESS)
}
