//! Where a new workspace goes.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use backlog_api::{config, discover, workspace::DATABASE};

use crate::{args::values, error::CliError, invocation::Invocation};

/// The directory of a workspace to be.
pub struct Place {
    /// Absolute; canonical as far as it exists.
    pub dir: PathBuf,
    /// It is the user's own, not a place others may read.
    pub is_private: bool,
}

impl Place {
    /// `--path`, else `--db`, else the named profile's, else the git
    /// checkout's, else the user's default one.
    pub fn choose(path: Option<&Path>, invocation: &Invocation) -> Result<Self, CliError> {
        let global = &invocation.global;
        let at = |dir: &Path, is_private: bool| {
            let dir = invocation.cwd.join(dir);
            canonical(&dir)
                .map(|dir| Self { dir, is_private })
                .map_err(|error| CliError::failed(format!("cannot use {}: {error}", dir.display())))
        };
        match (path, &global.db, &global.profile) {
            (Some(_), Some(_), _) => Err(CliError::usage("give --path or --db, not both")),
            (Some(dir), None, _)
                if dir.file_name().is_some_and(|name| name == DATABASE) && !dir.is_dir() =>
            {
                Err(CliError::usage(format!(
                    "--path is the directory, without {DATABASE}: {}",
                    dir.display()
                )))
            }
            (Some(dir), None, _) => at(dir, false),
            (None, Some(database), _) => match (database.file_name(), database.parent()) {
                (Some(name), Some(dir)) if name == DATABASE => at(dir, false),
                _ => Err(CliError::usage(format!(
                    "a workspace's database is called {DATABASE}: {}",
                    database.display()
                ))
                .hint("Name the directory instead: backlog init --path DIR")),
            },
            (None, None, Some(name)) => match invocation.user.profiles.get(name) {
                Some(profile) => at(&profile.dir(), true),
                None => at(&own(name)?, true),
            },
            (None, None, None) => match discover::git_workspace_dir(&invocation.cwd) {
                Some(dir) => at(&dir, false),
                None => at(&own("default")?, true),
            },
        }
    }

    /// Whether the directory is in a git checkout.
    pub fn is_in_git(&self) -> bool {
        discover::git_workspace_dir(&self.dir).is_some()
            || self
                .dir
                .parent()
                .is_some_and(|dir| discover::git_workspace_dir(dir).is_some())
    }
}

/// `~/.backlog/NAME`.
fn own(name: &str) -> Result<PathBuf, CliError> {
    values::profile_name(name).map_err(|problem| {
        CliError::invalid(format!(
            "invalid value '{name}' for '--profile <NAME>': {problem}"
        ))
    })?;
    config::home_dir()
        .map(|home| home.join(".backlog").join(name))
        .ok_or_else(|| {
            CliError::failed("you have no home directory")
                .hint("Say where: backlog init --path DIR")
        })
}

/// As `fs::canonicalize`, but the last parts need not exist.
fn canonical(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match (path.parent(), path.file_name()) {
                (Some(parent), Some(name)) => Ok(canonical(parent)?.join(name)),
                _ => Err(error),
            }
        }
        outcome => outcome,
    }
}
