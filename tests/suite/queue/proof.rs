//! The proof of the queue, small. `--bin proof` runs it long.

use std::{env, path::PathBuf, process, time::Duration};

use backlog_tests::proof::{self, Plan};

#[test]
fn no_fault_gives_a_task_to_two_loses_a_write_or_leaves_a_task_stuck() {
    let seed = env::var("BACKLOG_PROOF_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| u64::from(process::id()));
    let plan = Plan {
        tasks: 150,
        workers: 6,
        time: Duration::from_secs(8),
        seed,
        program: PathBuf::from(env!("CARGO_BIN_EXE_proof")),
    };
    match proof::run(&plan) {
        Ok(found) => println!("{found}"),
        Err(broken) => panic!("BACKLOG_PROOF_SEED={seed} plans the same faults again\n{broken}"),
    }
}
