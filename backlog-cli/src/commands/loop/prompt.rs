//! What an agent is told: the task and everything known about it, and how to
//! finish.

use std::fmt::Write as _;

use backlog_api::{v1, view};

use super::worktree::Worktree;
use crate::render::{
    lease::holder,
    task::{actor, task_ref},
    time::local,
};

/// The prompt for a claimed task, in markdown.
pub fn prompt(claimed: &v1::ClaimTaskResponse, worktree: Option<&Worktree>) -> String {
    let task = claimed.task.clone().unwrap_or_default();
    let name = task_ref(&task);
    let mut text = format!("# {name}: {}\n\n", task.title);
    let project = task.project.clone().unwrap_or_default();
    let fence = task.lease.as_ref().map_or(1, |lease| lease.fence);
    let _ = writeln!(
        text,
        "Project {}, {}, P{}, attempt {fence}.",
        project.alias,
        view::type_name(task.r#type()),
        task.priority
    );
    part(&mut text, "Description", &task.description);
    for plan in &task.plans {
        let version = plan.version.clone().unwrap_or_default();
        let heading = format!("Plan: {} (version {})", version.title, version.version);
        part(&mut text, &heading, &version.body);
    }
    for comment in &task.comments {
        let heading = format!(
            "Comment of {}, {}",
            actor(comment.actor.as_ref()),
            local(comment.created_at.as_ref())
        );
        part(&mut text, &heading, &comment.body);
    }
    if let Some(last) = &task.last_attempt {
        let heading = format!(
            "The attempt before: {} by {}, {}",
            view::outcome_name(last.outcome()),
            holder(last.actor.as_ref(), &last.session),
            local(last.ended_at.as_ref())
        );
        let note = match last.note.as_str() {
            "" => "It left no note.",
            note => note,
        };
        part(&mut text, &heading, note);
    }
    if !task.scope.is_empty() {
        let scope = task
            .scope
            .iter()
            .map(|glob| format!("- `{glob}`"))
            .collect::<Vec<_>>()
            .join("\n");
        part(&mut text, "Files this task may touch", &scope);
    }
    part(&mut text, "How this ends", &ending(&name, worktree));
    text
}

fn part(text: &mut String, heading: &str, body: &str) {
    if !body.trim().is_empty() {
        let _ = write!(text, "\n## {heading}\n\n{}\n", body.trim_end());
    }
}

fn ending(name: &str, worktree: Option<&Worktree>) -> String {
    let mut text = format!(
        "This session holds {name}: nobody else works on it. Do this one task, check that it is done, then

    backlog task done {name} --note 'What was done, and how it was checked'

and exit. Where it cannot be finished, say why and what the next one should know, and exit:

    backlog task release {name} --failed --note 'What was tried, what stands in the way'

Work that turns up on the way becomes a task of its own:

    backlog task add -t 'TITLE' --discovered-from {name}"
    );
    if let Some(worktree) = worktree {
        let _ = write!(
            text,
            "\n\nThe working directory is a git worktree on the branch {}. Commit there before finishing.",
            worktree.branch
        );
        if !worktree.merged.is_empty() {
            let _ = write!(
                text,
                " It has the work of {}, which this task waited for.",
                worktree.merged.join(" and ")
            );
        }
        for note in worktree.notes() {
            let _ = write!(text, "\n\nBefore anything else, merge it yourself: {note}.");
        }
    }
    text
}
