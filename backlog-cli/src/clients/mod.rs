//! The coding agents that Backlog knows: what each is called, where its files
//! are, and how it writes a server of the Model Context Protocol. What is told
//! to people (`mcp config`) and what is written (`setup`) comes from here.

mod found;
mod place;
mod program;
mod server;

pub use found::{found_by, on_path};
pub use place::{Places, Scope};
pub use program::this_program;
pub use server::{Entry, SERVER, shell_quoted};

use clap::ValueEnum;

/// A coding agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Client {
    /// Claude Code
    Claude,
    /// Codex CLI and IDE extension
    Codex,
    /// OpenCode
    Opencode,
    /// Cursor
    Cursor,
    /// Gemini CLI
    Gemini,
    /// Visual Studio Code
    Vscode,
}

impl Client {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Claude,
        Self::Codex,
        Self::Opencode,
        Self::Cursor,
        Self::Gemini,
        Self::Vscode,
    ];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Opencode => "opencode",
            Self::Cursor => "cursor",
            Self::Gemini => "gemini",
            Self::Vscode => "vscode",
        }
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Claude => "Claude Code",
            Self::Codex => "Codex",
            Self::Opencode => "OpenCode",
            Self::Cursor => "Cursor",
            Self::Gemini => "Gemini CLI",
            Self::Vscode => "VS Code",
        }
    }

    /// What its programs are called.
    pub fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Claude => &["claude"],
            Self::Codex => &["codex"],
            Self::Opencode => &["opencode"],
            Self::Cursor => &["cursor", "cursor-agent"],
            Self::Gemini => &["gemini"],
            Self::Vscode => &["code"],
        }
    }

    /// Whether its program can list the servers it knows.
    pub fn lists_servers(self) -> bool {
        !matches!(self, Self::Cursor | Self::Vscode)
    }
}
