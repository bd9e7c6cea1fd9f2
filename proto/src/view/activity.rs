//! The log of everything that was written.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Actor, ProjectRef, filled, hex,
    names::{ENTITY_KINDS, entity_name, words},
    task_ref, time,
};
use crate::v1;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// Dense and ever growing, from 1.
    pub seq: i64,
    /// What kind of thing it is about.
    #[schemars(extend("enum" = words(&ENTITY_KINDS)))]
    pub entity: &'static str,
    /// ULID of that thing.
    pub entity_id: String,
    /// The task it belongs to, `TASK-N`.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub actor: Actor,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// User id of the calling process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// Process id of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<i32>,
    /// The project it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// One sentence for people. Never to be parsed.
    pub summary: String,
    /// The changed fields, from and to.
    pub payload: Value,
    /// When; for an entry that was imported, when it was written where it
    /// comes from.
    pub created_at: String,
    /// For an entry that was imported: when it came here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<String>,
    /// SHA-256 that chains it to the entry before, hexadecimal.
    pub hash: String,
}

/// Whether the log's hash chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verification {
    /// It holds.
    pub ok: bool,
    /// How many entries fit.
    pub verified: i64,
    /// The first entry that does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken_seq: Option<i64>,
    /// What is wrong there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Hash of the last entry that fits, hexadecimal.
    pub head: String,
    /// The entry with the head that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_seq: Option<i64>,
}

impl From<v1::Activity> for Event {
    fn from(activity: v1::Activity) -> Self {
        Self {
            seq: activity.seq,
            entity: entity_name(activity.entity()),
            entity_id: activity.entity_id,
            reference: (activity.task_seq != 0).then(|| task_ref(activity.task_seq)),
            action: activity.action,
            actor: activity.actor.unwrap_or_default().into(),
            session: filled(activity.session),
            uid: activity.uid,
            pid: activity.pid,
            project: activity.project.map(ProjectRef::from),
            summary: activity.summary,
            payload: payload(activity.payload),
            created_at: time::required(activity.created_at.as_ref()),
            recorded_at: time::optional(activity.recorded_at.as_ref()),
            hash: hex(&activity.hash),
        }
    }
}

impl From<v1::VerifyActivitiesResponse> for Verification {
    fn from(found: v1::VerifyActivitiesResponse) -> Self {
        Self {
            ok: found.broken_seq == 0 && found.problem.is_empty(),
            verified: found.verified,
            broken_seq: Some(found.broken_seq).filter(|seq| *seq != 0),
            problem: filled(found.problem),
            head: hex(&found.head),
            known_seq: Some(found.known_seq).filter(|seq| *seq != 0),
        }
    }
}

/// What cannot be read as JSON, in a log that somebody changed by hand, is
/// shown as the text it is.
fn payload(text: String) -> Value {
    if text.is_empty() {
        return Value::Object(Map::new());
    }
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
