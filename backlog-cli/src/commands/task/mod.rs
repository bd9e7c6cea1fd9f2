//! `backlog task`.

mod add;
mod archive;
mod delete;
mod list;
mod moving;
mod show;
mod update;

use backlog_api::v1;
use clap::Subcommand;

use crate::{context::Context, error::CliError};

/// The tasks of the queue
#[derive(Debug, Subcommand)]
pub enum TaskCommand {
    Add(Box<add::AddArgs>),
    List(Box<list::ListArgs>),
    Show(show::ShowArgs),
    Update(Box<update::UpdateArgs>),
    Move(moving::MoveArgs),
    Archive(archive::ArchiveArgs),
    Unarchive(archive::UnarchiveArgs),
    Delete(delete::DeleteArgs),
}

pub fn run(command: TaskCommand, context: &Context) -> Result<(), CliError> {
    match command {
        TaskCommand::Add(args) => add::run(*args, context),
        TaskCommand::List(args) => list::run(&args, context),
        TaskCommand::Show(args) => show::run(args, context),
        TaskCommand::Update(args) => update::run(*args, context),
        TaskCommand::Move(args) => moving::run(&args, context),
        TaskCommand::Archive(args) => archive::run(args, context),
        TaskCommand::Unarchive(args) => archive::run_unarchive(args, context),
        TaskCommand::Delete(args) => delete::run(args, context),
    }
}

/// The task that an answer must carry.
fn of(task: Option<v1::Task>) -> Result<v1::Task, CliError> {
    task.ok_or_else(|| CliError::incomplete("task"))
}
