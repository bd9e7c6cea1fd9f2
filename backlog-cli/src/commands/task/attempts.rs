//! `backlog task attempts`.

use backlog_api::{v1, view};
use clap::Args;

use crate::{args::TaskArg, context::Context, error::CliError, render::lease::attempt_table};

/// Show who tried a task, when, how it ended, and what they left
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task attempts TASK-12
  backlog task attempts 12 --json")]
pub struct AttemptsArgs {
    #[command(flatten)]
    task: TaskArg,
}

pub fn run(args: AttemptsArgs, context: &Context) -> Result<(), CliError> {
    let mut attempts = Vec::new();
    let request = v1::ListAttemptsRequest {
        task: args.task.task,
        page_size: 500,
        ..v1::ListAttemptsRequest::default()
    };
    context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            attempts.extend(page.attempts);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Attempts::from(attempts));
    }
    if attempts.is_empty() {
        return out.note("No attempts.");
    }
    out.table(&attempt_table(&attempts))
}
