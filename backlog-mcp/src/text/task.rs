//! Tasks in words: a line in a list, or all there is to know of one.

use std::fmt::Write as _;

use backlog_api::{v1, view};

use super::{
    count,
    cut::{WHOLE, brief, cut},
    data,
    holder::{self, actor},
    line, quoted, short_id,
    time::{self, ago},
};
use crate::identity::Identity;

/// How much of a task is shown where nothing more was asked for.
pub(crate) mod usual {
    /// Characters of the description, and of the plan.
    pub(crate) const TEXT: usize = 2_200;
    /// Comments, the last ones.
    pub(crate) const COMMENTS: usize = 3;
    /// Characters of each.
    pub(crate) const COMMENT: usize = 400;
    /// Characters of a hand-off note.
    pub(crate) const HANDOFF: usize = 1_100;
    /// Bytes of a fact: a label, a path, a list of tasks.
    pub(crate) const FACT: usize = 300;
    /// Bytes of a title in a list: scripts differ in what a letter costs.
    pub(crate) const TITLE: usize = 160;
}

/// `TASK-12 P2 bug Fix login timeout (blocked) [app]`: what is usual is left
/// out, which is: a task, to do, and ready.
pub(crate) fn row(task: &v1::Task, with_project: bool, me: &Identity) -> String {
    let mut row = format!("{} P{}", view::task_ref(task.seq), task.priority);
    if task.r#type() != v1::TaskType::Task {
        let _ = write!(row, " {}", view::type_name(task.r#type()));
    }
    let _ = write!(row, " {}", brief(&line(&task.title), usual::TITLE));
    if !task.assignee.is_empty() {
        let _ = write!(row, " @{}", brief(&line(&task.assignee), usual::TITLE));
    }
    if let Some(state) = state(task, me) {
        let _ = write!(row, " ({state})");
    }
    if with_project && let Some(project) = &task.project {
        let _ = write!(row, " [{}]", line(&project.alias));
    }
    row
}

/// What is to be known of a task's state, unless it is ready.
fn state(task: &v1::Task, me: &Identity) -> Option<String> {
    if task.archived_at.is_some() {
        return Some("archived".to_owned());
    }
    match task.status() {
        v1::TaskStatus::Done => Some("done".to_owned()),
        v1::TaskStatus::Doing => Some(match &task.lease {
            Some(lease) => format!("doing, held by {}", holder::brief(lease, me)),
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
pub(crate) fn rows(tasks: &[v1::Task], me: &Identity) -> Vec<String> {
    let alias = |task: &v1::Task| task.project.as_ref().map(|project| project.alias.clone());
    let several = tasks
        .windows(2)
        .any(|pair| alias(&pair[0]) != alias(&pair[1]));
    tasks
        .iter()
        .map(|task| format!("{}\n", row(task, several, me)))
        .collect()
}

/// A line of a list, and below it what else a list knows of the task.
pub(crate) fn full_row(task: &v1::Task, me: &Identity) -> String {
    let facts = facts(task, me, usual::FACT);
    format!(
        "{}\n{}",
        row(task, true, me),
        indented(&format!("{facts}Id: {}\n{}", task.id, times(task)))
    )
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut lines, line| {
        let _ = writeln!(lines, "  {line}");
        lines
    })
}

/// `TASK-12 bug, P2, doing, project app, version 5`, and the title.
pub(crate) fn heading(task: &v1::Task, me: &Identity) -> String {
    let alias = task.project.as_ref().map_or("", |project| &project.alias);
    format!(
        "{} {}, P{}, {}, project {}, version {}\nTitle: {}\n",
        view::task_ref(task.seq),
        view::type_name(task.r#type()),
        task.priority,
        state(task, me).unwrap_or_else(|| "ready".to_owned()),
        line(alias),
        task.version,
        line(&task.title),
    )
}

/// What else there is to know, a line each of `most` bytes; nothing about
/// what is empty.
pub(crate) fn facts(task: &v1::Task, me: &Identity, most: usize) -> String {
    let mut facts = String::new();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(facts, "{name}: {}", brief(&value, most));
        }
    };
    fact("Labels", line(&task.labels.join(", ")));
    fact("Assignee", line(&task.assignee));
    fact("Due", task.due_at.as_ref().map(due).unwrap_or_default());
    fact("Part of", task.parent.clone());
    let blockers = if task.blocked {
        "Blocked by"
    } else {
        // A blocker stays one when it is done, and then blocks nothing.
        "Came after"
    };
    fact(blockers, task.blocked_by.join(", "));
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
        task.lease
            .as_ref()
            .map(|lease| holder::of(lease, me))
            .unwrap_or_default(),
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
    data("comment", &attributes, &cut(&comment.body, 0, most).brief())
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

/// A task as JSON says it: with as much of its parts as the text has. `whole`:
/// whether the description, plan and comments are to be read, from `offset` on.
pub(crate) fn shortened(task: &v1::Task, offset: usize, whole: [bool; 3]) -> v1::Task {
    let mut short = shortened_facts(task);
    let asked = whole.contains(&true);
    let part = |text: &str, name: &str, whole: bool| match (asked, whole) {
        (true, false) => String::new(),
        (true, true) => cut(text, offset, WHOLE).told(offset, &more(task, name)),
        (false, _) => cut(text, 0, usual::TEXT).told(0, &more(task, name)),
    };
    short.description = part(&task.description, "description", whole[0]);
    let newest = task.plans.len().saturating_sub(1);
    for (at, plan) in short.plans.iter_mut().enumerate() {
        if let Some(version) = &mut plan.version {
            version.body = if at == newest {
                part(&version.body, "plan", whole[1])
            } else {
                String::new()
            };
        }
    }
    let most = match (asked, whole[2]) {
        (true, false) => 0,
        // Together no longer than any other part.
        (true, true) => WHOLE / short.comments.len().max(1),
        (false, _) => usual::COMMENT,
    };
    if !asked {
        let older = short.comments.len().saturating_sub(usual::COMMENTS);
        short.comments.drain(..older);
    }
    if asked {
        short.last_attempt = None;
    } else if let Some(last) = &mut short.last_attempt {
        last.note = cut(&last.note, 0, usual::HANDOFF).brief();
    }
    for comment in &mut short.comments {
        comment.body = cut(&comment.body, 0, most).brief();
    }
    short
}

/// A task without the parts, its facts as long as in text.
pub(crate) fn shortened_facts(task: &v1::Task) -> v1::Task {
    let short = |text: &str| brief(text, usual::FACT);
    v1::Task {
        source: short(&task.source),
        external_ref: short(&task.external_ref),
        project_path: short(&task.project_path),
        ..task.clone()
    }
}

/// The call that reads on.
fn more(task: &v1::Task, part: &str) -> String {
    format!(
        "task_show(id=\"{}\", include=[\"{part}\"]",
        view::task_ref(task.seq)
    )
}

/// What the last attempt left for the next one. Of a task that was finished
/// it is the last comment.
pub(crate) fn handed_off(task: &v1::Task, me: &Identity) -> String {
    match &task.last_attempt {
        Some(last) if last.outcome() != v1::AttemptOutcome::Done => attempt(last, me),
        _ => String::new(),
    }
}

/// One attempt at a task, with what its holder left.
pub(crate) fn attempt(attempt: &v1::Attempt, me: &Identity) -> String {
    let who = holder::with(&actor(attempt.actor.as_ref()), &attempt.session, None, me);
    let mut told = format!(
        "Attempt {}: {who}, {} {}\n",
        attempt.fence,
        view::outcome_name(attempt.outcome()),
        time::ago(attempt.ended_at.as_ref().or(attempt.started_at.as_ref())),
    );
    if !attempt.note.is_empty() {
        let note = cut(&attempt.note, 0, usual::HANDOFF).text;
        told.push_str(&data("handoff", "", &note));
    }
    told
}
