//! `backlog profile show` and `current`.

use backlog_api::{discover, view};
use clap::Args;

use super::{entry, named};
use crate::{
    context::not_found,
    error::{CliError, Exit},
    invocation::Invocation,
    render::text::line,
};

/// Show a profile
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog profile show work
  backlog profile show")]
pub struct ShowArgs {
    /// Which; your default where left out
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Show which profile commands use here
#[derive(Debug, Args)]
#[command(
    after_help = "A workspace at or above the current directory counts before the default profile; --profile and --db count before both.

Examples:
  backlog profile current
  backlog profile current --quiet"
)]
pub struct CurrentArgs {}

pub fn run(args: &ShowArgs, invocation: &Invocation) -> Result<(), CliError> {
    let default = invocation.user.default_profile.as_deref();
    let name = args.name.as_deref().or(default).ok_or_else(|| {
        CliError::new(
            Exit::NotFound,
            "no_default_profile",
            "there is no default profile",
        )
        .hint("Name one, or choose one: backlog profile use NAME")
    })?;
    show(
        &entry(name, named(name, invocation)?, invocation),
        invocation,
    )
}

pub fn current(invocation: &Invocation) -> Result<(), CliError> {
    let workspace = discover::find(&invocation.request(), &invocation.user)
        .map_err(|error| not_found(&error))?;
    let is_it =
        |dir: std::path::PathBuf| dir.canonicalize().is_ok_and(|dir| dir == workspace.dir());
    // Of two names for one workspace, the one that was given.
    let given = invocation
        .global
        .profile
        .as_deref()
        .or(invocation.environment.profile.as_deref())
        .or(invocation.user.default_profile.as_deref());
    let profiles = &invocation.user.profiles;
    let found = given
        .and_then(|name| profiles.get_key_value(name))
        .into_iter()
        .chain(profiles)
        .find(|(_, profile)| is_it(profile.dir()));
    match found {
        Some((name, profile)) => show(&entry(name, profile, invocation), invocation),
        None => Err(CliError::new(
            Exit::NotFound,
            "no_profile",
            format!(
                "commands here use {}, which is no profile",
                workspace.database().display()
            ),
        )
        .hint("Give it a name: backlog profile add NAME --path DIR")),
    }
}

fn show(profile: &view::ProfileEntry, invocation: &Invocation) -> Result<(), CliError> {
    let name = line(&profile.name).into_owned();
    let sentence = format!(
        "{name}: {}{}{}",
        line(&profile.path),
        if profile.default {
            ", your default"
        } else {
            ""
        },
        if profile.exists {
            ""
        } else {
            "; no workspace is there"
        },
    );
    invocation.output(None).made(profile, &name, &sentence)
}
