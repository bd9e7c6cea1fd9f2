//! `backlog task renew`.

use backlog_api::{v1, view};
use clap::Args;
use prost_types::Duration;

use crate::{
    args::{TaskArg, duration},
    context::Context,
    error::CliError,
    render::{lease::left, time::local},
};

/// Give the lease of a task you hold its whole time again
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task renew TASK-12
  backlog task renew 12 --ttl 2h")]
pub struct RenewArgs {
    #[command(flatten)]
    task: TaskArg,

    /// How long it lives from now on without being renewed, 1s to 24h
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    ttl: Option<Duration>,
}

pub fn run(args: RenewArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::RenewLeaseRequest {
        task: args.task.task,
        ttl: args.ttl,
    })?;
    let lease = answer.lease.ok_or_else(|| CliError::incomplete("lease"))?;
    let until = local(lease.expires_at.as_ref());
    let sentence = format!("Renewed, until {until} ({} left)", left(&lease));
    context
        .out
        .made(&view::Lease::from(lease), &until, &sentence)
}
