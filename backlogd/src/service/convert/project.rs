//! Projects, as the wire has them.

use backlog_api::v1;

use super::timestamp;
use crate::domain::project::{Project, ProjectRef, TaskCounts};

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

pub(in crate::service) fn project(project: Project, counts: TaskCounts) -> v1::Project {
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
