//! A plan and its versions.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Actor, filled, task_ref, time};
use crate::v1;

/// A plan at one of its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Plan {
    /// ULID.
    pub id: String,
    /// ULID of its task.
    pub task_id: String,
    /// `TASK-N` of its task.
    pub task_ref: String,
    /// The newest version's number.
    pub current_version: i32,
    /// Which tool it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The version that was asked for.
    pub version: PlanVersion,
    /// When it was created.
    pub created_at: String,
    /// When the newest version was added.
    pub updated_at: String,
}

/// One version of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanVersion {
    /// ULID.
    pub id: String,
    /// ULID of the plan.
    pub plan_id: String,
    /// From 1.
    pub version: i32,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Who wrote it.
    pub actor: Actor,
    /// Why it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_note: Option<String>,
    /// When it was written.
    pub created_at: String,
}

impl From<v1::Plan> for Plan {
    fn from(plan: v1::Plan) -> Self {
        Self {
            id: plan.id,
            task_id: plan.task_id,
            task_ref: task_ref(plan.task_seq),
            current_version: plan.current_version,
            source: filled(plan.source),
            version: plan.version.unwrap_or_default().into(),
            created_at: time::required(plan.created_at.as_ref()),
            updated_at: time::required(plan.updated_at.as_ref()),
        }
    }
}

impl From<v1::PlanVersion> for PlanVersion {
    fn from(version: v1::PlanVersion) -> Self {
        Self {
            id: version.id,
            plan_id: version.plan_id,
            version: version.version,
            title: version.title,
            body: version.body,
            actor: version.actor.unwrap_or_default().into(),
            change_note: filled(version.change_note),
            created_at: time::required(version.created_at.as_ref()),
        }
    }
}
