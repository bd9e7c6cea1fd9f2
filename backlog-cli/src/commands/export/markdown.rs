//! An export as Markdown, a section a task.

use std::fmt::Write as _;

use backlog_api::{date, v1, view};

use super::{Whole, Writer};
use crate::{
    error::CliError,
    render::{task::actor, text::line},
};

/// Remembers nothing between sections.
pub struct Markdown;

impl Writer for Markdown {
    fn begin(&mut self, text: &mut String) {
        text.push_str("# Backlog Export\n");
    }

    fn write(&mut self, whole: Whole, text: &mut String) -> Result<(), CliError> {
        if let Whole::Task {
            task,
            plans,
            comments,
        } = whole
        {
            section(&task, text);
            for (plan, _) in plans {
                push_plan(&plan, text);
            }
            if !comments.is_empty() {
                text.push_str("\n### Comments\n");
            }
            for comment in comments {
                let by = actor(comment.actor.as_ref());
                let at = time(comment.created_at.as_ref());
                let _ = writeln!(text, "\n**{}**, {at}:\n", line(&by));
                push_body(&comment.body, text);
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &mut String) {}
}

fn section(task: &v1::Task, text: &mut String) {
    let alias = task.project.as_ref().map_or("", |project| &project.alias);
    let status = view::status_name(task.status());
    let _ = writeln!(
        text,
        "\n## [P{}][{status}] [{alias}] {} {}",
        task.priority,
        view::task_ref(task.seq),
        line(&task.title)
    );
    if !task.description.is_empty() {
        text.push('\n');
        push_body(&task.description, text);
    }
    text.push('\n');
    let facts = [
        ("ID", task.id.clone()),
        ("Type", view::type_name(task.r#type()).to_owned()),
        ("Actor", actor(task.actor.as_ref())),
        ("Assignee", task.assignee.clone()),
        ("Labels", task.labels.join(", ")),
        ("Source", task.source.clone()),
        ("External ref", task.external_ref.clone()),
        ("Due", due(task.due_at.as_ref())),
        ("Created", time(task.created_at.as_ref())),
        ("Completed", time(task.completed_at.as_ref())),
        ("Archived", time(task.archived_at.as_ref())),
    ];
    for (name, value) in facts {
        if !value.is_empty() {
            let _ = writeln!(text, "- {name}: {}", line(&value));
        }
    }
}

fn push_plan(plan: &v1::Plan, text: &mut String) {
    let version = plan.version.clone().unwrap_or_default();
    let _ = writeln!(
        text,
        "\n### Plan: {} (version {}, {})\n",
        line(&version.title),
        version.version,
        line(&actor(version.actor.as_ref()))
    );
    push_body(&version.body, text);
}

fn push_body(body: &str, text: &mut String) {
    text.push_str(body.trim_end_matches('\n'));
    text.push('\n');
}

fn due(at: Option<&prost_types::Timestamp>) -> String {
    at.and_then(date::due_day).unwrap_or_else(|| time(at))
}

fn time(at: Option<&prost_types::Timestamp>) -> String {
    at.map(view::time).unwrap_or_default()
}
