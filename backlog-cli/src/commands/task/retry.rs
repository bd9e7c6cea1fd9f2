//! `backlog task retry`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::TaskArg,
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Put a task that was set aside for a person back into the queue
#[derive(Debug, Args)]
#[command(after_help = "It gets a new budget of attempts. Only people may.

Examples:
  backlog task list --needs-attention
  backlog task retry TASK-12")]
pub struct RetryArgs {
    #[command(flatten)]
    task: TaskArg,
}

pub fn run(args: RetryArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::RetryTaskRequest {
        task: args.task.task,
    })?;
    let task = of(answer.task)?;
    let name = task_ref(&task);
    let sentence = if answer.changed {
        format!("{name} {} has a new budget of attempts", line(&task.title))
    } else {
        format!("{name} has its whole budget of attempts already")
    };
    context.out.made(&view::Task::from(task), &name, &sentence)
}
