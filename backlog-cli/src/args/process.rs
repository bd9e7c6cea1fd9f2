//! A process that a lease is tied to.

use backlog_api::v1;

use crate::error::CliError;

/// The process of that id, with its start, which no later process of the same
/// id has.
pub fn holding(pid: i32) -> Result<v1::HoldingProcess, CliError> {
    let started_ticks = started(pid)
        .ok_or_else(|| CliError::invalid(format!("--hold-pid {pid}: there is no such process")))?;
    Ok(v1::HoldingProcess { pid, started_ticks })
}

/// Field 22 of `/proc/PID/stat` (proc_pid_stat(5)), counted behind the name,
/// which may have spaces and brackets of its own.
#[cfg(target_os = "linux")]
fn started(pid: i32) -> Option<i64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(19)?.parse().ok()
}

/// Elsewhere the daemon looks at the id alone.
#[cfg(not(target_os = "linux"))]
fn started(pid: i32) -> Option<i64> {
    let pid = rustix::process::Pid::from_raw(pid)?;
    rustix::process::test_kill_process(pid).ok().map(|()| 0)
}
