//! `backlog task done`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::{ForceArg, TaskArg, text},
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Finish a task: comment, move to done and end the lease, in one write
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task done TASK-12 --note 'Timeout is 60 s now; test added'
  git log -1 --format=%B | backlog task done 12 --note -")]
pub struct DoneArgs {
    #[command(flatten)]
    task: TaskArg,

    /// Becomes a comment; '-' reads standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,

    #[command(flatten)]
    force: ForceArg,
}

pub fn run(args: DoneArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::CompleteTaskRequest {
        task: args.task.task,
        note: args
            .note
            .as_deref()
            .map(text::given)
            .transpose()?
            .unwrap_or_default(),
        force: args.force.force,
    })?;
    let task = of(answer.task)?;
    let name = task_ref(&task);
    let sentence = if answer.changed {
        format!("Finished {name} {}", line(&task.title))
    } else {
        format!("{name} is done already")
    };
    context.out.made(&view::Task::from(task), &name, &sentence)
}
