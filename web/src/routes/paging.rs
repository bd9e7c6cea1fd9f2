//! Which part of a list.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::value::Limit;

/// Which part of a list.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Paging {
    /// At most this many.
    pub(super) limit: Limit,
    /// From the answer before: goes on behind it.
    pub(super) cursor: String,
}
