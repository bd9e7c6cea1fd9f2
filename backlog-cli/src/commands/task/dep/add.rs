//! `backlog task dep add`.

use backlog_api::{v1, view};
use clap::Args;

use super::EdgeArgs;
use crate::{commands::task::of, context::Context, error::CliError, render::task::task_ref};

/// Let a task wait for another; a circle is refused
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task dep add TASK-12 --on TASK-7
  backlog task dep add 12 --on 7 --type related")]
pub struct AddArgs {
    #[command(flatten)]
    edge: EdgeArgs,
}

pub fn run(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let edge = args.edge;
    let answer = context.call(v1::AddDependencyRequest {
        task: edge.task,
        on: edge.on.clone(),
        kind: edge.kind.into(),
    })?;
    let task = of(answer.task)?;
    let name = task_ref(&task);
    let sentence = if answer.changed {
        match edge.kind {
            v1::DependencyKind::Blocks | v1::DependencyKind::Unspecified => {
                format!("{name} waits for: {}", task.blocked_by.join(", "))
            }
            v1::DependencyKind::Related => {
                format!("{name} has to do with: {}", task.related.join(", "))
            }
            v1::DependencyKind::DiscoveredFrom => {
                format!("{name} was found with: {}", task.discovered_from.join(", "))
            }
        }
    } else {
        format!("{name} is linked like that already")
    };
    context.out.made(&view::Task::from(task), &name, &sentence)
}
