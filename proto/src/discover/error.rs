//! Why no workspace was found.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use super::IN_CHECKOUT;
use crate::{config::user_config_path, workspace::DATABASE};

/// Who named the workspace that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// `--db`.
    DbFlag,
    /// `$BACKLOG_DB`.
    DbVariable,
    /// `--profile`.
    ProfileFlag,
    /// `$BACKLOG_PROFILE`.
    ProfileVariable,
    /// A directory at or above the current one.
    Directory,
    /// The user's `default_profile`.
    DefaultProfile,
}

impl fmt::Display for NamedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DbFlag => "--db",
            Self::DbVariable => "$BACKLOG_DB",
            Self::ProfileFlag => "--profile",
            Self::ProfileVariable => "$BACKLOG_PROFILE",
            Self::Directory => "the current directory",
            Self::DefaultProfile => "default_profile",
        })
    }
}

/// Why no workspace was found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// None was named, and none is at or above the current directory.
    #[error("there is no workspace at or above {cwd:?}; `backlog init` makes one")]
    None {
        /// Where the search began.
        cwd: PathBuf,
        /// The profiles there are.
        profiles: Vec<String>,
    },
    /// The database that is meant is not there, is no file, or is out of reach.
    #[error("{}", database_missing(*.by, .path, .source))]
    DatabaseMissing {
        /// Who named it.
        by: NamedBy,
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The user's configuration has no profile of that name.
    #[error("there is no profile {name:?} ({by})")]
    UnknownProfile {
        /// Who named it.
        by: NamedBy,
        /// The name.
        name: String,
        /// The profiles there are.
        known: Vec<String>,
    },
    /// The profile names a directory without a database.
    #[error("profile {name:?} ({by}) has no database: {path:?}: {source}")]
    ProfileWithoutWorkspace {
        /// Who named it.
        by: NamedBy,
        /// The profile.
        name: String,
        /// Where its database should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl FindError {
    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Where the database was that is gone, where its directory is still there.
    #[must_use]
    pub fn lost_database(&self) -> Option<&Path> {
        match self {
            Self::DatabaseMissing { path, source, .. }
            | Self::ProfileWithoutWorkspace { path, source, .. }
                if source.kind() == io::ErrorKind::NotFound
                    && path.file_name().is_some_and(|name| name == DATABASE)
                    && path.symlink_metadata().is_err()
                    && path.parent().is_some_and(Path::is_dir) =>
            {
                Some(path)
            }
            _ => None,
        }
    }

    /// What to do about it, where there is something to say. Never to make a
    /// new workspace in the place of a lost one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::None { profiles, .. } if profiles.is_empty() => {
                Some("Or name one by --db.".to_owned())
            }
            Self::None { profiles, .. } => {
                Some(format!("Or name one by --profile: {}.", listed(profiles)))
            }
            Self::DatabaseMissing {
                by: NamedBy::Directory,
                path,
                source,
            } => (source.kind() == io::ErrorKind::NotFound).then(|| {
                format!(
                    "Bring {path:?} back: it may have gone with a git checkout. Or name \
                         another workspace by --db or --profile."
                )
            }),
            Self::DatabaseMissing { by, path, .. } => database_hint(*by, path),
            Self::UnknownProfile { known, .. } if known.is_empty() => {
                Some("There are no profiles yet. Make one: backlog init --profile NAME".to_owned())
            }
            Self::UnknownProfile { known, .. } => Some(format!("Profiles: {}.", listed(known))),
            Self::ProfileWithoutWorkspace { name, .. } => {
                let config = user_config_path().unwrap_or_else(|| "config.toml".into());
                Some(format!(
                    "Bring the database back, or mend `path` under [profiles.{name}] in {}",
                    config.display()
                ))
            }
        }
    }
}

fn database_missing(by: NamedBy, path: &Path, source: &io::Error) -> String {
    match (by, source.kind()) {
        (NamedBy::Directory, io::ErrorKind::NotFound) => {
            format!(
                "the workspace in {:?} has lost its database",
                path.parent().unwrap_or(path)
            )
        }
        (NamedBy::Directory, _) => {
            format!("the nearest workspace's database {path:?} cannot be used: {source}")
        }
        (_, io::ErrorKind::NotFound) => format!("{by} names a file that is not there: {path:?}"),
        _ => format!("{by} names {path:?}, which cannot be used: {source}"),
    }
}

fn database_hint(by: NamedBy, path: &Path) -> Option<String> {
    let inside = [path.join(DATABASE), path.join(IN_CHECKOUT).join(DATABASE)];
    if let Some(database) = inside.iter().find(|database| database.is_file()) {
        return Some(format!(
            "It is a directory. Its database: {by} {database:?}"
        ));
    }
    if path.components().any(|part| part.as_os_str() == "~") {
        return Some("The ~ was not expanded here: write the whole path.".to_owned());
    }
    Some("Check the path; it is that of a workspace's backlog.db.".to_owned())
}

/// Names one after the other, those quoted that are not plain.
fn listed(names: &[String]) -> String {
    let plain = |name: &str| {
        let mark = |c: char| matches!(c, '-' | '_' | '.');
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || mark(c))
    };
    let names: Vec<_> = names
        .iter()
        .map(|name| {
            if plain(name) {
                name.clone()
            } else {
                format!("{name:?}")
            }
        })
        .collect();
    names.join(", ")
}
