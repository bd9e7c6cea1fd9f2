//! Creates per second: processes of the command line, and calls on
//! connections that stay.

use std::{sync::Arc, thread, time::Instant};

use backlog_api::v1;
use backlog_tests::Home;
use tokio::task::JoinSet;

use crate::seed;

/// Creates of each row, shared among its clients.
const BY_PROCESS: usize = 640;
const BY_CALL: usize = 12_800;

pub fn table() {
    println!(
        "| clients | `backlog task add` processes a second | calls a second |\n| ---: | ---: | ---: |"
    );
    for clients in [1, 8, 32] {
        println!(
            "| {clients} | {:.0} | {:.0} |",
            processes(clients),
            calls(clients)
        );
    }
    println!();
}

fn processes(clients: usize) -> f64 {
    let home = Home::with_project();
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                for _ in 0..BY_PROCESS / clients {
                    home.run(["task", "add", "-t", "One more task"]).ok();
                }
            });
        }
    });
    BY_PROCESS as f64 / started.elapsed().as_secs_f64()
}

/// One connection for all: HTTP/2 carries their calls side by side.
fn calls(clients: usize) -> f64 {
    let home = Home::with_project();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let client = Arc::new(seed::client(&home));
    let started = Instant::now();
    runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..clients {
            let client = Arc::clone(&client);
            callers.spawn(async move {
                for _ in 0..BY_CALL / clients {
                    let fields = v1::TaskFields {
                        title: "One more task".to_owned(),
                        ..Default::default()
                    };
                    let request = v1::CreateTaskRequest {
                        fields: Some(fields),
                        ..Default::default()
                    };
                    client.call(request).await.expect("a task is made");
                }
            });
        }
        callers.join_all().await;
    });
    BY_CALL as f64 / started.elapsed().as_secs_f64()
}
