//! `backlog task release`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::{TaskArg, text},
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Give a task back: it is to do again, for the next one who claims
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task release TASK-12 --note 'Needs the staging password'
  tail -50 build.log | backlog task release 12 --failed --note -")]
pub struct ReleaseArgs {
    #[command(flatten)]
    task: TaskArg,

    /// What the next one should know; '-' reads standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,

    /// It was tried and failed, as opposed to given up
    #[arg(long)]
    failed: bool,

    /// Take it from whoever holds it; only people may
    #[arg(long)]
    force: bool,
}

pub fn run(args: ReleaseArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::ReleaseLeaseRequest {
        task: args.task.task,
        note: args
            .note
            .as_deref()
            .map(text::given)
            .transpose()?
            .unwrap_or_default(),
        failed: args.failed,
        force: args.force,
        ..Default::default()
    })?;
    let task = of(answer.task)?;
    let name = task_ref(&task);
    let mut sentence = format!("Gave {name} {} back", line(&task.title));
    if !task.needs_attention.is_empty() {
        sentence.push_str(&format!(
            "\nIt is set aside for a person: {}",
            line(&task.needs_attention)
        ));
    }
    context.out.made(&view::Task::from(task), &name, &sentence)
}
