//! Why a command failed.

use schemars::JsonSchema;
use serde::Serialize;

/// An error as a document of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Failure {
    /// The error.
    pub error: FailureDetail,
}

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FailureDetail {
    /// For programs, and stable: `task_not_found`.
    pub code: String,
    /// What is wrong, with the value. For people.
    pub message: String,
    /// How to mend it; `null` where there is nothing to say. For people.
    pub hint: Option<String>,
}
