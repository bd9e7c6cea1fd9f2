//! `backlog task show`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{args::TaskArg, context::Context, error::CliError, render::task::task_page};

/// Show a task with its labels, plans and comments
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task show TASK-12
  backlog task show 12 --json")]
pub struct ShowArgs {
    #[command(flatten)]
    task: TaskArg,

    /// Plans are shown anyway
    #[arg(long, hide = true)]
    with_plans: bool,

    /// Comments are shown anyway
    #[arg(long, hide = true)]
    with_comments: bool,
}

pub fn run(args: ShowArgs, context: &Context) -> Result<(), CliError> {
    let task = of(context
        .call(v1::GetTaskRequest {
            task: args.task.task,
        })?
        .task)?;
    if context.out.json {
        return context.out.document(&view::Task::with_details(task));
    }
    context.out.text(&task_page(&task, context.out.style))
}
