//! What is asked of the daemon.

use backlog_api::v1;

use crate::{context::Context, error::CliError};

/// So many of each are asked for: more is not shown in any budget of use.
const MOST: i32 = 50;
/// How an entry of memory says that it is a decision.
const DECISION: &str = "decision";

/// What there is to tell.
pub struct Facts {
    /// The project that is meant, or all that there are.
    pub projects: Vec<v1::Project>,
    pub counts: v1::QueueCounts,
    /// Who is told.
    pub session: String,
    /// What the session holds, with the attempts before.
    pub mine: Vec<v1::Task>,
    /// The next ones, in the order of claims.
    pub ready: Vec<v1::Task>,
    /// Held by others, the oldest claim first.
    pub held: Vec<v1::HeldTask>,
    /// Decisions first, each newest first.
    pub memory: Vec<v1::Memory>,
    /// There is more memory than that.
    pub more_memory: bool,
}

impl Facts {
    pub fn gather(named: Option<&str>, context: &Context) -> Result<Self, CliError> {
        let project = context.project(named);
        let name = &project.name;
        let queue = context.call_in(
            &project,
            v1::GetQueueRequest {
                project: name.clone(),
            },
        )?;
        let mine = mine(name, context)?;
        let next = context.call(v1::NextTaskRequest {
            filter: Some(v1::TaskFilter {
                project: name.clone(),
                ..v1::TaskFilter::default()
            }),
            limit: MOST,
        })?;
        let page = context.call(v1::ListMemoriesRequest {
            project: name.clone(),
            page_size: MOST,
            ..v1::ListMemoriesRequest::default()
        })?;
        let mut memory = page.entries;
        memory.sort_by_key(|entry| !entry.tags.iter().any(|tag| tag == DECISION));
        let mut held = queue.held;
        held.retain(|held| mine.iter().all(|mine| mine.seq != held.seq));
        Ok(Self {
            projects: projects(name, context)?,
            counts: queue.counts.unwrap_or_default(),
            session: context.caller().session.clone().unwrap_or_default(),
            mine,
            ready: next
                .candidates
                .into_iter()
                .filter_map(|candidate| candidate.task)
                .collect(),
            held,
            memory,
            more_memory: !page.next_page_token.is_empty(),
        })
    }
}

/// What the session holds, with what was left before.
pub fn mine(project: &str, context: &Context) -> Result<Vec<v1::Task>, CliError> {
    let tasks = context.call(v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            project: project.to_owned(),
            mine: true,
            ..v1::TaskFilter::default()
        }),
        page_size: MOST,
        view: v1::TaskView::Basic.into(),
        ..v1::ListTasksRequest::default()
    })?;
    let mine = tasks.tasks.into_iter().map(|task| {
        let request = v1::GetTaskRequest {
            task: task.id.clone(),
        };
        let whole = context.call(request)?.task.unwrap_or_default();
        Ok(v1::Task {
            last_attempt: whole.last_attempt,
            ..task
        })
    });
    mine.collect()
}

fn projects(name: &str, context: &Context) -> Result<Vec<v1::Project>, CliError> {
    if name.is_empty() {
        let all = context.call(v1::ListProjectsRequest::default())?;
        return Ok(all.projects);
    }
    let found = context.call(v1::GetProjectRequest {
        project: name.to_owned(),
    })?;
    Ok(found.project.into_iter().collect())
}
