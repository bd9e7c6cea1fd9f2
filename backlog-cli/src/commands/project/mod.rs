//! `backlog project`.

mod add;
mod archive;
mod default;
mod delete;
mod list;
mod show;
mod update;

use backlog_api::{v1, view};
use clap::Subcommand;

pub use self::default::to_be_default;

use crate::{context::Context, error::CliError, render::text::line};

/// The projects that tasks belong to
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog project add 'Customer App' --alias app
  backlog project list
  backlog project use app")]
pub enum ProjectCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Archive(archive::ArchiveArgs),
    Unarchive(archive::UnarchiveArgs),
    Delete(delete::DeleteArgs),
    #[command(visible_alias = "use")]
    SetDefault(default::SetArgs),
    Current(default::CurrentArgs),
    ClearDefault(default::ClearArgs),
}

pub fn run(command: ProjectCommand, context: &Context) -> Result<(), CliError> {
    match command {
        ProjectCommand::Add(args) => add::run(args, context),
        ProjectCommand::List(args) => list::run(&args, context),
        ProjectCommand::Show(args) => show::run(args, context),
        ProjectCommand::Update(args) => update::run(args, context),
        ProjectCommand::Archive(args) => archive::run(args, context),
        ProjectCommand::Unarchive(args) => archive::run_unarchive(args, context),
        ProjectCommand::Delete(args) => delete::run(args, context),
        ProjectCommand::SetDefault(args) => default::set(&args, context),
        ProjectCommand::Current(_) => default::current(context),
        ProjectCommand::ClearDefault(_) => default::clear(context),
    }
}

/// The project that an answer must carry.
fn of(project: Option<v1::Project>) -> Result<v1::Project, CliError> {
    project.ok_or_else(|| CliError::incomplete("project"))
}

/// That something was done to a project.
fn done(action: &str, project: &v1::Project, message: String) -> view::Done {
    view::Done::project(action, project, message)
}

/// `app (Customer App)`; the name only where it says more than the alias.
fn called(project: &v1::Project) -> String {
    if project.name == project.alias {
        line(&project.alias).into_owned()
    } else {
        format!("{} ({})", line(&project.alias), line(&project.name))
    }
}
