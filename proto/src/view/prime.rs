//! What a fresh session is told.

use schemars::JsonSchema;
use serde::Serialize;

use super::{HeldTask, Memory, QueueCounts, Task};

/// What a fresh session needs to know: as text, and what the text tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Prime {
    /// The text.
    pub text: String,
    /// What it costs a model at most, by an estimate.
    pub tokens: usize,
    /// How many tasks stand where.
    pub counts: QueueCounts,
    /// What the session holds.
    pub mine: Vec<Task>,
    /// What could be taken, in the order of claims.
    pub ready: Vec<Task>,
    /// What others hold, the oldest claim first.
    pub held: Vec<HeldTask>,
    /// What is remembered, decisions first.
    pub memory: Vec<Memory>,
}
