//! The proof of the queue, long and by hand: `cargo run --release -p
//! backlog-tests --bin proof -- --tasks 10000 --workers 64 --minutes 10`.
//! With the same `--seed` the same faults are planned again.

use std::{env, path::Path, process::ExitCode, time::Duration};

use backlog_tests::proof::{self, Plan, worker};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, database, records, name, seed, until] = arguments.as_slice()
        && first == "worker"
    {
        let number = |text: &String| text.parse().expect("a number");
        let until = until.parse().expect("a number");
        worker::work(
            Path::new(database),
            Path::new(records),
            name,
            number(seed),
            until,
        );
        return ExitCode::SUCCESS;
    }
    let mut plan = Plan {
        tasks: 1_000,
        workers: 16,
        time: Duration::from_secs(60),
        seed: u64::from(std::process::id()),
        program: env::current_exe().expect("this program has a path"),
    };
    for pair in arguments.chunks(2) {
        let [flag, value] = pair else {
            return usage(&pair[0]);
        };
        let Ok(value) = value.parse::<u64>() else {
            return usage(value);
        };
        match flag.as_str() {
            "--tasks" => plan.tasks = usize::try_from(value).unwrap_or(usize::MAX),
            "--workers" => plan.workers = usize::try_from(value).unwrap_or(usize::MAX),
            "--minutes" => plan.time = Duration::from_secs(value * 60),
            "--seconds" => plan.time = Duration::from_secs(value),
            "--seed" => plan.seed = value,
            other => return usage(other),
        }
    }
    eprintln!("seed {}", plan.seed);
    match proof::run(&plan) {
        Ok(found) => {
            println!("{found}");
            ExitCode::SUCCESS
        }
        Err(broken) => {
            println!("{broken}");
            ExitCode::FAILURE
        }
    }
}

fn usage(problem: &str) -> ExitCode {
    eprintln!(
        "{problem:?}: proof [--tasks N] [--workers N] [--minutes N | --seconds N] [--seed N]"
    );
    ExitCode::from(2)
}
