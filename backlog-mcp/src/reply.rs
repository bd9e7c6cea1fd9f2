//! What a tool answers: text, or the same as JSON where that was asked for.

use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::Value;

use crate::problem::Problem;

/// An answer.
pub(crate) enum Reply {
    /// Short lines for a model.
    Text(String),
    /// A document.
    Json(Value),
}

impl Reply {
    /// A document of what is serialized.
    pub(crate) fn json(document: &impl Serialize) -> Self {
        Self::Json(serde_json::to_value(document).unwrap_or_default())
    }
}

impl From<Reply> for CallToolResult {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Text(text) => Self::success(vec![ContentBlock::text(text.trim_end())]),
            Reply::Json(document) => Self::structured(document),
        }
    }
}

impl From<Problem> for CallToolResult {
    fn from(problem: Problem) -> Self {
        Self::error(vec![ContentBlock::text(problem.to_string())])
    }
}
