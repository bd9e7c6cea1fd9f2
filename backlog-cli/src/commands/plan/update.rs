//! `backlog plan update`.

use backlog_api::{v1, view};
use clap::Args;
use prost_types::FieldMask;

use super::{PlanArg, of, title};
use crate::{args::text::ContentArgs, context::Context, error::CliError, render::text::line};

/// Write a plan's next version; what is not named stays as it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog plan update ID --from-file plan.md --change-note 'Measured first'
  backlog plan update ID --title 'Retry with jitter'")]
pub struct UpdateArgs {
    #[command(flatten)]
    plan: PlanArg,

    /// One line, up to 255 characters
    #[arg(long, value_name = "TITLE", allow_hyphen_values = true)]
    title: Option<String>,

    #[command(flatten)]
    content: ContentArgs,

    /// Why it was written
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    change_note: Option<String>,
}

pub fn run(args: UpdateArgs, context: &Context) -> Result<(), CliError> {
    let body = args.content.read()?;
    let mut paths = Vec::new();
    if args.title.is_some() {
        paths.push("title".to_owned());
    }
    if body.is_some() {
        paths.push("body".to_owned());
    }
    if paths.is_empty() {
        return Err(CliError::usage(
            "nothing to update: give --title, --content or --from-file",
        ));
    }
    let request = v1::UpdatePlanRequest {
        plan: args.plan.plan,
        fields: Some(v1::PlanFields {
            title: args.title.unwrap_or_default(),
            body: body.unwrap_or_default(),
        }),
        update_mask: Some(FieldMask { paths }),
        change_note: args.change_note.unwrap_or_default(),
        if_version: None,
    };
    let answer = context.call(request)?;
    let plan = of(answer.plan)?;

    let id = plan.id.clone();
    let version = plan.current_version;
    let sentence = if answer.changed {
        format!(
            "Wrote version {version} of plan {id}: {}",
            line(title(&plan))
        )
    } else {
        format!("Plan {id} says that already (version {version})")
    };
    context.out.made(&view::Plan::from(plan), &id, &sentence)
}
