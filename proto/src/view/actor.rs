//! Who wrote something.

use schemars::JsonSchema;
use serde::Serialize;

use super::names::{ACTOR_KINDS, actor_kind_name, words};
use crate::v1;

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Actor {
    /// `human`, `ai` or `system`.
    #[schemars(extend("enum" = words(&ACTOR_KINDS)))]
    pub kind: &'static str,
    /// The name.
    pub name: String,
}

impl From<v1::Actor> for Actor {
    fn from(actor: v1::Actor) -> Self {
        Self {
            kind: actor_kind_name(actor.kind()),
            name: actor.name,
        }
    }
}
