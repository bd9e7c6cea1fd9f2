//! The domain's types as the wire's, and the wire's small ones as the domain's.

mod entity;
mod project;
mod task;
mod texts;

use std::time::Duration;

use backlog_api::v1;
use prost_types::{FieldMask, Timestamp};

pub(super) use self::{
    entity::{activity, entity_word},
    project::project,
};
use crate::domain::{
    Actor, ActorKind, Moment, Refusal, Refused,
    activity::Action,
    dependency::DependencyKind,
    task::{Sort, Status, TaskType},
    text,
    transfer::ExportDetail,
    version::VersionPatch,
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

impl From<Actor> for v1::Actor {
    fn from(actor: Actor) -> Self {
        Self {
            kind: v1::ActorKind::from(actor.kind()).into(),
            name: actor.name().to_owned(),
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
