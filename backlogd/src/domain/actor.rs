//! Who does something.

use std::{fmt, str::FromStr};

use super::{refusal::Refusal, text, words::words};

words! {
    /// The kind of actor.
    ActorKind {
        /// A person.
        Human = "human",
        /// A coding agent or another program that acts on its own.
        Ai = "ai",
        /// The daemon itself.
        System = "system",
    }
}

/// An actor: `human:alice`, `ai:claude-code`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    kind: ActorKind,
    name: String,
}

impl Actor {
    /// An actor of that kind and name.
    ///
    /// # Errors
    /// Where the name is empty, over 255 characters, or has control characters.
    pub fn new(kind: ActorKind, name: &str) -> Result<Self, Refusal> {
        let name = text::line("actor", name)?;
        if name.is_empty() {
            return Err(Refusal::invalid(
                "actor",
                "an actor needs a name: human:NAME or ai:NAME",
            ));
        }
        Ok(Self { kind, name })
    }

    /// The daemon, for what it does by itself.
    #[must_use]
    pub fn daemon() -> Self {
        Self {
            kind: ActorKind::System,
            name: "backlogd".to_owned(),
        }
    }

    /// An actor as it was stored.
    pub(crate) fn stored(kind: ActorKind, name: String) -> Self {
        Self { kind, name }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}

impl FromStr for Actor {
    type Err = Refusal;

    /// Reads `human:NAME` or `ai:NAME`. A name without its kind is refused, so
    /// that an agent does not sign as a human by mistake; `system` is the
    /// daemon's own.
    fn from_str(given: &str) -> Result<Self, Refusal> {
        let malformed = || {
            Refusal::invalid(
                "actor",
                format!("{given:?} is not an actor: write human:NAME or ai:NAME"),
            )
        };
        let (kind, name) = given.split_once(':').ok_or_else(malformed)?;
        match ActorKind::from_word(kind) {
            Some(ActorKind::System) => Err(Refusal::invalid(
                "actor",
                format!(
                    "{given:?}: the kind system is the daemon's own; write human:NAME or ai:NAME"
                ),
            )),
            Some(kind) if !name.trim().is_empty() => Self::new(kind, name),
            _ => Err(malformed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_a_kind_and_a_name() {
        assert_eq!(
            "ai:claude-code".parse::<Actor>().unwrap().to_string(),
            "ai:claude-code"
        );
        assert_eq!("human:a:b".parse::<Actor>().unwrap().name(), "a:b");
        for given in [
            "alice",
            "human:",
            "human: ",
            "robot:x",
            "system:backlogd",
            ":x",
            "",
            "ai:a\u{1b}b",
        ] {
            assert!(given.parse::<Actor>().is_err(), "{given:?}");
        }
    }
}
