//! The tools, a file a group. What they take and answer is a contract: the
//! names and parameters that Backlog 1.x had are kept.

mod claim;
mod comment;
mod doc;
mod lease;
mod memory;
mod plan;
mod project;
mod search;
mod task;
mod task_change;

pub(crate) use self::memory::quoted_entry;
use crate::catalog::Tool;

/// Every tool, in the order in which clients list them: the loop first.
pub(crate) fn all() -> impl Iterator<Item = &'static Tool> {
    [
        claim::TOOLS,
        lease::TOOLS,
        task::TOOLS,
        task_change::TOOLS,
        plan::TOOLS,
        comment::TOOLS,
        memory::TOOLS,
        doc::TOOLS,
        project::TOOLS,
        search::TOOLS,
    ]
    .into_iter()
    .flatten()
}
