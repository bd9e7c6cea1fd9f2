//! `backlog mcp serve`.

use std::{env, time::Duration};

use backlog_api::{
    client::{Caller, Client, ClientOptions, InProcess, Start},
    config::Config,
    discover,
};
use backlog_mcp::{BundledSkill, Opened, Options, Toolset, Trouble};
use clap::{Args, ValueEnum};

use crate::{
    actor,
    context::{self, in_process},
    error::{CliError, Told},
    global::DaemonUse,
    invocation::Invocation,
    skills::SKILLS,
};

/// For how long leases are held that no call is made about: an agent that
/// hangs keeps no task for ever.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// Serve an agent over standard input and output
#[derive(Debug, Args)]
#[command(
    after_help = "An agent starts this itself, once it is told to: backlog mcp config CLIENT

Examples:
  backlog mcp serve
  backlog mcp serve --tools core
  backlog mcp serve --read-only --db ~/queue/backlog.db"
)]
pub struct ServeArgs {
    /// Which tools to serve
    #[arg(
        long,
        value_name = "SET",
        value_enum,
        default_value_t,
        hide_default_value = true
    )]
    tools: Tools,

    /// Serve only the tools that write nothing
    #[arg(long)]
    read_only: bool,

    /// Answer with JSON and its schemas, not with short text
    #[arg(long)]
    structured: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Tools {
    /// Every tool
    #[default]
    All,
    /// The nine that claiming and finishing tasks needs
    Core,
}

pub fn run(args: &ServeArgs, invocation: Invocation) -> Result<(), CliError> {
    let environment = &invocation.environment;
    // An agent's name is told by the agent; what was set for this process
    // comes before it, what a person set for themselves does not count.
    let actor = match (&invocation.global.actor, &environment.actor) {
        (Some(_), _) | (None, Some(_)) => actor::resolve(&actor::Sources {
            flag: invocation.global.actor.as_deref(),
            variable: environment.actor.as_deref(),
            agent: None,
            workspace: None,
            user: None,
            login: None,
        })?,
        (None, None) => None,
    };
    let worktree = environment
        .project_directory
        .clone()
        .unwrap_or_else(|| invocation.cwd.clone());
    let options = Options {
        actor,
        agent: environment.agent,
        session: invocation
            .global
            .session
            .clone()
            .or_else(|| environment.session().cloned()),
        worktree: worktree.clone(),
        tools: match args.tools {
            Tools::All => Toolset::All,
            Tools::Core => Toolset::Core,
        },
        read_only: args.read_only,
        structured: args.structured,
        skills: SKILLS
            .iter()
            .map(|skill| BundledSkill {
                name: skill.name,
                files: skill.files,
            })
            .collect(),
        idle: idle(),
        open: Box::new(move || {
            open(&invocation, &worktree).map_err(|error| match error {
                CliError::Told(Told { message, hint, .. }) => Trouble { message, hint },
                CliError::StdoutClosed | CliError::Declined => Trouble {
                    message: "the workspace cannot be opened".to_owned(),
                    hint: None,
                },
            })
        }),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed(format!("cannot start: {error}")))?;
    runtime
        .block_on(backlog_mcp::serve(options))
        .map_err(|error| CliError::failed(format!("the conversation could not be begun: {error}")))
}

/// Finds the workspace, with the configuration as it is now.
fn open(invocation: &Invocation, cwd: &std::path::Path) -> Result<Opened, CliError> {
    let user = invocation.user_now()?;
    let request = discover::Request {
        cwd,
        ..invocation.request()
    };
    let workspace = discover::find(&request, &user).map_err(|error| context::not_found(&error))?;
    let config = Config::read(&workspace.config())?;
    let daemon = invocation.global.daemon;
    let never_daemon = daemon == DaemonUse::Never || workspace.is_copy();
    let client = Client::new(
        workspace,
        ClientOptions {
            caller: Caller::default(),
            start: Start::IfAbsent,
            // It lives as long as its agent does: of two versions, each would
            // replace the other's daemon all day.
            may_replace: false,
            in_process: (daemon != DaemonUse::Require).then_some(in_process as InProcess),
            never_daemon,
        },
    );
    Ok(Opened {
        client,
        default_project: config.default_project.or(user.default_project),
    })
}

/// For tests alone: half an hour is long.
fn idle() -> Duration {
    env::var("BACKLOG_TEST_MCP_IDLE_MS")
        .ok()
        .and_then(|given| given.parse().ok())
        .map_or(IDLE, Duration::from_millis)
}
