//! Who calls: the actor that signs, and the session that holds.

use backlog_api::client::Caller;
use rmcp::{RoleServer, service::RequestContext};
use serde_json::Value;

use crate::options::Options;

/// What parts a session from its worker.
const WORKER: char = '#';
/// Where Codex says which of its turns calls.
const CODEX_TURN: &str = "x-codex-turn-metadata";
/// Who signs where nobody says a name.
const NAMELESS: &str = "ai:agent";

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// `ai:claude-code`.
    pub(crate) actor: String,
    /// Tells this session from others of the same actor.
    pub(crate) session: String,
}

impl Identity {
    /// Of the client that makes this call. `process` is the session made for
    /// this process, where no other is told.
    pub(crate) fn of(
        context: &RequestContext<RoleServer>,
        options: &Options,
        process: &str,
    ) -> Self {
        let client = context.client_info().map(|client| client.name);
        let turn = context.meta.get(CODEX_TURN).and_then(session_of_turn);
        Self {
            actor: actor(options, client.as_deref()),
            session: options
                .session
                .clone()
                .or(turn)
                .unwrap_or_else(|| process.to_owned()),
        }
    }

    /// The caller of a call, under a lease where it has one.
    pub(crate) fn caller(&self, lease: Option<String>) -> Caller {
        Caller {
            actor: Some(self.actor.clone()),
            session: Some(self.session.clone()),
            lease,
        }
    }

    /// One of several workers that share this session: to the queue, a session
    /// of its own.
    pub(crate) fn worker(&self, worker: Option<&str>) -> Self {
        match worker {
            None => self.clone(),
            Some(worker) => Self {
                actor: self.actor.clone(),
                session: format!("{}{WORKER}{worker}", self.session),
            },
        }
    }
}

/// The worker that a session's name tells.
pub(crate) fn worker_of(session: &str) -> Option<&str> {
    session.rsplit_once(WORKER).map(|(_, worker)| worker)
}

/// Whether it is that session, or a worker of it.
pub(crate) fn is_of_session(session: &str, of: &str) -> bool {
    session
        .strip_prefix(of)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(WORKER))
}

fn actor(options: &Options, client: Option<&str>) -> String {
    match (&options.actor, client.map(agent_name), options.agent) {
        (Some(actor), _, _) => actor.clone(),
        (None, Some(name), _) if !name.is_empty() => format!("ai:{name}"),
        (None, _, Some(agent)) => format!("ai:{agent}"),
        (None, _, None) => NAMELESS.to_owned(),
    }
}

/// `claude-code` for `claude-code`, `codex` for `codex-mcp-client`, `vscode`
/// for `Visual Studio Code`: small letters, digits and dashes.
fn agent_name(client: &str) -> String {
    let mut name = String::with_capacity(client.len());
    for letter in client.trim().chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    let name = name.strip_suffix("-mcp-client").unwrap_or(name);
    match name {
        "visual-studio-code" => "vscode",
        "cursor-vscode" => "cursor",
        "gemini-cli" => "gemini",
        name => name,
    }
    .chars()
    .take(64)
    .collect()
}

/// The session in Codex's words about a turn: JSON, or JSON in a string.
fn session_of_turn(turn: &Value) -> Option<String> {
    let parsed: Value;
    let turn = match turn {
        Value::String(text) => {
            parsed = serde_json::from_str(text).ok()?;
            &parsed
        }
        turn => turn,
    };
    ["session_id", "thread_id", "conversation_id"]
        .into_iter()
        .find_map(|key| turn.get(key)?.as_str())
        .filter(|session| !session.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn clients_are_known_by_the_names_of_their_agents() {
        for (client, agent) in [
            ("claude-code", "claude-code"),
            ("codex-mcp-client", "codex"),
            ("opencode", "opencode"),
            ("gemini-cli-mcp-client", "gemini"),
            ("Visual Studio Code", "vscode"),
            ("cursor-vscode", "cursor"),
            ("My Agent 2.0!", "my-agent-2-0"),
        ] {
            assert_eq!(agent_name(client), agent);
        }
    }

    #[test]
    fn codex_tells_its_session_as_json_or_as_text() {
        let turn = json!({"session_id": "s1", "turn_id": "3"});
        assert_eq!(session_of_turn(&turn).as_deref(), Some("s1"));
        assert_eq!(
            session_of_turn(&json!(turn.to_string())).as_deref(),
            Some("s1")
        );
        assert_eq!(session_of_turn(&json!({"turn_id": "3"})), None);
    }

    #[test]
    fn a_worker_is_a_session_of_its_own() {
        let who = Identity {
            actor: "ai:codex".to_owned(),
            session: "s".to_owned(),
        };
        let worker = who.worker(Some("b"));
        assert_ne!(worker.session, who.session);
        assert_eq!(worker_of(&worker.session), Some("b"));
        assert_eq!(worker_of(&who.session), None);
    }
}
