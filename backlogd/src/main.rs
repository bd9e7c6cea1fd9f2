//! `backlogd`: the daemon alone, in the foreground, for service managers.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// Serves one Backlog workspace in the foreground.
///
/// Clients start a daemon by themselves; this is for service managers and
/// containers. It takes a listening socket from systemd where one is passed.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:\n  backlogd --workspace ~/.backlog/default"
)]
struct Args {
    /// The workspace's directory, or its backlog.db
    #[arg(long, value_name = "DIR")]
    workspace: PathBuf,
}

fn main() -> ExitCode {
    let args = Args::parse();
    backlogd::run(&backlogd::RunOptions {
        workspace: args.workspace,
        ready_on_stdout: false,
    })
}
