//! Edges between tasks.

use super::words::words;

words! {
    /// What an edge means.
    DependencyKind {
        /// The task waits until the other is done or archived.
        Blocks = "blocks",
        /// The task has to do with the other.
        Related = "related",
        /// The task was found while the other was done.
        DiscoveredFrom = "discovered-from",
    }
}

/// The edges of a task and its place in the tree, by the tasks' numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// What must be done before it.
    pub blocked_by: Vec<i64>,
    /// What waits for it.
    pub blocks: Vec<i64>,
    /// What it has to do with.
    pub related: Vec<i64>,
    /// What it was found with.
    pub discovered_from: Vec<i64>,
}
