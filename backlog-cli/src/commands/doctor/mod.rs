//! `backlog doctor`.

mod backup;
mod restore;

use std::process::ExitCode;

use clap::Subcommand;

use crate::{
    context::Context, environment::Environment, error::CliError, global::GlobalArgs,
    invocation::Invocation,
};

/// Look after a workspace: check it, copy it, bring a copy back
#[derive(Debug, Subcommand)]
pub enum DoctorCommand {
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
}

pub fn run(
    command: DoctorCommand,
    global: GlobalArgs,
    environment: Environment,
) -> Result<ExitCode, CliError> {
    let invocation = Invocation::new(global, environment)?;
    match command {
        DoctorCommand::Backup(args) => backup::run(&args, &Context::open(&invocation)?)?,
        DoctorCommand::Restore(args) => restore::run(&args, &invocation)?,
    }
    Ok(ExitCode::SUCCESS)
}
