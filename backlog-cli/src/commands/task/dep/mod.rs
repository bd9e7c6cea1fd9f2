//! `backlog task dep`.

mod add;
mod remove;
mod tree;

use backlog_api::v1::DependencyKind;
use clap::{Args, Subcommand, builder::TypedValueParser};

use crate::{args::values, context::Context, error::CliError};

/// What must be done before what
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog task dep add 12 --on 7
  backlog task dep tree 12")]
pub enum DepCommand {
    Add(add::AddArgs),
    Remove(remove::RemoveArgs),
    Tree(tree::TreeArgs),
}

pub fn run(command: DepCommand, context: &Context) -> Result<(), CliError> {
    match command {
        DepCommand::Add(args) => add::run(args, context),
        DepCommand::Remove(args) => remove::run(args, context),
        DepCommand::Tree(args) => tree::run(args, context),
    }
}

/// An edge between two tasks.
#[derive(Debug, Args)]
struct EdgeArgs {
    /// The task that waits: TASK-12, 12, or its id
    #[arg(value_name = "REF")]
    task: String,

    /// The task it waits for
    #[arg(long, value_name = "REF")]
    on: String,

    /// What it means; only blocks keeps a task from being ready
    #[arg(long = "type", value_name = "TYPE", default_value = "blocks", value_parser = kind())]
    kind: DependencyKind,
}

const KINDS: &[(DependencyKind, &str)] = &[
    (DependencyKind::Blocks, "blocks"),
    (DependencyKind::Related, "related"),
    (DependencyKind::DiscoveredFrom, "discovered-from"),
];

fn kind() -> impl TypedValueParser<Value = DependencyKind> {
    values::one_of(KINDS)
}
