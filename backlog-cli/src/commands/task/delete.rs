//! `backlog task delete`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::{ForceArg, TaskArg},
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Move a task with its plans and comments to the trash, for 30 days
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task delete TASK-12
  backlog trash restore TASK-12")]
pub struct DeleteArgs {
    #[command(flatten)]
    task: TaskArg,

    #[command(flatten)]
    force: ForceArg,
}

pub fn run(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let task = of(context
        .call(v1::DeleteTaskRequest {
            task: args.task.task,
            force: args.force.force,
        })?
        .task)?;
    let name = task_ref(&task);
    let message = format!(
        "Deleted {name} {}. Take it back: backlog trash restore {name}",
        line(&task.title)
    );
    context
        .out
        .done(&view::Done::task("delete", &task, message))
}
