//! `backlog task claim`.

use std::env;

use backlog_api::{v1, view};
use clap::Args;
use prost_types::Duration;

use super::of;
use crate::{
    args::{ProjectArg, duration, process, task_filter::TaskFilterArgs, values},
    context::Context,
    error::CliError,
    render::{
        lease::lease_facts,
        task::{task_page, task_ref},
        time::now,
    },
};

/// Take a task, or the next ready one, so that nobody else starts it
#[derive(Debug, Args)]
#[command(
    after_help = "The task is yours until you finish it, give it back, or its lease ends unrenewed. Any write of yours about it renews the lease. With nothing to claim the exit code is 6.

Examples:
  backlog task claim
  backlog task claim TASK-12 --ttl 2h
  backlog task claim -p app --type bug --wait 10m
  backlog task claim --hold-pid 4711 --json"
)]
pub struct ClaimArgs {
    /// TASK-12, 12, or the task's id; else the next ready one
    #[arg(value_name = "REF")]
    task: Option<String>,

    #[command(flatten)]
    project: ProjectArg,

    #[command(flatten)]
    filter: TaskFilterArgs,

    /// How long the lease lives without being renewed, 1s to 24h; else the
    /// workspace's lease.ttl, 30m unless configured
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    ttl: Option<Duration>,

    /// How long to wait for something to become ready, up to 24h
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    wait: Option<Duration>,

    /// Keep the lease for as long as this process lives
    #[arg(long, value_name = "PID", value_parser = values::number(1..=i32::MAX), allow_negative_numbers = true)]
    hold_pid: Option<i32>,

    /// Whatever keeps it from being ready, from another session too; only
    /// people may
    #[arg(long, requires = "task")]
    force: bool,
}

pub fn run(args: &ClaimArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let filter = match args.task {
        Some(_) => None,
        None => Some(args.filter.filter(&project.name)),
    };
    let worktree = env::current_dir()
        .map(|dir| dir.to_string_lossy().into_owned())
        .unwrap_or_default();
    let request = v1::ClaimTaskRequest {
        task: args.task.clone().unwrap_or_default(),
        filter,
        ttl: args.ttl,
        wait: args.wait,
        asked_at: args.wait.map(|_| now()),
        worktree,
        hold: args.hold_pid.map(process::holding).transpose()?,
        force: args.force,
        ..v1::ClaimTaskRequest::default()
    };
    let claimed = context.call_in(&project, request)?;
    let out = &context.out;
    if out.json {
        return out.document(&view::ClaimedTask::from(claimed));
    }
    let token = claimed.token;
    let task = of(claimed.task)?;
    let name = task_ref(&task);
    if out.quiet {
        return out.line(&name);
    }
    let mut page = task_page(&task, out.style);
    page.push('\n');
    page.push_str(&lease_facts(&task, &token, out.style));
    let verb = if claimed.held_already {
        "holds"
    } else {
        "took"
    };
    // The token at hand is another task's.
    let lease = match &context.caller().lease {
        Some(other) if *other != token => format!(" --lease {token}"),
        _ => String::new(),
    };
    page.push_str(&format!(
        "\nThis session {verb} {name}.\nFinish it        backlog task done {name}{lease} --note '…'\nOr give it back  backlog task release {name}{lease} --note '…'\n"
    ));
    out.text(&page)
}
