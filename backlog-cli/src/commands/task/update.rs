//! `backlog task update`.

use backlog_api::{v1, view};
use clap::Args;
use prost_types::FieldMask;

use super::of;
use crate::{
    args::{
        ForceArg, TaskArg,
        task_fields::{FieldArgs, for_request},
        values,
    },
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Change a task's fields and labels; what is not named stays as it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task update TASK-12 --priority P1 --label urgent
  backlog task update 12 -t 'Fix slow login' --if-version 3
  backlog task update 12 --assignee ''")]
pub struct UpdateArgs {
    #[command(flatten)]
    task: TaskArg,

    #[command(flatten)]
    fields: FieldArgs,

    /// A label to take off; may be repeated
    #[arg(long = "remove-label", value_name = "NAME")]
    remove_labels: Vec<String>,

    /// It is no longer due at any time
    #[arg(long, conflicts_with = "due_date")]
    clear_due_date: bool,

    /// It is a part of no task any more
    #[arg(long, conflicts_with = "parent")]
    clear_parent: bool,

    /// It may be taken at any time
    #[arg(long, conflicts_with = "defer_until")]
    clear_defer_until: bool,

    /// It says no more which files it will touch
    #[arg(long, conflicts_with = "scope")]
    clear_scope: bool,

    #[command(flatten)]
    force: ForceArg,

    /// Only if the task still has this version; it guards the task's own fields,
    /// not its labels, comments or plans
    #[arg(long, value_name = "N", value_parser = values::version::<i64>())]
    if_version: Option<i64>,
}

pub fn run(args: UpdateArgs, context: &Context) -> Result<(), CliError> {
    let mut task = args.fields.read()?;
    if !task.plans.is_empty() {
        return Err(CliError::usage("an update takes no plans").hint(format!(
            "Add one: backlog plan add --task {} --title 'The plan'",
            args.task.task
        )));
    }
    if task.project.is_some() {
        return Err(CliError::usage("a task cannot move to another project"));
    }
    if !task.blocked_by.is_empty() || !task.discovered_from.is_empty() {
        return Err(
            CliError::usage("an update takes no dependencies").hint(format!(
                "Add one: backlog task dep add {} --on TASK-M",
                args.task.task
            )),
        );
    }
    let add_labels = std::mem::take(&mut task.labels);
    let (fields, mut paths) = for_request(task);
    for (clear, field) in [
        (args.clear_due_date, "due_at"),
        (args.clear_parent, "parent"),
        (args.clear_defer_until, "defer_until"),
        (args.clear_scope, "scope"),
    ] {
        if clear {
            paths.push(field.to_owned());
        }
    }
    if paths.is_empty() && add_labels.is_empty() && args.remove_labels.is_empty() {
        return Err(CliError::usage("nothing to update: name what to change")
            .hint("See: backlog task update --help"));
    }
    let request = v1::UpdateTaskRequest {
        task: args.task.task,
        fields: Some(fields),
        update_mask: Some(FieldMask { paths }),
        add_labels,
        remove_labels: args.remove_labels,
        if_version: args.if_version,
        force: args.force.force,
        ..Default::default()
    };
    let answer = context.call(request)?;
    let task = of(answer.task)?;

    let name = task_ref(&task);
    let sentence = if answer.changed {
        format!("Updated {name} {}", line(&task.title))
    } else {
        format!("{name} is like that already")
    };
    context.out.made(&view::Task::from(task), &name, &sentence)
}
