//! `backlog loop`: hands ready tasks to a command, a fresh process each. Which
//! task comes next, and when one is given up, the daemon decides; here is only
//! what surrounds the processes.

mod attempt;
mod before;
mod child;
mod git;
mod guard;
mod hold;
mod log;
mod next;
mod prompt;
mod report;
mod rescue;
mod settle;
mod streak;
mod template;
mod work;
mod worktree;

pub use guard::{LoopGuardArgs, run as guard};

use std::{num::NonZeroUsize, process::ExitCode, time::Duration};

use backlog_api::duration;
use clap::Args;

use self::{report::Report, template::Template, work::Run, worktree::Repository};
use crate::{
    args::{ProjectArg, task_filter::TaskFilterArgs, values},
    context::Context,
    error::CliError,
};

/// Give ready tasks to a command, a fresh process for each
#[derive(Debug, Args)]
#[command(
    after_help = "Each task is claimed for one run of COMMAND. The prompt is on its standard
input and in {prompt_file}: the task, its plan, comments, the last hand-off
note; {ref} and {title} may stand in its arguments too. BACKLOG_TASK, _SESSION,
_LEASE, _ACTOR and _DB are in its environment, so that 'backlog' there works on
the task and signs as the agent.

COMMAND finishes the task (backlog task done) or gives it back (backlog task
release). One that ends without either, fails or runs out of time is given back
with the end of its output; after three attempts the task is set aside for a
person. The whole output is attached to the task. After three failures in a row
the next attempt waits, longer each time. Ctrl-C stops the commands and gives
their tasks back; a second one kills them.

Exit codes: 0, also where nothing was to be done; 1 where tasks were set aside
or too many attempts failed in a row; 130 after Ctrl-C.

Examples:
  backlog loop --until-empty -- claude -p --permission-mode acceptEdits
  backlog loop --workers 4 --worktree -- codex exec -
  backlog loop -p app --max-tasks 1 -- ./agent.sh {ref} {prompt_file}"
)]
pub struct LoopArgs {
    #[command(flatten)]
    project: ProjectArg,

    #[command(flatten)]
    filter: TaskFilterArgs,

    /// How many run at once
    #[arg(long, short, value_name = "N", default_value = "4", value_parser = values::number(1..=64_usize))]
    workers: usize,

    /// Stop after so many attempts
    #[arg(long, value_name = "N", value_parser = values::number(1..=usize::MAX))]
    max_tasks: Option<usize>,

    /// Stop once nothing is ready and nobody holds such a task; else wait for more
    #[arg(long)]
    until_empty: bool,

    /// Run each in a git worktree and branch of its own, backlog/TASK-12
    #[arg(long)]
    worktree: bool,

    /// How long one run may take: it is stopped then, and its task given back
    #[arg(long, value_name = "TIME", default_value = "2h", value_parser = some_time)]
    timeout: Duration,

    /// Stop after so many failures in a row: the command itself may be broken
    #[arg(long, value_name = "N", default_value = "10", value_parser = values::number(1..=usize::MAX))]
    max_failures: usize,

    /// What to run, after --
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// A time limit: nothing would be one that stops each run as it begins.
fn some_time(text: &str) -> Result<Duration, String> {
    match duration::parse(text) {
        Ok(time) if time.is_zero() => Err("that leaves no time to run".to_owned()),
        Ok(time) => Ok(time),
        Err(error) => Err(error.to_string()),
    }
}

pub fn run(args: &LoopArgs, context: &Context) -> Result<ExitCode, CliError> {
    let template = Template::new(&args.command, &context.invocation.cwd)?;
    for placeholder in template.unknown() {
        eprintln!(
            "warning: {placeholder} stays as it is; there are {{ref}}, {{title}} and {{prompt_file}}"
        );
    }
    let project = context.project(args.project.project.as_deref());
    let repository = if args.worktree {
        let cwd = &context.invocation.cwd;
        let found =
            context.block_on(async |client| Repository::around(cwd, client.workspace()).await);
        Some(found?)
    } else {
        None
    };
    let agent = template.agent();
    let run = Run {
        filter: args.filter.filter(&project.name),
        workers: NonZeroUsize::new(args.workers).unwrap_or(NonZeroUsize::MIN),
        max_tasks: args.max_tasks.unwrap_or(usize::MAX),
        until_empty: args.until_empty,
        max_failures: args.max_failures,
        timeout: args.timeout,
        actor: context.signs_as_said().unwrap_or(agent),
        session: context.session_of_its_own("loop"),
        cwd: context.invocation.cwd.clone(),
        database: context.workspace().database().to_owned(),
        template,
        repository,
    };
    let report = Report::new(context.out);
    context
        .block_on(async |client| work::run(run, client, report).await)
        .map_err(|error| context.explain(&project, error))
}
