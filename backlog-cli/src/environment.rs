//! What the environment says, read in one place.

use std::{env, io::IsTerminal as _, path::PathBuf};

use crate::agent;

/// The environment of this process.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `$BACKLOG_DB`.
    pub db: Option<PathBuf>,
    /// `$BACKLOG_PROFILE`.
    pub profile: Option<String>,
    /// `$BACKLOG_ACTOR`.
    pub actor: Option<String>,
    /// `$BACKLOG_SESSION`.
    pub session: Option<String>,
    /// What the agent around this process calls its session.
    pub agent_session: Option<String>,
    /// The name of the user.
    pub login: Option<String>,
    /// The coding agent around this process.
    pub agent: Option<&'static str>,
    /// The directory of the agent's project, where the agent says so: it may
    /// have started this process elsewhere.
    pub project_directory: Option<PathBuf>,
    /// Where the agent takes variables for its shells from.
    pub env_file: Option<PathBuf>,
    /// `$NO_COLOR`, or a terminal that knows no colours.
    pub no_color: bool,
}

impl Environment {
    pub fn read() -> Self {
        let codex = variable("CODEX_SESSION_ID").or_else(|| variable("CODEX_THREAD_ID"));
        let claude = variable("CLAUDE_CODE_SESSION_ID");
        Self {
            db: env::var_os("BACKLOG_DB")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            profile: variable("BACKLOG_PROFILE"),
            actor: variable("BACKLOG_ACTOR"),
            // What Claude Code's hook gave its shells is not the session of the
            // Codex that was started in one.
            session: variable("BACKLOG_SESSION")
                .filter(|session| codex.is_none() || Some(session) != claude.as_ref()),
            // In the order of `agent::detect`: who started the other comes last.
            agent_session: codex.or(claude),
            login: variable("USER").or_else(|| variable("LOGNAME")),
            agent: agent::detect(variable),
            project_directory: env::var_os("CLAUDE_PROJECT_DIR")
                .map(PathBuf::from)
                .filter(|directory| directory.is_dir()),
            env_file: env::var_os("CLAUDE_ENV_FILE")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            no_color: variable("NO_COLOR").is_some()
                || variable("TERM").is_some_and(|term| term == "dumb"),
        }
    }

    /// Which session this is.
    pub fn session(&self) -> Option<&String> {
        self.session.as_ref().or(self.agent_session.as_ref())
    }

    /// Whether somebody is there to answer a question.
    pub fn can_ask(&self) -> bool {
        self.agent.is_none() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
