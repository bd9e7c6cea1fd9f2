//! `backlog project delete`.

use backlog_api::v1;
use clap::Args;

use super::{called, default, done, of};
use crate::{context::Context, error::CliError};

/// Move an archived project and its tasks to the trash, for 30 days
#[derive(Debug, Args)]
#[command(
    after_help = "Its activity stays in the log. While others hold tasks of it, only people may.

Examples:
  backlog project archive app
  backlog project delete app"
)]
pub struct DeleteArgs {
    /// Alias or id
    #[arg(value_name = "ALIAS")]
    project: String,
}

pub fn run(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::DeleteProjectRequest {
        project: args.project,
    })?;
    let project = of(answer.project)?;
    let tasks = match answer.tasks_deleted {
        0 => String::new(),
        1 => " and its task".to_owned(),
        count => format!(" and its {count} tasks"),
    };
    let mut message = format!(
        "Deleted project {}{tasks}. Take it back: backlog trash restore {}",
        called(&project),
        project.id
    );
    message.push_str(&default::forget(&project, context));
    context.out.done(&done("delete", &project, message))
}
