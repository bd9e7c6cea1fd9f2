//! `backlog mcp config`.

use backlog_api::view::McpConfig;
use clap::Args;

use crate::{
    clients::{Client, Entry, Places, Scope, this_program},
    error::CliError,
    invocation::Invocation,
};

/// Print what tells an agent to use this queue, and where it belongs
#[derive(Debug, Args)]
#[command(
    after_help = "What is printed on standard output is to be pasted as it is; where it belongs is told
on standard error. The path is that of this program on $PATH, else its file; --db,
--profile and --as go with it. A file that is there is not to be written over. To
have it written: backlog setup CLIENT

Examples:
  backlog mcp config claude
  backlog mcp config codex >> ~/.codex/config.toml
  backlog mcp config vscode --as ai:vscode"
)]
pub struct ConfigArgs {
    /// Which agent
    #[arg(value_name = "CLIENT")]
    client: Client,
}

pub fn run(args: &ConfigArgs, invocation: &Invocation) -> Result<(), CliError> {
    let more = arguments(invocation)?;
    let config = config(args.client, &this_program()?, &more, invocation);
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

/// What this command was told of the workspace and of who signs: the server
/// shall know it, wherever the agent starts it.
fn arguments(invocation: &Invocation) -> Result<Vec<String>, CliError> {
    let global = &invocation.global;
    let database = match &global.db {
        None => None,
        Some(path) => {
            let path = std::path::absolute(invocation.cwd.join(path))
                .map_err(|error| CliError::failed(format!("cannot tell where --db is: {error}")))?;
            Some(path.to_string_lossy().into_owned())
        }
    };
    let told = [
        ("--db", &database),
        ("--profile", &global.profile),
        ("--as", &global.actor),
    ];
    Ok(told
        .into_iter()
        .filter_map(|(flag, value)| Some([flag.to_owned(), value.clone()?]))
        .flatten()
        .collect())
}

/// What the client's configuration has to say, and where.
fn config(client: Client, program: &str, more: &[String], invocation: &Invocation) -> McpConfig {
    let places = Places::new(&invocation.cwd);
    let file = |scope| {
        let places = places.as_ref()?;
        let path = places.servers(client, scope);
        let path = match scope {
            Scope::Project => path.strip_prefix(places.top()).unwrap_or(&path),
            Scope::User => &path,
        };
        Some(places.shown(path))
    };
    McpConfig {
        client: client.name(),
        project_file: file(Scope::Project),
        user_file: file(Scope::User),
        command: client.add_command(program, more),
        text: Entry::with(client, program, more).text(),
    }
}
