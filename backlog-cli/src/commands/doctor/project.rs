//! `backlog doctor project`.

use std::process::ExitCode;

use backlog_api::{v1, view};
use clap::Args;
use prost_types::Duration;

use crate::{
    args::{duration, values},
    context::Context,
    error::CliError,
    render::report,
};

/// Look for work that is stuck, forgotten or closed too early
#[derive(Debug, Args)]
#[command(after_help = "Codes, from the worst on:
  error    final_audit_closed_with_open_work, lease_expired_repeatedly,
           stale_doing_task
  warning  blocked_by_archived, done_without_completion_evidence
  info     task_without_plan, done_without_comments,
           latest_activity_label_churn_only, task_created_never_started

Examples:
  backlog doctor project
  backlog doctor project --project app --stale-after 3d --json
  backlog doctor project --strict --quiet")]
pub struct ProjectArgs {
    /// Alias or id; else the default project, else all of them
    #[arg(long, short, value_name = "ALIAS")]
    project: Option<String>,

    /// After how long without a change something is stale
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = duration::parse)]
    stale_after: Duration,

    /// At most so many issues
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true, value_parser = values::number(1..=10_000i32))]
    limit: i32,

    /// Exit with 1 where an error was found
    #[arg(long)]
    strict: bool,
}

pub fn run(args: &ProjectArgs, context: &Context) -> Result<ExitCode, CliError> {
    let project = context.project(args.project.as_deref());
    let request = v1::AuditProjectRequest {
        project: project.name.clone(),
        stale_after: Some(args.stale_after),
        limit: args.limit,
    };
    let found = view::Audit::from(context.call_in(&project, request)?);
    let out = &context.out;
    if out.json {
        out.document(&found)?;
    } else if found.issues.is_empty() {
        out.note(&format!("No issues in {}.", report::tasks(&found)))?;
    } else {
        out.table(&report::issues(&found))?;
        out.note(&report::summary(&found, out.style))?;
    }
    Ok(if args.strict && !found.ok {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
