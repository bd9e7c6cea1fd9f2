//! Where each client's files are, for one project and for a user. Where a
//! client lets its directory be moved by a variable, so do we.

use std::{
    env,
    path::{Path, PathBuf},
};

use backlog_api::{config, discover};

use super::Client;

/// For whom something is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// This user, in all projects.
    User,
    /// This project, for whoever works in it.
    Project,
}

impl Scope {
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Project => "project",
        }
    }
}

/// Where the files are.
#[derive(Debug)]
pub struct Places {
    home: PathBuf,
    /// The top of the git checkout around the current directory, else that.
    top: PathBuf,
    config: PathBuf,
    /// What `$CLAUDE_CONFIG_DIR` says.
    claude: Option<PathBuf>,
    codex: PathBuf,
    gemini: PathBuf,
}

impl Places {
    /// `None` where the user has no home directory.
    pub fn new(cwd: &Path) -> Option<Self> {
        let home = config::home_dir()?;
        let top = discover::checkout_top(cwd).unwrap_or_else(|| cwd.to_owned());
        Some(Self {
            config: directory("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
            claude: directory("CLAUDE_CONFIG_DIR"),
            codex: directory("CODEX_HOME").unwrap_or_else(|| home.join(".codex")),
            gemini: directory("GEMINI_CLI_HOME")
                .unwrap_or_else(|| home.clone())
                .join(".gemini"),
            home,
            top,
        })
    }

    /// The project's directory.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Whether a directory is what all of this is in.
    pub fn is_root(&self, dir: &Path) -> bool {
        dir == self.home || dir == self.top
    }

    /// The file in which the client keeps its servers.
    pub fn servers(&self, client: Client, scope: Scope) -> PathBuf {
        match scope {
            Scope::User => match client {
                Client::Claude => self
                    .claude
                    .as_ref()
                    .unwrap_or(&self.home)
                    .join(".claude.json"),
                Client::Codex => self.codex.join("config.toml"),
                Client::Opencode => opencode(&self.config.join("opencode")),
                Client::Cursor => self.home.join(".cursor/mcp.json"),
                Client::Gemini => self.gemini.join("settings.json"),
                Client::Vscode => self.vscode().join("User/mcp.json"),
            },
            Scope::Project => match client {
                Client::Opencode => opencode(&self.top),
                Client::Claude => self.top.join(".mcp.json"),
                Client::Codex => self.top.join(".codex/config.toml"),
                Client::Cursor => self.top.join(".cursor/mcp.json"),
                Client::Gemini => self.top.join(".gemini/settings.json"),
                Client::Vscode => self.top.join(".vscode/mcp.json"),
            },
        }
    }

    /// The file in which the client keeps its hooks, where it has those that
    /// Backlog knows.
    pub fn hooks(&self, client: Client, scope: Scope) -> Option<PathBuf> {
        match (client, scope) {
            (Client::Claude, Scope::User) => Some(self.claude_dir().join("settings.json")),
            (Client::Claude, Scope::Project) => Some(self.top.join(".claude/settings.json")),
            (Client::Codex, Scope::User) => Some(self.codex.join("hooks.json")),
            (Client::Codex, Scope::Project) => Some(self.top.join(".codex/hooks.json")),
            _ => None,
        }
    }

    /// The directory in which the client looks for skills: Claude Code has its
    /// own, all others share one.
    pub fn skills(&self, client: Client, scope: Scope) -> PathBuf {
        match (client, scope) {
            (Client::Claude, Scope::User) => self.claude_dir().join("skills"),
            (Client::Claude, Scope::Project) => self.top.join(".claude/skills"),
            (_, Scope::User) => self.home.join(".agents/skills"),
            (_, Scope::Project) => self.top.join(".agents/skills"),
        }
    }

    /// What is there where the client is used by this user.
    pub fn signs(&self, client: Client) -> Vec<PathBuf> {
        match client {
            Client::Claude => vec![self.servers(client, Scope::User), self.claude_dir()],
            Client::Codex => vec![self.codex.clone()],
            Client::Opencode => vec![self.config.join("opencode")],
            Client::Cursor => vec![self.home.join(".cursor")],
            Client::Gemini => vec![self.gemini.clone()],
            Client::Vscode => vec![self.vscode()],
        }
    }

    /// What is there where the client is used in this project.
    pub fn signs_in_project(&self, client: Client) -> Vec<PathBuf> {
        let names: &[&str] = match client {
            Client::Claude => &[".mcp.json", ".claude"],
            Client::Codex => &[".codex"],
            Client::Opencode => &["opencode.json", "opencode.jsonc", ".opencode"],
            Client::Cursor => &[".cursor"],
            Client::Gemini => &[".gemini"],
            Client::Vscode => &[".vscode"],
        };
        names.iter().map(|name| self.top.join(name)).collect()
    }

    /// A path for people: `~/.claude.json`.
    pub fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(&self.home) {
            Ok(rest) if !rest.as_os_str().is_empty() => format!("~/{}", rest.display()),
            _ => path.display().to_string(),
        }
    }

    fn claude_dir(&self) -> PathBuf {
        self.claude
            .clone()
            .unwrap_or_else(|| self.home.join(".claude"))
    }

    fn vscode(&self) -> PathBuf {
        if cfg!(target_os = "macos") {
            self.home.join("Library/Application Support/Code")
        } else {
            self.config.join("Code")
        }
    }
}

/// `opencode.jsonc` where that is the one that is there.
fn opencode(dir: &Path) -> PathBuf {
    let plain = dir.join("opencode.json");
    let commented = dir.join("opencode.jsonc");
    if commented.exists() && !plain.exists() {
        commented
    } else {
        plain
    }
}

/// A directory that a variable names.
fn directory(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
}
