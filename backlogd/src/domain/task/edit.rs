//! Tasks to be made, and changes of tasks.

use super::{Priority, Status, TaskRef, TaskType};
use crate::domain::{Moment, Refusal, plan::NewPlan, scope::Scope, text};

/// A task to be made.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// Alias or ULID of its project, or empty.
    pub project: String,
    /// Its fields.
    pub fields: TaskFields,
    /// Labels by name.
    pub labels: Vec<String>,
    /// Plans to make with it.
    pub plans: Vec<NewPlan>,
    /// What must be done before it.
    pub blocked_by: Vec<TaskRef>,
    /// What it was found with.
    pub discovered_from: Vec<TaskRef>,
}

#[cfg(test)]
impl NewTask {
    /// A task of which nothing but its title is said.
    pub fn titled(project: &str, title: impl Into<String>) -> Self {
        Self {
            project: project.to_owned(),
            fields: TaskFields {
                title: title.into(),
                description: String::new(),
                kind: TaskType::Task,
                status: Status::Todo,
                priority: Priority::DEFAULT,
                assignee: String::new(),
                due_at: None,
                source: String::new(),
                external_ref: String::new(),
                project_path: String::new(),
                parent: None,
                defer_until: None,
                scope: Scope::default(),
            },
            labels: Vec::new(),
            plans: Vec::new(),
            blocked_by: Vec::new(),
            discovered_from: Vec::new(),
        }
    }
}

/// All fields a caller may set.
#[derive(Debug, Clone)]
pub struct TaskFields {
    /// One line, not empty.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// What kind of work.
    pub kind: TaskType,
    /// Where it stands.
    pub status: Status,
    /// How urgent.
    pub priority: Priority,
    /// Who is meant to do it.
    pub assignee: String,
    /// When it is due.
    pub due_at: Option<Moment>,
    /// Which tool it came from.
    pub source: String,
    /// What that tool calls it.
    pub external_ref: String,
    /// The directory it is about.
    pub project_path: String,
    /// The task it is a part of.
    pub parent: Option<TaskRef>,
    /// Not to be taken before.
    pub defer_until: Option<Moment>,
    /// Which files it will touch.
    pub scope: Scope,
}

/// A change of a task: of its fields, its labels, and what it waits for.
#[derive(Debug, Clone, Default)]
pub struct TaskEdit {
    /// The fields.
    pub patch: TaskPatch,
    /// Labels to attach.
    pub add_labels: Vec<String>,
    /// Labels to detach.
    pub remove_labels: Vec<String>,
    /// Tasks that it now waits for.
    pub add_blocked_by: Vec<TaskRef>,
    /// Tasks that it no longer waits for.
    pub remove_blocked_by: Vec<TaskRef>,
    /// Only if it still has this version.
    pub if_version: Option<i64>,
    /// Although another session holds it.
    pub force: bool,
}

/// The fields to change; `None` keeps one. Written field by field, never as a
/// whole row, so that two writers of different fields both stay.
#[derive(Debug, Clone, Default)]
pub struct TaskPatch {
    /// See [`TaskFields`].
    pub title: Option<String>,
    /// See [`TaskFields`].
    pub description: Option<String>,
    /// See [`TaskFields`].
    pub kind: Option<TaskType>,
    /// See [`TaskFields`].
    pub status: Option<Status>,
    /// See [`TaskFields`].
    pub priority: Option<Priority>,
    /// See [`TaskFields`].
    pub assignee: Option<String>,
    /// See [`TaskFields`]; `Some(None)` clears it.
    pub due_at: Option<Option<Moment>>,
    /// See [`TaskFields`].
    pub source: Option<String>,
    /// See [`TaskFields`].
    pub external_ref: Option<String>,
    /// See [`TaskFields`].
    pub project_path: Option<String>,
    /// See [`TaskFields`]; `Some(None)` clears it.
    pub parent: Option<Option<TaskRef>>,
    /// See [`TaskFields`]; `Some(None)` clears it.
    pub defer_until: Option<Option<Moment>>,
    /// See [`TaskFields`].
    pub scope: Option<Scope>,
}

impl TaskPatch {
    /// Whether it names no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            title,
            description,
            kind,
            status,
            priority,
            assignee,
            due_at,
            source,
            external_ref,
            project_path,
            parent,
            defer_until,
            scope,
        } = self;
        title.is_none()
            && description.is_none()
            && kind.is_none()
            && status.is_none()
            && priority.is_none()
            && assignee.is_none()
            && due_at.is_none()
            && source.is_none()
            && external_ref.is_none()
            && project_path.is_none()
            && parent.is_none()
            && defer_until.is_none()
            && scope.is_none()
    }
}

/// The names of labels, each once, as given.
///
/// # Errors
/// Where one is empty or too long.
pub fn label_names(given: &[String]) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = Vec::with_capacity(given.len());
    for name in given {
        let name = text::required_line("label", name)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
