//! The server of the HTTP API and the dashboard.

use schemars::JsonSchema;
use serde::Serialize;

/// A server of the HTTP API and the dashboard, which has just begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WebServer {
    /// The address for a browser; lets it in, unless the token is the user's own.
    pub url: String,
    /// The port.
    pub port: u16,
    /// The process.
    pub pid: u32,
}

/// The token of a server that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WebToken {
    /// What to send as `Authorization: Bearer TOKEN`.
    pub token: String,
}
