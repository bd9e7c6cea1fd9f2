//! Who holds a task, and who held it.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use jiff::Timestamp;

use super::{
    style::Style,
    table::{Column, Table},
    task::{actor, indented},
    text::line,
    time::local,
};

/// `27 min`, `45 s`, `1 h 30 min`: how long until the lease ends.
pub fn left(lease: &v1::Lease) -> String {
    let until = lease.expires_at.as_ref().map_or(0, |at| at.seconds);
    span(until.saturating_sub(Timestamp::now().as_second()))
}

/// Seconds, for people.
pub fn span(seconds: i64) -> String {
    match (seconds.max(0) / 3_600, seconds.max(0) % 3_600 / 60) {
        (0, 0) => format!("{} s", seconds.max(0)),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// `ai:claude-code (session s1)`.
pub fn holder(who: Option<&v1::Actor>, session: &str) -> String {
    match session {
        "" => actor(who),
        session => format!("{} (session {session})", actor(who)),
    }
}

/// Who holds a task, for its page: `ai:codex (session s1), 27 min left`.
pub fn held(lease: &v1::Lease) -> String {
    format!(
        "{}, {} left",
        holder(lease.holder.as_ref(), &lease.session),
        left(lease)
    )
}

/// What a claimer has to know of its lease.
pub fn lease_facts(task: &v1::Task, token: &str, style: Style) -> String {
    let Some(lease) = &task.lease else {
        return String::new();
    };
    let mut text = format!("{}\n", style.bold("Lease"));
    for (name, value) in [
        ("Holder", holder(lease.holder.as_ref(), &lease.session)),
        (
            "Until",
            format!(
                "{} ({} left)",
                local(lease.expires_at.as_ref()),
                left(lease)
            ),
        ),
        ("Fence", lease.fence.to_string()),
        ("Token", token.to_owned()),
    ] {
        let _ = writeln!(
            text,
            "{} {}",
            style.dim(&format!("{name:<12}")),
            line(&value)
        );
    }
    text
}

/// What the attempt before left, if it left something.
pub fn handed_off(last: &v1::Attempt, style: Style) -> String {
    let heading = format!(
        "Last attempt: {} by {}, {}",
        view::outcome_name(last.outcome()),
        holder(last.actor.as_ref(), &last.session),
        local(last.ended_at.as_ref())
    );
    let mut text = format!("\n{}\n", style.bold(&line(&heading)));
    if !last.note.is_empty() {
        text.push_str(&indented(&last.note));
    }
    text
}

/// The table of `task attempts`.
pub fn attempt_table(attempts: &[v1::Attempt]) -> Table {
    let mut table = Table::new(&[
        Column::fixed("FENCE"),
        Column::flexible("ACTOR", 20, 9),
        Column::flexible("SESSION", 16, 7).expendable(1),
        Column::fixed("STARTED"),
        Column::fixed("ENDED").expendable(2),
        Column::fixed("OUTCOME"),
        Column::flexible("NOTE", 30, 10),
    ]);
    for attempt in attempts {
        table.row([
            &attempt.fence.to_string(),
            &actor(attempt.actor.as_ref()),
            &attempt.session,
            &local(attempt.started_at.as_ref()),
            &local(attempt.ended_at.as_ref()),
            view::outcome_name(attempt.outcome()),
            attempt.note.lines().next().unwrap_or_default(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_left_are_told_in_the_unit_that_fits() {
        for (seconds, text) in [
            (-5, "0 s"),
            (45, "45 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (5_400, "1 h 30 min"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }
}
