//! `backlog plan`.

mod add;
mod delete;
mod diff;
mod history;
mod list;
mod show;
mod update;

use backlog_api::v1;
use clap::{Args, Subcommand};

use crate::{context::Context, error::CliError};

/// Plans: how a task will be done, every version kept
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog plan add --task 12 --title Retry --from-file plan.md
  backlog plan list --task 12
  backlog plan diff ID")]
pub enum PlanCommand {
    Add(add::AddArgs),
    Update(update::UpdateArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    History(history::HistoryArgs),
    Diff(diff::DiffArgs),
    Delete(delete::DeleteArgs),
}

pub fn run(command: PlanCommand, context: &Context) -> Result<(), CliError> {
    match command {
        PlanCommand::Add(args) => add::run(args, context),
        PlanCommand::Update(args) => update::run(args, context),
        PlanCommand::List(args) => list::run(&args, context),
        PlanCommand::Show(args) => show::run(args, context),
        PlanCommand::History(args) => history::run(args, context),
        PlanCommand::Diff(args) => diff::run(&args, context),
        PlanCommand::Delete(args) => delete::run(args, context),
    }
}

/// Which plan a command is about.
#[derive(Debug, Args)]
struct PlanArg {
    /// The plan's id, or its first eight characters or more
    #[arg(value_name = "ID")]
    plan: String,
}

/// The plan that an answer must carry.
fn of(plan: Option<v1::Plan>) -> Result<v1::Plan, CliError> {
    plan.ok_or_else(|| CliError::incomplete("plan"))
}

/// The title of the version that came with a plan.
fn title(plan: &v1::Plan) -> &str {
    plan.version.as_ref().map_or("", |version| &version.title)
}
