//! Processes of this machine, as far as leases ask for them.

use crate::domain::lease::HoldingProcess;

/// Whether a process lives: the one that started then, not a later one of the
/// same id. A zombie does not.
#[cfg(target_os = "linux")]
pub(crate) fn lives(process: HoldingProcess) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.pid)).unwrap_or_default();
    // The name before the fields may have spaces and brackets of its own.
    let Some((_, fields)) = stat.rsplit_once(") ") else {
        return false;
    };
    let mut fields = fields.split(' ');
    let state = fields.next().unwrap_or_default();
    // proc_pid_stat(5): the state is field 3, the start field 22.
    let started = fields.nth(18).and_then(|ticks| ticks.parse().ok());
    !matches!(state, "Z" | "X" | "x") && started == Some(process.started_ticks)
}

/// Elsewhere there is no such start to compare: the process is asked for alone.
#[cfg(not(target_os = "linux"))]
pub(crate) fn lives(process: HoldingProcess) -> bool {
    rustix::process::Pid::from_raw(process.pid)
        .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}
