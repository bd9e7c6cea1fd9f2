//! `backlog profile remove`.

use backlog_api::{config, view};
use clap::Args;

use super::{config_path, named, tell, unknown};
use crate::{error::CliError, invocation::Invocation, render::text::line};

/// Forget the name; the workspace and its files stay as they are
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog profile remove work")]
pub struct RemoveArgs {
    /// Which
    #[arg(value_name = "NAME")]
    name: String,
}

pub fn run(args: &RemoveArgs, invocation: &Invocation) -> Result<(), CliError> {
    let name = &args.name;
    let dir = named(name, invocation)?.dir();
    let was_default = config::edit(config_path(invocation)?, |document| {
        config::remove_profile(document, name)
    })?
    .ok_or_else(|| unknown(name, std::iter::empty()))?;
    let message = format!(
        "Forgot the profile {}; {} stays as it is{}",
        line(name),
        line(&dir.display().to_string()),
        if was_default {
            "\nIt was your default; there is none now"
        } else {
            ""
        }
    );
    tell(
        &view::Done::of("remove", "profile", name, message),
        invocation,
    )
}
