//! What the demonstration did.

use schemars::JsonSchema;
use serde::Serialize;

/// What the demonstration did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Demo {
    /// `true`; what did not hold is an error.
    pub ok: bool,
    /// The database it was played in.
    pub database: String,
    /// Tasks that were made.
    pub tasks: usize,
    /// Entries of the log that were verified.
    pub entries: i64,
    /// Process id of the daemon that was killed.
    pub killed_pid: i32,
    /// Commands that had not ended when it was killed.
    pub unfinished_when_killed: usize,
}
