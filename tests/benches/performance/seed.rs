//! A workspace full of tasks that look like tasks.

use std::sync::Arc;

use backlog_api::{
    client::{Client, ClientOptions, Start},
    v1,
    workspace::Workspace,
};
use backlog_tests::Home;
use tokio::task::JoinSet;

/// A word in exactly 100 tasks.
pub const RARE: &str = "quasar";
/// A word in half of the tasks.
pub const COMMON: &str = "timeout";
const WRITERS: usize = 64;
const WORDS: &[&str] = &[
    "login", "session", "cache", "index", "retry", "token", "queue", "schema", "parser", "header",
    "socket", "driver", "render", "layout", "export", "import", "backup", "restore", "signal",
    "thread",
];

/// A client of the home's daemon, for many calls on one connection.
pub fn client(home: &Home) -> Client {
    let workspace = Workspace::at_database(&home.database()).expect("a workspace");
    Client::new(
        workspace,
        ClientOptions {
            caller: Default::default(),
            start: Start::Never,
            may_replace: false,
            in_process: None,
            never_daemon: false,
        },
    )
}

/// Makes so many tasks, through the daemon as anybody would.
pub fn fill(home: &Home, tasks: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let client = Arc::new(client(home));
    runtime.block_on(async {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let client = Arc::clone(&client);
            writers.spawn(async move {
                for number in (writer..tasks).step_by(WRITERS) {
                    client
                        .call(task(number, tasks))
                        .await
                        .expect("a task is made");
                }
            });
        }
        writers.join_all().await;
    });
}

fn task(number: usize, of: usize) -> v1::CreateTaskRequest {
    let word = |step: usize| WORDS[(number * step + step) % WORDS.len()];
    let every = (of / 100).max(1);
    let rare = if number.is_multiple_of(every) {
        RARE
    } else {
        ""
    };
    let common = if number.is_multiple_of(2) { COMMON } else { "" };
    v1::CreateTaskRequest {
        fields: Some(v1::TaskFields {
            title: format!(
                "{} {} of the {} {common} {number}",
                word(1),
                word(3),
                word(7)
            ),
            description: format!(
                "The {} {} loses its {} when the {} is {}. {rare}\n\nSteps: open the {}, wait, look at the {}.",
                word(11),
                word(13),
                word(17),
                word(19),
                word(9),
                word(21),
                word(23),
            ),
            r#type: (1 + number as i32 % 9),
            priority: (1 + number as i32 % 5),
            ..Default::default()
        }),
        ..Default::default()
    }
}
