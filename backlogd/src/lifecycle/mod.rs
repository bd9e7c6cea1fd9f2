//! How the daemon starts, lives and leaves. `docs/daemon.md` says it to
//! readers.
//!
//! lock → open and migrate → bind under a temporary name → rename to its name
//! → publish `daemon.json` → ready. It leaves the other way round: name away →
//! accept what is queued → close → finish calls → checkpoint → exit.

mod counted;
mod detach;
mod holders;
mod idle;
mod in_process;
mod inspect;
mod leader;
mod log;
mod serve;
mod socket;
mod startup;
mod state;
mod watch;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use backlog_api::client::start::Progress;

use self::startup::{Daemon, StartError};
pub(crate) use self::state::{Leave, State, StreamGuard};
pub use self::{
    detach::launch,
    in_process::in_process,
    inspect::{check_settings, inspect_files},
};
use crate::crash;

/// Calls that take longer to finish are cut off, and so is closing the
/// database; both together take less than a successor's patience.
const DRAIN: Duration = Duration::from_secs(10);

/// How to run the daemon.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The workspace's directory, or its `backlog.db`.
    pub workspace: PathBuf,
    /// Started by a client: tell it on standard output when ready, then log to
    /// the workspace's file. Otherwise in the foreground, logging to standard
    /// error.
    pub ready_on_stdout: bool,
}

/// Runs the daemon until it leaves. The process's exit code: 0; 4 where another
/// daemon leads already; 5 where it could not start.
#[must_use]
pub fn run(options: &RunOptions) -> ExitCode {
    // No file of ours is anybody else's to read.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(live(options));
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(StartError::new(
            format!("cannot start the runtime: {error}"),
            None,
        )),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            tell(options, &Progress::Failed(error.clone()));
            tracing::error!("{}", error.message);
            if !options.ready_on_stdout {
                eprintln!("error: {}", error.message);
                if let Some(hint) = error.hint {
                    eprintln!("hint: {hint}");
                }
            }
            ExitCode::from(5)
        }
    }
}

async fn live(options: &RunOptions) -> Result<ExitCode, StartError> {
    let workspace = startup::find(&options.workspace)?;
    log::begin(&workspace, options.ready_on_stdout)?;
    let Some(daemon) = Daemon::start(workspace, |progress| tell(options, &progress)).await? else {
        tell(options, &Progress::LostElection);
        if !options.ready_on_stdout {
            eprintln!("error: another daemon serves this workspace already");
            eprintln!("hint: See which: backlog daemon status");
        }
        return Ok(ExitCode::from(4));
    };
    crash::point("publish");
    tell(options, &Progress::Ready);
    if options.ready_on_stdout {
        log::take_over_stdout();
    }
    daemon.serve().await;
    Ok(ExitCode::SUCCESS)
}

/// A line for the client that waits, if one does.
fn tell(options: &RunOptions, progress: &Progress) {
    use std::io::Write as _;
    if options.ready_on_stdout {
        let line = serde_json::to_string(progress).expect("progress is plain data");
        let mut stdout = std::io::stdout().lock();
        let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    }
}

impl Daemon {
    /// Serves until it is time to leave, and leaves.
    async fn serve(self) {
        let Self {
            workspace,
            store,
            listener,
            lock,
            signals,
            state,
        } = self;
        let routes = crate::service::routes(store.clone(), Arc::clone(&state));
        let guards = [
            tokio::spawn(idle::watch(store.clone(), Arc::clone(&state))),
            tokio::spawn(watch::watch(
                workspace.clone(),
                lock.identity(),
                store.clone(),
                Arc::clone(&state),
            )),
            tokio::spawn(signals.watch(Arc::clone(&state))),
        ];
        let (why, draining) = serve::serve(listener, routes, &state).await;
        tracing::info!(?why, "leaving");
        if tokio::time::timeout(DRAIN, draining.finish())
            .await
            .is_err()
        {
            tracing::warn!("calls did not finish in time");
        }
        guards.iter().for_each(tokio::task::JoinHandle::abort);
        let _ =
            tokio::time::timeout(DRAIN, tokio::task::spawn_blocking(move || store.close())).await;
        state.rendezvous.retract(&workspace);
        tracing::info!("left");
        // Whatever still hangs ends with the process, and the lock with it: a
        // successor must not lead beside a thread that may still write.
        std::mem::forget(lock);
    }
}
