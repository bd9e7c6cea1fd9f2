//! Tidying up when a signal ends the process.

use std::{process, thread};

use tokio::{
    runtime::Builder,
    select,
    signal::unix::{SignalKind, signal},
};

/// From now on, `tidy` is done before Ctrl-C or SIGTERM ends this process. What
/// it may be in the middle of must be fit to be cut off at any point.
#[expect(clippy::exit, reason = "it ends as the signal would have ended it")]
pub fn tidy_before(tidy: impl FnOnce() + Send + 'static) {
    let watch = move || {
        let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
            return;
        };
        let number = runtime.block_on(async {
            let interrupted = signal(SignalKind::interrupt());
            let terminated = signal(SignalKind::terminate());
            let (Ok(mut interrupted), Ok(mut terminated)) = (interrupted, terminated) else {
                return None;
            };
            select! {
                _ = interrupted.recv() => Some(SignalKind::interrupt()),
                _ = terminated.recv() => Some(SignalKind::terminate()),
            }
        });
        if let Some(number) = number {
            tidy();
            // As a shell tells of a process that a signal ended.
            process::exit(128 + number.as_raw_value());
        }
    };
    // Where no thread can be started, nothing is tidied.
    let _ = thread::Builder::new()
        .name("signals".to_owned())
        .spawn(watch);
}
