//! Timing whole processes.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

/// Seconds a command took.
#[derive(Debug, Clone, Copy)]
pub struct Timed {
    pub median: f64,
    pub minimum: f64,
}

/// Two commands, run in turn.
#[derive(Debug, Clone, Copy)]
pub struct Compared {
    pub ours: Timed,
    pub floor: Timed,
    /// The median of each pair's ratio.
    pub ratio: f64,
}

/// Runs what `command` makes; making it is not timed.
pub fn time(runs: usize, mut command: impl FnMut() -> Command) -> Timed {
    once(command());
    let times = (0..runs).map(|_| once(command())).collect();
    summary(times)
}

/// Runs the two in turn.
pub fn compare(
    runs: usize,
    mut ours: impl FnMut() -> Command,
    mut floor: impl FnMut() -> Command,
) -> Compared {
    once(ours());
    once(floor());
    let pairs: Vec<(f64, f64)> = (0..runs).map(|_| (once(ours()), once(floor()))).collect();
    Compared {
        ours: summary(pairs.iter().map(|pair| pair.0).collect()),
        floor: summary(pairs.iter().map(|pair| pair.1).collect()),
        ratio: summary(pairs.iter().map(|pair| pair.0 / pair.1).collect()).median,
    }
}

fn once(mut command: Command) -> f64 {
    command.stdout(Stdio::null()).stderr(Stdio::inherit());
    let started = Instant::now();
    let status = command.status().expect("it can be started");
    let took = started.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?}: {status}");
    took
}

fn summary(mut times: Vec<f64>) -> Timed {
    times.sort_by(f64::total_cmp);
    Timed {
        median: times[times.len() / 2],
        minimum: times[0],
    }
}
