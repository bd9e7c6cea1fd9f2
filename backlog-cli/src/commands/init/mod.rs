//! `backlog init`.

mod files;
mod place;
mod register;
mod reset;

use std::path::PathBuf;

use backlog_api::{
    discover, v1, view,
    workspace::{DATABASE, Workspace},
};
use backlogd::InitError;
use clap::Args;

use self::place::Place;
use crate::{
    actor,
    args::values,
    error::{CliError, Exit},
    invocation::Invocation,
    render::text::{block, line},
};

/// Create a workspace: in your git checkout, or where you say
#[derive(Debug, Args)]
#[command(
    after_help = "Without --path and --profile it is .backlog/ at the top of the git checkout, else ~/.backlog/default. The first that is not in a checkout becomes your default profile. A workspace that is there already is left as it is.

Examples:
  backlog init
  backlog init --profile work --set-default
  backlog init --path ~/queue --actor human:alice --priority P2"
)]
pub struct InitArgs {
    /// The directory for backlog.db and config.toml
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,

    /// Make it the workspace that is meant where nothing else names one
    #[arg(long)]
    set_default: bool,

    /// Who signs writes here where nobody says it: human:alice, ai:claude-code
    #[arg(long = "actor", id = "default_actor", value_name = "KIND:NAME", value_parser = actor::parse)]
    default_actor: Option<String>,

    /// Priority of a new task where none is given
    #[arg(long, value_name = "P", value_parser = values::priority)]
    priority: Option<i32>,

    /// Status of a new task where none is given
    #[arg(long, value_name = "STATUS", value_parser = values::status())]
    status: Option<v1::TaskStatus>,

    /// Type of a new task where none is given
    #[arg(long = "type", value_name = "TYPE", value_parser = values::task_type())]
    task_type: Option<v1::TaskType>,

    /// Destroy the workspace that is there and start anew
    #[arg(long)]
    reset: bool,

    /// Do not ask
    #[arg(long, requires = "reset")]
    yes: bool,
}

pub fn run(args: &InitArgs, invocation: &Invocation) -> Result<(), CliError> {
    let place = Place::choose(args.path.as_deref(), invocation)?;
    let profile = register::choose_name(&place, invocation)?;
    let database = place.dir.join(DATABASE);

    if database.symlink_metadata().is_ok() && !args.reset {
        return leave(&place, profile.as_deref(), args.set_default, invocation);
    }
    let held = if args.reset {
        reset::run(&place.dir, args.yes, invocation)?
    } else {
        None
    };
    files::prepare_dir(&place)?;
    files::write_settings(&place, args)?;
    files::ignore_in_git(&place)?;
    let registered = match register::run(&place, profile.as_deref(), args.set_default, invocation) {
        // Nobody asked for the profile; the workspace is as good without it.
        Err(CliError::Told(told)) if profile.is_none() && !args.set_default => {
            eprintln!(
                "warning: not registered as a profile: {}",
                block(&told.message)
            );
            None
        }
        outcome => outcome?,
    };
    // The database comes last: while it is not there, nothing is, and whoever
    // was interrupted just says `init` again.
    let created = backlogd::init(&database).map_err(|error| refused(&error))?;
    let was_reset = held.is_some();
    drop(held);
    if matches!(created, backlogd::Created::Existed) {
        return leave(&place, profile.as_deref(), args.set_default, invocation);
    }

    let verb = if was_reset { "Reset" } else { "Created" };
    let mut message = format!("{verb} the workspace in {}", shown(&place));
    if let Some(register::Registered { name, is_default }) = &registered {
        let default = if *is_default { ", your default" } else { "" };
        message.push_str(&format!(" (profile {}{default})", line(name)));
    }
    let name = registered
        .as_ref()
        .map(|registered| registered.name.as_str());
    tell(&place, name, true, invocation, message)
}

/// A workspace that is there already stays as it is. Only `--set-default`,
/// which is about the user's configuration, is done.
fn leave(
    place: &Place,
    profile: Option<&str>,
    set_default: bool,
    invocation: &Invocation,
) -> Result<(), CliError> {
    let database = place.dir.join(DATABASE);
    Workspace::at_database(&database).map_err(|error| {
        CliError::new(
            Exit::NotFound,
            "no_workspace",
            format!("{} is no workspace: {error}", database.display()),
        )
        .hint("Make one elsewhere: backlog init --path DIR")
    })?;
    // Another program's file of that name is no workspace.
    backlogd::check(&database).map_err(|error| refused(&error))?;

    let there = format!("There is a workspace in {} already", shown(place));
    if !set_default {
        return tell(
            place,
            None,
            false,
            invocation,
            format!("{there}; nothing was changed"),
        );
    }
    let registered = register::run(place, profile, set_default, invocation)?;
    let name = registered
        .as_ref()
        .map(|registered| registered.name.as_str());
    tell(
        place,
        name,
        false,
        invocation,
        format!("{there}; it is your default now"),
    )
}

/// As other commands tell it of a file that is no workspace's.
fn refused(error: &InitError) -> CliError {
    let told = match error {
        InitError::Missing(_) | InitError::NotBacklog(_) | InitError::BacklogOne(_) => {
            CliError::new(Exit::NotFound, "no_workspace", error.to_string())
        }
        _ => CliError::failed(error.to_string()),
    };
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

fn shown(place: &Place) -> String {
    line(&place.dir.display().to_string()).into_owned()
}

fn tell(
    place: &Place,
    profile: Option<&str>,
    created: bool,
    invocation: &Invocation,
    message: String,
) -> Result<(), CliError> {
    let out = invocation.output(None);
    let database = place.dir.join(DATABASE);
    let id = database.display().to_string();
    if out.json {
        let done = view::Done::plain("init", "workspace", message);
        return out.document(&view::InitializedWorkspace {
            done,
            database: id,
            profile: profile.map(str::to_owned),
            created,
        });
    }
    if out.quiet {
        return out.line(&line(&id));
    }
    out.line(&message)?;
    if created {
        out.line("Next: backlog project add --alias app")?;
    }
    // Somebody who made a workspace here expects the next command to use it.
    if let Ok(meant) = discover::find(&invocation.request(), &invocation.user_now()?)
        && meant.database() != database
    {
        out.line(&format!(
            "Mind that commands here use another one: {}",
            line(&meant.database().display().to_string())
        ))?;
    }
    Ok(())
}
