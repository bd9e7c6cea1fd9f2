//! How a server behaves, as its starter says.

use std::{path::PathBuf, time::Duration};

use backlog_api::client::Client;

use crate::skills::BundledSkill;

/// How a server behaves.
pub struct Options {
    /// Finds the workspace. Asked at the first call that needs it, and again
    /// while there is none: the server is there before it.
    pub open: Box<dyn Fn() -> Result<Opened, Trouble> + Send + Sync>,
    /// Who signs, where that was said: `KIND:NAME`.
    pub actor: Option<String>,
    /// The coding agent around this process, for a client that gives no name.
    pub agent: Option<&'static str>,
    /// The session, where the environment names one.
    pub session: Option<String>,
    /// The directory that the session works in.
    pub worktree: PathBuf,
    /// Which tools are served.
    pub tools: Toolset,
    /// None that writes.
    pub read_only: bool,
    /// Answers are JSON with a schema, not text.
    pub structured: bool,
    /// The skills that are served beside the tools.
    pub skills: Vec<BundledSkill>,
    /// After how long without a call the leases are held no longer.
    pub idle: Duration,
}

/// Which tools are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toolset {
    /// Every one.
    All,
    /// Those that the loop of claiming and completing needs.
    Core,
}

/// A workspace that was found.
pub struct Opened {
    /// Calls its daemon.
    pub client: Client,
    /// The project that is meant where none is named.
    pub default_project: Option<String>,
}

/// Why there is no workspace.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// A sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}
