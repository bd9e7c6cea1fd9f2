//! `backlog mcp config`.

use std::env;

use backlog_api::view::McpConfig;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::{error::CliError, invocation::Invocation};

/// Print what tells an agent to use this queue, and where it belongs
#[derive(Debug, Args)]
#[command(
    after_help = "What is printed on standard output is to be pasted as it is; where it belongs is told
on standard error. The path is that of this very program.

Examples:
  backlog mcp config claude > .mcp.json
  backlog mcp config codex >> ~/.codex/config.toml
  backlog mcp config vscode"
)]
pub struct ConfigArgs {
    /// Which agent
    #[arg(value_name = "CLIENT")]
    client: Client,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Client {
    /// Claude Code
    Claude,
    /// Cursor
    Cursor,
    /// Codex CLI and IDE extension
    Codex,
    /// OpenCode
    Opencode,
    /// Visual Studio Code
    Vscode,
    /// Gemini CLI
    Gemini,
}

pub fn run(args: &ConfigArgs, invocation: &Invocation) -> Result<(), CliError> {
    let program = env::current_exe()
        .map_err(|error| CliError::failed(format!("cannot tell where this program is: {error}")))?;
    let config = args.client.config(&program.to_string_lossy());
    let out = invocation.output(None);
    if out.json {
        return out.document(&config);
    }
    if !out.quiet {
        for (place, file) in [
            ("project", &config.project_file),
            ("user", &config.user_file),
        ] {
            if let Some(file) = file {
                eprintln!("{:<15}{file}", format!("For one {place}:"));
            }
        }
        if let Some(command) = &config.command {
            eprintln!("Or let it do so: {command}");
        }
        eprintln!();
    }
    out.text(&config.text)
}

impl Client {
    /// What its configuration has to say, and where.
    fn config(self, program: &str) -> McpConfig {
        let arguments = ["mcp", "serve"];
        let stdio = json!({"type": "stdio", "command": program, "args": arguments});
        let plain = json!({"command": program, "args": arguments});
        let quoted = shell_quoted(program);
        let (name, text) = match self {
            Self::Claude => ("claude", document("mcpServers", &stdio)),
            Self::Cursor => ("cursor", document("mcpServers", &plain)),
            Self::Gemini => ("gemini", document("mcpServers", &plain)),
            Self::Vscode => ("vscode", document("servers", &stdio)),
            Self::Codex => ("codex", codex(program)),
            Self::Opencode => (
                "opencode",
                document(
                    "mcp",
                    &json!({
                        "type": "local",
                        "command": [program, "mcp", "serve"],
                        "enabled": true,
                    }),
                ),
            ),
        };
        let (project_file, user_file) = match self {
            Self::Claude => (".mcp.json", Some("~/.claude.json")),
            Self::Cursor => (".cursor/mcp.json", Some("~/.cursor/mcp.json")),
            Self::Codex => (".codex/config.toml", Some("~/.codex/config.toml")),
            Self::Opencode => ("opencode.json", Some("~/.config/opencode/opencode.json")),
            Self::Vscode => (".vscode/mcp.json", None),
            Self::Gemini => (".gemini/settings.json", Some("~/.gemini/settings.json")),
        };
        let command = match self {
            Self::Claude => Some(format!("claude mcp add backlog -- {quoted} mcp serve")),
            Self::Codex => Some(format!("codex mcp add backlog -- {quoted} mcp serve")),
            Self::Gemini => Some(format!("gemini mcp add backlog {quoted} mcp serve")),
            Self::Vscode => Some(format!(
                "code --add-mcp {}",
                shell_quoted(
                    &json!({"name": "backlog", "command": program, "args": arguments}).to_string()
                )
            )),
            Self::Cursor | Self::Opencode => None,
        };
        McpConfig {
            client: name,
            project_file: Some(project_file.to_owned()),
            user_file: user_file.map(str::to_owned),
            command,
            text,
        }
    }
}

/// A file with this one server in it.
fn document(key: &str, server: &Value) -> String {
    let mut text = serde_json::to_string_pretty(&json!({key: {"backlog": server}}))
        .expect("a document without maps of other keys than strings");
    text.push('\n');
    text
}

/// Codex hands on few variables; those that choose a workspace are named.
fn codex(program: &str) -> String {
    let mut server = toml_edit::Table::new();
    server["command"] = toml_edit::value(program);
    server["args"] = toml_edit::value(toml_edit::Array::from_iter(["mcp", "serve"]));
    server["env_vars"] = toml_edit::value(toml_edit::Array::from_iter([
        "BACKLOG_DB",
        "BACKLOG_PROFILE",
        "BACKLOG_ACTOR",
        "XDG_CONFIG_HOME",
    ]));
    let mut servers = toml_edit::Table::new();
    servers.set_implicit(true);
    servers.insert("backlog", toml_edit::Item::Table(server));
    let mut document = toml_edit::DocumentMut::new();
    document.insert("mcp_servers", toml_edit::Item::Table(servers));
    document.to_string()
}

/// For a shell: as it is, or in single quotes.
fn shell_quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
