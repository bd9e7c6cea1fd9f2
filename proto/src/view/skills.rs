//! The skills that were installed.

use schemars::JsonSchema;
use serde::Serialize;

/// What installing skills did to each file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstalledSkills {
    /// Nothing was done, only told.
    pub dry_run: bool,
    /// The files, directory by directory.
    pub files: Vec<InstalledFile>,
}

/// One file of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstalledFile {
    /// Where it is.
    pub path: String,
    /// `written`, `updated`, `replaced`, `unchanged`, `left_alone` (somebody
    /// changed it) or `removed`.
    pub action: &'static str,
    /// Where what somebody wrote there is kept; null where nothing was.
    pub backup: Option<String>,
}
