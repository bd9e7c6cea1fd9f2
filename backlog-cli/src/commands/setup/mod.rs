//! `backlog setup`.

mod tell;
mod work;

use std::process::ExitCode;

use backlog_api::view;
use clap::Args;

use crate::{
    clients::{self, Client, Places, Scope},
    error::{CliError, Exit},
    invocation::Invocation,
    setup::{Part, Trouble, Wanted, listings},
};

use work::{Asked, Work};

/// Tell coding agents of this queue: MCP server, skills, hooks
#[derive(Debug, Args)]
#[command(
    after_help = "Without a CLIENT: those that are here. Without --mcp, --skills or --hooks: all
three, as far as the client has them. For you in all projects, unless --project
says: in the files of this one, which others may share.

Each change is shown before it is made; the file as it was stays beside it, as
FILE.backlog-backup. What else is in a file stays, comments too. Doing it again
changes nothing, and --remove takes out what was put in.

Examples:
  backlog setup --dry-run
  backlog setup claude codex --yes
  backlog setup vscode --project --mcp --yes
  backlog setup --remove --dry-run"
)]
pub struct SetupArgs {
    /// Which agents; may be several
    #[arg(value_name = "CLIENT")]
    clients: Vec<Client>,

    /// For you, in all projects; as without --project
    #[arg(long, conflicts_with = "project")]
    user: bool,

    /// For this project: the directory of the git checkout, else this one
    #[arg(long)]
    project: bool,

    /// The server of the Model Context Protocol
    #[arg(long)]
    mcp: bool,

    /// The skills
    #[arg(long)]
    skills: bool,

    /// The hooks: what the agent tells the queue by itself
    #[arg(long)]
    hooks: bool,

    /// Tell what is set up, and ask the agents themselves; exit 1 where
    /// something is missing
    #[arg(long, conflicts_with_all = ["remove", "dry_run", "yes", "force"])]
    check: bool,

    /// Take out what was put in; what is yours stays
    #[arg(long)]
    remove: bool,

    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Also over another server named backlog
    #[arg(long)]
    force: bool,
}

/// What a client starts finds the workspace by the directory it works in, and
/// signs as that client.
fn refuse_what_is_not_written(invocation: &Invocation) -> Result<(), CliError> {
    let global = &invocation.global;
    let given = [
        ("--db", global.db.is_some()),
        ("--profile", global.profile.is_some()),
        ("--as", global.actor.is_some()),
    ];
    let Some((flag, _)) = given.into_iter().find(|(_, is_given)| *is_given) else {
        return Ok(());
    };
    Err(
        CliError::usage(format!("{flag} is not written into an agent's files by setup"))
            .hint("An agent finds the workspace where it works. For another, paste what this prints: backlog mcp config CLIENT --db PATH"),
    )
}

pub fn run(args: &SetupArgs, invocation: &Invocation) -> Result<ExitCode, CliError> {
    refuse_what_is_not_written(invocation)?;
    let places = Places::new(&invocation.cwd).ok_or_else(|| {
        CliError::failed("you have no home directory").hint("Set HOME to where your files are")
    })?;
    let scope = if args.project {
        Scope::Project
    } else {
        Scope::User
    };
    let asked = Asked {
        clients: chosen(args, &places, scope)?,
        parts: parts(args),
        scope,
        wanted: if args.remove {
            Wanted::Removed
        } else {
            Wanted::Installed
        },
        force: args.force,
        program: clients::this_program()?,
    };
    let mut work = Work::make(&asked, &places)?;
    if work.is_beyond_all() {
        let titles: Vec<&str> = asked.clients.iter().map(|it| it.title()).collect();
        return Err(CliError::usage(format!(
            "there are no hooks for {}: only for Claude Code and Codex",
            titles.join(", ")
        )));
    }
    let mut done = view::Setup {
        mode: match (args.check, args.remove) {
            (true, _) => "check",
            (_, true) => "remove",
            _ => "set_up",
        },
        scope: scope.name(),
        dry_run: args.dry_run,
        ok: false,
        clients: asked
            .clients
            .iter()
            .map(|it| told(*it, &places, scope))
            .collect(),
        parts: Vec::new(),
        listings: Vec::new(),
    };
    let tell = tell::Teller {
        places: &places,
        scope,
        out: invocation.output(None),
        names_clients: args.clients.is_empty(),
    };
    if args.check {
        done.parts = work.checked();
        if asked.parts.contains(&Part::Mcp) {
            let answers = listings(&asked.clients, places.top());
            done.listings = answers.into_iter().map(tell::listing).collect();
        }
        done.ok =
            done.parts.iter().all(tell::is_good) && done.listings.iter().all(|listing| listing.ok);
        tell.checked(&done)?;
        return Ok(if done.ok {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(Exit::Failed as u8)
        });
    }
    let plans = work.count();
    if plans > 0 && !args.dry_run && !args.yes {
        ask(&tell, &done, &work, plans, invocation)?;
    } else {
        tell.plan(&done, &work)?;
    }
    let troubles = if args.dry_run {
        work.planned(&mut done.parts);
        work.troubles()
    } else {
        work.carry_out(&places, &mut done.parts)
    };
    done.ok = troubles.is_empty();
    tell.done(&done, plans)?;
    match troubles.into_iter().next() {
        Some((path, trouble)) => Err(refusal(&places.shown(&path), &trouble)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Shows what would change and asks. Off a terminal nothing is shown: whoever
/// cannot answer gets an error.
fn ask(
    tell: &tell::Teller<'_>,
    done: &view::Setup,
    work: &Work,
    plans: usize,
    invocation: &Invocation,
) -> Result<(), CliError> {
    if tell.out.json || !invocation.environment.can_ask() {
        return Err(CliError::usage(format!(
            "this changes {plans} {}, so it asks first, and nobody is here to answer",
            if plans == 1 { "place" } else { "places" }
        ))
        .hint("See what with --dry-run, and do it with --yes"));
    }
    tell.plan(done, work)?;
    invocation.ask(
        false,
        "this changes files of other programs",
        "Change this?",
    )
}

/// The clients that were named, else those that are here.
fn chosen(args: &SetupArgs, places: &Places, scope: Scope) -> Result<Vec<Client>, CliError> {
    let is_meant = |client: &Client| {
        if args.clients.is_empty() {
            clients::found_by(*client, places, scope).is_some()
        } else {
            args.clients.contains(client)
        }
    };
    let chosen: Vec<Client> = Client::ALL.into_iter().filter(is_meant).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = Client::ALL.iter().map(|it| it.name()).collect();
        return Err(CliError::new(
            Exit::NotFound,
            "no_client",
            "no coding agent that Backlog knows is here, by its program or its directory",
        )
        .hint(format!("Name it all the same: {}", names.join(", "))));
    }
    Ok(chosen)
}

/// The parts that were named, else all.
fn parts(args: &SetupArgs) -> Vec<Part> {
    let named = |part: &Part| match part {
        Part::Mcp => args.mcp,
        Part::Skills => args.skills,
        Part::Hooks => args.hooks,
    };
    let all = !Part::ALL.iter().any(named);
    Part::ALL
        .into_iter()
        .filter(|part| all || named(part))
        .collect()
}

fn told(client: Client, places: &Places, scope: Scope) -> view::SetupClient {
    view::SetupClient {
        client: client.name(),
        title: client.title(),
        found_by: clients::found_by(client, places, scope).map(|it| it.display().to_string()),
    }
}

/// The error that a file's trouble ends with.
fn refusal(path: &str, trouble: &Trouble) -> CliError {
    let (exit, code, hint) = match trouble {
        Trouble::Unreadable { .. } => (
            Exit::Usage,
            "config_invalid",
            "It was left as it is. Mend that line, and repeat the command.",
        ),
        Trouble::Directory => (
            Exit::Usage,
            "config_invalid",
            "It was left as it is. Move it away, and repeat the command.",
        ),
        Trouble::Failed(_) => (Exit::Failed, "failed", "It was left as it is."),
        Trouble::Foreign => (
            Exit::Conflict,
            "setup_conflict",
            "It was left as it is. Rename it, or replace it with --force.",
        ),
        Trouble::Conflict(_) => (
            Exit::Conflict,
            "setup_conflict",
            "It was left as it is. Mend it by hand, and repeat the command.",
        ),
    };
    CliError::new(exit, code, format!("{path}: {}", trouble.message())).hint(hint)
}
