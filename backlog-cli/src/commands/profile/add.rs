//! `backlog profile add`.

use std::path::{Path, PathBuf};

use backlog_api::{
    config::{self, home_dir},
    view,
    workspace::Workspace,
};
use clap::Args;

use super::{config_path, tell};
use crate::{
    args::values,
    error::{CliError, Exit},
    invocation::Invocation,
    render::text::line,
};

/// Name a workspace that is there
#[derive(Debug, Args)]
#[command(
    after_help = "The first one becomes your default: the workspace that is meant where no directory at or above the current one has one.

Examples:
  backlog profile add work --path ~/work/queue
  backlog profile add api --path . --set-default"
)]
pub struct AddArgs {
    /// What to call it: letters, digits, '-', '_' and '.'
    #[arg(value_name = "NAME", value_parser = values::profile_name)]
    name: String,

    /// The workspace's directory, or the checkout it is in
    #[arg(long, value_name = "DIR")]
    path: PathBuf,

    /// Make it the workspace that is meant where nothing else names one
    #[arg(long)]
    set_default: bool,
}

enum Outcome {
    Added { is_default: bool },
    Taken(PathBuf),
}

pub fn run(args: &AddArgs, invocation: &Invocation) -> Result<(), CliError> {
    let AddArgs {
        name, set_default, ..
    } = args;
    let workspace = workspace_in(&args.path, invocation)?;
    let dir = workspace.dir();
    let path = config::written(dir).ok_or_else(|| {
        CliError::failed(format!(
            "{} is not text and cannot be in a configuration",
            dir.display()
        ))
    })?;
    let outcome = config::edit(config_path(invocation)?, |document| {
        match config::profiles(document).get(name) {
            // One that leads nowhere may lead elsewhere.
            Some(profile) if profile.dir() != dir && profile.has_workspace() => {
                Outcome::Taken(profile.dir())
            }
            _ => {
                config::set_profile(document, name, &path);
                let default = config::default_profile(document);
                let is_default =
                    *set_default || default.as_ref().is_none_or(|default| default == name);
                if is_default {
                    config::put(document.as_table_mut(), "default_profile", name.into());
                }
                Outcome::Added { is_default }
            }
        }
    })?;
    match outcome {
        Outcome::Taken(other) => Err(CliError::new(
            Exit::Conflict,
            "profile_exists",
            format!(
                "the profile {name} is another workspace: {}",
                other.display()
            ),
        )
        .hint("Choose another name.")),
        Outcome::Added { is_default } => {
            let message = format!(
                "{name} is {}{}",
                line(&dir.display().to_string()),
                if is_default { ", your default" } else { "" }
            );
            tell(&view::Done::of("add", "profile", name, message), invocation)
        }
    }
}

/// The workspace in a directory, or in its `.backlog`.
fn workspace_in(given: &Path, invocation: &Invocation) -> Result<Workspace, CliError> {
    let path = match (given.strip_prefix("~"), home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => invocation.cwd.join(given),
    };
    let path = if path.is_file() {
        path.parent().map(Path::to_owned).unwrap_or_default()
    } else {
        path
    };
    [path.join("backlog.db"), path.join(".backlog/backlog.db")]
        .iter()
        .find_map(|database| Workspace::at_database(database).ok())
        .ok_or_else(|| {
            CliError::new(
                Exit::NotFound,
                "no_workspace",
                format!("there is no workspace in {}", path.display()),
            )
            .hint("Make one there: backlog init --profile NAME --path DIR")
        })
}
