//! `backlog doctor`.

mod backup;
mod check;
mod project;
mod restore;

use std::process::ExitCode;

use clap::Subcommand;

use crate::{
    context::Context, environment::Environment, error::CliError, global::GlobalArgs,
    invocation::Invocation,
};

/// Look after a workspace: check it, copy it, bring a copy back, find stuck work
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog doctor check
  backlog doctor backup
  backlog doctor project")]
pub enum DoctorCommand {
    Check(check::CheckArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Project(project::ProjectArgs),
}

pub fn run(
    command: DoctorCommand,
    global: GlobalArgs,
    environment: Environment,
) -> Result<ExitCode, CliError> {
    // It may be the user's configuration that is broken.
    if let DoctorCommand::Check(args) = &command {
        return check::run(args, global, environment);
    }
    let invocation = Invocation::new(global, environment)?;
    match command {
        DoctorCommand::Check(_) => {}
        DoctorCommand::Backup(args) => backup::run(&args, &Context::open(&invocation)?)?,
        DoctorCommand::Restore(args) => restore::run(&args, &invocation)?,
        DoctorCommand::Project(args) => {
            return project::run(&args, &Context::open(&invocation)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}
