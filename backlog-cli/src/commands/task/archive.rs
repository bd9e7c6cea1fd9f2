//! `backlog task archive` and `unarchive`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::{ForceArg, TaskArg},
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Put a task away: it leaves the lists and the queue
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog task archive TASK-12")]
pub struct ArchiveArgs {
    #[command(flatten)]
    task: TaskArg,

    #[command(flatten)]
    force: ForceArg,
}

/// Take a task back out of the archive
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog task unarchive TASK-12")]
pub struct UnarchiveArgs {
    #[command(flatten)]
    task: TaskArg,
}

pub fn run(args: ArchiveArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::ArchiveTaskRequest {
        task: args.task.task,
        force: args.force.force,
    })?;
    let task = of(answer.task)?;
    let message = if answer.changed {
        format!("Archived {} {}", task_ref(&task), line(&task.title))
    } else {
        format!("{} is archived already", task_ref(&task))
    };
    context
        .out
        .done(&view::Done::task("archive", &task, message))
}

pub fn run_unarchive(args: UnarchiveArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::UnarchiveTaskRequest {
        task: args.task.task,
    })?;
    let task = of(answer.task)?;
    let name = task_ref(&task);
    let message = if answer.changed {
        format!("Took {name} {} out of the archive", line(&task.title))
    } else {
        format!("{name} is not in the archive")
    };
    context
        .out
        .done(&view::Done::task("unarchive", &task, message))
}
