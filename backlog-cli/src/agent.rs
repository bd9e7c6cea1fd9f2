//! Which coding agent a command runs in, by the variables each sets for the
//! programs it starts.

/// An agent's name and the variables that give it away. The first one that
/// matches counts. Claude Code comes last: where two agents show, one started
/// the other, and that is most often Claude Code. What a person may set
/// (`CODEX_HOME`, API keys) says nothing and is not here.
const AGENTS: &[(&str, &[&str])] = &[
    (
        "codex",
        &[
            "CODEX_THREAD_ID",
            "CODEX_SANDBOX",
            "CODEX_SANDBOX_NETWORK_DISABLED",
            "CODEX_CI",
        ],
    ),
    ("cursor", &["CURSOR_AGENT"]),
    ("opencode", &["OPENCODE"]),
    ("gemini", &["GEMINI_CLI"]),
    ("claude-code", &["CLAUDECODE"]),
];

/// The agent around this process, by its name in `ai:NAME`.
pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let is_set =
        |name: &&str| variable(name).is_some_and(|value| !matches!(value.as_str(), "" | "0"));
    AGENTS
        .iter()
        .find(|(_, variables)| variables.iter().any(is_set))
        .map(|(agent, _)| *agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(environment: &[(&str, &str)]) -> Option<&'static str> {
        detect(|name| {
            environment
                .iter()
                .find(|(variable, _)| *variable == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn each_agent_is_known_by_what_it_sets() {
        for (variable, value, agent) in [
            ("CLAUDECODE", "1", "claude-code"),
            ("CODEX_SANDBOX", "seatbelt", "codex"),
            ("CODEX_THREAD_ID", "019ddc81", "codex"),
            ("CODEX_SANDBOX_NETWORK_DISABLED", "1", "codex"),
            ("CODEX_CI", "1", "codex"),
            ("CURSOR_AGENT", "1", "cursor"),
            ("OPENCODE", "1", "opencode"),
            ("GEMINI_CLI", "1", "gemini"),
        ] {
            assert_eq!(inside(&[(variable, value)]), Some(agent), "{variable}");
        }
    }

    #[test]
    fn what_people_set_themselves_makes_nobody_an_agent() {
        let own = [
            ("CODEX_HOME", "/home/a/.codex"),
            ("GEMINI_API_KEY", "k"),
            ("CLAUDECODE", ""),
            ("OPENCODE", "0"),
        ];
        assert_eq!(inside(&own), None);
    }

    #[test]
    fn an_agent_that_claude_code_started_signs_as_itself() {
        assert_eq!(
            inside(&[("CLAUDECODE", "1"), ("CODEX_THREAD_ID", "t")]),
            Some("codex")
        );
    }
}
