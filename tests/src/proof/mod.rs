//! A proof, not a feeling: real client processes at a real daemon, with faults
//! injected by a seeded plan, every call and answer recorded with its times,
//! and the history checked afterwards.
//!
//! - [`worker`]: a client process, which records what it asks and is answered.
//! - [`record`]: a line of that record.
//! - [`faults`]: what happens to workers and daemon meanwhile.
//! - [`check`]: what must hold of the history.

pub mod check;
pub mod faults;
pub mod random;
pub mod record;
pub mod worker;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::Home;

/// How large, how long, which faults.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Tasks in the queue.
    pub tasks: usize,
    /// Client processes at a time.
    pub workers: usize,
    /// After this no faults are injected any more and workers end.
    pub time: Duration,
    /// Chooses the faults and what workers do.
    pub seed: u64,
    /// The executable that is a worker when its first argument is `worker`.
    pub program: PathBuf,
}

/// What happened, in numbers.
#[derive(Debug, Default)]
pub struct Numbers {
    /// Worker processes started.
    pub started: usize,
    /// Workers killed.
    pub workers_killed: usize,
    /// Workers stopped beyond their leases, and let go on.
    pub workers_stopped: usize,
    /// Daemons killed.
    pub daemons_killed: usize,
}

/// Runs the plan and checks the history.
///
/// # Errors
/// With every rule that was broken, and the history that shows it.
///
/// # Panics
/// Where the machine does not allow it to run at all.
pub fn run(plan: &Plan) -> Result<String, String> {
    let home = Home::with_workspace();
    let config = "[lease]\nttl = \"2s\"\ngrace = \"1s\"\nmax_attempts = 1000\n";
    fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    worker::fill(&home.database(), plan.tasks);

    let begun = Instant::now();
    let numbers = faults::inject(&home, plan);
    let history = record::read_all(home.path());
    let ran = format!(
        "seed {}: {} tasks, {} workers, {:.1} s; {numbers:?}, {} calls recorded",
        plan.seed,
        plan.tasks,
        plan.workers,
        begun.elapsed().as_secs_f32(),
        history.len(),
    );
    match check::check(&home, &history) {
        Ok(found) => Ok(format!("{ran}; {found}")),
        Err(broken) => Err(format!("{ran}\n{broken}")),
    }
}
