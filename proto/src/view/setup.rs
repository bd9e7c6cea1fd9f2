//! What was set up in coding agents.

use schemars::JsonSchema;
use serde::Serialize;

/// What setting up agents did, would do, or found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setup {
    /// What was asked for.
    #[schemars(extend("enum" = ["set_up", "remove", "check"]))]
    pub mode: &'static str,
    /// For a user, in all projects, or for one project.
    #[schemars(extend("enum" = ["user", "project"]))]
    pub scope: &'static str,
    /// Nothing was done, only told.
    pub dry_run: bool,
    /// Everything is as it was asked for.
    pub ok: bool,
    /// The agents this is about.
    pub clients: Vec<SetupClient>,
    /// Each part of each agent.
    pub parts: Vec<SetupPart>,
    /// What the agents themselves say of the server; of a check alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listings: Vec<SetupListing>,
}

/// A coding agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SetupClient {
    /// As it is typed: `claude`.
    pub client: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// What shows that it is used here; left out where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_by: Option<String>,
}

/// A part of an agent, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SetupPart {
    /// The agent.
    pub client: &'static str,
    /// The MCP server, the skills or the hooks.
    #[schemars(extend("enum" = ["mcp", "skills", "hooks"]))]
    pub part: &'static str,
    /// Set up: `added`, `updated` (it ran another backlog), `replaced` (with
    /// `--force`), `unchanged`. Removed: `removed`, `absent`, `kept` (others
    /// need it). Checked: `set_up`, `missing`, `outdated`. Each: `conflict`
    /// (something else is there), `refused` (the file cannot be read or
    /// written), `unsupported`.
    #[schemars(extend("enum" = [
        "added", "updated", "replaced", "unchanged", "removed", "absent", "kept", "set_up",
        "missing", "outdated", "conflict", "refused", "unsupported"
    ]))]
    pub state: &'static str,
    /// The file, or the directory of skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the file's text before is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// What changes in the file, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What is to be known about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What an agent itself says of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SetupListing {
    /// The agent.
    pub client: &'static str,
    /// Its command that was run.
    pub command: String,
    /// It knows the server, and does not say that it cannot use it.
    pub ok: bool,
    /// Its words.
    pub says: String,
}
