//! How each client writes down the server `backlog mcp serve`.

use jsonc_parser::cst::{CstInputValue, CstRootNode};
use jsonc_parser::{ParseOptions, json};
use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::Client;

/// What the server is called, everywhere.
pub const SERVER: &str = "backlog";

/// The server's entry in a client's file.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Of that name in the object `key` of a JSON file.
    Json {
        key: &'static str,
        value: CstInputValue,
    },
    /// The table `mcp_servers.backlog` of a TOML file.
    Toml(Table),
}

impl Entry {
    pub fn of(client: Client, program: &str) -> Self {
        Self::with(client, program, &[])
    }

    /// With these arguments more.
    pub fn with(client: Client, program: &str, more: &[String]) -> Self {
        let args = arguments(more);
        let (key, value) = match client {
            Client::Claude => ("mcpServers", stdio(program, args)),
            Client::Vscode => ("servers", stdio(program, args)),
            Client::Cursor | Client::Gemini => {
                ("mcpServers", json!({"command": program, "args": args}))
            }
            Client::Opencode => {
                let mut command = vec![program.to_owned()];
                command.extend(args);
                (
                    "mcp",
                    json!({"type": "local", "command": command, "enabled": true}),
                )
            }
            Client::Codex => return Self::Toml(codex(program, args)),
        };
        Self::Json { key, value }
    }

    /// A file with this one server in it.
    pub fn text(&self) -> String {
        match self {
            Self::Json { key, value } => {
                let root = CstRootNode::parse("{}\n", &ParseOptions::default())
                    .expect("an object is JSON");
                let servers = root.object_value_or_set().object_value_or_set(key);
                servers.append(SERVER, value.clone());
                root.to_string()
            }
            Self::Toml(table) => {
                let mut servers = Table::new();
                servers.set_implicit(true);
                servers.insert(SERVER, Item::Table(table.clone()));
                let mut document = DocumentMut::new();
                document.insert("mcp_servers", Item::Table(servers));
                document.to_string()
            }
        }
    }
}

/// The client's own command that writes it, where it has one.
impl Client {
    pub fn add_command(self, program: &str, more: &[String]) -> Option<String> {
        let args = arguments(more);
        let words = [program].into_iter().chain(args.iter().map(String::as_str));
        let serve = words.map(shell_quoted).collect::<Vec<_>>().join(" ");
        match self {
            Self::Claude => Some(format!("claude mcp add backlog -- {serve}")),
            Self::Codex => Some(format!("codex mcp add backlog -- {serve}")),
            Self::Gemini => Some(format!("gemini mcp add backlog {serve}")),
            Self::Vscode => {
                let server = serde_json::json!({
                    "name": SERVER,
                    "command": program,
                    "args": args,
                });
                Some(format!(
                    "code --add-mcp {}",
                    shell_quoted(&server.to_string())
                ))
            }
            Self::Cursor | Self::Opencode => None,
        }
    }
}

/// What the program is started with.
fn arguments(more: &[String]) -> Vec<String> {
    let serve = ["mcp", "serve"].map(str::to_owned);
    serve.into_iter().chain(more.iter().cloned()).collect()
}

fn stdio(program: &str, args: Vec<String>) -> CstInputValue {
    json!({"type": "stdio", "command": program, "args": args})
}

/// Codex hands on few variables; those that choose a workspace are named.
fn codex(program: &str, args: Vec<String>) -> Table {
    let mut server = Table::new();
    server["command"] = value(program);
    server["args"] = value(Array::from_iter(args));
    server["env_vars"] = value(Array::from_iter([
        "BACKLOG_DB",
        "BACKLOG_PROFILE",
        "BACKLOG_ACTOR",
        "XDG_CONFIG_HOME",
    ]));
    server
}

/// For a shell: as it is, or in single quotes.
pub fn shell_quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
