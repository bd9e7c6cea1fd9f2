//! `backlog daemon status`.

use std::fmt::Write as _;

use backlog_api::{client::Start, v1, view};
use clap::Args;

use crate::{
    context::Context,
    error::{CliError, Exit},
    invocation::Invocation,
    render::{style::Style, text::line, time::local},
};

/// Show whether the daemon runs, and how it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog daemon status
  backlog daemon status --json")]
pub struct StatusArgs {}

pub fn run(invocation: &Invocation) -> Result<(), CliError> {
    let context = Context::with_start(invocation, Start::Never)?;
    let out = &context.out;
    let workspace = context.workspace().dir();
    match ask(&context)? {
        Some(status) if out.json => {
            out.document(&view::DaemonState::Running(Box::new(status.into())))
        }
        Some(status) => out.text(&page(&status, out.style)),
        None if out.json => {
            out.document(&view::DaemonState::Absent(view::NoDaemon::new(workspace)))
        }
        None => out.line(&format!(
            "No daemon is running for {}",
            line(&workspace.display().to_string())
        )),
    }
}

/// How the daemon is; `None` where none runs and the context starts none.
pub fn ask(context: &Context) -> Result<Option<v1::DaemonStatus>, CliError> {
    match context.call_if_running(v1::GetDaemonStatusRequest {})? {
        Some(answer) => answer
            .status
            .map(Some)
            .ok_or_else(|| CliError::incomplete("status")),
        None => Ok(None),
    }
}

/// The same, where a daemon must run.
pub fn ask_running(context: &Context) -> Result<v1::DaemonStatus, CliError> {
    ask(context)?.ok_or_else(|| {
        CliError::new(
            Exit::Unavailable,
            "daemon_unavailable",
            "no daemon is running",
        )
    })
}

fn page(status: &v1::DaemonStatus, style: Style) -> String {
    let state = if status.draining {
        "is finishing its calls"
    } else {
        "is running"
    };
    let mut page = format!(
        "{}\n",
        style.bold(&format!("The daemon {state} (pid {})", status.pid))
    );
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(
                page,
                "{} {}",
                style.dim(&format!("{name:<12}")),
                line(value)
            );
        }
    };
    let idle = match status.idle_timeout_seconds {
        0 => "never leaves by itself".to_owned(),
        seconds if seconds % 60 == 0 => format!("leaves after {} min without a call", seconds / 60),
        seconds => format!("leaves after {seconds} s without a call"),
    };
    fact(
        "Version",
        &format!(
            "{}, API v{}, schema {}",
            status.version, status.api_version, status.schema_version
        ),
    );
    fact("Since", &local(status.started_at.as_ref()));
    fact("Workspace", &status.workspace);
    fact("Socket", &status.socket);
    fact("Log", &status.log);
    fact(
        "Calls",
        &format!(
            "{} ({} under way), {}",
            status.calls,
            status.active_calls,
            match status.connections {
                1 => "1 connection".to_owned(),
                count => format!("{count} connections"),
            }
        ),
    );
    fact(
        "Writes",
        &format!(
            "{} in {} commits, {} waiting",
            status.writes, status.commits, status.write_queue
        ),
    );
    fact(
        "Claims",
        &format!(
            "{} held by {} sessions, {} waiting, {} streams",
            status.leases, status.sessions, status.waiting_claims, status.streams
        ),
    );
    fact(
        "Database",
        &format!(
            "{}, WAL {}",
            bytes(status.database_bytes),
            bytes(status.wal_bytes)
        ),
    );
    fact("Migrated", &local(status.last_migration_at.as_ref()));
    fact("Idle", &idle);
    page
}

fn bytes(count: i64) -> String {
    const KIB: i64 = 1 << 10;
    const MIB: i64 = 1 << 20;
    match count {
        MIB.. => format!("{}.{} MiB", count / MIB, count % MIB * 10 / MIB),
        KIB.. => format!("{} KiB", count / KIB),
        _ => format!("{count} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        for (count, text) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (4096, "4 KiB"),
            (1_600_000, "1.5 MiB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }
}
