//! `backlog plan diff`.

use backlog_api::v1;
use clap::Args;

use super::{PlanArg, of};
use crate::{args::versions::RangeArgs, context::Context, error::CliError};

/// Show what changed between two versions of a plan
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog plan diff ID
  backlog plan diff ID --from 1 --to 3")]
pub struct DiffArgs {
    #[command(flatten)]
    plan: PlanArg,

    #[command(flatten)]
    range: RangeArgs,
}

pub fn run(args: &DiffArgs, context: &Context) -> Result<(), CliError> {
    args.range.show(context, "backlog plan history", |version| {
        let plan = of(context
            .call(v1::GetPlanRequest {
                plan: args.plan.plan.clone(),
                version,
            })?
            .plan)?;
        Ok((plan.id, plan.version.unwrap_or_default().into()))
    })
}
