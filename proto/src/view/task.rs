//! A task.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Actor, Attempt, Comment, Lease, Plan, ProjectRef, filled,
    names::{TASK_STATUSES, TASK_TYPES, status_name, type_name, words},
    time,
};
use crate::v1;

/// A task.
///
/// Lists leave out its plans and comments. Where one task is shown they are
/// there, and empty where there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Task {
    /// ULID.
    pub id: String,
    /// `TASK-N`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The N of it.
    pub seq: i64,
    /// ULID of its project.
    pub project_id: String,
    /// Its project.
    pub project: ProjectRef,
    /// Its title.
    pub title: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What kind of work it is.
    #[schemars(extend("enum" = words(&TASK_TYPES)))]
    pub r#type: &'static str,
    /// Where it stands.
    #[schemars(extend("enum" = words(&TASK_STATUSES)))]
    pub status: &'static str,
    /// 1 (most urgent) to 5.
    #[schemars(range(min = 1, max = 5))]
    pub priority: i32,
    /// Who is meant to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// When it is due; `T00:00:00Z` is that whole day, in every time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
    /// Who created it.
    pub actor: Actor,
    /// Which tool it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What that tool calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_ref: Option<String>,
    /// The directory it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_path: Option<String>,
    /// Names of its labels; always there, so that `.labels[]` always works.
    pub labels: Vec<String>,
    /// Its plans with their current version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<Vec<Plan>>,
    /// Its comments, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<Comment>>,
    /// The last attempt that has ended, with its hand-off note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<Attempt>,
    /// When it last became done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<String>,
    /// When it was archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<String>,
    /// When it was created.
    pub created_at: String,
    /// When it, its comments, plans or labels last changed.
    pub updated_at: String,
    /// Grows with every change of its own fields.
    pub version: i64,
    /// The task it is a part of, `TASK-N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Tasks that must be done before it, `TASK-N`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<String>,
    /// Tasks that wait for it, `TASK-N`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<String>,
    /// Tasks it has to do with, `TASK-N`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Tasks it was found with, `TASK-N`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub discovered_from: Vec<String>,
    /// Not to be taken before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer_until: Option<String>,
    /// Which files it will touch, as globs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    /// Why it was set aside for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_attention: Option<String>,
    /// Attempts without done since it was made or last given a new budget.
    #[serde(skip_serializing_if = "is_zero")]
    pub attempts_spent: i32,
    /// Whether it could be claimed now.
    pub ready: bool,
    /// To do, but a blocker of it or of a task above it is open.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
}

impl Task {
    /// A task that was read with its plans and comments, and so says that it
    /// has none where it has none.
    #[must_use]
    pub fn with_details(task: v1::Task) -> Self {
        let mut task = Self::from(task);
        task.plans.get_or_insert_default();
        task.comments.get_or_insert_default();
        task
    }
}

impl From<v1::Task> for Task {
    fn from(task: v1::Task) -> Self {
        let (status, kind) = (task.status(), task.r#type());
        let project = ProjectRef::from(task.project.unwrap_or_default());
        Self {
            id: task.id,
            reference: task_ref(task.seq),
            seq: task.seq,
            project_id: project.id.clone(),
            project,
            title: task.title,
            description: filled(task.description),
            r#type: type_name(kind),
            status: status_name(status),
            priority: task.priority,
            assignee: filled(task.assignee),
            due_at: time::optional(task.due_at.as_ref()),
            actor: task.actor.unwrap_or_default().into(),
            source: filled(task.source),
            external_ref: filled(task.external_ref),
            project_path: filled(task.project_path),
            labels: task.labels,
            last_attempt: task.last_attempt.map(Into::into),
            plans: some_of(task.plans),
            comments: some_of(task.comments),
            completed_at: time::optional(task.completed_at.as_ref()),
            archived_at: time::optional(task.archived_at.as_ref()),
            created_at: time::required(task.created_at.as_ref()),
            updated_at: time::required(task.updated_at.as_ref()),
            version: task.version,
            parent: filled(task.parent),
            blocked_by: task.blocked_by,
            blocks: task.blocks,
            related: task.related,
            discovered_from: task.discovered_from,
            defer_until: time::optional(task.defer_until.as_ref()),
            scope: task.scope,
            needs_attention: filled(task.needs_attention),
            attempts_spent: task.attempts_spent,
            ready: task.ready,
            blocked: task.blocked,
            lease: task.lease.map(Lease::from),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

/// `TASK-12` for 12.
#[must_use]
pub fn task_ref(seq: i64) -> String {
    format!("TASK-{seq}")
}

fn some_of<T, V: From<T>>(messages: Vec<T>) -> Option<Vec<V>> {
    (!messages.is_empty()).then(|| messages.into_iter().map(V::from).collect())
}
