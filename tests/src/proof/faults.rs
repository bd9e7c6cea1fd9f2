//! What happens to workers and daemon: killed, stopped for longer than a lease
//! lives, started again.

use std::{
    process::{Child, Command},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Numbers, Plan, random::Random, record};
use crate::{Home, eventually, wait::every_until};

/// Between two faults, at the most.
const PAUSE_MS: u64 = 400;
/// How long a worker is stopped: longer than its lease lives.
const STOPPED: Duration = Duration::from_millis(3_000);
/// After the last fault, for what is held to expire: time and grace.
const SETTLE: Duration = Duration::from_secs(5);

struct Worker {
    process: Child,
    /// Until when it is stopped.
    stopped: Option<Instant>,
}

/// Runs the workers, and does the worst to them until the time is over.
pub(super) fn inject(home: &Home, plan: &Plan) -> Numbers {
    let mut numbers = Numbers::default();
    let mut random = Random::new(plan.seed);
    let end = Instant::now() + plan.time;
    let until = record::now() + i64::try_from(plan.time.as_nanos()).unwrap_or(i64::MAX);
    let start = |numbers: &mut Numbers, random: &mut Random| {
        numbers.started += 1;
        Worker {
            process: spawn(home, plan, numbers.started, random.number(), until),
            stopped: None,
        }
    };
    let mut workers: Vec<Worker> = (0..plan.workers)
        .map(|_| start(&mut numbers, &mut random))
        .collect();
    let mut next = Instant::now();
    every_until(Duration::from_millis(20), end, || {
        // Whoever comes first starts the next daemon, as users do.
        if !home.daemon().leads() {
            home.run(["daemon", "start"]).ok();
        }
        for worker in &mut workers {
            if worker.stopped.is_some_and(|until| Instant::now() >= until) {
                signal(&worker.process, Signal::CONT);
                worker.stopped = None;
            }
        }
        if Instant::now() < next {
            return;
        }
        next = Instant::now() + Duration::from_millis(random.below(PAUSE_MS));
        let victim = usize::try_from(random.below(plan.workers as u64)).unwrap_or(0);
        match random.below(8) {
            0 => {
                home.daemon().kill();
                numbers.daemons_killed += 1;
            }
            1 | 2 => {
                let worker = &mut workers[victim];
                let _ = worker.process.kill();
                let _ = worker.process.wait();
                numbers.workers_killed += 1;
                workers[victim] = start(&mut numbers, &mut random);
            }
            3 if workers[victim].stopped.is_none() => {
                signal(&workers[victim].process, Signal::STOP);
                workers[victim].stopped = Some(Instant::now() + STOPPED);
                numbers.workers_stopped += 1;
            }
            _ => {}
        }
    });
    for worker in &mut workers {
        signal(&worker.process, Signal::CONT);
        eventually("a worker ends", || {
            if !home.daemon().leads() {
                home.run(["daemon", "start"]).ok();
            }
            match worker.process.try_wait() {
                Ok(Some(status)) => {
                    assert!(status.success(), "a worker failed: {status}");
                    true
                }
                _ => false,
            }
        });
    }
    let settled = Instant::now() + SETTLE;
    eventually("what was held has expired", || Instant::now() > settled);
    numbers
}

fn spawn(home: &Home, plan: &Plan, number: usize, seed: u64, until: i64) -> Child {
    let mut command = Command::new(&plan.program);
    home.settle(&mut command);
    command
        .arg("worker")
        .arg(home.database())
        .arg(home.path())
        .args([format!("w{number}"), seed.to_string(), until.to_string()])
        .spawn()
        .expect("a worker runs")
}

fn signal(process: &Child, signal: Signal) {
    if let Some(pid) = Pid::from_raw(i32::try_from(process.id()).unwrap_or(0)) {
        let _ = kill_process(pid, signal);
    }
}
