//! Which tasks' work a task builds on.

use std::collections::HashSet;

use backlog_api::{
    client::{CallError, Client},
    v1,
};

use super::worktree::Repository;
use crate::render::task::task_ref;

/// How many tasks are looked at, at most.
const MOST: usize = 500;

/// The tasks before a task whose work is on a branch: those that blocked it, or
/// a task that it is a part of, and its own parts. Where one of them left no
/// branch, those before that one count.
pub async fn before(
    task: v1::Task,
    client: &Client,
    repository: &Repository,
) -> Result<Vec<String>, CallError> {
    let mut seen = HashSet::from([task_ref(&task)]);
    let mut found = Vec::new();
    let mut to_look = vec![task];
    while let Some(task) = to_look.pop() {
        for name in directly_before(task, client).await? {
            if seen.len() > MOST || !seen.insert(name.clone()) {
                continue;
            }
            if repository.has_work_of(&name).await {
                found.push(name);
            } else {
                to_look.extend(find(&name, client).await?);
            }
        }
    }
    Ok(found)
}

async fn directly_before(task: v1::Task, client: &Client) -> Result<Vec<String>, CallError> {
    let request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            parent: task_ref(&task),
            ..v1::TaskFilter::default()
        }),
        page_size: 500,
        ..v1::ListTasksRequest::default()
    };
    let parts = client.call(request).await?.tasks;
    let mut before = task.blocked_by;
    before.extend(parts.iter().map(task_ref));
    let mut above = task.parent;
    while !above.is_empty() {
        let parent = find(&above, client).await?.unwrap_or_default();
        before.extend(parent.blocked_by);
        above = parent.parent;
    }
    Ok(before)
}

/// A task; `None` where it was deleted.
pub async fn find(task: &str, client: &Client) -> Result<Option<v1::Task>, CallError> {
    let request = v1::GetTaskRequest {
        task: task.to_owned(),
    };
    match client.call(request).await {
        Ok(answer) => Ok(answer.task),
        Err(CallError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
