//! Tasks in words: a line in a list, or all there is to know of one.

use std::fmt::Write as _;

use backlog_api::{v1, view};

use super::{
    count,
    cut::cut,
    data,
    holder::{self, actor},
    line, quoted, short_id,
    time::{self, ago},
};

/// How much of a task is shown where nothing more was asked for.
pub(crate) mod usual {
    /// Characters of the description, and of the plan.
    pub(crate) const TEXT: usize = 2_200;
    /// Comments, the last ones.
    pub(crate) const COMMENTS: usize = 3;
    /// Characters of each.
    pub(crate) const COMMENT: usize = 400;
}

/// `TASK-12 P2 bug Fix login timeout (blocked) [app]`: what is usual is left
/// out, which is: a task, to do, and ready.
pub(crate) fn row(task: &v1::Task, with_project: bool) -> String {
    let mut row = format!("{} P{}", view::task_ref(task.seq), task.priority);
    if task.r#type() != v1::TaskType::Task {
        let _ = write!(row, " {}", view::type_name(task.r#type()));
    }
    let _ = write!(row, " {}", line(&task.title));
    if let Some(state) = state(task) {
        let _ = write!(row, " ({state})");
    }
    if with_project && let Some(project) = &task.project {
        let _ = write!(row, " [{}]", line(&project.alias));
    }
    row
}

/// What is to be known of a task's state, unless it is ready.
fn state(task: &v1::Task) -> Option<String> {
    if task.archived_at.is_some() {
        return Some("archived".to_owned());
    }
    match task.status() {
        v1::TaskStatus::Done => Some("done".to_owned()),
        v1::TaskStatus::Doing => Some(match &task.lease {
            Some(lease) => format!("doing, {}", actor(lease.holder.as_ref())),
            None => "doing".to_owned(),
        }),
        _ if task.ready => None,
        _ if !task.needs_attention.is_empty() => Some("set aside for a person".to_owned()),
        _ if task.blocked => Some("blocked".to_owned()),
        _ => match &task.defer_until {
            Some(until) => Some(format!("not before {}", date(until))),
            None => Some("waits for its parts".to_owned()),
        },
    }
}

/// The lines of a list, each with its project where there are several.
pub(crate) fn rows(tasks: &[v1::Task]) -> String {
    let alias = |task: &v1::Task| task.project.as_ref().map(|project| project.alias.clone());
    let several = tasks
        .windows(2)
        .any(|pair| alias(&pair[0]) != alias(&pair[1]));
    tasks.iter().fold(String::new(), |mut rows, task| {
        let _ = writeln!(rows, "{}", row(task, several));
        rows
    })
}

/// A line of a list, and below it what else a list knows of the task.
pub(crate) fn full_row(task: &v1::Task) -> String {
    format!(
        "{}\n{}",
        row(task, true),
        indented(&format!("{}Id: {}\n{}", facts(task), task.id, times(task)))
    )
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut lines, line| {
        let _ = writeln!(lines, "  {line}");
        lines
    })
}

/// `TASK-12 bug, P2, doing, project app, version 5`, and the title.
pub(crate) fn heading(task: &v1::Task) -> String {
    let alias = task.project.as_ref().map_or("", |project| &project.alias);
    format!(
        "{} {}, P{}, {}, project {}, version {}\nTitle: {}\n",
        view::task_ref(task.seq),
        view::type_name(task.r#type()),
        task.priority,
        state(task).unwrap_or_else(|| "ready".to_owned()),
        line(alias),
        task.version,
        line(&task.title),
    )
}

/// What else there is to know, a line each; nothing about what is empty.
pub(crate) fn facts(task: &v1::Task) -> String {
    let mut facts = String::new();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(facts, "{name}: {value}");
        }
    };
    fact("Labels", line(&task.labels.join(", ")));
    fact("Assignee", line(&task.assignee));
    fact("Due", task.due_at.as_ref().map(due).unwrap_or_default());
    fact("Part of", task.parent.clone());
    fact("Blocked by", task.blocked_by.join(", "));
    fact("Blocks", task.blocks.join(", "));
    fact("Related", task.related.join(", "));
    fact("Found with", task.discovered_from.join(", "));
    fact("Scope", line(&task.scope.join(", ")));
    fact("Path", line(&task.project_path));
    let source = [&task.source, &task.external_ref].map(|text| line(text));
    fact("Source", source.join(" ").trim().to_owned());
    fact("Set aside", line(&task.needs_attention));
    fact(
        "Held by",
        task.lease.as_ref().map(holder::of).unwrap_or_default(),
    );
    facts
}

/// Who made it, and when it changed last.
pub(crate) fn times(task: &v1::Task) -> String {
    format!(
        "Created: {} by {}\nChanged: {}\n",
        ago(task.created_at.as_ref()),
        actor(task.actor.as_ref()),
        ago(task.updated_at.as_ref())
    )
}

/// The day of a moment.
fn due(at: &prost_types::Timestamp) -> String {
    backlog_api::date::due_day(at).unwrap_or_else(|| view::time(at))
}

pub(crate) fn date(moment: &prost_types::Timestamp) -> String {
    view::time(moment).chars().take(10).collect()
}

/// What is shown of a task's description.
pub(crate) fn description(task: &v1::Task, offset: usize, most: usize) -> String {
    if task.description.trim().is_empty() {
        return String::new();
    }
    data(
        "description",
        "",
        &cut(&task.description, offset, most).told(offset, &more(task, "description")),
    )
}

/// What is shown of a task's plans: the newest one's text, and the names of
/// the others.
pub(crate) fn plan(task: &v1::Task, offset: usize, most: usize) -> String {
    let Some((newest, older)) = task.plans.split_last() else {
        return String::new();
    };
    let version = newest.version.clone().unwrap_or_default();
    let attributes = format!(
        "id={} version={} title={}",
        quoted(short_id(&newest.id)),
        version.version,
        quoted(&version.title)
    );
    let body = cut(&version.body, offset, most).told(offset, &more(task, "plan"));
    let mut told = data("plan", &attributes, &body);
    for plan in older {
        let title = plan.version.as_ref().map_or("", |version| &version.title);
        let _ = writeln!(told, "Other plan {}: {}", short_id(&plan.id), line(title));
    }
    told
}

/// What is shown of a task's comments: the last few.
pub(crate) fn last_comments(task: &v1::Task) -> String {
    let older = task.comments.len().saturating_sub(usual::COMMENTS);
    let mut told = String::new();
    if older > 0 {
        let _ = writeln!(
            told,
            "{}; older ones: task_show(id=\"{}\", include=[\"comments\"])",
            count(i64::try_from(task.comments.len()).unwrap_or(0), "comment"),
            view::task_ref(task.seq)
        );
    }
    for comment in &task.comments[older..] {
        told.push_str(&one_comment(comment, usual::COMMENT));
    }
    told
}

fn one_comment(comment: &v1::Comment, most: usize) -> String {
    let attributes = format!(
        "by={} at={}",
        quoted(&actor(comment.actor.as_ref())),
        quoted(&ago(comment.created_at.as_ref()))
    );
    let part = cut(&comment.body, 0, most);
    let body = match part.next {
        Some(_) => format!("{}… [{} characters]", part.text, part.total),
        None => part.text,
    };
    data("comment", &attributes, &body)
}

/// All comments, oldest first, a part of them at a time.
pub(crate) fn comments(task: &v1::Task, offset: usize, most: usize) -> String {
    let all: String = task
        .comments
        .iter()
        .map(|comment| one_comment(comment, usize::MAX))
        .collect();
    if all.is_empty() {
        return "No comments.\n".to_owned();
    }
    let mut told = cut(&all, offset, most).told(offset, &more(task, "comments"));
    told.push('\n');
    told
}

/// The call that reads on.
fn more(task: &v1::Task, part: &str) -> String {
    format!(
        "task_show(id=\"{}\", include=[\"{part}\"]",
        view::task_ref(task.seq)
    )
}

/// One attempt at a task, with what its holder left.
pub(crate) fn attempt(attempt: &v1::Attempt) -> String {
    let who = holder::with(&actor(attempt.actor.as_ref()), &attempt.session, None);
    let mut told = format!(
        "Attempt {}: {who}, {} {}\n",
        attempt.fence,
        view::outcome_name(attempt.outcome()),
        time::ago(attempt.ended_at.as_ref().or(attempt.started_at.as_ref())),
    );
    if !attempt.note.is_empty() {
        let note = cut(&attempt.note, 0, usual::TEXT / 2).text;
        told.push_str(&data("handoff", "", &note));
    }
    told
}
