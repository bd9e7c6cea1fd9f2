//! Who wrote something.

use serde::Serialize;

use super::names::actor_kind_name;
use crate::v1;

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// `human`, `ai` or `system`.
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
