//! What a task waits for and consists of.

use schemars::JsonSchema;
use serde::Serialize;

use super::Task;
use crate::v1;

/// The tree below a task, in the order to print it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DependencyTree {
    /// Each node before what hangs on it.
    pub nodes: Vec<DependencyNode>,
    /// There are more than were told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DependencyNode {
    /// How deep it hangs: 0 for the root.
    pub depth: i32,
    /// `root`, `blocker` or `child`.
    #[schemars(extend("enum" = ["root", "blocker", "child"]))]
    pub role: &'static str,
    /// The task.
    pub task: Task,
    /// It was told above with all below it, which is not repeated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

impl From<v1::GetDependencyTreeResponse> for DependencyTree {
    fn from(tree: v1::GetDependencyTreeResponse) -> Self {
        Self {
            nodes: tree.nodes.into_iter().map(DependencyNode::from).collect(),
            more: tree.more,
        }
    }
}

impl From<v1::DependencyNode> for DependencyNode {
    fn from(node: v1::DependencyNode) -> Self {
        Self {
            depth: node.depth,
            role: match node.role() {
                v1::DependencyRole::Unspecified => "root",
                v1::DependencyRole::Blocker => "blocker",
                v1::DependencyRole::Child => "child",
            },
            task: node.task.unwrap_or_default().into(),
            repeated: node.repeated,
        }
    }
}
