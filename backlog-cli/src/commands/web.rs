//! `backlog web`.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use backlog_api::{v1, view};
use backlog_web::{ListenError, Place, Port, Served, Site};
use clap::Args;

use crate::{
    args::values,
    context::Context,
    error::{CliError, Exit},
};

/// The port where none is named.
const PORT: u16 = 8080;
/// Shorter ones can be guessed.
const SHORTEST_TOKEN: usize = 20;
/// How long a client may be silent in the middle of a request, or take nothing
/// of its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a request waits for a daemon that is away, before it is told so.
const HURRY: Duration = Duration::from_secs(5);

/// Serve the dashboard and the HTTP API, for this machine alone
#[derive(Debug, Args)]
#[command(
    after_help = "Runs until it is interrupted, and opens a browser. Scripts send the token that --print-token prints, as Authorization: Bearer TOKEN; it is another one each time, unless $BACKLOG_WEB_TOKEN says which.

Examples:
  backlog web
  backlog web --port 9000 --no-browser
  curl -H \"Authorization: Bearer $(backlog web --print-token)\" \\
    http://localhost:8080/api/tasks?ready=true"
)]
pub struct WebArgs {
    /// The port; without it 8080, or the next that is free
    #[arg(long, value_name = "PORT", value_parser = values::number(0u16..=u16::MAX))]
    port: Option<u16>,

    /// Open no browser
    #[arg(long)]
    no_browser: bool,

    /// Let other machines call, at this address of ours or 0.0.0.0 for all; needs
    /// a token in $BACKLOG_WEB_TOKEN
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,

    /// Print the token of the one that runs
    #[arg(long, conflicts_with_all = ["no_browser", "listen", "assets_dir"])]
    print_token: bool,

    /// Serve the dashboard's files from here, read anew each time
    #[arg(long, value_name = "DIR")]
    assets_dir: Option<PathBuf>,
}

pub fn run(args: &WebArgs, context: &Context) -> Result<(), CliError> {
    if args.print_token {
        return print_token(args.port, context);
    }
    // Whoever starts it finds out at once whether there is a daemon for it.
    context.call(v1::GetWorkspaceRequest {})?;
    let served =
        backlog_web::open(site(args, context)?, &place(args)?).map_err(|error| refused(&error))?;
    announce(&served, context)?;
    let environment = &context.invocation.environment;
    if !args.no_browser && environment.agent.is_none() && !context.out.json {
        let url = served
            .ticket_url()
            .map_err(|error| CliError::failed(format!("no token can be made: {error}")))?;
        open_browser(&url);
    }
    context
        .block_on(async |_| served.run().await)
        .map_err(|error| CliError::failed(format!("cannot serve: {error}")))
}

fn site(args: &WebArgs, context: &Context) -> Result<Site, CliError> {
    if let Some(dir) = args.assets_dir.as_ref().filter(|dir| !dir.is_dir()) {
        return Err(CliError::invalid(format!(
            "--assets-dir {}: there is no such directory",
            dir.display()
        )));
    }
    let caller = context.caller().clone();
    let patience = env::var("BACKLOG_TEST_WEB_PATIENCE_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(PATIENCE, Duration::from_millis);
    Ok(Site {
        client: context.block_on(async |client| client.lasting(caller.clone()).hurried(HURRY)),
        caller,
        token: own_token()?,
        assets: args.assets_dir.clone(),
        patience,
    })
}

fn own_token() -> Result<Option<String>, CliError> {
    let Ok(token) = env::var("BACKLOG_WEB_TOKEN") else {
        return Ok(None);
    };
    let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.len() < SHORTEST_TOKEN || !is_plain {
        return Err(CliError::invalid(format!(
            "$BACKLOG_WEB_TOKEN must be {SHORTEST_TOKEN} or more letters, digits and signs"
        ))
        .hint("Make one: openssl rand -hex 32"));
    }
    Ok(Some(token))
}

/// `ADDR`, or `ADDR:PORT`.
fn place(args: &WebArgs) -> Result<Place, CliError> {
    let port = args.port.map_or(Port::From(PORT), Port::Only);
    let Some(listen) = &args.listen else {
        return Ok(Place { host: None, port });
    };
    let (host, named) = match listen.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (listen.as_str(), None),
    };
    let port =
        match (named, args.port) {
            (Some(_), Some(_)) => {
                return Err(CliError::usage("both --port and --listen name a port"));
            }
            (Some(named), None) => Port::Only(named.parse().map_err(|_| {
                CliError::invalid(format!("--listen {listen}: {named:?} is no port"))
            })?),
            (None, _) => port,
        };
    Ok(Place {
        host: Some(host.to_owned()),
        port,
    })
}

fn announce(served: &Served, context: &Context) -> Result<(), CliError> {
    let url = served.url();
    if let Some((port, holder)) = served.instead_of() {
        let holder = holder
            .map(|holder| format!(" by {holder}"))
            .unwrap_or_default();
        eprintln!(
            "note: port {port} is taken{holder}; using {}",
            served.port()
        );
    }
    if context.out.json {
        return context.out.document(&view::WebServer {
            url,
            port: served.port(),
            pid: std::process::id(),
        });
    }
    if context.out.quiet {
        return context.out.line(&url);
    }
    context
        .out
        .text(&format!("Dashboard: {url}\nCtrl-C ends it.\n"))
}

/// Where there is one; whoever has none has the address.
fn open_browser(url: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let has_screen = cfg!(target_os = "macos")
        || env::var_os("DISPLAY").is_some()
        || env::var_os("WAYLAND_DISPLAY").is_some();
    if has_screen {
        let _ = Command::new(opener)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }
}

fn print_token(port: Option<u16>, context: &Context) -> Result<(), CliError> {
    let token = backlog_web::kept(context.workspace(), port).map_err(|error| {
        let hint = match error {
            backlog_web::KeepError::NoneRuns(_) => "Start one: backlog web",
            backlog_web::KeepError::Several(_) => "Name the one you mean: --port",
        };
        CliError::new(Exit::NotFound, "no_web", error.to_string()).hint(hint)
    })?;
    if context.out.json {
        return context.out.document(&view::WebToken { token });
    }
    context.out.line(&token)
}

fn refused(error: &ListenError) -> CliError {
    let told = error.to_string();
    match error {
        ListenError::Taken { .. } => CliError::new(Exit::Failed, "port_taken", told)
            .hint("Name another with --port, or none for the next that is free."),
        ListenError::NoToken(_) => CliError::new(Exit::Usage, "token_required", told)
            .hint("Make one: export BACKLOG_WEB_TOKEN=$(openssl rand -hex 32)"),
        ListenError::Name { .. } => CliError::invalid(told),
        ListenError::Io { .. } | ListenError::Token(_) => CliError::failed(told),
    }
}
