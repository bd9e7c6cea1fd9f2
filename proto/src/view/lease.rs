//! Who holds a task.

use serde::Serialize;

use super::{Actor, filled, time};
use crate::v1;

/// Who holds a task, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lease {
    /// Who holds it.
    pub holder: Actor,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Grows with every claim of the task.
    pub fence: i64,
    /// When it ends unless renewed.
    pub expires_at: String,
}

impl From<v1::Lease> for Lease {
    fn from(lease: v1::Lease) -> Self {
        Self {
            holder: lease.holder.unwrap_or_default().into(),
            session: filled(lease.session),
            fence: lease.fence,
            expires_at: time::required(lease.expires_at.as_ref()),
        }
    }
}
