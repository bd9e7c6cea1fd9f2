//! Which workspace a command means. Reads directories and a few small files
//! of git, a handful of system calls in all: every command comes by here.
//! Never makes anything, and never runs `git`.

mod error;
mod git;
mod nearest;

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    config::Config,
    workspace::{DATABASE, Workspace},
};

pub use error::{FindError, NamedBy};

/// The directory of a workspace that lives in a checkout.
const IN_CHECKOUT: &str = ".backlog";

/// What a command says of the workspace it means.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `--db`: the path of a `backlog.db`.
    pub db: Option<&'a Path>,
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// `$BACKLOG_DB`; empty is unset.
    pub env_db: Option<&'a Path>,
    /// `$BACKLOG_PROFILE`; empty is unset.
    pub env_profile: Option<&'a str>,
    /// The directory the command is called in.
    pub cwd: &'a Path,
}

/// The workspace that is meant, by the first of these that says something:
/// `--db`, `$BACKLOG_DB`, `--profile`, `$BACKLOG_PROFILE`, the nearest
/// workspace at or above the current directory, the default profile.
///
/// The nearest is in `.backlog/`, else in the directory itself. A linked git
/// worktree counts as its main checkout, so that all worktrees of a repository
/// share one queue; only where nothing is found from there, the worktree's own
/// directories are looked at.
///
/// # Errors
/// Where nothing is named and nothing found; and where what is named does not
/// exist: that is never made good by the next in the order, which would be
/// somebody else's queue. For the same reason, a workspace on the way up whose
/// database is gone ends the search.
pub fn find(request: &Request<'_>, user: &Config) -> Result<Workspace, FindError> {
    if let Some(path) = request.db {
        return database(NamedBy::DbFlag, &request.cwd.join(path));
    }
    if let Some(path) = request.env_db.filter(|path| !path.as_os_str().is_empty()) {
        return database(NamedBy::DbVariable, &request.cwd.join(path));
    }
    if let Some(name) = request.profile {
        return profile(NamedBy::ProfileFlag, name, user);
    }
    if let Some(name) = request.env_profile.filter(|name| !name.is_empty()) {
        return profile(NamedBy::ProfileVariable, name, user);
    }
    // Links in the current directory's path would lead the walk up astray.
    let cwd = request
        .cwd
        .canonicalize()
        .unwrap_or_else(|_| request.cwd.to_owned());
    if let Some(path) = nearest::database(&cwd)? {
        return database(NamedBy::Directory, &path);
    }
    match &user.default_profile {
        Some(name) => profile(NamedBy::DefaultProfile, name, user),
        None => Err(FindError::None {
            cwd,
            profiles: user.profiles.keys().cloned().collect(),
        }),
    }
}

/// The directory a new workspace belongs into for a caller in `cwd`: `.backlog`
/// in the top of the git checkout, for a linked worktree in that of the main
/// checkout. `None` outside of git.
///
/// The worktrees of a bare repository have no main checkout. Where they lie
/// beside the repository, as in `app/.bare`, `app/main`, `app/topic`, they
/// share the directory above them; else the worktree stands for itself.
#[must_use]
pub fn git_workspace_dir(cwd: &Path) -> Option<PathBuf> {
    let cwd = cwd.canonicalize().unwrap_or_else(|_| cwd.to_owned());
    let checkout = git::checkout(&cwd)?;
    let top = match checkout.main() {
        Some(main) => main,
        None => checkout.shared_parent().unwrap_or(checkout.top()),
    };
    Some(top.join(IN_CHECKOUT))
}

/// The top of the git checkout that `dir` is in, be it a linked worktree.
#[must_use]
pub fn checkout_top(dir: &Path) -> Option<PathBuf> {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    Some(git::checkout(&dir)?.top().to_owned())
}

fn database(by: NamedBy, path: &Path) -> Result<Workspace, FindError> {
    let found = match by {
        // Whoever names a file knows which: it may be a copy.
        NamedBy::DbFlag | NamedBy::DbVariable => Workspace::at_database_or_copy(path),
        _ => Workspace::at_database(path),
    };
    found.map_err(|source| FindError::DatabaseMissing {
        by,
        path: path.to_owned(),
        source,
    })
}

fn profile(by: NamedBy, name: &str, user: &Config) -> Result<Workspace, FindError> {
    let Some(profile) = user.profiles.get(name) else {
        return Err(FindError::UnknownProfile {
            by,
            name: name.to_owned(),
            known: user.profiles.keys().cloned().collect(),
        });
    };
    let path = profile.dir().join(DATABASE);
    Workspace::at_database(&path).map_err(|source: io::Error| FindError::ProfileWithoutWorkspace {
        by,
        name: name.to_owned(),
        path,
        source,
    })
}

#[cfg(test)]
mod tests;
