//! Activities on a terminal.

use backlog_api::{v1, view};

use super::{
    table::{Column, Table},
    task::{actor, number},
    time::local,
};

/// The table of `activity`.
pub fn activity_table(activities: &[v1::Activity]) -> Table {
    let mut table = Table::new(&[
        Column::fixed("SEQ"),
        Column::fixed("TIME"),
        Column::flexible("ACTOR", 16, 10),
        Column::flexible("TASK", 10, 8).expendable(1),
        Column::flexible("SUMMARY", 30, 16),
    ]);
    for activity in activities {
        table.row([
            &activity.seq.to_string(),
            &local(activity.created_at.as_ref()),
            &actor(activity.actor.as_ref()),
            &number(activity.task_seq),
            &summary(activity),
        ]);
    }
    table
}

/// One activity as a line of its own, whose columns do not move with the next.
pub fn activity_line(activity: &v1::Activity) -> String {
    format!(
        "{:>6}  {}  {:<18}  {}",
        activity.seq,
        local(activity.created_at.as_ref()),
        actor(activity.actor.as_ref()),
        summary(activity)
    )
}

fn summary(activity: &v1::Activity) -> String {
    if activity.summary.is_empty() {
        format!(
            "{} {}",
            view::entity_name(activity.entity()),
            activity.action
        )
    } else {
        activity.summary.clone()
    }
}
