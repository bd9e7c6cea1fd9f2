//! Which program this is.

use schemars::JsonSchema;
use serde::Serialize;

/// Which program this is, and what it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Version {
    /// The program's version.
    pub version: String,
    /// The commit it was built from; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<&'static str>,
    /// The API it speaks: `backlog.v1`.
    pub proto: String,
    /// The version of the database's schema it works with.
    pub schema: i32,
}
