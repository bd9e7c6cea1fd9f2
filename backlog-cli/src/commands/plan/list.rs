//! `backlog plan list`.

use backlog_api::{v1, view};
use clap::Args;

use super::title;
use crate::{
    context::Context,
    error::CliError,
    render::{
        table::{Column, Table},
        task::actor,
        time::local,
    },
};

/// List a task's plans, oldest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog plan list --task TASK-12")]
pub struct ListArgs {
    /// The task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF")]
    task: String,
}

pub fn run(args: &ListArgs, context: &Context) -> Result<(), CliError> {
    let mut plans = Vec::new();
    let request = v1::ListPlansRequest {
        task: args.task.clone(),
        ..Default::default()
    };
    context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            plans.extend(page.plans);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Plans::from(plans));
    }
    if plans.is_empty() {
        return out.note("No plans.");
    }
    let mut table = Table::new(&[
        Column::fixed("ID"),
        Column::fixed("V"),
        Column::flexible("TITLE", 30, 12),
        Column::flexible("ACTOR", 16, 10).expendable(2),
        Column::fixed("UPDATED").expendable(1),
    ]);
    for plan in &plans {
        table.row([
            &plan.id,
            &plan.current_version.to_string(),
            title(plan),
            &actor(
                plan.version
                    .as_ref()
                    .and_then(|version| version.actor.as_ref()),
            ),
            &local(plan.updated_at.as_ref()),
        ]);
    }
    out.table(&table)
}
