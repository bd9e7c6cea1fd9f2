//! Which part of a list.

use schemars::JsonSchema;
use serde::Deserialize;

/// Which part of a list.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Paging {
    /// At most this many, up to 500; 50 where left out.
    pub(super) limit: i32,
    /// From the answer before: goes on behind it.
    pub(super) cursor: String,
}
