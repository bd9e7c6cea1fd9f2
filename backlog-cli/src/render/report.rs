//! Reports on a terminal: a heading and an aligned table a section; sections
//! with nothing in them are left out.

use backlog_api::view::{Analysis, Audit, DurationStats, ReportItems};

use super::{
    style::Style,
    table::{Column, Table},
    text::line,
};

/// The page of `activity analyze`.
pub fn analysis(found: &Analysis, style: Style, width: Option<usize>) -> String {
    let mut page = Page {
        text: String::new(),
        style,
        width,
    };
    page.heading(&format!(
        "{} to {}",
        minute(&found.since),
        minute(&found.until)
    ));
    let mut table = plain(["", "CREATED", "COMPLETED", "TODO", "DOING", "DONE"]);
    table.row([
        "tasks",
        &found.created.to_string(),
        &found.completed.to_string(),
        &found.status.todo.to_string(),
        &found.status.doing.to_string(),
        &found.status.done.to_string(),
    ]);
    page.table(&table);
    let by = &found.closed_by;
    page.line(&format!(
        "closed by humans {}, by AIs {}, by others {}",
        by.human, by.ai, by.other
    ));

    let mut times = plain(["", "COUNT", "AVERAGE", "MIN", "P50", "P90", "MAX"]);
    let mut add = |name: &str, stats: &DurationStats| {
        if stats.count > 0 {
            times.row([
                name,
                &stats.count.to_string(),
                &length(stats.average),
                &length(stats.minimum),
                &length(stats.p50),
                &length(stats.p90),
                &length(stats.maximum),
            ]);
        }
        stats.count > 0
    };
    let mut timed = add("created to done", &found.cycle_time);
    for one in &found.cycle_time_by_type {
        add(&format!("  {}", one.kind), &one.cycle_time);
    }
    timed |= add("todo to doing", &found.todo_to_doing);
    timed |= add("doing to done", &found.doing_to_done);
    if timed {
        page.section("How long it took");
        page.table(&times);
    }

    if !found.in_progress_by_actor.is_empty() {
        page.section("In progress");
        let mut table = plain(["ACTOR", "TASKS"]);
        for work in &found.in_progress_by_actor {
            let actor = format!("{}:{}", work.actor.kind, work.actor.name);
            table.row([&actor, &work.count.to_string()]);
        }
        page.table(&table);
    }
    for (name, items) in [
        ("Stale in doing", &found.stale_doing),
        ("Reopened", &found.reopened),
        ("Done without evidence", &found.done_without_evidence),
        ("Bugs discovered from other tasks", &found.bug_follow_ups),
        ("Labels put on and taken off", &found.label_churn),
        ("Labels that look alike", &found.duplicate_labels),
        ("Plans that are there twice", &found.duplicate_plans),
        ("Comments that are there twice", &found.duplicate_comments),
    ] {
        page.items(name, items);
    }
    page.text
}

/// The table of `doctor project`.
pub fn issues(found: &Audit) -> Table {
    let mut table = Table::new(&[
        Column::fixed("SEVERITY"),
        Column::fixed("TASK"),
        Column::flexible("CODE", 34, 20),
        Column::flexible("EVIDENCE", 30, 16),
        Column::flexible("TITLE", 24, 12).expendable(1),
    ]);
    for issue in &found.issues {
        let item = &issue.item;
        table.row([
            issue.severity,
            item.reference.as_deref().unwrap_or_default(),
            &issue.code,
            item.evidence.as_deref().unwrap_or_default(),
            &item.title,
        ]);
    }
    table
}

/// How many issues there are, by code.
pub fn summary(found: &Audit, style: Style) -> String {
    let mut text = String::new();
    for count in &found.counts {
        text.push_str(&format!(
            "\n{:>7}  {:<8} {}",
            count.count, count.severity, count.code
        ));
    }
    let shown = match found.issues.len() {
        shown if i64::try_from(shown).is_ok_and(|shown| shown < found.total) => {
            format!(
                "showing {shown} of {} in {}",
                issues_of(found),
                tasks(found)
            )
        }
        _ => format!("{} in {}", issues_of(found), tasks(found)),
    };
    format!("{text}\n{}", style.dim(&shown))
}

fn issues_of(found: &Audit) -> String {
    match found.total {
        1 => "1 issue".to_owned(),
        issues => format!("{issues} issues"),
    }
}

/// How many tasks were looked at.
pub fn tasks(found: &Audit) -> String {
    match found.tasks {
        1 => "1 task".to_owned(),
        tasks => format!("{tasks} tasks"),
    }
}

struct Page {
    text: String,
    style: Style,
    width: Option<usize>,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let heading = self.style.bold(&line(text));
        self.line(&heading);
    }

    fn section(&mut self, text: &str) {
        self.text.push('\n');
        self.heading(text);
    }

    fn table(&mut self, table: &Table) {
        for (at, text) in table.lines(self.width).iter().enumerate() {
            let text = if at == 0 {
                self.style.dim(text)
            } else {
                text.clone()
            };
            self.line(&text);
        }
    }

    fn items(&mut self, name: &str, found: &ReportItems) {
        if found.count == 0 {
            return;
        }
        self.section(&format!("{name}: {}", found.count));
        let mut table = Table::new(&[
            Column::fixed("TASK"),
            Column::flexible("WHAT", 36, 16),
            Column::flexible("TITLE", 24, 12),
            Column::fixed("AT").expendable(1),
        ]);
        for item in &found.items {
            table.row([
                item.reference.as_deref().unwrap_or("-"),
                item.evidence.as_deref().unwrap_or_default(),
                &item.title,
                &minute(&item.at),
            ]);
        }
        self.table(&table);
        let left = found.count - i64::try_from(found.items.len()).unwrap_or(found.count);
        if left > 0 {
            let more = self.style.dim(&format!("and {left} more"));
            self.line(&more);
        }
    }
}

fn plain<const N: usize>(titles: [&'static str; N]) -> Table {
    Table::new(&titles.map(Column::fixed))
}

/// A time of JSON as people read it.
fn minute(time: &str) -> String {
    let moment = time.parse::<jiff::Timestamp>().ok();
    super::time::local(
        moment
            .map(|at| prost_types::Timestamp {
                seconds: at.as_second(),
                nanos: 0,
            })
            .as_ref(),
    )
}

/// A length of time in its two largest units.
fn length(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else {
        return String::new();
    };
    let whole = seconds as i64;
    let pair = |large: i64, unit: &str, small: i64, of: &str| match small {
        0 => format!("{large}{unit}"),
        small => format!("{large}{unit} {small}{of}"),
    };
    match whole {
        ..60 => format!("{seconds:.1}s"),
        60..3_600 => pair(whole / 60, "m", whole % 60, "s"),
        3_600..86_400 => pair(whole / 3_600, "h", whole % 3_600 / 60, "m"),
        _ => pair(whole / 86_400, "d", whole % 86_400 / 3_600, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_two_units_at_most() {
        for (seconds, text) in [
            (0.04, "0.0s"),
            (59.96, "60.0s"),
            (61.0, "1m 1s"),
            (7_200.0, "2h"),
            (90_061.0, "1d 1h"),
        ] {
            assert_eq!(length(Some(seconds)), text);
        }
        assert_eq!(length(None), "");
    }
}
