//! `backlog plan delete`.

use backlog_api::{v1, view};
use clap::Args;

use super::{PlanArg, of, title};
use crate::{
    context::Context,
    error::CliError,
    render::{task::number, text::line},
};

/// Move a plan with all its versions to the trash, for 30 days
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog plan delete ID")]
pub struct DeleteArgs {
    #[command(flatten)]
    plan: PlanArg,
}

pub fn run(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let plan = of(context
        .call(v1::DeletePlanRequest {
            plan: args.plan.plan,
        })?
        .plan)?;
    let message = format!(
        "Deleted plan '{}' of {}. Take it back: backlog trash restore {}",
        line(title(&plan)),
        number(plan.task_seq),
        plan.id
    );
    context
        .out
        .done(&view::Done::of("delete", "plan", &plan.id, message))
}
