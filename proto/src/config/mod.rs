//! `config.toml`, the workspace's and the user's, which also holds the
//! profiles. What overrides what is the caller's business: flags,
//! environment, workspace, user, built-in.
//!
//! Reading is forgiving of what it does not know and strict about what it
//! does: an unknown key is somebody else's, a known key with a value that
//! means nothing is named with its file and line, never silently dropped.

mod edit;
mod error;
mod key;
mod paths;
mod registry;
mod value;

use std::{collections::BTreeMap, fs, io, path::Path, path::PathBuf, str::FromStr};

use schemars::JsonSchema;
use serde::Deserialize;
use toml_edit::{DocumentMut, de};

use crate::{input, view, workspace::DATABASE};

pub use edit::{behind_links, edit};
pub use error::ConfigError;
pub use key::{KEYS, Key, Place};
pub use paths::{home_dir, user_config_path};
pub use registry::{default_profile, profiles, put, remove_profile, set_profile, written};

/// What a `config.toml` says, the workspace's or the user's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// The profile that is meant where nothing else names a workspace.
    #[serde(deserialize_with = "value::text")]
    pub default_profile: Option<String>,
    /// Alias of the project that is meant where none is named.
    #[serde(deserialize_with = "value::text")]
    pub default_project: Option<String>,
    /// Workspaces by name.
    pub profiles: BTreeMap<String, Profile>,
    /// How the command line answers.
    pub output: Output,
    /// What a new task gets where nothing is said.
    pub defaults: Defaults,
    /// How the daemon lives.
    pub daemon: Daemon,
    /// How long claims live.
    pub lease: Lease,
}

/// A workspace that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Profile {
    /// The workspace's directory as it was written; may begin with `~/`.
    pub path: String,
}

/// How the command line answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Output {
    /// Table or JSON.
    #[serde(deserialize_with = "value::parsed")]
    pub default_format: Option<Format>,
    /// When to use colours.
    #[serde(deserialize_with = "value::parsed")]
    pub color: Option<ColorChoice>,
}

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum ColorChoice {
    /// On a terminal that wants them.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a new task gets where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Defaults {
    /// Who writes, `KIND:NAME`.
    #[serde(deserialize_with = "value::text")]
    pub actor: Option<String>,
    /// 1 (most urgent) to 5; may be written `"P1"` to `"P5"`.
    #[serde(deserialize_with = "value::priority")]
    #[schemars(with = "Option<input::Priority>")]
    pub priority: Option<u8>,
    /// Where it stands.
    #[serde(deserialize_with = "value::status")]
    #[schemars(extend("enum" = view::words(&view::TASK_STATUSES)))]
    pub status: Option<String>,
    /// What kind of work it is.
    #[serde(deserialize_with = "value::task_type")]
    #[schemars(extend("enum" = view::words(&view::TASK_TYPES)))]
    pub r#type: Option<String>,
}

/// How the daemon lives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Daemon {
    /// After how long without a call it leaves: `15m`, `1h`; `0` is never.
    #[serde(deserialize_with = "value::duration")]
    pub idle_timeout: Option<String>,
    /// Lets the database be on a network filesystem all the same.
    pub allow_network_filesystem: bool,
}

/// How long claims live. Read by the daemon when it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Lease {
    /// How long a lease lives without being renewed, where its claim does not
    /// say: `30m`.
    #[serde(deserialize_with = "value::duration")]
    pub ttl: Option<String>,
    /// How long a lease outlives the stream or process that held it, and a
    /// restart of the daemon at least.
    #[serde(deserialize_with = "value::duration")]
    pub grace: Option<String>,
    /// After how many attempts without done a task is set aside for a person.
    pub max_attempts: Option<u16>,
}

impl Config {
    /// What the file at `path` says; the default where there is no file.
    ///
    /// # Errors
    /// Where there is a file and it cannot be read, is no TOML, or a key in it
    /// has a value that is not allowed.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        match text_of(path)? {
            Some(text) => Self::parse(path, &text),
            None => Ok(Self::default()),
        }
    }

    /// What `text`, the content of the file at `path`, says.
    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        de::from_str(text)
            .map_err(|error| ConfigError::invalid(path, text, error.span(), error.message()))
    }
}

impl Profile {
    /// The workspace's directory. `~` is the home directory, and a path that
    /// is not absolute starts there as well: a profile means the same
    /// directory wherever it is used from.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        paths::from_home(&self.path, home_dir().as_deref())
    }

    /// Whether there is a workspace.
    #[must_use]
    pub fn has_workspace(&self) -> bool {
        self.dir().join(DATABASE).is_file()
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            _ => Err(format!("{text:?} is no output format: table, json")),
        }
    }
}

impl FromStr for ColorChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(format!(
                "{text:?} is no choice of color: auto, always, never"
            )),
        }
    }
}

/// The file at `path` as an editor sees it; empty where there is no file.
///
/// # Errors
/// Where it cannot be read or is no TOML.
pub fn document(path: &Path) -> Result<DocumentMut, ConfigError> {
    edit::parse(path, &text_of(path)?.unwrap_or_default())
}

/// The content of the file at `path`, `None` where there is no file.
fn text_of(path: &Path) -> Result<Option<String>, ConfigError> {
    let bytes = bytes_of(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        // Everything before `at` is valid and so is the same in `text`.
        ConfigError::invalid(path, &text, Some(at..at), "not UTF-8 text")
    })
}

/// The bytes of the file at `path`, `None` where there is no file.
///
/// # Errors
/// Where it is there and cannot be read.
pub fn bytes_of(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
