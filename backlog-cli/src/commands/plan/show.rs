//! `backlog plan show`.

use backlog_api::{v1, view};
use clap::Args;

use super::{PlanArg, of};
use crate::{args::values, context::Context, error::CliError, render::task::plan_page};

/// Show a plan, as it is now or was
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog plan show ID
  backlog plan show ID --version 1")]
pub struct ShowArgs {
    #[command(flatten)]
    plan: PlanArg,

    /// Which version; the newest where left out
    #[arg(long, value_name = "N", value_parser = values::version::<i32>())]
    version: Option<i32>,
}

pub fn run(args: ShowArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::GetPlanRequest {
        plan: args.plan.plan,
        version: args.version.unwrap_or_default(),
    };
    let plan = of(context.call(request)?.plan)?;
    if context.out.json {
        return context.out.document(&view::Plan::from(plan));
    }
    context.out.text(&plan_page(&plan, context.out.style))
}
