//! What the HTTP API answers a second, and what its server holds.
//!
//! `cargo bench -p backlog-tests --bench http` prints the table of
//! docs/performance.md. Beside each stands the same call made of the daemon
//! itself over as many callers, in turn with it: what the server and HTTP cost.

#[path = "../performance/seed.rs"]
mod seed;

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use backlog_api::v1;
use backlog_tests::{Home, Web};
use tokio::task::JoinSet;

const TASKS: usize = 10_000;
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 5;
const EACH: Duration = Duration::from_secs(2);

fn main() {
    let home = Home::with_project();
    seed::fill(&home, TASKS);
    let web = Web::start(&home);
    println!("The server holds {} before", resident(&web));
    println!("\n| `GET` | a second | p50 | p99 | the daemon alone | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (path, view) in [
        ("/api/tasks?limit=50", v1::TaskView::Full),
        ("/api/tasks?limit=50&view=basic", v1::TaskView::Basic),
        ("/api/tasks?limit=500&view=basic", v1::TaskView::Basic),
    ] {
        let size = if path.contains("500") { 500 } else { 50 };
        let (mut rates, mut floors, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut round = over_http(&web, path);
            rates.push(round.len() as f64 / EACH.as_secs_f64());
            floors.push(of_the_daemon(&home, size, view));
            times.append(&mut round);
        }
        times.sort();
        let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1e3;
        let ratio = median(rates.iter().zip(&floors).map(|(ours, floor)| ours / floor));
        println!(
            "| `{path}` | {:.0} | {:.1} ms | {:.1} ms | {:.0} | {ratio:.2} |",
            median(rates),
            at(50),
            at(99),
            median(floors),
        );
    }
    println!("\nThe server holds {} after", resident(&web));
}

/// How long each call took, of all that were made.
fn over_http(web: &Web, path: &str) -> Vec<Duration> {
    let end = Instant::now() + EACH;
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(move || {
                    let connection = web.keep_alive();
                    let mut times = Vec::new();
                    while Instant::now() < end {
                        let started = Instant::now();
                        assert_eq!(connection.get(path), 200);
                        times.push(started.elapsed());
                    }
                    times
                })
            })
            .collect();
        callers
            .into_iter()
            .flat_map(|caller| caller.join().expect("it called"))
            .collect()
    })
}

fn of_the_daemon(home: &Home, size: i32, view: v1::TaskView) -> f64 {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let client = Arc::new(seed::client(home));
    let end = Instant::now() + EACH;
    let calls: usize = runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let client = Arc::clone(&client);
            callers.spawn(async move {
                let mut calls = 0;
                while Instant::now() < end {
                    let request = v1::ListTasksRequest {
                        page_size: size,
                        view: view.into(),
                        ..Default::default()
                    };
                    client.call(request).await.expect("a list");
                    calls += 1;
                }
                calls
            });
        }
        callers.join_all().await.into_iter().sum()
    });
    calls as f64 / EACH.as_secs_f64()
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn resident(web: &Web) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", web.pid()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap_or("as much as this system does not tell")
        .trim()
        .to_owned()
}
