//! Activities on a terminal.

use std::collections::HashMap;

use backlog_api::{v1, view};

use super::{
    table::{Column, Table},
    task::{actor, number},
    time::local,
};

/// Characters of a session that tell it from another.
const MARK: usize = 6;

/// The table of `activity`. Sessions are told apart where one actor has
/// several.
pub fn activity_table(activities: &[v1::Activity]) -> Table {
    let with_sessions = has_several_sessions(activities);
    let mut columns = vec![
        Column::fixed("SEQ"),
        Column::fixed("TIME"),
        Column::flexible("ACTOR", 16, 10),
    ];
    if with_sessions {
        columns.push(Column::flexible("SESSION", 9, 7).expendable(2));
    }
    columns.extend([
        Column::flexible("TASK", 10, 8).expendable(1),
        Column::flexible("SUMMARY", 30, 16),
    ]);
    let mut table = Table::new(&columns);
    for activity in activities {
        let (seq, time) = (
            activity.seq.to_string(),
            local(activity.created_at.as_ref()),
        );
        let actor = actor(activity.actor.as_ref());
        let (task, summary) = (number(activity.task_seq), summary(activity));
        if with_sessions {
            let mark = mark(&activity.session);
            table.row([&seq, &time, &actor, &mark, &task, &summary]);
        } else {
            table.row([&seq, &time, &actor, &task, &summary]);
        }
    }
    table
}

fn has_several_sessions(activities: &[v1::Activity]) -> bool {
    let mut sessions = HashMap::new();
    activities
        .iter()
        .filter(|activity| !activity.session.is_empty())
        .any(|activity| {
            let actor = actor(activity.actor.as_ref());
            *sessions.entry(actor).or_insert(&activity.session) != &activity.session
        })
}

/// The end of a session's name: what comes before is when it began.
fn mark(session: &str) -> String {
    match session.char_indices().nth_back(MARK - 1) {
        Some((at, _)) if at > 0 => format!("…{}", &session[at..]),
        _ => session.to_owned(),
    }
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
