//! `backlog task next`.

use backlog_api::{reason, v1, view};
use clap::Args;

use crate::{
    args::{ProjectArg, task_filter::TaskFilterArgs},
    context::Context,
    error::{CliError, Exit},
    render::task::{task_ref, task_table},
};

/// Show what a claim would take, without taking it
#[derive(Debug, Args)]
#[command(after_help = "With nothing to take the exit code is 6.

Examples:
  backlog task next
  backlog task next -p app --type bug")]
pub struct NextArgs {
    #[command(flatten)]
    project: ProjectArg,

    #[command(flatten)]
    filter: TaskFilterArgs,
}

pub fn run(args: &NextArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let filter = args.filter.filter(&project.name);
    let answer = context.call_in(
        &project,
        v1::NextTaskRequest {
            filter: Some(filter),
            limit: 1,
        },
    )?;
    let out = &context.out;
    match answer.task {
        Some(task) if out.json => out.document(&view::Task::from(task)),
        Some(task) if out.quiet => out.line(&task_ref(&task)),
        Some(task) => out.table(&task_table(&[task])),
        None => Err(nothing(&answer.nothing)),
    }
}

/// As a claim says it.
fn nothing(why: &str) -> CliError {
    let why = match why {
        "" => "there is nothing to do",
        why => why,
    };
    let message = format!("nothing is ready to be claimed: {why}");
    let error = CliError::new(
        Exit::NothingReady,
        &reason::NOTHING_READY.to_lowercase(),
        message,
    );
    match reason::hint(reason::NOTHING_READY, &Default::default()) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
