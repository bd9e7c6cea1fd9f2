//! The commands, a file or directory a noun.

mod activity;
mod attachment;
mod comment;
mod completion;
mod config;
mod daemon;
mod demo;
mod doc;
mod doctor;
mod export;
mod help;
mod hook;
mod import;
mod import_findings;
mod init;
mod install_skills;
mod label;
mod r#loop;
mod mcp;
mod memory;
mod overview;
mod plan;
mod prime;
mod profile;
mod project;
mod schema;
mod search;
mod setup;
mod sync;
mod task;
mod top;
mod trash;
mod version;
mod web;

use std::{env, process::ExitCode};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, error::ErrorKind};

use crate::{
    context::Context, environment::Environment, error::CliError, failure, global::GlobalArgs,
    invocation::Invocation, mistyped,
};

/// One queue of work that coding agents and people share
#[derive(Debug, Parser)]
#[command(
    name = "backlog",
    version = concat!("v", env!("CARGO_PKG_VERSION")),
    disable_help_subcommand = true,
    after_help = "Without a command: what you hold, what is ready, what needs a person.
Topics: backlog help exit-codes, backlog help environment, backlog help agents"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    global: GlobalArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    #[command(flatten)]
    InWorkspace(Box<InWorkspace>),
    #[command(flatten)]
    Alone(Alone),
}

/// Commands that work with a workspace.
#[derive(Debug, Subcommand)]
enum InWorkspace {
    #[command(subcommand, visible_aliases = ["proj", "p"])]
    Project(project::ProjectCommand),
    #[command(subcommand, visible_alias = "t")]
    Task(task::TaskCommand),
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    #[command(subcommand)]
    Comment(comment::CommentCommand),
    #[command(subcommand)]
    Label(label::LabelCommand),
    #[command(subcommand)]
    Doc(doc::DocCommand),
    #[command(subcommand)]
    Memory(memory::MemoryCommand),
    #[command(subcommand)]
    Attachment(attachment::AttachmentCommand),
    Search(search::SearchArgs),
    Activity(activity::ActivityArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    ImportFindings(import_findings::ImportFindingsArgs),
    Sync(sync::SyncArgs),
    #[command(subcommand)]
    Trash(trash::TrashCommand),
    Top(top::TopArgs),
    Web(web::WebArgs),
    Prime(prime::PrimeArgs),
    Loop(r#loop::LoopArgs),
}

/// Commands that work also where there is no workspace, or its configuration
/// is broken.
#[derive(Debug, Subcommand)]
enum Alone {
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    #[command(subcommand)]
    Config(config::ConfigCommand),
    #[command(subcommand)]
    Doctor(doctor::DoctorCommand),
    #[command(subcommand)]
    Daemon(daemon::DaemonCommand),
    #[command(subcommand)]
    Mcp(mcp::McpCommand),
    Setup(setup::SetupArgs),
    InstallSkills(install_skills::InstallSkillsArgs),
    Hook(hook::HookArgs),
    #[command(hide = true)]
    LoopGuard(r#loop::LoopGuardArgs),
    Demo(demo::DemoArgs),
    Schema(schema::SchemaArgs),
    Version(version::VersionArgs),
    Completion(completion::CompletionArgs),
    Help(help::HelpArgs),
}

/// What a run of the program is about to do.
pub enum Parsed {
    Command(Box<Cli>),
    /// Help or version, already printed.
    Printed(ExitCode),
}

/// All commands there are.
pub fn program() -> clap::Command {
    Cli::command()
}

/// The global flags of a command line; `None` where it makes no sense.
pub fn global(words: &[&str]) -> Option<GlobalArgs> {
    let parsed = Cli::try_parse_from(words).ok()?;
    Some(parsed.global)
}

/// Reads the arguments of this process.
pub fn parse(style: failure::Style, arguments: &[String]) -> Result<Parsed, CliError> {
    let color = style.color;
    let mut program = Cli::command().color(color);
    let parsed = program
        .try_get_matches_from_mut(env::args_os())
        .and_then(|matches| {
            mistyped::check(&matches, Cli::command, env::args_os())?;
            Cli::from_arg_matches(&matches)
        });
    match parsed {
        Ok(cli) => {
            // Taking the tree of all commands apart again is a sixth of the
            // instructions of a short command, and the process ends anyway.
            std::mem::forget(program);
            Ok(Parsed::Command(Box::new(cli)))
        }
        Err(error)
            if error.kind() == ErrorKind::DisplayHelp
                && failure::see(&program, arguments) == failure::see(&program, &[]) =>
        {
            help::print_program(&program, color)?;
            Ok(Parsed::Printed(ExitCode::SUCCESS))
        }
        Err(error) if error.kind() == ErrorKind::DisplayVersion && style.json => {
            version::run(true, false)?;
            Ok(Parsed::Printed(ExitCode::SUCCESS))
        }
        Err(error) => failure::of_arguments(&error, &program, arguments).map(Parsed::Printed),
    }
}

/// Where the command that the arguments name is explained.
pub fn help_for(arguments: &[String]) -> String {
    failure::see(&Cli::command(), arguments)
}

/// Whether the arguments call a command that must not fail: what an agent's
/// hooks end with may stop the agent.
pub fn never_fails(arguments: &[String]) -> bool {
    arguments.get(1).is_some_and(|word| word == "hook")
}

/// Runs a command.
pub fn run(parsed: Parsed, environment: Environment) -> Result<ExitCode, CliError> {
    let Cli { command, global } = match parsed {
        Parsed::Command(cli) => *cli,
        Parsed::Printed(exit) => return Ok(exit),
    };
    match command {
        Some(Command::Alone(command)) => return run_alone(command, global, environment),
        Some(Command::Init(args)) => init::run(&args, &Invocation::new(global, environment)?)?,
        Some(Command::InWorkspace(command)) => {
            let invocation = Invocation::new(global, environment)?;
            return run_in_workspace(*command, &Context::open(&invocation)?);
        }
        None => {
            let invocation = Invocation::new(global, environment)?;
            overview::run(&Context::open(&invocation)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_in_workspace(command: InWorkspace, context: &Context) -> Result<ExitCode, CliError> {
    match command {
        InWorkspace::Project(command) => project::run(command, context),
        InWorkspace::Task(command) => task::run(command, context),
        InWorkspace::Plan(command) => plan::run(command, context),
        InWorkspace::Comment(command) => comment::run(command, context),
        InWorkspace::Label(command) => label::run(command, context),
        InWorkspace::Doc(command) => doc::run(command, context),
        InWorkspace::Memory(command) => memory::run(command, context),
        InWorkspace::Attachment(command) => attachment::run(command, context),
        InWorkspace::Search(args) => search::run(&args, context),
        InWorkspace::Activity(args) => activity::run(args, context),
        InWorkspace::Export(args) => export::run(args, context),
        InWorkspace::Import(args) => import::run(args, context),
        InWorkspace::ImportFindings(args) => import_findings::run(&args, context),
        InWorkspace::Sync(_) => sync::run(context),
        InWorkspace::Trash(command) => trash::run(command, context),
        InWorkspace::Top(args) => top::run(&args, context),
        InWorkspace::Web(args) => web::run(&args, context),
        InWorkspace::Prime(args) => prime::run(&args, context),
        InWorkspace::Loop(args) => return r#loop::run(&args, context),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn run_alone(
    command: Alone,
    global: GlobalArgs,
    environment: Environment,
) -> Result<ExitCode, CliError> {
    match command {
        Alone::Profile(command) => profile::run(command, global, environment)?,
        Alone::Config(command) => config::run(command, global, environment)?,
        Alone::Doctor(command) => return doctor::run(command, global, environment),
        Alone::Daemon(command) => return daemon::run(command, global, environment),
        Alone::Mcp(command) => mcp::run(command, global, environment)?,
        Alone::Setup(args) => {
            return setup::run(&args, &Invocation::new(global, environment)?);
        }
        Alone::InstallSkills(args) => {
            install_skills::run(&args, &Invocation::new(global, environment)?)?;
        }
        Alone::Hook(args) => hook::run(&args, global, environment),
        Alone::LoopGuard(args) => r#loop::guard(&args),
        Alone::Demo(_) => demo::run(&global, &environment)?,
        Alone::Schema(args) => schema::run(&args, &global)?,
        Alone::Version(_) => version::run(global.json, global.quiet)?,
        Alone::Completion(args) => completion::run(&args, &global)?,
        Alone::Help(args) => help::run(&args, &global)?,
    }
    Ok(ExitCode::SUCCESS)
}
