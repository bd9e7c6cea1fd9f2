//! How the queue stands, once, as plain text or JSON.

use backlog_api::{v1, view};

use crate::{
    context::{Context, Project},
    error::CliError,
    render::{
        events::activity_table,
        lease,
        table::{Column, Table},
        task::{actor, number},
    },
};

/// Events that are shown.
const EVENTS: i32 = 5;

pub fn run(project: &Project, context: &Context) -> Result<(), CliError> {
    let queue = context.call_in(
        project,
        v1::GetQueueRequest {
            project: project.name.clone(),
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Queue::from(queue));
    }
    let counts = queue.counts.unwrap_or_default();
    out.line(&format!(
        "{} ready, {} blocked, {} deferred, {} waiting for parts, {} for a person, {} doing, {} done",
        counts.ready,
        counts.blocked,
        counts.deferred,
        counts.waiting_for_parts,
        counts.needs_attention,
        counts.doing,
        counts.done,
    ))?;
    if queue.held.is_empty() {
        out.note("Nobody holds a task.")?;
    } else {
        out.line("")?;
        out.table(&held(&queue.held))?;
    }
    if !queue.waiting.is_empty() {
        out.line(&format!(
            "\n{} sessions wait for a task",
            queue.waiting.len()
        ))?;
    }
    let events = context.call_in(
        project,
        v1::ListActivitiesRequest {
            filter: Some(v1::ActivityFilter {
                project: project.name.clone(),
                ..v1::ActivityFilter::default()
            }),
            page_size: EVENTS,
            ..v1::ListActivitiesRequest::default()
        },
    )?;
    if events.activities.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.table(&activity_table(&events.activities))
}

fn held(tasks: &[v1::HeldTask]) -> Table {
    let mut table = Table::new(&[
        Column::fixed("TASK"),
        Column::flexible("HOLDER", 20, 12),
        Column::flexible("SESSION", 16, 8).expendable(1),
        Column::flexible("TITLE", 30, 18),
        Column::fixed("LEFT"),
    ]);
    for task in tasks {
        let lease = task.lease.clone().unwrap_or_default();
        table.row([
            &number(task.seq),
            &actor(lease.holder.as_ref()),
            &lease.session,
            &task.title,
            &lease::left(&lease),
        ]);
    }
    table
}
