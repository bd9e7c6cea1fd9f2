//! Why a call came to nothing.

use std::{collections::HashMap, io};

use serde::{Deserialize, Serialize};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::reason;

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The daemon answered, with a refusal. Nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No daemon could be reached or started.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl CallError {
    /// Whether it tells of the daemon or its disk, and nothing of what was
    /// asked for: the same call may do tomorrow.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        let Self::Refused(refusal) = self else {
            return true;
        };
        let trouble = [
            reason::DISK_FULL,
            reason::READ_ONLY,
            reason::DATABASE_CORRUPT,
            reason::INTERNAL,
        ];
        trouble.contains(&refusal.reason.as_str())
    }
}

/// The daemon's refusal of a call.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// The stable reason, one of [`crate::reason`].
    pub reason: String,
    /// A sentence for people, with the value that was refused.
    pub message: String,
    /// What else belongs to the reason, see [`crate::reason`].
    pub metadata: HashMap<String, String>,
}

impl Refusal {
    /// A value that could not even be sent.
    pub(super) fn invalid(message: String) -> Self {
        Self {
            code: Code::InvalidArgument,
            reason: reason::INVALID_VALUE.to_owned(),
            message,
            metadata: HashMap::new(),
        }
    }

    /// An answer that is not what was asked for.
    pub(super) fn unreadable(error: &prost::DecodeError) -> Self {
        Self {
            code: Code::Internal,
            reason: reason::INTERNAL.to_owned(),
            message: format!("the daemon's answer cannot be read: {error}"),
            metadata: HashMap::new(),
        }
    }

    /// What to do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        reason::hint(&self.reason, &self.metadata)
    }
}

impl From<&Status> for Refusal {
    fn from(status: &Status) -> Self {
        let info = status.get_details_error_info();
        let (reason, metadata) = info.map_or_else(
            || (reason::INTERNAL.to_owned(), HashMap::new()),
            |info| (info.reason, info.metadata),
        );
        Self {
            code: status.code(),
            reason,
            message: status.message().to_owned(),
            metadata,
        }
    }
}

/// No daemon could be reached or started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Unavailable {
    /// A sentence for people.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What kind of trouble.
    pub cause: Cause,
}

/// Why there is no daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// None runs, and the client was told not to start one.
    Absent,
    /// The file is not a workspace's database.
    NotAWorkspace,
    /// The system forbids Unix sockets here, as sandboxes do.
    SocketsForbidden,
    /// Nothing can be written where the daemon would have to.
    NothingWritable,
    /// Anything else.
    Trouble,
}

impl Unavailable {
    /// Trouble, and what to do about it.
    #[must_use]
    pub fn new(message: impl Into<String>, hint: Option<&str>) -> Self {
        Self {
            message: message.into(),
            hint: hint.map(str::to_owned),
            cause: Cause::Trouble,
        }
    }

    pub(super) fn absent() -> Self {
        Self {
            cause: Cause::Absent,
            ..Self::new(
                "no daemon is running for this workspace",
                Some("Any command starts one."),
            )
        }
    }

    pub(super) fn never_ready() -> Self {
        Self::new(
            "the daemon did not become ready in time",
            Some("Look at its log: backlog daemon logs"),
        )
    }

    pub(super) fn cut_off(status: &Status) -> Self {
        Self::new(
            format!(
                "the daemon was lost in the middle of the call ({})",
                status.message()
            ),
            Some("Look at its log: backlog daemon logs"),
        )
    }

    pub(super) fn lost() -> Self {
        Self::new(
            "the daemon was lost in the middle of the call, again and again",
            Some("Look at its log: backlog daemon logs"),
        )
    }

    pub(super) fn forbidden(error: &io::Error) -> Self {
        Self {
            cause: Cause::SocketsForbidden,
            ..Self::new(
                format!("the daemon's socket may not be used here: {error}"),
                Some(
                    "A sandbox may forbid Unix sockets, or the workspace belongs to another user.",
                ),
            )
        }
    }
}
