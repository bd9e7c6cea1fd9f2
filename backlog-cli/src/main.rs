//! `backlog`: the command line of Backlog. Reads the flags, hands them to a
//! command, and tells how it ended.

mod actor;
mod agent;
mod args;
mod clients;
mod commands;
mod complete;
mod context;
mod ended;
mod environment;
mod error;
mod failure;
mod findings;
mod global;
mod invocation;
mod manifest;
mod mistyped;
mod new_file;
mod render;
mod setup;
mod skills;
mod spool;

use std::process::ExitCode;

use environment::Environment;

fn main() -> ExitCode {
    let environment = Environment::read();
    let arguments: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let style = failure::Style::guess(&environment, &arguments);
    // Nothing but candidates may be written then.
    match complete::was_asked() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => return failure::tell(&error, style),
    }
    let outcome =
        commands::parse(style, &arguments).and_then(|cli| commands::run(cli, environment));
    match outcome {
        Ok(exit) => exit,
        Err(error) if commands::never_fails(&arguments) => {
            failure::mention(&error);
            ExitCode::SUCCESS
        }
        Err(error) => failure::tell(&error.or_see(|| commands::help_for(&arguments)), style),
    }
}
