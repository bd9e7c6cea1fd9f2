//! What a claim costs at 10,000, 100,000 and a million tasks, half of them
//! blocked or done, with 1, 8 and 32 clients, and where nothing is ready; and
//! how soon a claim that waits is woken.
//!
//! `cargo bench -p backlog-tests --bench claims [-- TASKS…]`. With
//! `TMPDIR=/dev/shm` the disk costs nothing: what remains is the daemon's own.

mod queue;

use std::{
    thread,
    time::{Duration, Instant},
};

use backlog_api::{
    client::{CallError, Caller, Client, ClientOptions, Start},
    v1,
    workspace::Workspace,
};
use backlog_tests::{Home, eventually};
use tokio::runtime::Runtime;

const SIZES: &[usize] = &[10_000, 100_000, 1_000_000];
const CLIENTS: &[usize] = &[1, 8, 32];
/// Claims of all clients together, for each row.
const CLAIMS: usize = 1_600;
const WAITERS: usize = 20;
const WAKES: usize = 15;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() { SIZES } else { &sizes };
    println!("| tasks | clients | claims/s | claim p50 | p99 | nothing ready p50 | p99 |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for &tasks in sizes {
        let home = queue::filled(tasks);
        let empty = queue::with_nothing_ready(tasks);
        for &clients in CLIENTS {
            let (claims, per_second) = all(&home, clients, CLAIMS / clients, claim_and_finish);
            let (nothing, _) = all(&empty, clients, CLAIMS / clients, claim_nothing);
            println!(
                "| {tasks} | {clients} | {per_second:.0} | {} | {} | {} | {} |",
                at(&claims, 50),
                at(&claims, 99),
                at(&nothing, 50),
                at(&nothing, 99)
            );
        }
    }
    let wakes = wakes();
    println!(
        "\n{WAITERS} claims wait, one task is added: woken {} (p50), {} (p99) after the add began",
        at(&wakes, 50),
        at(&wakes, 99)
    );
}

/// The percentile of sorted times.
fn at(times: &[Duration], percent: usize) -> String {
    let time = times[(times.len() - 1) * percent / 100];
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

/// What so many clients need for each of their calls, sorted; and how many
/// calls a second they made together.
fn all(
    home: &Home,
    clients: usize,
    calls: usize,
    call: impl Fn(&Client, &Runtime) -> Duration + Sync,
) -> (Vec<Duration>, f64) {
    let begun = Instant::now();
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let call = &call;
        let crowd: Vec<_> = (0..clients)
            .map(|number| {
                scope.spawn(move || {
                    let (client, runtime) = client(home, number);
                    (0..calls)
                        .map(|_| call(&client, &runtime))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let of_one = |one: thread::ScopedJoinHandle<'_, Vec<Duration>>| {
            one.join().expect("a client that works")
        };
        crowd.into_iter().flat_map(of_one).collect()
    });
    let per_second = times.len() as f64 / begun.elapsed().as_secs_f64();
    times.sort();
    (times, per_second)
}

fn client(home: &Home, number: usize) -> (Client, Runtime) {
    let workspace = Workspace::at_database(&home.database()).expect("a workspace");
    let client = Client::new(
        workspace,
        ClientOptions {
            caller: Caller {
                actor: Some("ai:bench".to_owned()),
                session: Some(format!("s{number}")),
                lease: None,
            },
            start: Start::Never,
            may_replace: false,
            in_process: None,
            never_daemon: false,
        },
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    (client, runtime)
}

/// The time of the claim; finishing it is not counted.
fn claim_and_finish(client: &Client, runtime: &Runtime) -> Duration {
    let begun = Instant::now();
    let claimed = runtime
        .block_on(client.call(v1::ClaimTaskRequest::default()))
        .expect("a task");
    let time = begun.elapsed();
    let request = v1::CompleteTaskRequest {
        task: claimed.task.unwrap_or_default().seq.to_string(),
        ..v1::CompleteTaskRequest::default()
    };
    runtime.block_on(client.call(request)).expect("done");
    time
}

fn claim_nothing(client: &Client, runtime: &Runtime) -> Duration {
    let begun = Instant::now();
    let refused = runtime.block_on(client.call(v1::ClaimTaskRequest::default()));
    assert!(matches!(refused, Err(CallError::Refused(_))), "{refused:?}");
    begun.elapsed()
}

/// From the beginning of the add to the claim's answer, sorted.
fn wakes() -> Vec<Duration> {
    let home = Home::with_project();
    let (adder, runtime) = client(&home, 1_000);
    let (woken, answers) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        for number in 0..WAITERS {
            let (woken, home) = (woken.clone(), &home);
            scope.spawn(move || {
                let (client, runtime) = client(home, number);
                loop {
                    let request = v1::ClaimTaskRequest {
                        wait: Some(prost_types::Duration {
                            seconds: 60,
                            nanos: 0,
                        }),
                        ..v1::ClaimTaskRequest::default()
                    };
                    let claimed = runtime.block_on(client.call(request));
                    let title = claimed.expect("a task").task.unwrap_or_default().title;
                    if title == "The end" {
                        return;
                    }
                    let _ = woken.send(Instant::now());
                }
            });
        }
        let add = |title: &str| {
            let fields = Some(v1::TaskFields {
                title: title.to_owned(),
                ..v1::TaskFields::default()
            });
            let request = v1::CreateTaskRequest {
                fields,
                ..v1::CreateTaskRequest::default()
            };
            runtime.block_on(adder.call(request)).expect("a task");
        };
        let mut times: Vec<Duration> = (0..WAKES)
            .map(|_| {
                eventually("all wait", || {
                    let queue = runtime.block_on(adder.call(v1::GetQueueRequest::default()));
                    queue.expect("the queue").waiting.len() == WAITERS
                });
                let begun = Instant::now();
                add("One");
                let woken = answers.recv().expect("one is woken");
                woken.duration_since(begun)
            })
            .collect();
        (0..WAITERS).for_each(|_| add("The end"));
        times.sort();
        times
    })
}
