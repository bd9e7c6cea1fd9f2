//! `backlog` without a command: what I hold, what is ready, what needs a person.

use backlog_api::{v1, view};

use crate::{
    context::{Context, Project},
    error::CliError,
    render::{
        table::Table,
        task::{held_table, task_table},
    },
};

/// So many tasks of each kind are shown.
const SHOWN: i32 = 10;

pub fn run(context: &Context) -> Result<(), CliError> {
    let project = context.project(None);
    let tasks = |filter| tasks(context, &project, filter);
    let mine = tasks(v1::TaskFilter {
        mine: true,
        ..Default::default()
    })?;
    let ready = tasks(v1::TaskFilter {
        ready: true,
        ..Default::default()
    })?;
    let needs_attention = tasks(v1::TaskFilter {
        needs_attention: true,
        ..Default::default()
    })?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Overview {
            mine: mine.into(),
            ready: ready.into(),
            needs_attention: needs_attention.into(),
        });
    }
    let is_empty = mine.total + ready.total + needs_attention.total == 0;
    section(context, "Mine", &mine, held_table)?;
    section(context, "Ready", &ready, task_table)?;
    section(context, "Needs a person", &needs_attention, task_table)?;
    if is_empty {
        out.line("Nothing is ready.\n")?;
    }
    for (what, how) in hints(&mine, &ready, &needs_attention) {
        out.note(&format!("{} {how}", out.style.dim(&format!("{what:<14}"))))?;
    }
    Ok(())
}

fn hints(
    mine: &v1::ListTasksResponse,
    ready: &v1::ListTasksResponse,
    needs_attention: &v1::ListTasksResponse,
) -> [(&'static str, &'static str); 3] {
    if mine.total > 0 {
        [
            ("Finish one", "backlog task done REF --note TEXT"),
            ("Give one back", "backlog task release REF --note TEXT"),
            ("All commands", "backlog --help"),
        ]
    } else if ready.total > 0 {
        [
            ("Take the next", "backlog task claim"),
            ("Look at one", "backlog task show REF"),
            ("All commands", "backlog --help"),
        ]
    } else if needs_attention.total > 0 {
        [
            ("What happened", "backlog task attempts REF"),
            ("Try it again", "backlog task retry REF"),
            ("All commands", "backlog --help"),
        ]
    } else {
        [
            ("Add a project", "backlog project add --alias app"),
            ("Add a task", "backlog task add -t 'Fix login timeout'"),
            ("All commands", "backlog --help"),
        ]
    }
}

fn tasks(
    context: &Context,
    project: &Project,
    filter: v1::TaskFilter,
) -> Result<v1::ListTasksResponse, CliError> {
    let request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            project: project.name.clone(),
            ..filter
        }),
        page_size: SHOWN,
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    context.call_in(project, request)
}

fn section(
    context: &Context,
    title: &str,
    list: &v1::ListTasksResponse,
    table: fn(&[v1::Task]) -> Table,
) -> Result<(), CliError> {
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
    out.table(&table(&list.tasks))?;
    out.line("")
}
