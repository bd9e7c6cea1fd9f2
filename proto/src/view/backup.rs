//! Copies of the database.

use schemars::JsonSchema;
use serde::Serialize;

use super::Done;
use crate::v1;

/// A copy that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Backup {
    /// The file.
    pub path: String,
    /// Its size.
    pub bytes: i64,
    /// The newest entry of the log in it.
    pub last_activity_seq: i64,
}

/// A workspace whose database gave way to a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RestoredWorkspace {
    /// What was done.
    #[serde(flatten)]
    pub done: Done,
    /// The database file.
    pub database: String,
    /// What was there before is kept in this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// The newest entry of the log now.
    pub last_activity_seq: i64,
    /// Entries of the log that were there and are only in `kept` now.
    pub entries_given_up: i64,
}

impl From<v1::Backup> for Backup {
    fn from(backup: v1::Backup) -> Self {
        Self {
            path: backup.path,
            bytes: backup.bytes,
            last_activity_seq: backup.last_activity_seq,
        }
    }
}
