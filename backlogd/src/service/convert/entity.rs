//! Things of any kind, as a search, the trash and the log tell the wire of them.

use backlog_api::v1;

use super::{enum_value, timestamp};
use crate::{
    domain::{
        Entity, Refused,
        activity::{Activity, Hash},
        comment::first_words,
        excerpt::Excerpt,
        project::ProjectRef,
        trash::TrashItem,
    },
    store::Hit,
};

/// The word for a kind of thing in a filter of the log; later programs may
/// have written kinds that this one does not know.
pub(in crate::service) fn entity_word(given: i32) -> Refused<Option<String>> {
    Ok(enum_value::<v1::EntityKind>("entity", given)?.map(|kind| {
        kind.as_str_name()
            .trim_start_matches("ENTITY_KIND_")
            .to_ascii_lowercase()
    }))
}

fn entity_kind(word: &str) -> v1::EntityKind {
    v1::EntityKind::from_str_name(&format!("ENTITY_KIND_{}", word.to_ascii_uppercase()))
        .unwrap_or_default()
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

pub(in crate::service) fn activity(
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
