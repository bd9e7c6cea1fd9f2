//! `backlog doc`.

mod add;
mod append;
mod delete;
mod diff;
mod history;
mod list;
mod show;
mod update;

use backlog_api::v1;
use clap::{Args, Subcommand};

use crate::{context::Context, error::CliError};

/// Documents of a project, every version kept
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog doc add -p app --title Deploying --from-file deploy.md
  backlog doc list
  backlog doc history ID")]
pub enum DocCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Append(append::AppendArgs),
    History(history::HistoryArgs),
    Diff(diff::DiffArgs),
    Delete(delete::DeleteArgs),
}

pub fn run(command: DocCommand, context: &Context) -> Result<(), CliError> {
    match command {
        DocCommand::Add(args) => add::run(args, context),
        DocCommand::List(args) => list::run(&args, context),
        DocCommand::Show(args) => show::run(args, context),
        DocCommand::Update(args) => update::run(args, context),
        DocCommand::Append(args) => append::run(args, context),
        DocCommand::History(args) => history::run(args, context),
        DocCommand::Diff(args) => diff::run(&args, context),
        DocCommand::Delete(args) => delete::run(args, context),
    }
}

/// Which doc a command is about.
#[derive(Debug, Args)]
struct DocArg {
    /// The doc's id, or its first eight characters or more
    #[arg(value_name = "ID")]
    doc: String,
}

/// The doc that an answer must carry.
fn of(doc: Option<v1::Doc>) -> Result<v1::Doc, CliError> {
    doc.ok_or_else(|| CliError::incomplete("doc"))
}

/// The title of the version that came with a doc.
fn title(doc: &v1::Doc) -> &str {
    doc.version.as_ref().map_or("", |version| &version.title)
}

/// The alias of its project.
fn alias(doc: &v1::Doc) -> &str {
    doc.project.as_ref().map_or("", |project| &project.alias)
}
