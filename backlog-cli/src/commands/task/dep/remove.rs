//! `backlog task dep remove`.

use backlog_api::{v1, view};
use clap::Args;

use super::EdgeArgs;
use crate::{commands::task::of, context::Context, error::CliError, render::task::task_ref};

/// Let a task no longer wait for another
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog task dep remove TASK-12 --on TASK-7")]
pub struct RemoveArgs {
    #[command(flatten)]
    edge: EdgeArgs,
}

pub fn run(args: RemoveArgs, context: &Context) -> Result<(), CliError> {
    let edge = args.edge;
    let answer = context.call(v1::RemoveDependencyRequest {
        task: edge.task,
        on: edge.on.clone(),
        kind: edge.kind.into(),
    })?;
    let task = of(answer.task)?;
    let name = task_ref(&task);
    let sentence = match (answer.changed, task.blocked_by.is_empty()) {
        (false, _) => format!("{name} was not linked like that"),
        (true, true) => format!("{name} waits for no task"),
        (true, false) => format!("{name} waits for: {}", task.blocked_by.join(", ")),
    };
    context.out.made(&view::Task::from(task), &name, &sentence)
}
