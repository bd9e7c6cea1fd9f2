//! The moments in a session's life that hooks are called at.

use std::time::Duration;

/// A moment at which something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    SessionStart,
    Activity,
    PreCompact,
    SessionEnd,
}

impl Event {
    /// By our name, or by that of Claude Code and Codex. `None`: nothing is done
    /// then.
    pub fn parse(given: &str) -> Option<Self> {
        match kebab(given).as_str() {
            "session-start" => Some(Self::SessionStart),
            "activity" | "user-prompt-submit" | "post-tool-use" => Some(Self::Activity),
            "pre-compact" => Some(Self::PreCompact),
            "session-end" => Some(Self::SessionEnd),
            _ => None,
        }
    }

    /// How long it may take. At a session's start a daemon may have to be
    /// started. Activity is seen again soon. Claude Code gives all hooks of a
    /// session's end 1.5 s.
    pub fn limit(self) -> Duration {
        Duration::from_millis(match self {
            Self::SessionStart => 2_000,
            Self::Activity => 100,
            Self::PreCompact => 500,
            Self::SessionEnd => 1_000,
        })
    }
}

/// `post-tool-use` of `PostToolUse`.
fn kebab(given: &str) -> String {
    let mut name = String::with_capacity(given.len() + 4);
    for letter in given.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_go_by_our_names_and_by_those_of_agents() {
        for (given, event) in [
            ("session-start", Some(Event::SessionStart)),
            ("SessionStart", Some(Event::SessionStart)),
            ("activity", Some(Event::Activity)),
            ("UserPromptSubmit", Some(Event::Activity)),
            ("PostToolUse", Some(Event::Activity)),
            ("PreCompact", Some(Event::PreCompact)),
            ("session-end", Some(Event::SessionEnd)),
            ("SessionEnd", Some(Event::SessionEnd)),
            ("Stop", None),
            ("SubagentStop", None),
            ("", None),
        ] {
            assert_eq!(Event::parse(given), event, "{given}");
        }
    }
}
