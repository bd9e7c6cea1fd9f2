//! `backlog config`: the settings in `config.toml`, the workspace's and the
//! user's. Profiles are `backlog profile`'s.

mod get;
mod list;
mod path;
mod set;

use std::path::PathBuf;

use backlog_api::{
    config::{KEYS, Key, Place},
    view,
};
use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::{
    context::find, environment::Environment, error::CliError, global::GlobalArgs,
    invocation::Invocation,
};

/// Settings, of the workspace and yours
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog config list
  backlog config set defaults.priority P2")]
pub enum ConfigCommand {
    List(list::ListArgs),
    Get(get::GetArgs),
    Set(set::SetArgs),
    Unset(set::UnsetArgs),
    Path(path::PathArgs),
}

/// Whose configuration is meant.
#[derive(Debug, Args)]
pub struct WhoseArgs {
    /// The workspace's, which counts more
    #[arg(long, conflicts_with = "user")]
    workspace: bool,

    /// Yours, for all workspaces
    #[arg(long)]
    user: bool,
}

/// A setting by its name.
#[derive(Debug, Args)]
pub struct KeyArg {
    /// Which setting
    #[arg(value_name = "KEY", value_parser = key())]
    key: Key,
}

pub fn run(
    command: ConfigCommand,
    global: GlobalArgs,
    environment: Environment,
) -> Result<(), CliError> {
    let invocation = Invocation::new(global, environment)?;
    match command {
        ConfigCommand::List(args) => list::run(&args, &invocation),
        ConfigCommand::Get(args) => get::run(&args, &invocation),
        ConfigCommand::Set(args) => set::run(&args, &invocation),
        ConfigCommand::Unset(args) => set::unset(&args, &invocation),
        ConfigCommand::Path(args) => path::run(&args, &invocation),
    }
}

fn key() -> impl TypedValueParser<Value = Key> {
    PossibleValuesParser::new(
        KEYS.iter()
            .map(|key| PossibleValue::new(key.name).help(key.about)),
    )
    .try_map(|name| Key::named(&name).ok_or("no such setting"))
}

impl WhoseArgs {
    /// The files that are read, the one that counts more first. Without a
    /// workspace there is the user's alone.
    fn files(
        &self,
        invocation: &Invocation,
    ) -> Result<Vec<(view::SettingScope, PathBuf)>, CliError> {
        let mut files = Vec::new();
        if !self.user {
            match find(invocation) {
                Ok(workspace) => files.push((view::SettingScope::Workspace, workspace.config())),
                Err(error) if self.workspace || invocation.names_workspace() => return Err(error),
                Err(_) => {}
            }
        }
        if !self.workspace {
            let user = invocation.user_path.clone();
            files.extend(user.map(|path| (view::SettingScope::User, path)));
        }
        Ok(files)
    }

    /// The file that a setting is written to: where it was not said, the
    /// workspace's, and the user's for what belongs there alone.
    fn file(&self, key: Key, invocation: &Invocation) -> Result<PathBuf, CliError> {
        let is_user = self.user || (!self.workspace && key.place == Place::User);
        match (key.place, is_user) {
            (Place::User, false) => {
                return Err(CliError::usage(format!(
                    "{} is yours alone, not a workspace's",
                    key.name
                ))
                .hint("Leave --workspace out, or say --user."));
            }
            (Place::Workspace, true) => {
                return Err(CliError::usage(format!(
                    "{} is a workspace's alone: its daemon reads no other",
                    key.name
                ))
                .hint("Leave --user out, or say --workspace."));
            }
            _ => {}
        }
        if is_user {
            return invocation
                .user_path
                .clone()
                .ok_or_else(|| CliError::failed("you have no home directory for a configuration"));
        }
        Ok(find(invocation)?.config())
    }
}
