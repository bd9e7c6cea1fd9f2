//! The metadata keys of `backlog.v1`.

/// Who is calling: `human:alice`, `ai:claude-code`.
pub const ACTOR: &str = "backlog-actor";
/// Which of that actor's sessions, 1 to 255 characters.
pub const SESSION: &str = "backlog-session";
/// The token of a lease: proves that the caller holds the task it writes about.
pub const LEASE: &str = "backlog-lease";
/// A ULID made once for a write and sent again with each repetition of it.
pub const REQUEST_ID: &str = "backlog-request-id";
/// The client's program, see [`crate::version::ClientVersion`].
pub const CLIENT: &str = "backlog-client";
