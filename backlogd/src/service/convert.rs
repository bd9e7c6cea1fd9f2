//! The domain's types as the wire's, and the wire's small ones as the domain's.

use std::time::Duration;

use backlog_api::v1;
use prost_types::{FieldMask, Timestamp};

use crate::{
    domain::{
        Actor, ActorKind, Entity, Moment, Refusal, Refused,
        activity::{Action, Activity, Hash},
        attachment::{Attachment, Target},
        comment::{Comment, first_words},
        dependency::DependencyKind,
        doc::Doc,
        excerpt::Excerpt,
        label::Label,
        lease::{Attempt, Lease, Outcome},
        memory::Memory,
        plan::Plan,
        project::{Project, ProjectRef, TaskCounts},
        task::{Sort, Status, Task, TaskDetail, TaskType, reference},
        text,
        transfer::ExportDetail,
        trash::TrashItem,
        version::{Version, VersionPatch},
    },
    store::Hit,
};

const NANOS: i64 = 1_000_000_000;

pub(super) fn timestamp(moment: Moment) -> Timestamp {
    Timestamp {
        seconds: moment.0.div_euclid(NANOS),
        nanos: i32::try_from(moment.0.rem_euclid(NANOS)).unwrap_or_default(),
    }
}

/// A moment that fits the database: the years 1677 to 2262.
pub(super) fn moment(field: &'static str, given: &Timestamp) -> Refused<Moment> {
    given
        .seconds
        .checked_mul(NANOS)
        .and_then(|nanos| nanos.checked_add(i64::from(given.nanos)))
        .map(Moment)
        .ok_or_else(|| {
            Refusal::invalid(field, format!("{field} is outside the years 1677 to 2262"))
        })
}

/// A length of time.
pub(super) fn duration(
    field: &'static str,
    given: Option<prost_types::Duration>,
) -> Refused<Option<Duration>> {
    given
        .map(|given| {
            Duration::try_from(given)
                .map_err(|_| Refusal::invalid(field, format!("{field} is no length of time")))
        })
        .transpose()
}

/// The paths of a mask, each of which must be known.
pub(super) fn mask<'m>(mask: Option<&'m FieldMask>, known: &[&str]) -> Refused<Vec<&'m str>> {
    let paths: Vec<&str> = mask
        .map(|mask| mask.paths.iter().map(String::as_str).collect())
        .unwrap_or_default();
    match paths.iter().find(|path| !known.contains(path)) {
        Some(path) => Err(Refusal::invalid(
            "update_mask",
            format!(
                "{path:?} is not a field that can be set: {}",
                known.join(", ")
            ),
        )),
        None => Ok(paths),
    }
}

/// An enum's value; `None` for the unspecified one.
fn enum_value<E: TryFrom<i32>>(field: &'static str, given: i32) -> Refused<Option<E>> {
    match given {
        0 => Ok(None),
        value => E::try_from(value)
            .map(Some)
            .map_err(|_| Refusal::invalid(field, format!("{value} is not a {field}"))),
    }
}

macro_rules! enums {
    ($($wire:ident = $domain:ident as $read:ident($field:literal) { $($w:ident = $d:ident),* $(,)? })*) => {$(
        impl From<$domain> for v1::$wire {
            fn from(value: $domain) -> Self {
                match value { $($domain::$d => Self::$w,)* }
            }
        }

        pub(super) fn $read(given: i32) -> Refused<Option<$domain>> {
            Ok(enum_value::<v1::$wire>($field, given)?.and_then(|value| match value {
                v1::$wire::Unspecified => None,
                $(v1::$wire::$w => Some($domain::$d),)*
            }))
        }
    )*};
}

enums! {
    TaskStatus = Status as status("status") { Todo = Todo, Doing = Doing, Done = Done }
    TaskType = TaskType as task_type("type") {
        Task = Task, Bug = Bug, Issue = Issue, Improvement = Improvement, Feature = Feature,
        Vulnerability = Vulnerability, Chore = Chore, Spike = Spike, BucketList = BucketList,
    }
    ActorKind = ActorKind as actor_kind("actor_kind") { Human = Human, Ai = Ai, System = System }
    DependencyKind = DependencyKind as dependency_kind("kind") {
        Blocks = Blocks, Related = Related, DiscoveredFrom = DiscoveredFrom,
    }
    ExportDetail = ExportDetail as export_detail("detail") {
        Tasks = Tasks, Texts = Texts, Everything = Everything,
    }
    TaskSort = Sort as sort("sort") {
        Priority = Priority, Created = Created, Updated = Updated, Seq = Seq, Title = Title,
        Due = Due, Relevance = Relevance,
    }
}

/// The word for a kind of thing in a filter of the log; later programs may
/// have written kinds that this one does not know.
pub(super) fn entity_word(given: i32) -> Refused<Option<String>> {
    Ok(enum_value::<v1::EntityKind>("entity", given)?.map(|kind| {
        kind.as_str_name()
            .trim_start_matches("ENTITY_KIND_")
            .to_ascii_lowercase()
    }))
}

/// What was done, as a filter asks for it; empty asks nothing.
pub(super) fn action(given: String) -> Refused<String> {
    if given.is_empty() || Action::from_word(&given).is_some() {
        Ok(given)
    } else {
        Err(Refusal::invalid(
            "action",
            format!(
                "no action {given:?}; those there are: {}",
                Action::ALL
                    .iter()
                    .map(|action| action.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        ))
    }
}

fn entity_kind(word: &str) -> v1::EntityKind {
    v1::EntityKind::from_str_name(&format!("ENTITY_KIND_{}", word.to_ascii_uppercase()))
        .unwrap_or_default()
}

impl From<Actor> for v1::Actor {
    fn from(actor: Actor) -> Self {
        Self {
            kind: v1::ActorKind::from(actor.kind()).into(),
            name: actor.name().to_owned(),
        }
    }
}

impl From<ProjectRef> for v1::ProjectRef {
    fn from(project: ProjectRef) -> Self {
        Self {
            id: project.id.to_string(),
            alias: project.alias,
            name: project.name,
        }
    }
}

impl From<TaskCounts> for v1::TaskCounts {
    fn from(counts: TaskCounts) -> Self {
        Self {
            todo: counts.todo,
            doing: counts.doing,
            done: counts.done,
            archived: counts.archived,
        }
    }
}

pub(super) fn project(project: Project, counts: TaskCounts) -> v1::Project {
    v1::Project {
        id: project.id.to_string(),
        alias: project.alias,
        name: project.name,
        description: project.description,
        repo_path: project.repo_path,
        actor: Some(project.actor.into()),
        task_counts: Some(counts.into()),
        wip_limit: project
            .wip_limit
            .map_or(0, |limit| i32::try_from(limit).unwrap_or(i32::MAX)),
        version: project.version,
        archived_at: project.archived_at.map(timestamp),
        created_at: Some(timestamp(project.created_at)),
        updated_at: Some(timestamp(project.updated_at)),
    }
}

impl From<Task> for v1::Task {
    fn from(task: Task) -> Self {
        Self {
            id: task.id.to_string(),
            seq: task.seq,
            ready: task.is_ready(),
            blocked: task.is_blocked(),
            lease: task.lease.map(Into::into),
            parent: task.parent.map(reference).unwrap_or_default(),
            blocked_by: references(task.links.blocked_by),
            blocks: references(task.links.blocks),
            related: references(task.links.related),
            discovered_from: references(task.links.discovered_from),
            defer_until: task.defer_until.map(timestamp),
            scope: task.scope.globs().to_vec(),
            needs_attention: task.attention,
            attempts_spent: i32::try_from(task.attempts_spent).unwrap_or(i32::MAX),
            plans: Vec::new(),
            comments: Vec::new(),
            last_attempt: None,
            project: Some(task.project.into()),
            title: task.title,
            description: task.description,
            r#type: v1::TaskType::from(task.kind).into(),
            status: v1::TaskStatus::from(task.status).into(),
            priority: i32::try_from(task.priority.number()).unwrap_or_default(),
            assignee: task.assignee,
            due_at: task.due_at.map(timestamp),
            actor: Some(task.actor.into()),
            source: task.source,
            external_ref: task.external_ref,
            project_path: task.project_path,
            labels: task.labels,
            completed_at: task.completed_at.map(timestamp),
            archived_at: task.archived_at.map(timestamp),
            created_at: Some(timestamp(task.created_at)),
            updated_at: Some(timestamp(task.updated_at)),
            version: task.version,
        }
    }
}

fn references(numbers: Vec<i64>) -> Vec<String> {
    numbers.into_iter().map(reference).collect()
}

impl From<Lease> for v1::Lease {
    fn from(lease: Lease) -> Self {
        Self {
            holder: Some(lease.holder.actor.into()),
            session: lease.holder.session,
            fence: lease.fence,
            acquired_at: Some(timestamp(lease.acquired_at)),
            expires_at: Some(timestamp(lease.expires_at)),
        }
    }
}

impl From<Outcome> for v1::AttemptOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Released => Self::Released,
            Outcome::Expired => Self::Expired,
            Outcome::Failed => Self::Failed,
            Outcome::Revoked => Self::Revoked,
        }
    }
}

impl From<Attempt> for v1::Attempt {
    fn from(attempt: Attempt) -> Self {
        let outcome = attempt
            .ended
            .map_or(v1::AttemptOutcome::Unspecified, |(_, outcome)| {
                outcome.into()
            });
        Self {
            fence: attempt.fence,
            actor: Some(attempt.holder.actor.into()),
            session: attempt.holder.session,
            worktree: attempt.worktree,
            started_at: Some(timestamp(attempt.started_at)),
            ended_at: attempt.ended.map(|(at, _)| timestamp(at)),
            outcome: outcome.into(),
            note: attempt.note,
        }
    }
}

impl From<TaskDetail> for v1::Task {
    fn from(detail: TaskDetail) -> Self {
        Self {
            plans: detail.plans.into_iter().map(Into::into).collect(),
            comments: detail.comments.into_iter().map(Into::into).collect(),
            last_attempt: detail.last_attempt.map(Into::into),
            ..detail.task.into()
        }
    }
}

impl From<Plan> for v1::Plan {
    fn from(plan: Plan) -> Self {
        Self {
            id: plan.id.to_string(),
            task_id: plan.task_id.to_string(),
            task_seq: plan.task_seq,
            current_version: version_number(plan.current_version),
            source: plan.source,
            version: Some(plan.version.into()),
            created_at: Some(timestamp(plan.created_at)),
            updated_at: Some(timestamp(plan.updated_at)),
        }
    }
}

macro_rules! versions {
    ($($wire:ident.$owner:ident),*) => {$(
        impl From<Version> for v1::$wire {
            fn from(version: Version) -> Self {
                Self {
                    id: version.id.to_string(),
                    $owner: version.owner.to_string(),
                    version: version_number(version.version),
                    title: version.title,
                    body: version.body,
                    actor: Some(version.actor.into()),
                    change_note: version.change_note,
                    created_at: Some(timestamp(version.created_at)),
                }
            }
        }
    )*};
}
versions!(PlanVersion.plan_id, DocVersion.doc_id);

impl From<Doc> for v1::Doc {
    fn from(doc: Doc) -> Self {
        Self {
            id: doc.id.to_string(),
            project: Some(doc.project.into()),
            current_version: version_number(doc.current_version),
            version: Some(doc.version.into()),
            archived_at: doc.archived_at.map(timestamp),
            created_at: Some(timestamp(doc.created_at)),
            updated_at: Some(timestamp(doc.updated_at)),
        }
    }
}

impl From<Memory> for v1::Memory {
    fn from(entry: Memory) -> Self {
        Self {
            id: entry.id.to_string(),
            project: Some(entry.project.into()),
            tags: entry.tags.as_slice().to_vec(),
            body: entry.body,
            actor: Some(entry.actor.into()),
            version: entry.version,
            created_at: Some(timestamp(entry.created_at)),
            updated_at: Some(timestamp(entry.updated_at)),
        }
    }
}

impl From<Attachment> for v1::Attachment {
    fn from(attachment: Attachment) -> Self {
        use v1::attachment_target::Target as Wire;
        let target = match attachment.target {
            Target::Task(seq) => Some(Wire::Task(reference(seq))),
            Target::Doc(id) => Some(Wire::Doc(id.to_string())),
            Target::Nothing => None,
        };
        Self {
            id: attachment.id.to_string(),
            target: Some(v1::AttachmentTarget { target }),
            project: attachment.project.map(|(_, project)| project.into()),
            name: attachment.name,
            mime_type: attachment.mime_type,
            size: attachment.size,
            sha256: attachment.sha256.to_vec(),
            actor: Some(attachment.actor.into()),
            created_at: Some(timestamp(attachment.created_at)),
        }
    }
}

/// A version's number in a request; 0 is the current one.
pub(super) fn version(given: i32) -> Refused<Option<i64>> {
    match given {
        0 => Ok(None),
        version if version > 0 => Ok(Some(i64::from(version))),
        version => Err(Refusal::invalid(
            "version",
            format!("{version} is not a version"),
        )),
    }
}

/// The version that an update adds.
pub(super) fn version_patch(
    update_mask: Option<&FieldMask>,
    title: &str,
    body: &str,
    change_note: &str,
    if_version: Option<i32>,
) -> Refused<VersionPatch> {
    let mut patch = VersionPatch {
        change_note: text::line("change_note", change_note)?,
        if_version: if_version.map(i64::from),
        ..VersionPatch::default()
    };
    for path in mask(update_mask, &["title", "body"])? {
        match path {
            "title" => patch.title = Some(text::required_line("title", title)?),
            _ => patch.body = Some(text::body("body", body)?),
        }
    }
    Ok(patch)
}

fn version_number(version: i64) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

impl From<Comment> for v1::Comment {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.to_string(),
            task_id: comment.task_id.to_string(),
            task_seq: comment.task_seq,
            body: comment.body,
            actor: Some(comment.actor.into()),
            created_at: Some(timestamp(comment.created_at)),
        }
    }
}

impl From<Label> for v1::Label {
    fn from(label: Label) -> Self {
        Self {
            id: label.id.to_string(),
            project: Some(label.project.into()),
            name: label.name,
            color: label.color,
            task_count: label.task_count,
            created_at: Some(timestamp(label.created_at)),
        }
    }
}

impl From<Excerpt> for v1::Excerpt {
    fn from(excerpt: Excerpt) -> Self {
        let position = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        let matches = excerpt.matches.iter().map(|found| v1::ExcerptMatch {
            start: position(found.start),
            end: position(found.end),
        });
        Self {
            matches: matches.collect(),
            text: excerpt.text,
        }
    }
}

impl From<Hit> for v1::SearchHit {
    fn from(hit: Hit) -> Self {
        let status = hit.task.map(|(_, status)| v1::TaskStatus::from(status));
        Self {
            kind: entity_kind(Entity::as_str(hit.kind)).into(),
            id: hit.id.to_string(),
            task_seq: hit.task.map_or(0, |(seq, _)| seq),
            task_status: status.unwrap_or_default().into(),
            project: Some(hit.project.into()),
            title: Some(hit.title.into()),
            snippet: Some(hit.snippet.into()),
            updated_at: Some(timestamp(hit.updated_at)),
        }
    }
}

impl From<TrashItem> for v1::TrashItem {
    fn from(item: TrashItem) -> Self {
        Self {
            entity: entity_kind(Entity::as_str(item.entity)).into(),
            id: item.id.to_string(),
            task_seq: item.task_seq.unwrap_or_default(),
            title: first_words(&item.title),
            deleted_by: item.deleted_by.map(Into::into),
            deleted_at: Some(timestamp(item.deleted_at)),
        }
    }
}

pub(super) fn activity(
    activity: Activity,
    hash: Hash,
    project: Option<ProjectRef>,
) -> v1::Activity {
    v1::Activity {
        seq: activity.seq,
        entity: entity_kind(&activity.entity).into(),
        entity_id: activity.entity_id.to_string(),
        action: activity.action,
        actor: Some(activity.actor.into()),
        session: activity.session,
        uid: activity.uid,
        pid: activity.pid,
        project: project.map(Into::into),
        task_seq: activity.task_seq.unwrap_or_default(),
        summary: activity.summary,
        payload: activity.payload,
        created_at: Some(timestamp(
            activity.occurred_at.unwrap_or(activity.created_at),
        )),
        recorded_at: activity.occurred_at.map(|_| timestamp(activity.created_at)),
        hash: hash.to_vec(),
    }
}
