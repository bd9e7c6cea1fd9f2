//! The demo's claims: no task twice, none lost with its session.

use std::{collections::BTreeSet, fs, process::Command, thread};

use serde_json::Value;

use super::{
    scratch::Scratch,
    story::{READER, SESSIONS, Say, check},
};
use crate::error::CliError;

/// Short leases, so that nobody has to wait for a demo. Read by the daemon
/// when it starts.
pub fn configure(scratch: &Scratch) -> Result<(), CliError> {
    let config = scratch.dir().join("config.toml");
    let mut text = fs::read_to_string(&config).unwrap_or_default();
    text.push_str("\n[lease]\nttl = \"5s\"\ngrace = \"1s\"\n");
    fs::write(&config, text)
        .map_err(|error| CliError::failed(format!("cannot write {}: {error}", config.display())))
}

/// Eight sessions empty the queue.
pub fn drain(scratch: &Scratch, say: &Say) -> Result<(), CliError> {
    say.heading("One queue, nothing done twice")?;
    let ready = scratch.json(READER, &["task", "list", "--ready"])?;
    let ready = ready["page"]["total"].as_u64().unwrap_or_default();
    let taken = thread::scope(|threads| {
        let sessions: Vec<_> = SESSIONS
            .iter()
            .map(|(actor, session)| threads.spawn(move || work(scratch, actor, session)))
            .collect();
        sessions
            .into_iter()
            .map(|session| {
                session
                    .join()
                    .unwrap_or_else(|_| Err(CliError::failed("a session panicked")))
            })
            .collect::<Result<Vec<_>, _>>()
    })?;
    let all: Vec<&String> = taken.iter().flatten().collect();
    let different: BTreeSet<_> = all.iter().collect();
    check(
        all.len() == different.len() && all.len() as u64 == ready,
        "each ready task was taken by one session",
    )?;
    let busy = taken.iter().filter(|taken| !taken.is_empty()).count();
    say.line(&format!(
        "{busy} sessions claimed and finished, again and again, until nothing was left:"
    ))?;
    say.line(&format!("{ready} tasks, each by one session, each once."))
}

/// Claims and finishes until nothing is ready, and returns what it did.
fn work(scratch: &Scratch, actor: &str, session: &str) -> Result<Vec<String>, CliError> {
    let run = |arguments: &[&str]| {
        scratch.run(
            actor,
            &[&["--session", session, "--quiet"], arguments].concat(),
        )
    };
    let mut done = Vec::new();
    loop {
        match run(&["task", "claim"]) {
            Ok(task) => {
                run(&["task", "done", &task, "--note", "It is done."])?;
                done.push(task);
            }
            Err(CliError::Told(told)) if told.message.contains("nothing is ready") => {
                return Ok(done);
            }
            Err(error) => return Err(error),
        }
    }
}

/// A session dies, and its task is taken by another.
pub fn outlive(scratch: &Scratch, say: &Say) -> Result<(), CliError> {
    say.heading("A session dies")?;
    let run = |arguments: &[&str]| scratch.run("ai:codex", arguments);
    let task = run(&["task", "add", "-t", "Outlives its session", "--quiet"])?;
    let mut process = Command::new("sleep")
        .arg("600")
        .spawn()
        .map_err(|error| CliError::failed(format!("cannot start a process: {error}")))?;
    let pid = process.id().to_string();
    let claimed = run(&[
        "--session",
        "doomed",
        "task",
        "claim",
        "--hold-pid",
        &pid,
        "--json",
    ]);
    // Whatever came of it, the process must not stay behind.
    let killed = process.kill().and_then(|()| process.wait());
    killed.map_err(|error| CliError::failed(format!("cannot end a process: {error}")))?;
    let claimed: Value = serde_json::from_str(&claimed?).unwrap_or_default();
    check(claimed["ref"] == task.as_str(), "the session took its task")?;
    let next = scratch.json(
        "ai:claude-code",
        &["--session", "heir", "task", "claim", "--wait", "60s"],
    )?;
    check(
        next["ref"] == task.as_str() && next["last_attempt"]["outcome"] == "expired",
        "the task came back and was taken by another",
    )?;
    let heir = ["--session", "heir", "--quiet", "task", "done", &task];
    scratch.run("ai:claude-code", &heir)?;
    say.line(&format!(
        "ai:codex held {task}; its process was killed. A second's grace later the"
    ))?;
    say.line("task was back in the queue, and ai:claude-code, which waited, had it.")
}
