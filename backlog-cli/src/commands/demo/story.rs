//! What the demo does and tells. Nothing is told before it was checked.

use std::{collections::BTreeMap, process::Child, thread};

use backlog_api::view;
use serde_json::Value;

use super::{
    claims,
    scratch::{Scratch, printed},
};
use crate::{error::CliError, render::Output};

/// Eight sessions, two of them of one actor.
pub const SESSIONS: [(&str, &str); 8] = [
    ("ai:claude-code", "first"),
    ("ai:claude-code", "second"),
    ("ai:codex", "a"),
    ("ai:cursor", "b"),
    ("ai:gemini", "c"),
    ("ai:opencode", "d"),
    ("human:alice", "e"),
    ("human:bob", "f"),
];
const TASKS_EACH: usize = 2;
/// The tasks, a comment and a move.
const WRITES_EACH: usize = TASKS_EACH + 2;
pub const READER: &str = "human:demo";

/// Plays and tells.
pub fn tell(scratch: &Scratch, out: &Output) -> Result<(), CliError> {
    let say = Say(out);
    say.heading("A queue of its own")?;
    scratch.run(READER, &["project", "add", "--alias", "demo"])?;
    scratch.run(READER, &["daemon", "stop"])?;
    claims::configure(scratch)?;
    say.line(&format!(
        "A new workspace is in {}.",
        scratch.dir().display()
    ))?;
    say.line("No daemon is running.")?;

    say.heading("Eight sessions at once")?;
    all_at_once(scratch)?;
    let tasks = list(scratch)?;
    let numbers = gapless(&tasks, SESSIONS.len() * TASKS_EACH)?;
    let writes = SESSIONS.len() * WRITES_EACH;
    let served = scratch.daemon()?.status["writes"]
        .as_u64()
        .unwrap_or_default();
    check(served >= writes as u64, "one daemon served them all")?;
    say.line("Eight processes started in the same moment. Each added two tasks, said")?;
    say.line("something about the first and moved it. They found no daemon, and started")?;
    say.line(&format!("one: it took all {writes} writes."))?;
    for (actor, refs) in written_by(&tasks)? {
        say.line(&format!("  {actor:<16} {}", refs.join(" ")))?;
    }
    say.line(&format!(
        "The numbers are TASK-1 to TASK-{numbers}, none missing, none twice."
    ))?;

    say.heading("A daemon dies")?;
    let (killed, unfinished) = killed_while_writing(scratch)?;
    let tasks = list(scratch)?;
    let numbers = gapless(&tasks, (TASKS_EACH + 1) * SESSIONS.len())?;
    let pid = scratch.daemon()?.pid();
    check(pid != killed, "another daemon took over")?;
    let moment = match unfinished {
        0 => "just after the last one".to_owned(),
        1 => "while one was not finished".to_owned(),
        count => format!("while {count} were not finished"),
    };
    say.line(&format!(
        "Eight more writes began, and kill -9 hit the daemon (pid {killed})"
    ))?;
    say.line(&format!(
        "{moment}. Another one took over (pid {pid}). All eight"
    ))?;
    say.line(&format!(
        "tasks are there, each once: TASK-1 to TASK-{numbers}."
    ))?;

    claims::drain(scratch, &say)?;
    claims::outlive(scratch, &say)?;

    say.heading("The log")?;
    let log = scratch.json(READER, &["activity", "verify"])?;
    check(log["ok"] == true, "the log holds")?;
    let entries = log["verified"].as_i64().unwrap_or_default();
    attributed(scratch)?;
    say.line(&format!(
        "{entries} entries say who did what, in which session. Each carries a hash over"
    ))?;
    say.line("the one before it, and all of them fit.")?;
    if out.json {
        out.document(&view::Demo {
            ok: true,
            database: scratch.database().display().to_string(),
            tasks: tasks.len() + 1,
            entries,
            killed_pid: killed,
            unfinished_when_killed: unfinished,
        })?;
    }
    Ok(())
}

/// How to look at it.
pub fn end(scratch: &Scratch, out: &Output) -> Result<(), CliError> {
    let say = Say(out);
    let database = scratch.database();
    let program = scratch.called();
    say.heading("Look at it")?;
    for command in ["task list", "task attempts TASK-25", "activity", "top"] {
        say.line(&format!(
            "  {program} --db {} {command}",
            database.display()
        ))?;
    }
    say.line("Remove the directory when you have seen enough.")
}

fn all_at_once(scratch: &Scratch) -> Result<(), CliError> {
    let session = |number: usize| -> Result<(), CliError> {
        let (actor, session) = SESSIONS[number];
        let run = |arguments: &[&str]| {
            scratch.run(
                actor,
                &[&["--session", session, "--quiet"], arguments].concat(),
            )
        };
        let mut first = String::new();
        for at in 0..TASKS_EACH {
            let title = format!("Task {} of session {session} of {actor}", at + 1);
            let name = run(&["task", "add", "-t", &title, "--label", "demo"])?;
            if at == 0 {
                first = name;
            }
        }
        run(&["comment", "add", "I take this one.", "--task", &first])?;
        let status = if number.is_multiple_of(2) {
            "doing"
        } else {
            "done"
        };
        run(&["task", "move", &first, "--status", status]).map(|_| ())
    };
    thread::scope(|threads| {
        let sessions: Vec<_> = (0..SESSIONS.len())
            .map(|number| threads.spawn(move || session(number)))
            .collect();
        sessions.into_iter().try_for_each(|session| {
            session
                .join()
                .unwrap_or_else(|_| Err(CliError::failed("a session panicked")))
        })
    })
}

/// Which daemon was killed, and how many writes were not finished then.
fn killed_while_writing(scratch: &Scratch) -> Result<(i32, usize), CliError> {
    let daemon = scratch.daemon()?;
    let pid = daemon.pid();
    let titles: Vec<String> = (1..=SESSIONS.len())
        .map(|number| format!("Written while a daemon dies, {number}"))
        .collect();
    let mut writers = Vec::new();
    for ((actor, session), title) in SESSIONS.iter().zip(&titles) {
        let arguments = ["--session", session, "--quiet", "task", "add", "-t", title];
        writers.push(scratch.start(actor, &arguments)?);
    }
    let unfinished = |writers: &mut [Child]| {
        writers
            .iter_mut()
            .filter_map(|writer| writer.try_wait().ok())
            .filter(Option::is_none)
            .count()
    };
    // The first answer came: others are in the middle of it.
    while unfinished(&mut writers) == writers.len() {
        thread::yield_now();
    }
    let killed = daemon.kill();
    let unfinished = unfinished(&mut writers);
    let mut answers = Vec::new();
    for writer in writers {
        answers.push(printed(&["task", "add"], writer)?);
    }
    let tasks = list(scratch)?;
    for (title, answer) in titles.iter().zip(&answers) {
        let found: Vec<&Value> = tasks
            .iter()
            .filter(|task| task["title"] == title.as_str())
            .collect();
        check(
            found.len() == 1 && found[0]["ref"] == answer.as_str(),
            "each write is there once",
        )?;
    }
    killed?;
    Ok((pid, unfinished))
}

fn list(scratch: &Scratch) -> Result<Vec<Value>, CliError> {
    let list = scratch.json(READER, &["task", "list", "--sort", "seq", "--limit", "500"])?;
    Ok(list["tasks"].as_array().cloned().unwrap_or_default())
}

/// Checks that the tasks are TASK-1 to TASK-`count`, each once.
fn gapless(tasks: &[Value], count: usize) -> Result<usize, CliError> {
    let numbers = tasks
        .iter()
        .map(|task| task["seq"].as_u64().unwrap_or_default());
    check(numbers.eq(1..=count as u64), "the numbers have no gap")?;
    Ok(count)
}

fn written_by(tasks: &[Value]) -> Result<BTreeMap<String, Vec<String>>, CliError> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut written: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for task in tasks {
        let actor = format!(
            "{}:{}",
            text(&task["actor"]["kind"]),
            text(&task["actor"]["name"])
        );
        check(
            text(&task["title"]).ends_with(&actor),
            "a task is signed by who added it",
        )?;
        written.entry(actor).or_default().push(text(&task["ref"]));
    }
    let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
    for (actor, _) in SESSIONS {
        *expected.entry(actor).or_default() += TASKS_EACH;
    }
    check(
        written
            .iter()
            .map(|(actor, refs)| (actor.as_str(), refs.len()))
            .eq(expected),
        "every session's tasks are there",
    )?;
    Ok(written)
}

/// Checks that the log knows each session's writes.
fn attributed(scratch: &Scratch) -> Result<(), CliError> {
    let log = scratch.json(READER, &["activity", "--limit", "500"])?;
    let events = log["events"].as_array().cloned().unwrap_or_default();
    let all = SESSIONS.iter().all(|(actor, session)| {
        let (kind, name) = actor.split_once(':').unwrap_or_default();
        let is_theirs = |event: &&Value| {
            event["session"] == *session
                && event["actor"]["kind"] == kind
                && event["actor"]["name"] == name
        };
        events.iter().filter(is_theirs).count() >= WRITES_EACH
    });
    check(all, "the log names every session's writes")
}

pub fn check(holds: bool, promise: &str) -> Result<(), CliError> {
    if holds {
        Ok(())
    } else {
        Err(CliError::failed(format!(
            "this was to be true and is not: {promise}"
        )))
    }
}

/// Tells people; says nothing where JSON was asked for.
pub struct Say<'a>(&'a Output);

impl Say<'_> {
    pub fn heading(&self, text: &str) -> Result<(), CliError> {
        if self.0.json {
            Ok(())
        } else {
            self.0.note(&format!("\n{}", self.0.style.bold(text)))
        }
    }

    pub fn line(&self, text: &str) -> Result<(), CliError> {
        if self.0.json {
            Ok(())
        } else {
            self.0.note(text)
        }
    }
}
