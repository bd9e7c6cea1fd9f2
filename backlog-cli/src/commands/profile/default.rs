//! `backlog profile set-default` and `clear-default`: the workspace that is
//! meant where no directory at or above the current one has one.

use backlog_api::{config, discover, view};
use clap::Args;

use super::{config_path, named, tell, unknown};
use crate::{error::CliError, invocation::Invocation, render::text::line};

/// Choose the workspace that is meant where nothing else names one
#[derive(Debug, Args)]
#[command(
    after_help = "It holds for every shell, until another one is chosen. For one command, name it with --profile; for one shell, with $BACKLOG_PROFILE.

Examples:
  backlog profile set-default work
  backlog profile use work"
)]
pub struct SetArgs {
    /// Which
    #[arg(value_name = "NAME")]
    name: String,
}

/// Have no default workspace
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog profile clear-default")]
pub struct ClearArgs {}

pub fn set(args: &SetArgs, invocation: &Invocation) -> Result<(), CliError> {
    let name = &args.name;
    let profile = named(name, invocation)?;
    let known = config::edit(config_path(invocation)?, |document| {
        let profiles = config::profiles(document);
        if profiles.contains_key(name) {
            config::put(document.as_table_mut(), "default_profile", name.into());
            Ok(())
        } else {
            Err(unknown(name, profiles.keys().map(String::as_str)))
        }
    })?;
    known?;
    let mut message = format!("The default profile is {}", line(name));
    // Somebody who chose a workspace expects the next command to use it.
    if !profile.has_workspace() {
        message.push_str(&format!(
            "\nMind that there is no workspace in {}",
            line(&profile.dir().display().to_string())
        ));
    } else if let Ok(meant) = discover::find(&invocation.request(), &invocation.user_now()?)
        && profile.dir().canonicalize().ok().as_deref() != Some(meant.dir())
    {
        message.push_str(&format!(
            "\nMind that commands here use another one: {}",
            line(&meant.database().display().to_string())
        ));
    }
    tell(
        &view::Done::of("set-default", "profile", name, message),
        invocation,
    )
}

pub fn clear(invocation: &Invocation) -> Result<(), CliError> {
    let removed = config::edit(config_path(invocation)?, |document| {
        document.remove("default_profile").is_some()
    })?;
    let message = if removed {
        "There is no default profile any more"
    } else {
        "There is no default profile"
    };
    tell(
        &view::Done::plain("clear-default", "profile", message),
        invocation,
    )
}
