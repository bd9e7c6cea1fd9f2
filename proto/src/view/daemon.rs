//! How the daemon is.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::time;
use crate::v1;

/// How a daemon that runs is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DaemonStatus {
    /// `true`; where none runs, `false`.
    pub running: bool,
    /// Made anew each time a daemon starts.
    pub instance_id: String,
    /// Process id.
    pub pid: i32,
    /// The program's version.
    pub version: String,
    /// The API's major version.
    pub api_version: i32,
    /// The schema version it works with.
    pub schema_version: i32,
    /// Since when it leads.
    pub started_at: String,
    /// The workspace's directory.
    pub workspace: String,
    /// The socket, for any gRPC client.
    pub socket: String,
    /// The log file.
    pub log: String,
    /// Open connections, the asking one too.
    pub connections: i32,
    /// Calls being served, the asking one too.
    pub active_calls: i32,
    /// Calls served since it started.
    pub calls: i64,
    /// Writes waiting for the writer.
    pub write_queue: i32,
    /// Transactions committed since it started.
    pub commits: i64,
    /// Writes in them.
    pub writes: i64,
    /// Size of the database file, bytes.
    pub database_bytes: i64,
    /// Size of the write-ahead log, bytes.
    pub wal_bytes: i64,
    /// When the last migration was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_migration_at: Option<String>,
    /// After how many seconds without a call it leaves; 0: never.
    pub idle_timeout_seconds: i64,
    /// It is finishing its calls and takes no new ones.
    pub draining: bool,
    /// Leases that live.
    pub leases: i32,
    /// Sessions that hold them.
    pub sessions: i32,
    /// Claims that wait.
    pub waiting_claims: i32,
    /// Streams that are open: held leases and watches.
    pub streams: i32,
}

/// That no daemon runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoDaemon {
    /// `false`.
    pub running: bool,
    /// The workspace's directory.
    pub workspace: String,
}

/// Whether a daemon runs, and how it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum DaemonState {
    /// One runs.
    Running(Box<DaemonStatus>),
    /// None runs.
    Absent(NoDaemon),
}

/// What the daemon has logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DaemonLog {
    /// The file.
    pub log: String,
    /// Its lines, oldest first.
    pub lines: Vec<String>,
}

impl NoDaemon {
    /// None runs for the workspace in `dir`.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self {
            running: false,
            workspace: dir.to_string_lossy().into_owned(),
        }
    }
}

impl From<v1::DaemonStatus> for DaemonStatus {
    fn from(status: v1::DaemonStatus) -> Self {
        Self {
            running: true,
            instance_id: status.instance_id,
            pid: status.pid,
            version: status.version,
            api_version: status.api_version,
            schema_version: status.schema_version,
            started_at: time::required(status.started_at.as_ref()),
            workspace: status.workspace,
            socket: status.socket,
            log: status.log,
            connections: status.connections,
            active_calls: status.active_calls,
            calls: status.calls,
            write_queue: status.write_queue,
            commits: status.commits,
            writes: status.writes,
            database_bytes: status.database_bytes,
            wal_bytes: status.wal_bytes,
            last_migration_at: time::optional(status.last_migration_at.as_ref()),
            idle_timeout_seconds: status.idle_timeout_seconds,
            draining: status.draining,
            leases: status.leases,
            sessions: status.sessions,
            waiting_claims: status.waiting_claims,
            streams: status.streams,
        }
    }
}
