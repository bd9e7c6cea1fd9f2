//! A client process: claims, comments, finishes or gives back, again and
//! again, and records all of it. It may be killed or stopped at any moment.

use std::{path::Path, time::Duration};

use backlog_api::{
    client::{CallError, Caller, Client, ClientOptions, Start},
    rpc::Rpc,
    v1,
    workspace::Workspace,
};
use tokio::runtime::Runtime;

use super::{
    random::Random,
    record::{Recorder, now},
};

/// Longer than a lease lives, in the configuration of the proof.
const TOO_LONG: Duration = Duration::from_millis(2_500);

/// After a claim that came to nothing: the daemon may be down.
const BREATH: Duration = Duration::from_millis(20);

struct Session {
    client: Client,
    runtime: Runtime,
    recorder: Recorder,
    name: String,
    random: Random,
    number: u64,
}

/// Works until `until`, on the clock of [`now`].
///
/// # Panics
/// Where the machine does not allow it to run at all.
pub fn work(database: &Path, records: &Path, name: &str, seed: u64, until: i64) {
    let mut session = Session {
        client: client(database, Some(name)),
        runtime: Runtime::new().expect("a runtime"),
        recorder: Recorder::begin(records, name),
        name: name.to_owned(),
        random: Random::new(seed),
        number: 0,
    };
    while now() < until {
        match session.claim() {
            Some((task, fence, token)) => session.work_on(task, fence, &token),
            None => session
                .runtime
                .block_on(async { tokio::time::sleep(BREATH).await }),
        }
    }
}

fn client(database: &Path, session: Option<&str>) -> Client {
    let workspace = Workspace::at_database(database).expect("a workspace");
    Client::new(
        workspace,
        ClientOptions {
            caller: Caller {
                actor: Some("ai:worker".to_owned()),
                session: session.map(str::to_owned),
                lease: None,
            },
            // The orchestrator kills daemons and starts them.
            start: Start::Never,
            may_replace: false,
            in_process: None,
            never_daemon: false,
        },
    )
}

/// Makes the tasks.
///
/// # Panics
/// Where that fails.
pub fn fill(database: &Path, tasks: usize) {
    let runtime = Runtime::new().expect("a runtime");
    let client = client(database, None);
    runtime.block_on(async {
        for number in 1..=tasks {
            let request = v1::CreateTaskRequest {
                fields: Some(v1::TaskFields {
                    title: format!("Task {number}"),
                    ..v1::TaskFields::default()
                }),
                // A web of dependencies, so that what is done matters.
                blocked_by: [number / 2, number / 5]
                    .iter()
                    .filter(|blocker| **blocker > 0 && number % 3 == 0)
                    .map(ToString::to_string)
                    .collect(),
                ..v1::CreateTaskRequest::default()
            };
            client.call(request).await.expect("a task");
        }
    });
}

impl Session {
    fn claim(&mut self) -> Option<(i64, i64, String)> {
        self.recorder.ask("claim", 0, 0, "");
        let request = v1::ClaimTaskRequest {
            wait: Some(prost_duration(1)),
            ..v1::ClaimTaskRequest::default()
        };
        let claimed = self.call(None, &request);
        let got = claimed.as_ref().ok().and_then(|claimed| {
            let task = claimed.task.as_ref()?;
            Some((task.seq, task.lease.as_ref()?.fence))
        });
        self.recorder.answer(&told(&claimed), got);
        let (task, fence) = got?;
        Some((task, fence, claimed.ok()?.token))
    }

    /// What a session does with a task, all under its token.
    fn work_on(&mut self, task: i64, fence: i64, token: &str) {
        let reference = task.to_string();
        for _ in 0..=self.random.below(2) {
            let body = self.text();
            let request = v1::CreateCommentRequest {
                task: reference.clone(),
                body: body.clone(),
            };
            self.write("comment", task, fence, &body, token, &request);
        }
        if self.random.once_in(8) {
            // Sleeps through its lease, and goes on as if nothing were.
            self.runtime
                .block_on(async { tokio::time::sleep(TOO_LONG).await });
        }
        if self.random.once_in(5) {
            let request = v1::ReleaseLeaseRequest {
                task: reference,
                ..v1::ReleaseLeaseRequest::default()
            };
            self.write("release", task, fence, "", token, &request);
        } else {
            let note = self.text();
            let request = v1::CompleteTaskRequest {
                task: reference,
                note: note.clone(),
                ..v1::CompleteTaskRequest::default()
            };
            self.write("done", task, fence, &note, token, &request);
        }
    }

    fn write<R: Rpc>(
        &mut self,
        what: &str,
        task: i64,
        fence: i64,
        text: &str,
        token: &str,
        request: &R,
    ) {
        self.recorder.ask(what, task, fence, text);
        let outcome = self.call(Some(token), request);
        self.recorder.answer(&told(&outcome), None);
    }

    fn call<R: Rpc>(&self, token: Option<&str>, request: &R) -> Result<R::Response, CallError> {
        let client = self.client.with_caller(Caller {
            actor: Some("ai:worker".to_owned()),
            session: Some(self.name.clone()),
            lease: token.map(str::to_owned),
        });
        self.runtime.block_on(client.call(request.clone()))
    }

    /// A text like no other.
    fn text(&mut self) -> String {
        self.number += 1;
        format!("{} {}", self.name, self.number)
    }
}

fn prost_duration(seconds: i64) -> prost_types::Duration {
    prost_types::Duration { seconds, nanos: 0 }
}

fn told<T>(outcome: &Result<T, CallError>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(CallError::Refused(refusal)) => refusal.reason.clone(),
        // Nobody knows whether it was done.
        Err(CallError::Unavailable(_)) => String::new(),
    }
}
