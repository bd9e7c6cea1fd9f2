//! What it takes to import findings: into an empty project, and once more as
//! after the next scan; with the most memory that both processes had.
//!
//! `cargo bench -p backlog-tests --bench findings [-- ITEMS…]`.

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use backlog_tests::{Home, process::Process, wait::every};
use rustix::process::Pid;
use serde_json::{Value, json};

const SIZES: &[usize] = &[10_000, 100_000];
const RUNS: usize = 3;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() { SIZES } else { &sizes };
    println!("| items | file | import | most memory: command | daemon | again | command |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for &items in sizes {
        let mut runs: Vec<_> = (0..RUNS).map(|_| measure(items)).collect();
        runs.sort_by_key(|run| run.fresh.0);
        let run = &runs[RUNS / 2];
        println!(
            "| {items} | {:.1} MB | {:.2} s | {} | {} | {:.2} s | {} |",
            run.bytes as f64 / 1e6,
            run.fresh.0.as_secs_f64(),
            run.fresh.1,
            run.daemon,
            run.again.0.as_secs_f64(),
            run.again.1,
        );
    }
}

struct Run {
    bytes: usize,
    fresh: (Duration, String),
    again: (Duration, String),
    daemon: String,
}

fn measure(items: usize) -> Run {
    let home = Home::with_project();
    let file = json!({"version": 1, "items": (0..items).map(item).collect::<Vec<_>>()}).to_string();
    fs::write(home.work().join("findings.json"), &file).expect("writable");
    let fresh = import(
        &home,
        &format!("imported {items} tasks · 0 plans · 0 errors\n"),
    );
    let daemon = Process::of(home.daemon().pid().expect("a daemon")).status("VmHWM");
    let again = format!("imported 0 tasks · 0 plans · 0 errors · {items} unchanged\n");
    Run {
        bytes: file.len(),
        fresh,
        again: import(&home, &again),
        daemon: megabytes(&daemon),
    }
}

fn item(number: usize) -> Value {
    json!({
        "title": format!("Unsafe call number {number} of its kind"),
        "description": format!(
            "What comes from outside is used in line {number} as it is. {}",
            "It should be checked where it comes in. ".repeat(4)
        ),
        "type": "vulnerability", "priority": 1 + number % 5, "source": "bench",
        "external_ref": format!("rule:{}@src/file{}.rs#{number}", number % 40, number % 700),
        "labels": ["sast"],
    })
}

/// How long the command takes, and the most memory it has.
fn import(home: &Home, expected: &str) -> (Duration, String) {
    let begun = Instant::now();
    let mut command = home.command(["import-findings", "findings.json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let process = Process::of(Pid::from_child(&child));
    let mut most = String::new();
    let mut time = Duration::ZERO;
    every(
        Duration::ZERO,
        || {
            let ended = child.try_wait().expect("a child of ours").is_some();
            if ended {
                time = begun.elapsed();
            }
            ended
        },
        || {
            // It may have ended just now.
            if let Some(peak) = process.try_status("VmHWM") {
                most = peak;
            }
        },
    );
    let output = child.wait_with_output().expect("it has ended");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    (time, megabytes(&most))
}

/// `12345 kB` as `12.3 MB`.
fn megabytes(status: &str) -> String {
    let kilobytes: f64 = status
        .trim_end_matches(" kB")
        .parse()
        .expect("a number of kB");
    format!("{:.0} MB", kilobytes * 1.024 / 1_000.0)
}
