//! `backlog daemon stop`.

use std::{
    fs::{File, OpenOptions},
    time::{Duration, Instant},
};

use backlog_api::{client::Start, reason, rendezvous::LEADER_LOCK, v1, view};
use clap::Args;

use super::status;
use crate::{
    context::Context,
    error::{CliError, Exit},
    invocation::Invocation,
};

/// Stop the daemon once it has finished its calls
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog daemon stop")]
pub struct StopArgs {}

/// How long a daemon may take to finish its calls and leave.
const PATIENCE: Duration = Duration::from_secs(30);

/// That no daemon leads, and none can before this is dropped.
pub struct Stopped {
    /// Whether one was asked to leave.
    pub was_running: bool,
    _lock: Option<File>,
}

pub fn run(invocation: &Invocation) -> Result<(), CliError> {
    let context = Context::with_start(invocation, Start::Never)?;
    let stopped = stop(&context)?;
    let message = if stopped.was_running {
        "Stopped the daemon"
    } else {
        "No daemon was running"
    };
    context
        .out
        .done(&view::Done::plain("stop", "daemon", message))
}

/// Asks the daemon to leave and waits until it has left. The context must be
/// one that starts none.
pub fn stop(context: &Context) -> Result<Stopped, CliError> {
    let deadline = Instant::now() + PATIENCE;
    let mut was_running = false;
    loop {
        if let Some(status) = status::ask(context)? {
            was_running = true;
            shut_down(context, status.instance_id)?;
        }
        if let Some(lock) = wait_for_lock(context, deadline)? {
            return Ok(Stopped {
                was_running,
                _lock: lock,
            });
        }
        if Instant::now() > deadline {
            return Err(CliError::new(
                Exit::Unavailable,
                "daemon_unavailable",
                "the daemon did not leave in time",
            )
            .hint("It may still be finishing a call. See: backlog daemon status"));
        }
    }
}

fn shut_down(context: &Context, instance_id: String) -> Result<(), CliError> {
    match context.call_if_running(v1::ShutdownRequest { instance_id }) {
        // Another one took its place in the meantime, and is asked next.
        Err(error) if error.is(reason::OTHER_INSTANCE) => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}

/// `Some` once nobody leads; `None` where somebody does so after a while. The
/// lock itself is `None` where no daemon ever made one.
#[expect(clippy::option_option, reason = "the two say different things")]
fn wait_for_lock(context: &Context, deadline: Instant) -> Result<Option<Option<File>>, CliError> {
    const TRY_FOR: Duration = Duration::from_secs(2);
    const PAUSE: Duration = Duration::from_millis(5);
    let until = deadline.min(Instant::now() + TRY_FOR);
    let path = context.workspace().runtime_dir().join(LEADER_LOCK);
    let lock = match OpenOptions::new().read(true).write(true).open(&path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Some(None)),
        Err(error) => {
            return Err(CliError::failed(format!(
                "cannot open {}: {error}",
                path.display()
            )));
        }
    };
    loop {
        if lock.try_lock().is_ok() {
            return Ok(Some(Some(lock)));
        }
        if Instant::now() > until {
            return Ok(None);
        }
        context.pause(PAUSE);
    }
}
