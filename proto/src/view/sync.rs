//! What `sync` came to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::v1;

/// Which projects of a manifest were made, by their aliases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Synced {
    /// Made.
    pub added: Vec<String>,
    /// There already, archived or not.
    pub already_exist: Vec<String>,
}

impl From<v1::SyncProjectsResponse> for Synced {
    fn from(response: v1::SyncProjectsResponse) -> Self {
        Self {
            added: response.added,
            already_exist: response.present,
        }
    }
}
