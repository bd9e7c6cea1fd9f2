//! Tasks: what the queue holds.

use std::fmt;

use super::{
    actor::{Actor, ActorKind},
    clock::Moment,
    comment::Comment,
    dependency::Links,
    holdback::Holdback,
    id::Id,
    lease::{Attempt, Holder, Lease},
    plan::{NewPlan, Plan},
    project::ProjectRef,
    refusal::Refusal,
    scope::Scope,
    search::Query,
    text,
    words::words,
};

words! {
    /// Where a task stands. Every move is allowed.
    Status {
        /// Waiting for somebody.
        Todo = "todo",
        /// Being worked on.
        Doing = "doing",
        /// Finished.
        Done = "done",
    }
}

words! {
    /// What kind of work a task is.
    TaskType {
        /// Work of no special kind.
        Task = "task",
        /// Something is broken.
        Bug = "bug",
        /// Something is unclear or unwanted.
        Issue = "issue",
        /// Something that works gets better.
        Improvement = "improvement",
        /// Something new.
        Feature = "feature",
        /// A security flaw.
        Vulnerability = "vulnerability",
        /// Upkeep.
        Chore = "chore",
        /// Finding something out.
        Spike = "spike",
        /// Some day, perhaps.
        BucketList = "bucket-list",
    }
}

/// 1 (most urgent) to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// What a task gets when nobody says.
    pub const DEFAULT: Self = Self(3);

    /// A number from 1 to 5.
    ///
    /// # Errors
    /// For any other.
    pub fn new(given: i64) -> Result<Self, Refusal> {
        match u8::try_from(given) {
            Ok(number @ 1..=5) => Ok(Self(number)),
            _ => Err(Refusal::invalid(
                "priority",
                format!("{given} is not a priority: P1 (most urgent) to P5"),
            )),
        }
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

/// How a caller names a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskRef {
    /// The N of `TASK-N`.
    Number(i64),
    /// The ULID.
    Id(Id),
}

impl TaskRef {
    /// Reads `TASK-12`, `task-12`, `12` or a ULID.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(given: &str) -> Result<Self, Refusal> {
        let text = given.trim();
        let digits = match text.split_at_checked(5) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("task-") => rest,
            _ => text,
        };
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            if let Ok(number) = digits.parse() {
                return Ok(Self::Number(number));
            }
        } else if let Some(id) = Id::parse(text) {
            return Ok(Self::Id(id));
        }
        Err(Refusal::invalid(
            "task",
            format!("{given:?} is not a task: write TASK-12, 12 or the task's ULID"),
        ))
    }
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// The N of `TASK-N`, and the key in the database.
    pub seq: i64,
    /// ULID.
    pub id: Id,
    /// Its project's key in the database.
    pub project_key: i64,
    /// Its project.
    pub project: ProjectRef,
    /// Whether that project is archived.
    pub project_archived: bool,
    /// One line.
    pub title: String,
    /// Markdown; empty in lists that left it out.
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
    /// Who created it.
    pub actor: Actor,
    /// Which tool it came from.
    pub source: String,
    /// What that tool calls it.
    pub external_ref: String,
    /// The directory it is about.
    pub project_path: String,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// When it last became done.
    pub completed_at: Option<Moment>,
    /// When it was archived.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When it or what hangs on it last changed.
    pub updated_at: Moment,
    /// Grows with every change of its own fields.
    pub version: i64,
    /// The task it is a part of.
    pub parent: Option<i64>,
    /// Not to be taken before.
    pub defer_until: Option<Moment>,
    /// Which files it will touch.
    pub scope: Scope,
    /// Attempts without done since it was made or last given a new budget.
    pub attempts_spent: i64,
    /// Why it was set aside for a person, or empty.
    pub attention: String,
    /// What keeps it from being ready, beside its status and the archive.
    pub holdback: Holdback,
    /// Its edges.
    pub links: Links,
    /// Who holds it.
    pub lease: Option<Lease>,
}

impl Task {
    /// `TASK-12`.
    #[must_use]
    pub fn reference(&self) -> String {
        reference(self.seq)
    }

    /// Whether it could be claimed, as far as it alone can tell: what others
    /// hold may still be in its way.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_waiting() && self.holdback == Holdback::NOTHING
    }

    /// To do, but a blocker of it or of a task above it is open.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.is_waiting() && self.holdback.is_blocked()
    }

    fn is_waiting(&self) -> bool {
        self.status == Status::Todo && self.archived_at.is_none() && !self.project_archived
    }
}

/// `TASK-12`.
#[must_use]
pub fn reference(seq: i64) -> String {
    format!("TASK-{seq}")
}

/// A task with what hangs on it.
#[derive(Debug, Clone)]
pub struct TaskDetail {
    /// The task.
    pub task: Task,
    /// Its plans at their current versions, oldest first.
    pub plans: Vec<Plan>,
    /// Its comments, oldest first.
    pub comments: Vec<Comment>,
    /// The last attempt that has ended.
    pub last_attempt: Option<Attempt>,
}

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

/// Which tasks a list is about.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Alias or ULID, or empty for all projects.
    pub project: String,
    /// One of these, or any.
    pub statuses: Vec<Status>,
    /// One of these, or any.
    pub kinds: Vec<TaskType>,
    /// One of these, or any.
    pub priorities: Vec<Priority>,
    /// Exactly this, or any.
    pub assignee: String,
    /// At least one of these, or any.
    pub labels: Vec<String>,
    /// Created by this kind of actor, or any.
    pub actor_kind: Option<ActorKind>,
    /// Created by an actor of this name, or any.
    pub actor_name: String,
    /// Exactly this, or any.
    pub source: String,
    /// Full text, or none.
    pub search: Option<Query>,
    /// Archived ones and those of archived projects too.
    pub include_archived: bool,
    /// Only what could be claimed.
    pub ready: bool,
    /// Only what an open blocker holds up.
    pub blocked: bool,
    /// Only what a session holds.
    pub claimed: bool,
    /// Only what this session holds.
    pub held_by: Option<Holder>,
    /// Only the parts of this task.
    pub parent: Option<TaskRef>,
    /// Only what was set aside for a person.
    pub needs_attention: bool,
}

words! {
    /// In which order a list comes.
    Sort {
        /// Most urgent first.
        Priority = "priority",
        /// By creation.
        Created = "created",
        /// By last change.
        Updated = "updated",
        /// By number.
        Seq = "seq",
        /// By title.
        Title = "title",
        /// By due date, those without one last.
        Due = "due",
        /// Best match first.
        Relevance = "relevance",
    }
}

impl Sort {
    /// Whether it runs downwards when nobody says.
    #[must_use]
    pub fn usually_descends(self) -> bool {
        matches!(self, Self::Created | Self::Updated)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_named_by_number_or_ulid() {
        for given in ["TASK-12", "task-12", "Task-12", "12", " 12 "] {
            assert_eq!(TaskRef::parse(given), Ok(TaskRef::Number(12)), "{given:?}");
        }
        let id = Id::generate();
        assert_eq!(TaskRef::parse(&id.to_string()), Ok(TaskRef::Id(id)));
        for given in [
            "",
            "TASK-",
            "TASK",
            "twelve",
            "-12",
            "+12",
            "12.0",
            "TASK-99999999999999999999",
            "é",
        ] {
            assert!(TaskRef::parse(given).is_err(), "{given:?}");
        }
    }

    #[test]
    fn priorities_run_from_one_to_five() {
        assert_eq!(Priority::new(1).unwrap().to_string(), "P1");
        for given in [0, 6, -1, i64::MAX] {
            assert!(Priority::new(given).is_err(), "{given}");
        }
    }
}
