//! The metadata keys of `backlog.v1`.

/// Who is calling: `human:alice`, `ai:claude-code`.
pub const ACTOR: &str = "backlog-actor";
/// Which of that actor's sessions, 1 to 255 characters.
pub const SESSION: &str = "backlog-session";
/// The token of a lease: proves that the caller holds the task it writes about.
pub const LEASE: &str = "backlog-lease";
/// A ULID made once for a write and sent again with each repetition of it.
pub const REQUEST_ID: &str = "backlog-request-id";
/// From which moment on (Unix nanoseconds) an answer to the same request id
/// counts; one from before it is forgotten, and the write made anew.
pub const REQUEST_SINCE: &str = "backlog-request-since";
/// Comes with an answer that was given before, to the same request id.
pub const REPEATED: &str = "backlog-repeated";
/// The client's program, see [`crate::version::ClientVersion`].
pub const CLIENT: &str = "backlog-client";
