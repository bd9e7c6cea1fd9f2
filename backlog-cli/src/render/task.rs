//! A task on a terminal: as a row of a table, and as a page of its own.

use std::fmt::Write as _;

use backlog_api::{v1, view};

use super::{
    lease,
    style::Style,
    table::{Column, Table},
    text::{block, line},
    time::{due, local},
    version::version_page,
};

/// `TASK-12`.
pub fn task_ref(task: &v1::Task) -> String {
    view::task_ref(task.seq)
}

/// `TASK-12` for 12; empty for 0.
pub fn number(seq: i64) -> String {
    if seq == 0 {
        String::new()
    } else {
        view::task_ref(seq)
    }
}

/// `ai:claude-code`.
pub fn actor(actor: Option<&v1::Actor>) -> String {
    actor.map_or_else(String::new, |actor| {
        format!("{}:{}", view::actor_kind_name(actor.kind()), actor.name)
    })
}

/// The table of `task list`.
pub fn task_table(tasks: &[v1::Task]) -> Table {
    let mut table = Table::new(&[
        Column::fixed("REF"),
        Column::fixed("P"),
        Column::flexible("TYPE", 13, 7),
        Column::fixed("STATUS"),
        Column::flexible("TITLE", 30, 18),
        Column::flexible("PROJECT", 12, 7).expendable(3),
        Column::flexible("LABELS", 12, 6).expendable(1),
        Column::flexible("ACTOR", 14, 9).expendable(2),
    ]);
    for task in tasks {
        table.row([
            &task_ref(task),
            &format!("P{}", task.priority),
            view::type_name(task.r#type()),
            &status(task),
            &task.title,
            task.project.as_ref().map_or("", |project| &project.alias),
            &task.labels.join(", "),
            &actor(task.actor.as_ref()),
        ]);
    }
    table
}

/// The table of what is held: by whom, and for how long.
pub fn held_table(tasks: &[v1::Task]) -> Table {
    let mut table = Table::new(&[
        Column::fixed("REF"),
        Column::fixed("P"),
        Column::flexible("TITLE", 30, 18),
        Column::flexible("PROJECT", 12, 7).expendable(2),
        Column::flexible("HOLDER", 20, 12),
        Column::flexible("SESSION", 16, 8).expendable(1),
        Column::fixed("LEFT"),
    ]);
    for task in tasks {
        let lease = task.lease.clone().unwrap_or_default();
        table.row([
            &task_ref(task),
            &format!("P{}", task.priority),
            &task.title,
            task.project.as_ref().map_or("", |project| &project.alias),
            &actor(lease.holder.as_ref()),
            &lease.session,
            &lease::left(&lease),
        ]);
    }
    table
}

fn status(task: &v1::Task) -> String {
    let name = view::status_name(task.status());
    if task.archived_at.is_some() {
        format!("{name} (archived)")
    } else {
        name.to_owned()
    }
}

/// Everything about a task.
pub fn task_page(task: &v1::Task, style: Style) -> String {
    let mut page = format!(
        "{}  {}\n",
        style.bold(&task_ref(task)),
        style.bold(&line(&task.title))
    );
    facts(&mut page, task, style);
    if !task.description.is_empty() {
        section(&mut page, &task.description);
    }
    for plan in &task.plans {
        page.push('\n');
        page.push_str(&plan_page(plan, style));
    }
    if !task.comments.is_empty() {
        let _ = writeln!(page, "\n{}", style.bold("Comments"));
    }
    for comment in &task.comments {
        let _ = writeln!(page, "\n{}", comment_heading(comment, style));
        page.push_str(&indented(&comment.body));
    }
    // What was left for the next one; of a task that was finished it is the
    // last comment.
    if let Some(last) = &task.last_attempt
        && last.outcome() != v1::AttemptOutcome::Done
    {
        page.push_str(&lease::handed_off(last, style));
    }
    page
}

fn facts(page: &mut String, task: &v1::Task, style: Style) {
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(
                page,
                "{} {}",
                style.dim(&format!("{name:<12}")),
                line(value)
            );
        }
    };
    let project = task.project.as_ref().map_or(String::new(), |project| {
        if project.name == project.alias {
            project.alias.clone()
        } else {
            format!("{} ({})", project.alias, project.name)
        }
    });
    let done = local(task.completed_at.as_ref());
    let status = match done.as_str() {
        "" => status(task),
        done => format!("{}, since {done}", status(task)),
    };
    fact("Status", &status);
    fact(
        "Held by",
        &task.lease.as_ref().map(lease::held).unwrap_or_default(),
    );
    fact("Set aside", &task.needs_attention);
    fact("Priority", &format!("P{}", task.priority));
    fact("Type", view::type_name(task.r#type()));
    fact("Project", &project);
    fact("Labels", &task.labels.join(", "));
    fact("Assignee", &task.assignee);
    fact("Due", &due(task.due_at.as_ref()));
    fact("Parent", &task.parent);
    fact("Blocked by", &task.blocked_by.join(", "));
    fact("Blocks", &task.blocks.join(", "));
    fact("Related", &task.related.join(", "));
    fact("Found with", &task.discovered_from.join(", "));
    fact("Not before", &local(task.defer_until.as_ref()));
    fact("Scope", &task.scope.join("  "));
    fact(
        "Source",
        [task.source.as_str(), &task.external_ref].join(" ").trim(),
    );
    fact("Path", &task.project_path);
    fact(
        "Created",
        &format!(
            "{} by {}",
            local(task.created_at.as_ref()),
            actor(task.actor.as_ref())
        ),
    );
    fact("Updated", &local(task.updated_at.as_ref()));
    fact("Archived", &local(task.archived_at.as_ref()));
    fact("Version", &task.version.to_string());
    fact("Id", &task.id);
}

/// A plan at one of its versions.
pub fn plan_page(plan: &v1::Plan, style: Style) -> String {
    let version = plan.version.clone().unwrap_or_default().into();
    version_page("Plan", &plan.id, plan.current_version, &version, style)
}

/// Who said it, and when.
pub fn comment_heading(comment: &v1::Comment, style: Style) -> String {
    let who = actor(comment.actor.as_ref());
    let facts = format!("{}  {}", local(comment.created_at.as_ref()), comment.id);
    format!("{}  {}", style.cyan(&line(&who)), style.dim(&line(&facts)))
}

/// Text, two columns to the right, ending with a line break.
pub fn indented(text: &str) -> String {
    let mut lines = String::new();
    for text in block(text).trim_end().split('\n') {
        let _ = writeln!(lines, "{}", format!("  {text}").trim_end());
    }
    lines
}

/// Text after an empty line.
pub fn section(page: &mut String, text: &str) {
    let _ = writeln!(page, "\n{}", block(text).trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task() -> v1::Task {
        let actor = v1::Actor {
            kind: v1::ActorKind::Ai.into(),
            name: "claude-code".to_owned(),
        };
        v1::Task {
            seq: 12,
            title: "Investigate the slow network path in production".to_owned(),
            description: "first\n\x1b[2Jsecond".to_owned(),
            r#type: v1::TaskType::Vulnerability.into(),
            status: v1::TaskStatus::Doing.into(),
            priority: 1,
            labels: vec!["network".to_owned(), "security".to_owned()],
            project: Some(v1::ProjectRef {
                alias: "app".to_owned(),
                name: "app".to_owned(),
                ..Default::default()
            }),
            actor: Some(actor.clone()),
            comments: vec![v1::Comment {
                actor: Some(actor),
                body: "seen\n\ntwice".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    #[test]
    fn eighty_columns_show_every_column() {
        assert_eq!(
            task_table(&[task()]).lines(Some(80)),
            [
                "REF      P   TYPE     STATUS  TITLE                  PROJECT  LABELS  ACTOR",
                "TASK-12  P1  vulner…  doing   Investigate the slow…  app      netwo…  ai:claud…",
            ]
        );
    }

    #[test]
    fn a_page_shows_what_there_is_and_sends_nothing_raw() {
        let page = task_page(&task(), Style::new(false));
        assert!(page.starts_with(
            "TASK-12  Investigate the slow network path in production\nStatus       doing\n"
        ));
        assert!(page.contains("\nfirst\n\\x1b[2Jsecond\n"), "{page}");
        assert!(page.ends_with("\n  seen\n\n  twice\n"), "{page}");
        for absent in ["Assignee", "Due", "Parent", "Archived"] {
            assert!(!page.contains(absent), "{absent}");
        }
    }
}
