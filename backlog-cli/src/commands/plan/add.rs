//! `backlog plan add`.

use backlog_api::{v1, view};
use clap::Args;

use super::{of, title};
use crate::{
    args::text::ContentArgs,
    context::Context,
    error::CliError,
    render::{task::number, text::line},
};

/// Add a plan to a task
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog plan add --task TASK-12 --title 'Retry' --from-file plan.md
  echo Measure. | backlog plan add --task 12 --title Cause --content -")]
pub struct AddArgs {
    /// The task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF")]
    task: String,

    /// One line, up to 255 characters
    #[arg(long, value_name = "TITLE", allow_hyphen_values = true)]
    title: String,

    #[command(flatten)]
    content: ContentArgs,

    /// Which tool it comes from
    #[arg(long, value_name = "TOOL")]
    source: Option<String>,

    /// Why it was written
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    change_note: Option<String>,
}

pub fn run(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let body = args.content.read()?.unwrap_or_default();
    let request = v1::CreatePlanRequest {
        task: args.task,
        fields: Some(v1::PlanFields {
            title: args.title,
            body,
        }),
        source: args.source.unwrap_or_default(),
        change_note: args.change_note.unwrap_or_default(),
    };
    let plan = of(context.call(request)?.plan)?;

    let id = plan.id.clone();
    let sentence = format!(
        "Added plan {id} to {}: {}",
        number(plan.task_seq),
        line(title(&plan))
    );
    context.out.made(&view::Plan::from(plan), &id, &sentence)
}
