//! What a user waits for, as whole processes, beside the floor of this
//! machine at this moment.
//!
//! `cargo bench -p backlog-tests --bench performance` prints the tables of
//! docs/performance.md. `-- --tasks 1000,10000` measures at other sizes than
//! 1,000, 10,000 and 100,000; `-- --runs 50` with more runs than 25.
//!
//! Commands that are compared run in turn, A B A B, so that both meet the same
//! noise; the ratio is the median of the pairs' ratios.

mod floor;
mod process;
mod seed;
mod throughput;

use std::{fs, path::PathBuf, process::ExitCode};

use backlog_tests::{Home, backlog_bin, eventually};

use self::process::{compare, time};

/// How a run is made.
struct Plan {
    sizes: Vec<usize>,
    runs: usize,
}

fn plan() -> Plan {
    let mut plan = Plan {
        sizes: vec![1_000, 10_000, 100_000],
        runs: 25,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--tasks", Some(sizes)) => {
                plan.sizes = sizes
                    .split(',')
                    .map(|n| n.parse().expect("a number of tasks"))
                    .collect();
            }
            ("--runs", Some(runs)) => plan.runs = runs.parse().expect("a number of runs"),
            // `cargo bench` adds `--bench`.
            _ => {}
        }
    }
    plan
}

fn main() -> ExitCode {
    if let Some(code) = floor::run_if_asked() {
        return code;
    }
    let plan = plan();
    println!(
        "Size of the binary: {:.1} MB\n",
        megabytes(fs::metadata(backlog_bin()).expect("built").len())
    );
    start_up(&plan);
    by_size(&plan);
    throughput::table();
    ExitCode::SUCCESS
}

/// Starting, with and without a daemon to be started, and what it then holds.
fn start_up(plan: &Plan) {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "one"]).ok();
    println!("| command | median | minimum |\n| --- | ---: | ---: |");
    let version = time(plan.runs, || home.command(["version"]));
    let warm = time(plan.runs, || home.command(["task", "list"]));
    let cold = time(plan.runs, || {
        home.run(["daemon", "stop"]).ok();
        home.command(["task", "list"])
    });
    for (name, timed) in [
        ("`backlog version`", version),
        ("`backlog task list` of one task", warm),
        ("the same, with the daemon to be started", cold),
    ] {
        println!("| {name} | {} | {} |", ms(timed.median), ms(timed.minimum));
    }
    eventually("the log is in the database", || {
        fs::metadata(home.work().join("backlog.db-wal")).is_ok_and(|wal| wal.len() == 0)
    });
    println!("\nMemory of the idle daemon: {}\n", resident(&home));
}

/// Each command at each size, beside the floor.
fn by_size(plan: &Plan) {
    println!(
        "| command | tasks | median | minimum | floor | ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    );
    let mut lines = Vec::new();
    for (order, tasks) in plan.sizes.iter().copied().enumerate() {
        let home = Home::with_project();
        seed::fill(&home, tasks);
        let meeting = home.daemon().meeting().expect("a daemon");
        let socket = PathBuf::from(meeting["endpoint"].as_str().expect("a path"));
        let middle = format!("TASK-{}", tasks / 2);
        let cases: [(&str, Vec<&str>, [&str; 2]); 8] = [
            ("`task list` (50)", vec!["task", "list"], ["list", ""]),
            (
                "`task show`",
                vec!["task", "show", &middle],
                ["show", &middle],
            ),
            (
                "`task list --search` (100 match)",
                vec!["task", "list", "--search", seed::RARE],
                ["search", seed::RARE],
            ),
            (
                "`task list --search` (half match)",
                vec!["task", "list", "--search", seed::COMMON],
                ["search", seed::COMMON],
            ),
            (
                "`search` (100 match)",
                vec!["search", seed::RARE],
                ["find", seed::RARE],
            ),
            (
                "`search` (half match)",
                vec!["search", seed::COMMON],
                ["find", seed::COMMON],
            ),
            ("`activity` (50)", vec!["activity"], ["activity", ""]),
            (
                "`task add`",
                vec!["task", "add", "-t", "One more"],
                ["add", "One more"],
            ),
        ];
        for (case, (name, args, [call, arg])) in cases.into_iter().enumerate() {
            let compared = compare(
                plan.runs,
                || home.command(&args),
                || {
                    let mut command = floor::command(&socket, call, arg);
                    home.settle(&mut command);
                    command
                },
            );
            lines.push((
                case,
                order,
                format!(
                    "| {name} | {tasks} | {} | {} | {} | {:.2} |",
                    ms(compared.ours.median),
                    ms(compared.ours.minimum),
                    ms(compared.floor.median),
                    compared.ratio,
                ),
            ));
        }
        // It reads everything, so a floor of one call says nothing.
        let analysis = time(3, || home.command(["activity", "analyze"]));
        lines.push((
            usize::MAX,
            order,
            format!(
                "| `activity analyze` | {tasks} | {} | {} | | |",
                ms(analysis.median),
                ms(analysis.minimum)
            ),
        ));
        eprintln!(
            "measured at {tasks} tasks; the daemon then holds {}",
            resident(&home)
        );
    }
    lines.sort();
    lines.iter().for_each(|(_, _, line)| println!("{line}"));
    println!();
}

fn resident(home: &Home) -> String {
    let pid = home.daemon().pid().expect("a daemon runs").as_raw_nonzero();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    match (of("VmRSS:"), of("RssAnon:")) {
        (Some(all), Some(own)) => {
            format!(
                "{:.1} MB, {:.1} MB of it its own",
                megabytes(all * 1024),
                megabytes(own * 1024)
            )
        }
        _ => "not told by this system".to_owned(),
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn ms(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}
