//! `backlog config set` and `unset`.

use backlog_api::{
    config::{self, Key, Place},
    view,
};
use clap::Args;

use super::{KeyArg, WhoseArgs};
use crate::{
    actor,
    commands::{profile, project},
    context::Context,
    error::CliError,
    invocation::Invocation,
    render::text::line,
};

/// Set something
#[derive(Debug, Args)]
#[command(
    after_help = "Without --user it is the workspace's, but for default_profile.

Examples:
  backlog config set defaults.priority P2
  backlog config set output.color never --user"
)]
pub struct SetArgs {
    #[command(flatten)]
    key: KeyArg,

    /// What to set it to
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: String,

    #[command(flatten)]
    whose: WhoseArgs,
}

/// Set something no longer
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog config unset defaults.priority
  backlog config unset output.color --user")]
pub struct UnsetArgs {
    #[command(flatten)]
    key: KeyArg,

    #[command(flatten)]
    whose: WhoseArgs,
}

pub fn run(args: &SetArgs, invocation: &Invocation) -> Result<(), CliError> {
    let key = args.key.key;
    let text = &args.value;
    let refused =
        |problem: String| CliError::invalid(format!("{} cannot be {text:?}: {problem}", key.name));
    let (value, alone) = key.read(text).map_err(refused)?;
    if key.name == "defaults.actor" {
        actor::parse(text).map_err(refused)?;
    }
    // What the daemon would refuse to start with is no setting.
    backlogd::check_settings(&alone).map_err(|why| refused(why.message))?;
    let path = args.whose.file(key, invocation)?;
    let is_user = invocation.user_path.as_deref() == Some(path.as_path());
    match key.name {
        "default_profile" => drop(profile::named(text, invocation)?),
        // Which projects other workspaces have, nobody knows here.
        "default_project" if !is_user => {
            project::to_be_default(text, &Context::open(invocation)?)?;
        }
        _ => {}
    }
    let has_place = config::edit(&path, |document| key.set(document, value))?;
    if !has_place {
        return Err(CliError::failed(format!(
            "{} has something else in the place of {}",
            path.display(),
            key.name
        )));
    }
    let shown = match alone.defaults.priority {
        Some(priority) => format!("P{priority}"),
        None => line(text).into_owned(),
    };
    let message = format!("{} is {shown}{}", key.name, later(key));
    tell("set", key, message, invocation)
}

pub fn unset(args: &UnsetArgs, invocation: &Invocation) -> Result<(), CliError> {
    let key = args.key.key;
    let path = args.whose.file(key, invocation)?;
    let was_set = config::edit(&path, |document| key.unset(document))?;
    let message = if was_set {
        format!("{} is not set any more{}", key.name, later(key))
    } else {
        format!("{} is not set", key.name)
    };
    tell("unset", key, message, invocation)
}

/// The daemon reads its settings when it starts.
fn later(key: Key) -> &'static str {
    match key.place {
        Place::Workspace => "\nIt counts from the daemon's next start: backlog daemon restart",
        Place::Either | Place::User => "",
    }
}

fn tell(action: &str, key: Key, message: String, invocation: &Invocation) -> Result<(), CliError> {
    let done = view::Done::of(action, "setting", key.name, message);
    invocation.output(None).done(&done)
}
