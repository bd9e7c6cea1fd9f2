//! `backlog demo`: a workspace of its own, real processes at once, and a
//! check of everything it says.

mod claims;
mod scratch;
mod story;

use clap::Args;

use self::scratch::Scratch;
use crate::{
    environment::Environment,
    error::CliError,
    global::GlobalArgs,
    render::{
        Output,
        style::{self, Style},
        terminal_width,
    },
};

/// Watch eight sessions share one queue, in a scratch workspace
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing of yours is touched: it has its own workspace, configuration and daemon
in a new temporary directory, which it keeps for you to look at.

Examples:
  backlog demo"
)]
pub struct DemoArgs {}

pub fn run(global: &GlobalArgs, environment: &Environment) -> Result<(), CliError> {
    let choice = global.color().unwrap_or(clap::ColorChoice::Auto);
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdout());
    let colored = style::wanted(
        choice,
        is_terminal,
        environment.agent.is_some(),
        environment.no_color,
    );
    let out = Output {
        json: global.json,
        quiet: global.quiet,
        style: Style::new(colored),
        width: terminal_width(),
    };

    let scratch = Scratch::create()?;
    let told = story::tell(&scratch, &out);
    // Whatever happened, its daemon does not outlive it.
    let stopped = scratch.run("human:demo", &["daemon", "stop"]);
    told?;
    stopped?;
    story::end(&scratch, &out)
}
