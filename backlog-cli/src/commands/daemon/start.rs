//! `backlog daemon start` and `restart`.

use backlog_api::{client::Start, v1, view};
use clap::Args;

use super::{status, stop::stop};
use crate::{context::Context, error::CliError, invocation::Invocation};

/// Start the daemon; any other command does so by itself
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog daemon start")]
pub struct StartArgs {}

/// Stop the daemon once it has finished its calls, and start it anew
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog daemon restart")]
pub struct RestartArgs {}

pub fn run(invocation: &Invocation) -> Result<(), CliError> {
    let before = status::ask(&Context::with_start(invocation, Start::Never)?)?;
    let context = Context::open(invocation)?;
    let now = status::ask_running(&context)?;
    let is_new = before.is_none_or(|before| before.instance_id != now.instance_id);
    let message = if is_new {
        format!("Started the daemon (pid {})", now.pid)
    } else {
        format!("The daemon is running already (pid {})", now.pid)
    };
    tell(&context, "start", &now, message)
}

pub fn restart(invocation: &Invocation) -> Result<(), CliError> {
    drop(stop(&Context::with_start(invocation, Start::Never)?)?);
    let context = Context::open(invocation)?;
    let now = status::ask_running(&context)?;
    tell(
        &context,
        "restart",
        &now,
        format!("Restarted the daemon (pid {})", now.pid),
    )
}

fn tell(
    context: &Context,
    action: &str,
    now: &v1::DaemonStatus,
    message: String,
) -> Result<(), CliError> {
    context
        .out
        .done(&view::Done::of(action, "daemon", &now.instance_id, message))
}
