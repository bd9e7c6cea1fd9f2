//! How an agent is told of the MCP server.

use schemars::JsonSchema;
use serde::Serialize;

/// What tells an agent to use this queue, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct McpConfig {
    /// The agent.
    pub client: &'static str,
    /// The file of one project, from its root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_file: Option<String>,
    /// The file of a user, for all projects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_file: Option<String>,
    /// The agent's own command that writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What to write there.
    pub text: String,
}
