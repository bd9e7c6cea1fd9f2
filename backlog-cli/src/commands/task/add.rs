//! `backlog task add`.

use std::path::{Path, PathBuf};

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::{
        ProjectArg,
        task_fields::{FieldArgs, for_request},
        text,
    },
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Add a task, with its labels and a plan; all of it happens or nothing does
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog task add -t 'Slow login' --type bug --priority P1 --label auth
  backlog task add -t 'Add the button' --blocked-by TASK-3 --scope 'web/**'
  git diff | backlog task add -p app -t 'Review this' -d -
  backlog task add --from-file task.json")]
pub struct AddArgs {
    #[command(flatten)]
    project: ProjectArg,

    #[command(flatten)]
    fields: FieldArgs,

    /// A task that must be done before it; may be repeated
    #[arg(long, value_name = "REF")]
    blocked_by: Vec<String>,

    /// A task it was found with; may be repeated
    #[arg(long, value_name = "REF")]
    discovered_from: Vec<String>,

    /// The task's first plan; its title is the file's first heading, or its name
    #[arg(long, value_name = "FILE")]
    plan_file: Option<PathBuf>,
}

pub fn run(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let mut task = args.fields.read()?;
    if task.title.is_none() {
        return Err(CliError::usage("a task needs a title")
            .hint("Give it one: backlog task add -t 'Fix login timeout'"));
    }
    if let Some(path) = &args.plan_file {
        task.plans.push(plan_from(path)?);
    }
    let in_config = [&context.config.defaults, &context.invocation.user.defaults];
    let configured = |pick: fn(&backlog_api::config::Defaults) -> Option<&str>| {
        in_config.into_iter().find_map(pick)
    };
    task.status = task
        .status
        .or(configured(|config| config.status.as_deref()).and_then(view::parse_status));
    task.task_type = task
        .task_type
        .or(configured(|config| config.r#type.as_deref()).and_then(view::parse_type));
    task.priority = task.priority.or(in_config
        .into_iter()
        .find_map(|config| config.priority)
        .map(i32::from));

    let project = context.project(args.project.project.as_deref().or(task.project.as_deref()));
    let labels = std::mem::take(&mut task.labels);
    let plans = std::mem::take(&mut task.plans);
    let with = |mut named: Vec<String>, more: Vec<String>| {
        named.extend(more);
        named
    };
    let blocked_by = with(std::mem::take(&mut task.blocked_by), args.blocked_by);
    let discovered_from = with(
        std::mem::take(&mut task.discovered_from),
        args.discovered_from,
    );
    let (fields, _) = for_request(task);
    let request = v1::CreateTaskRequest {
        project: project.name.clone(),
        fields: Some(fields),
        labels,
        plans,
        blocked_by,
        discovered_from,
    };
    let task = of(context.call_in(&project, request)?.task)?;

    let name = task_ref(&task);
    let sentence = format!("Created {name} {}", line(&task.title));
    context
        .out
        .made(&view::Task::with_details(task), &name, &sentence)
}

fn plan_from(path: &Path) -> Result<v1::NewPlan, CliError> {
    let body = text::file(path)?;
    let heading = body.lines().find_map(|line| {
        let heading = line.trim_start_matches('#');
        let is_one =
            heading.len() < line.len() && heading.starts_with(' ') && !heading.trim().is_empty();
        is_one.then(|| heading.trim().to_owned())
    });
    let name = || {
        path.file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    Ok(v1::NewPlan {
        title: heading.unwrap_or_else(name),
        body,
    })
}
