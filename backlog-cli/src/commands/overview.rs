//! `backlog` without a command: what is being done, and what is next.

use backlog_api::{v1, view};
use serde::Serialize;

use crate::{
    context::{Context, Project},
    error::CliError,
    render::task::task_table,
};

/// So many tasks of each kind are shown.
const SHOWN: i32 = 10;

#[derive(Serialize)]
struct Overview {
    doing: view::Tasks,
    todo: view::Tasks,
}

pub fn run(context: &Context) -> Result<(), CliError> {
    let project = context.project(None);
    let doing = tasks(context, &project, v1::TaskStatus::Doing)?;
    let todo = tasks(context, &project, v1::TaskStatus::Todo)?;
    let out = &context.out;
    if out.json {
        return out.document(&Overview {
            doing: doing.into(),
            todo: todo.into(),
        });
    }
    let is_empty = doing.total == 0 && todo.total == 0;
    section(context, "Doing", &doing)?;
    section(context, "To do", &todo)?;
    if is_empty {
        out.line("Nothing to do.\n")?;
    }
    let hints = if is_empty {
        [
            ("Add a project", "backlog project add --alias app"),
            ("Add a task", "backlog task add -t 'Fix login timeout'"),
            ("All commands", "backlog --help"),
        ]
    } else {
        [
            ("Look at one", "backlog task show REF"),
            ("Start one", "backlog task move REF --status doing"),
            ("All commands", "backlog --help"),
        ]
    };
    for (what, how) in hints {
        out.note(&format!("{} {how}", out.style.dim(&format!("{what:<14}"))))?;
    }
    Ok(())
}

fn tasks(
    context: &Context,
    project: &Project,
    status: v1::TaskStatus,
) -> Result<v1::ListTasksResponse, CliError> {
    let filter = v1::TaskFilter {
        project: project.name.clone(),
        statuses: vec![status.into()],
        ..Default::default()
    };
    let request = v1::ListTasksRequest {
        filter: Some(filter),
        page_size: SHOWN,
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    context.call_in(project, request)
}

fn section(context: &Context, title: &str, list: &v1::ListTasksResponse) -> Result<(), CliError> {
    if list.tasks.is_empty() {
        return Ok(());
    }
    let out = &context.out;
    let shown = list.tasks.len();
    let title = if i64::try_from(shown).is_ok_and(|shown| shown < list.total) {
        format!("{title}, {shown} of {}", list.total)
    } else {
        title.to_owned()
    };
    out.line(&out.style.bold(&title))?;
    out.table(&task_table(&list.tasks))?;
    out.line("")
}
