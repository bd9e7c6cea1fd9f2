//! Reports. They read columns and the fields of the log's payloads, never a
//! summary: anybody may put any words into a title.
//!
//! Two passes carry them: one over the tasks, one over the moves that the log
//! has in the time asked for.

mod analysis;
mod audit;
mod duplicates;

use super::{
    Reader, Result,
    row::{Filter, marks},
};
use crate::domain::Moment;

/// What an analysis asks for.
#[derive(Debug, Clone)]
pub struct AnalysisRequest {
    /// Alias or ULID, or empty.
    pub project: String,
    /// From when on.
    pub since: Moment,
    /// What nothing was written about since then is stale.
    pub stale_since: Moment,
    /// Items of each sort.
    pub limit: usize,
    /// Its days.
    pub calendar: crate::domain::report::Calendar,
}

/// What an audit asks for.
#[derive(Debug, Clone)]
pub struct AuditRequest {
    /// Alias or ULID, or empty.
    pub project: String,
    /// What nothing was written about since then is stale.
    pub stale_since: Moment,
    /// Issues in all.
    pub limit: usize,
}

/// A change of a task's status, as the log has it.
const MOVE: &str = "a.entity = 'task' AND a.payload ->> '$.changes.status.to' IS NOT NULL";

/// When an entry was written, where it was written.
const AT: &str = "coalesce(a.occurred_at, a.created_at)";

impl Reader<'_> {
    /// The projects a report is about, as a condition on `column`.
    fn reported(&self, project: &str, column: &str) -> Result<Filter> {
        let mut filter = Filter::new();
        if project.is_empty() {
            let hidden = self.archived_projects()?;
            if !hidden.is_empty() {
                filter.and(format!("{column} NOT IN ({})", marks(hidden.len())), hidden);
            }
        } else {
            filter.and(format!("{column} = ?"), [self.project(project)?.key]);
        }
        Ok(filter)
    }
}
