//! `backlog profile`: names for workspaces, in the user's configuration. None
//! of it ever touches a workspace's own files.

mod add;
mod default;
mod list;
mod remove;
mod show;

use std::path::Path;

use backlog_api::{
    config::{Profile, user_config_path},
    view,
};
use clap::Subcommand;

use crate::{
    environment::Environment,
    error::{CliError, Exit},
    global::GlobalArgs,
    invocation::Invocation,
    render::text::line,
};

/// Names for workspaces of yours
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog profile add work --path ~/work/queue
  backlog profile list")]
pub enum ProfileCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Current(show::CurrentArgs),
    #[command(visible_alias = "use")]
    SetDefault(default::SetArgs),
    ClearDefault(default::ClearArgs),
    Remove(remove::RemoveArgs),
}

pub fn run(
    command: ProfileCommand,
    global: GlobalArgs,
    environment: Environment,
) -> Result<(), CliError> {
    let invocation = Invocation::new(global, environment)?;
    match command {
        ProfileCommand::Add(args) => add::run(&args, &invocation),
        ProfileCommand::List(_) => list::run(&invocation),
        ProfileCommand::Show(args) => show::run(&args, &invocation),
        ProfileCommand::Current(_) => show::current(&invocation),
        ProfileCommand::SetDefault(args) => default::set(&args, &invocation),
        ProfileCommand::ClearDefault(_) => default::clear(&invocation),
        ProfileCommand::Remove(args) => remove::run(&args, &invocation),
    }
}

/// The user's configuration, which the profiles are in.
fn config_path(invocation: &Invocation) -> Result<&Path, CliError> {
    invocation
        .user_path
        .as_deref()
        .ok_or_else(|| CliError::failed("you have no home directory to keep profiles in"))
}

/// The profile of that name.
pub fn named<'a>(name: &str, invocation: &'a Invocation) -> Result<&'a Profile, CliError> {
    let profiles = &invocation.user.profiles;
    profiles
        .get(name)
        .ok_or_else(|| unknown(name, profiles.keys().map(String::as_str)))
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> CliError {
    let known: Vec<_> = known.map(line).collect();
    let hint = if known.is_empty() {
        "There are none yet. Make one: backlog profile add NAME --path DIR".to_owned()
    } else {
        format!("Profiles: {}.", known.join(", "))
    };
    CliError::new(
        Exit::NotFound,
        "profile_not_found",
        format!("there is no profile {name:?}"),
    )
    .hint(hint)
}

fn entry(name: &str, profile: &Profile, invocation: &Invocation) -> view::ProfileEntry {
    view::ProfileEntry {
        name: name.to_owned(),
        path: profile.dir().display().to_string(),
        default: invocation.user.default_profile.as_deref() == Some(name),
        exists: profile.has_workspace(),
    }
}

/// What came of a change.
fn tell(done: &view::Done, invocation: &Invocation) -> Result<(), CliError> {
    invocation.output(None).done(done)
}

/// Where the profiles are, for hints.
fn place() -> String {
    user_config_path()
        .map(|path| path.display().to_string())
        .unwrap_or_default()
}
