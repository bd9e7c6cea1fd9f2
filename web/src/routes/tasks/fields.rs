//! A task as it is sent: one to be made, or the fields of one to be changed.

use backlog_api::v1;
use prost_types::FieldMask;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    problem::Problem,
    request::given_names,
    value::{Due, Moment, Priority, Status, Type, given},
};

/// A task to be.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NewTask {
    /// Alias or id; may be left out where there is only one project.
    project: String,
    /// One line, up to 255 characters.
    title: String,
    /// Markdown.
    description: String,
    /// What kind of work it is.
    r#type: Option<Type>,
    /// Where it stands.
    status: Option<Status>,
    /// 1 (most urgent) to 5.
    priority: Option<Priority>,
    /// Who is meant to do it.
    assignee: String,
    /// When it is due: a day, the same one everywhere, or a moment.
    #[serde(alias = "due_at")]
    due_date: Option<Due>,
    /// Which tool it came from.
    source: String,
    /// What that tool calls it.
    external_ref: String,
    /// The directory it is about.
    project_path: String,
    /// Names of labels; made where they are missing.
    labels: Vec<String>,
    /// Tasks that must be done before it.
    blocked_by: Vec<String>,
    /// Tasks it was found with.
    discovered_from: Vec<String>,
    /// The task it is a part of.
    parent: String,
    /// Not to be taken before this moment; a date is when that day begins
    /// where `backlog web` runs.
    defer_until: Option<Moment>,
    /// Which files it will touch, as globs.
    scope: Vec<String>,
}

impl NewTask {
    pub(super) fn into_request(self) -> v1::CreateTaskRequest {
        v1::CreateTaskRequest {
            project: self.project,
            fields: Some(v1::TaskFields {
                title: self.title,
                description: self.description,
                r#type: self.r#type.map(i32::from).unwrap_or_default(),
                status: self.status.map(i32::from).unwrap_or_default(),
                priority: self.priority.map(|priority| priority.0).unwrap_or_default(),
                assignee: self.assignee,
                due_at: self.due_date.map(|moment| moment.0),
                source: self.source,
                external_ref: self.external_ref,
                project_path: self.project_path,
                parent: self.parent,
                defer_until: self.defer_until.map(|moment| moment.0),
                scope: self.scope,
            }),
            labels: self.labels,
            plans: Vec::new(),
            blocked_by: self.blocked_by,
            discovered_from: self.discovered_from,
        }
    }
}

/// What to change of a task. A field that is left out stays as it is; `null`
/// empties it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Patch {
    /// One line, up to 255 characters.
    #[serde(deserialize_with = "given")]
    title: Option<String>,
    /// Markdown.
    #[serde(deserialize_with = "given")]
    description: Option<String>,
    /// What kind of work it is.
    r#type: Option<Type>,
    /// Where it stands.
    status: Option<Status>,
    /// 1 (most urgent) to 5.
    priority: Option<Priority>,
    /// Who is meant to do it.
    #[serde(deserialize_with = "given")]
    assignee: Option<String>,
    /// When it is due: a day, the same one everywhere, or a moment; `null`: at
    /// no time.
    #[serde(alias = "due_at", deserialize_with = "given")]
    due_date: Option<Option<Due>>,
    /// It is no longer due at any time.
    clear_due_at: bool,
    /// Which tool it came from.
    #[serde(deserialize_with = "given")]
    source: Option<String>,
    /// What that tool calls it.
    #[serde(deserialize_with = "given")]
    external_ref: Option<String>,
    /// The directory it is about.
    #[serde(deserialize_with = "given")]
    project_path: Option<String>,
    /// The task it is a part of; `null`: of none.
    #[serde(deserialize_with = "given")]
    parent: Option<String>,
    /// Not to be taken before this moment; a date is when that day begins
    /// where `backlog web` runs; `null`: at any time.
    #[serde(deserialize_with = "given")]
    defer_until: Option<Option<Moment>>,
    /// Which files it will touch, as globs.
    #[serde(deserialize_with = "given")]
    scope: Option<Vec<String>>,
    /// Labels to attach; made where they are missing.
    add_labels: Vec<String>,
    /// Labels to take off.
    remove_labels: Vec<String>,
    /// Only if the task still has this version.
    version: Option<i64>,
    /// Although another session holds it. Only people may.
    force: bool,
}

impl Patch {
    pub(super) fn into_request(self, task: String) -> Result<v1::UpdateTaskRequest, Problem> {
        if self.clear_due_at && matches!(self.due_date, Some(Some(_))) {
            return Err(Problem::invalid(
                "both a due date and clear_due_at were given",
            ));
        }
        let due_date = self.due_date.or(self.clear_due_at.then_some(None));
        let named = [
            ("title", self.title.is_some()),
            ("description", self.description.is_some()),
            ("type", self.r#type.is_some()),
            ("status", self.status.is_some()),
            ("priority", self.priority.is_some()),
            ("assignee", self.assignee.is_some()),
            ("due_at", due_date.is_some()),
            ("source", self.source.is_some()),
            ("external_ref", self.external_ref.is_some()),
            ("project_path", self.project_path.is_some()),
            ("parent", self.parent.is_some()),
            ("defer_until", self.defer_until.is_some()),
            ("scope", self.scope.is_some()),
        ];
        let labels_change = !self.add_labels.is_empty() || !self.remove_labels.is_empty();
        let update_mask = match given_names(named) {
            Err(_) if labels_change => FieldMask::default(),
            mask => mask?,
        };
        Ok(v1::UpdateTaskRequest {
            task,
            fields: Some(v1::TaskFields {
                title: self.title.unwrap_or_default(),
                description: self.description.unwrap_or_default(),
                r#type: self.r#type.map(i32::from).unwrap_or_default(),
                status: self.status.map(i32::from).unwrap_or_default(),
                priority: self.priority.map(|priority| priority.0).unwrap_or_default(),
                assignee: self.assignee.unwrap_or_default(),
                due_at: due_date.flatten().map(|moment| moment.0),
                source: self.source.unwrap_or_default(),
                external_ref: self.external_ref.unwrap_or_default(),
                project_path: self.project_path.unwrap_or_default(),
                parent: self.parent.unwrap_or_default(),
                defer_until: self.defer_until.flatten().map(|moment| moment.0),
                scope: self.scope.unwrap_or_default(),
            }),
            update_mask: Some(update_mask),
            add_labels: self.add_labels,
            remove_labels: self.remove_labels,
            if_version: self.version,
            force: self.force,
            ..Default::default()
        })
    }
}
