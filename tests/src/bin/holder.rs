//! A session that claims a task and holds it for as long as it lives:
//! `holder DATABASE SESSION`. Says `holds TASK-N` once it does.

use std::time::Duration;

use backlog_api::{
    client::{CallError, Caller, Client, ClientOptions, Start},
    v1,
    workspace::Workspace,
};

/// Between two looks for a daemon.
const PAUSE: Duration = Duration::from_millis(20);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let database = arguments.next().expect("a database");
    let session = arguments.next().expect("a session");
    let workspace = Workspace::at_database(database.as_ref()).expect("a workspace");
    let client = Client::new(
        workspace,
        ClientOptions {
            caller: Caller {
                actor: Some("ai:holder".to_owned()),
                session: Some(session),
                lease: None,
            },
            // Whoever kills the daemon starts the next one.
            start: Start::Never,
            may_replace: false,
            in_process: None,
            never_daemon: false,
        },
    );
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ended = runtime.block_on(async {
        let claimed = client.call(v1::ClaimTaskRequest::default()).await?;
        let task = format!("TASK-{}", claimed.task.unwrap_or_default().seq);
        println!("holds {task}");
        loop {
            match client.hold(&task, || {}).await {
                // Killed; somebody starts the next one.
                Err(CallError::Unavailable(_)) => tokio::time::sleep(PAUSE).await,
                ended => break ended,
            }
        }
    });
    if let Err(error) = ended {
        eprintln!("{error}");
    }
}
