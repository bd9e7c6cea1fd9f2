//! `backlog task move`.

use backlog_api::{reason, v1, view};
use clap::Args;
use prost_types::FieldMask;

use super::of;
use crate::{
    args::{ForceArg, TaskArg, values},
    context::Context,
    error::CliError,
    render::task::task_ref,
};

/// Move a task to another status; every move is allowed
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task move TASK-12 --status doing
  backlog task move 12 --status done")]
pub struct MoveArgs {
    #[command(flatten)]
    task: TaskArg,

    /// Where to
    #[arg(long, value_name = "STATUS", value_parser = values::status())]
    status: v1::TaskStatus,

    #[command(flatten)]
    force: ForceArg,
}

pub fn run(args: &MoveArgs, context: &Context) -> Result<(), CliError> {
    let to = view::status_name(args.status);
    if context.out.json || context.out.quiet {
        let task = set_status(args, None, context)?;
        let name = task_ref(&task);
        return context.out.made(&view::Task::from(task), &name, "");
    }
    // The sentence tells where it came from, so nobody may move it in between.
    loop {
        let before = of(context
            .call(v1::GetTaskRequest {
                task: args.task.task.clone(),
            })?
            .task)?;
        let name = task_ref(&before);
        if before.status() == args.status {
            return context.out.line(&format!("{name} is {to} already"));
        }
        match set_status(args, Some(before.version), context) {
            Ok(_) => {
                let from = view::status_name(before.status());
                return context
                    .out
                    .line(&format!("Moved {name} from {from} to {to}"));
            }
            Err(error) if error.is(reason::VERSION_CONFLICT) => {}
            Err(error) => return Err(error),
        }
    }
}

fn set_status(
    args: &MoveArgs,
    if_version: Option<i64>,
    context: &Context,
) -> Result<v1::Task, CliError> {
    let request = v1::UpdateTaskRequest {
        task: args.task.task.clone(),
        fields: Some(v1::TaskFields {
            status: args.status.into(),
            ..v1::TaskFields::default()
        }),
        update_mask: Some(FieldMask {
            paths: vec!["status".to_owned()],
        }),
        if_version,
        force: args.force.force,
        ..v1::UpdateTaskRequest::default()
    };
    of(context.call(request)?.task)
}
