//! `backlog hook`: what an agent's own hooks call when its session begins,
//! works, forgets and ends.
//!
//! It must never stop or slow the agent: it always exits with 0, and within a
//! time; it writes nothing to standard output but what the agent is to read,
//! and at most a line to standard error. All of the work is done on a thread
//! that is left behind when its time is over.

mod env_file;
mod event;
mod input;

use std::{
    io::{self, Write as _},
    sync::mpsc,
    thread,
};

use backlog_api::{client::Start, v1};
use clap::Args;

use self::{event::Event, input::Input};
use super::prime::{self, Budget};
use crate::{
    context::Context,
    environment::Environment,
    error::{CliError, Exit, Told},
    failure,
    global::{DaemonUse, GlobalArgs},
    invocation::Invocation,
};

/// What a hook may print without being cut, or taken for an attack.
const CHARACTERS: usize = 1_500;

/// Be called by an agent's hooks
#[derive(Debug, Args)]
#[command(
    after_help = "Claude Code and Codex call it with their event as JSON on standard input.

session-start  prints what the session needs to know, and renews its leases
activity       renews the leases of the session
pre-compact    prints what the session holds, for the summary
session-end    leaves the session's leases the grace, 30s unless configured

An event goes by the agent's own name too: SessionStart, PostToolUse. It never
fails: the exit code is always 0, problems are one line on standard error.

Examples:
  backlog hook session-start
  backlog hook activity --session s1"
)]
pub struct HookArgs {
    /// session-start, activity, pre-compact or session-end
    #[arg(value_name = "EVENT")]
    event: String,
}

pub fn run(args: &HookArgs, global: GlobalArgs, environment: Environment) {
    let Some(event) = Event::parse(&args.event) else {
        failure::mention(&CliError::usage(format!(
            "nothing is done at '{}'",
            args.event
        )));
        return;
    };
    let (sender, done) = mpsc::channel();
    thread::spawn(move || sender.send(handle(event, global, environment)));
    match done.recv_timeout(event.limit()) {
        Ok(Ok(text)) => {
            // Who does not read it has no use for it.
            let _ = io::stdout().lock().write_all(text.as_bytes());
        }
        Ok(Err(error)) if is_usual(&error, event) => {}
        Ok(Err(error)) => failure::mention(&error),
        Err(_) if event == Event::SessionStart => failure::mention(&CliError::failed(
            "the daemon did not answer in time, so the session begins without it",
        )),
        // The next event makes up for it.
        Err(_) => {}
    }
}

/// A workspace whose daemon nobody needs is nothing to speak of, once its session
/// has begun.
fn is_usual(error: &CliError, event: Event) -> bool {
    match error {
        CliError::Told(Told { exit, .. }) => {
            *exit == Exit::Unavailable && event != Event::SessionStart
        }
        CliError::StdoutClosed | CliError::Declined => true,
    }
}

/// Does what is due, and returns what the agent is to read.
fn handle(
    event: Event,
    mut global: GlobalArgs,
    environment: Environment,
) -> Result<String, CliError> {
    let input = Input::read(event.limit() / 2);
    // The same session as that of the agent's MCP server and of its shells. What
    // the agent around this one gave its shells is not this one's.
    let agent_session = environment.agent_session.clone();
    let said = environment.session.clone();
    global.session = global
        .session
        .or(said.filter(|session| agent_session.as_ref() != Some(session)))
        .or(input.session_id)
        .or(agent_session);
    let mut invocation = Invocation::new(global, environment)?;
    let said = invocation.environment.project_directory.clone();
    if let Some(directory) = said.or(input.cwd.filter(|directory| directory.is_dir())) {
        invocation.cwd = directory;
    }
    let start = match event {
        Event::SessionStart => Start::IfAbsent,
        // Without a daemon there is nothing to start.
        _ if invocation.global.daemon == DaemonUse::Never => Start::IfAbsent,
        _ => Start::Never,
    };
    let context = match Context::with_start(&invocation, start) {
        // Most directories have none; one that was named should be there.
        Err(error) if error.is("no_workspace") && !invocation.names_workspace() => {
            return Ok(String::new());
        }
        context => context?,
    };
    match event {
        Event::SessionStart => {
            pass_on(&context);
            renew(&context)?;
            prime::tell(&context, Budget::of_characters(CHARACTERS))
        }
        Event::Activity => {
            renew(&context)?;
            Ok(String::new())
        }
        Event::PreCompact => {
            renew(&context)?;
            prime::tell_held(&context, Budget::of_characters(CHARACTERS))
        }
        Event::SessionEnd => {
            if context.caller().session.is_some() {
                context.call(v1::EndSessionRequest {})?;
            }
            Ok(String::new())
        }
    }
}

/// Renews the session's leases: one call, which reads unless a lease has lost a
/// third of its time. Without a session's name nobody knows whose they are.
fn renew(context: &Context) -> Result<(), CliError> {
    if context.caller().session.is_some() {
        context.call(v1::RenewSessionRequest {})?;
    }
    Ok(())
}

/// Lets the shells of the agent belong to its session. The actor only where it
/// was said: an agent is known by its own variables, and another agent that it
/// starts must not sign as the first.
fn pass_on(context: &Context) {
    let Some(path) = &context.invocation.environment.env_file else {
        return;
    };
    let actor = &context.invocation.global.actor;
    let exports = [
        ("BACKLOG_SESSION", &context.caller().session),
        ("BACKLOG_ACTOR", actor),
    ];
    for (name, value) in exports {
        if let Some(value) = value
            && let Err(error) = env_file::export(path, name, value)
        {
            failure::mention(&CliError::failed(format!(
                "cannot write {}: {error}",
                path.display()
            )));
            return;
        }
    }
}
