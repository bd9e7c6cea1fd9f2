//! What two versions of a plan or doc differ in.

use schemars::JsonSchema;
use serde::Serialize;

/// What two versions of a plan or doc differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diff {
    /// ULID of the plan or doc.
    pub id: String,
    /// The older version.
    pub from: i32,
    /// The newer version.
    pub to: i32,
    /// A unified diff; empty where both say the same.
    pub diff: String,
}
