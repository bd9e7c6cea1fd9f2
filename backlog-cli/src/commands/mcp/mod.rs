//! `backlog mcp`.

mod config;
mod serve;

use clap::Subcommand;

use crate::{
    environment::Environment, error::CliError, global::GlobalArgs, invocation::Invocation,
};

/// The queue for coding agents, as tools of the Model Context Protocol
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog mcp config claude
  backlog mcp serve")]
pub enum McpCommand {
    Serve(serve::ServeArgs),
    Config(config::ConfigArgs),
}

pub fn run(
    command: McpCommand,
    global: GlobalArgs,
    environment: Environment,
) -> Result<(), CliError> {
    let invocation = Invocation::new(global, environment)?;
    match command {
        McpCommand::Serve(args) => serve::run(&args, invocation),
        McpCommand::Config(args) => config::run(&args, &invocation),
    }
}
