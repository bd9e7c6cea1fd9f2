//! Points at which a test may have the process killed, to see that nothing is
//! lost there. `BACKLOG_TEST_CRASH=POINT:FILE` does so once: while FILE exists,
//! which is removed first.

use rustix::process::{Signal, getpid, kill_process};

/// Ends the process as `kill -9` would, if a test asked for it here.
pub(crate) fn point(name: &str) {
    let Ok(wanted) = std::env::var("BACKLOG_TEST_CRASH") else {
        return;
    };
    let Some((point, file)) = wanted.split_once(':') else {
        return;
    };
    if point == name && std::fs::remove_file(file).is_ok() {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}
