//! Settings and profiles.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

/// What is set.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Settings {
    /// What is set; where a key is set twice, the first one counts.
    pub settings: Vec<Setting>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Setting {
    /// `output.color`.
    pub key: String,
    /// Text, number, or true or false.
    pub value: serde_json::Value,
    /// Whose it is.
    pub scope: SettingScope,
    /// The file it is in.
    pub path: String,
}

/// Whose a configuration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingScope {
    /// The workspace's.
    Workspace,
    /// The user's.
    User,
}

/// Where the configurations are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigPaths {
    /// The one that counts more first.
    pub paths: Vec<ConfigPath>,
}

/// Where a configuration is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigPath {
    /// Whose it is.
    pub scope: SettingScope,
    /// The file.
    pub path: String,
    /// Whether it is there.
    pub exists: bool,
}

/// Names for workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Profiles {
    /// By name.
    pub profiles: Vec<ProfileEntry>,
}

/// A name for a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProfileEntry {
    /// The name.
    pub name: String,
    /// The workspace's directory.
    pub path: String,
    /// It is meant where nothing else names a workspace.
    pub default: bool,
    /// Whether there is a workspace.
    pub exists: bool,
}

impl SettingScope {
    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::User => "user",
        }
    }
}

impl Setting {
    /// A value of a file.
    #[must_use]
    pub fn new(key: &str, value: &toml_edit::Value, scope: SettingScope, path: &Path) -> Self {
        let value = match value {
            toml_edit::Value::Integer(number) => (*number.value()).into(),
            toml_edit::Value::Boolean(yes) => (*yes.value()).into(),
            toml_edit::Value::String(text) => text.value().as_str().into(),
            other => other.to_string().trim().into(),
        };
        Self {
            key: key.to_owned(),
            value,
            scope,
            path: path.display().to_string(),
        }
    }

    /// The value as people write it.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            serde_json::Value::String(text) => text.clone(),
            number if self.key == "defaults.priority" => format!("P{number}"),
            other => other.to_string(),
        }
    }
}
