//! `backlog task`.

mod add;
mod archive;
mod attempts;
mod claim;
mod delete;
mod dep;
mod done;
mod list;
mod moving;
mod next;
mod release;
mod renew;
mod retry;
mod show;
mod update;
mod why;

use backlog_api::v1;
use clap::Subcommand;

use crate::{context::Context, error::CliError};

/// The tasks of the queue
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog task add -t 'Fix slow login' --type bug --priority P1
  backlog task list --ready
  backlog task claim
  backlog task done 12 --note 'Retries now; cargo test passes'
  backlog task why 12")]
pub enum TaskCommand {
    Add(Box<add::AddArgs>),
    List(Box<list::ListArgs>),
    Show(show::ShowArgs),
    Update(Box<update::UpdateArgs>),
    Move(moving::MoveArgs),
    Archive(archive::ArchiveArgs),
    Unarchive(archive::UnarchiveArgs),
    Delete(delete::DeleteArgs),
    Next(next::NextArgs),
    Why(why::WhyArgs),
    Claim(Box<claim::ClaimArgs>),
    Renew(renew::RenewArgs),
    Release(release::ReleaseArgs),
    Done(done::DoneArgs),
    Attempts(attempts::AttemptsArgs),
    Retry(retry::RetryArgs),
    #[command(subcommand)]
    Dep(dep::DepCommand),
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
        TaskCommand::Next(args) => next::run(&args, context),
        TaskCommand::Why(args) => why::run(args, context),
        TaskCommand::Claim(args) => claim::run(&args, context),
        TaskCommand::Renew(args) => renew::run(args, context),
        TaskCommand::Release(args) => release::run(args, context),
        TaskCommand::Done(args) => done::run(args, context),
        TaskCommand::Attempts(args) => attempts::run(args, context),
        TaskCommand::Retry(args) => retry::run(args, context),
        TaskCommand::Dep(command) => dep::run(command, context),
    }
}

/// The task that an answer must carry.
fn of(task: Option<v1::Task>) -> Result<v1::Task, CliError> {
    task.ok_or_else(|| CliError::incomplete("task"))
}
