//! Refusals and faults as gRPC statuses, in one place.
//! <https://cloud.google.com/apis/design/errors>

use std::collections::HashMap;

use backlog_api::reason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::convert;
use crate::{
    domain::{Entity, Refusal},
    store::StoreError,
};

/// A status with its reason and what belongs to it.
pub(crate) fn status<const N: usize>(
    code: Code,
    reason: &str,
    message: String,
    metadata: [(&str, String); N],
) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, reason::DOMAIN, owned(metadata));
    Status::with_error_details(code, shortened(message), details)
}

fn owned<const N: usize>(metadata: [(&str, String); N]) -> HashMap<String, String> {
    metadata
        .map(|(key, value)| (key.to_owned(), shortened(value)))
        .into()
}

/// A refusal travels in header fields, which HTTP/2 peers accept up to 16 kB,
/// and it may quote what somebody sent.
fn shortened(mut text: String) -> String {
    const LONGEST: usize = 1_000;
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let message = shortened(refusal.to_string());
        let refused = |code, reason| status(code, reason, message.clone(), []);
        match refusal {
            Refusal::Invalid { field, problem } => {
                let mut details =
                    ErrorDetails::with_bad_request_violation(field, shortened(problem));
                details.set_error_info(
                    reason::INVALID_VALUE,
                    reason::DOMAIN,
                    owned([("field", field.to_owned())]),
                );
                Status::with_error_details(Code::InvalidArgument, message, details)
            }
            Refusal::ProjectRequired { aliases } => status(
                Code::InvalidArgument,
                reason::PROJECT_REQUIRED,
                message,
                [("projects", aliases.join(", "))],
            ),
            Refusal::ProjectNotFound { given, aliases } => missing(
                reason::PROJECT_NOT_FOUND,
                Entity::Project,
                &given,
                message,
                [("projects", aliases.join(", "))],
            ),
            Refusal::NotFound {
                entity,
                given,
                trashed,
            } => {
                let reason = match entity {
                    Entity::Project => reason::PROJECT_NOT_FOUND,
                    Entity::Plan => reason::PLAN_NOT_FOUND,
                    Entity::Comment => reason::COMMENT_NOT_FOUND,
                    Entity::Label => reason::LABEL_NOT_FOUND,
                    Entity::Doc => reason::DOC_NOT_FOUND,
                    Entity::Memory => reason::MEMORY_NOT_FOUND,
                    Entity::Attachment => reason::ATTACHMENT_NOT_FOUND,
                    Entity::Task | Entity::Workspace => reason::TASK_NOT_FOUND,
                };
                missing(
                    reason,
                    entity,
                    &given,
                    message,
                    [("trashed", trashed.unwrap_or_default())],
                )
            }
            Refusal::NoSuchVersion {
                entity,
                id,
                current,
                ..
            } => missing(
                match entity {
                    Entity::Doc => reason::DOC_VERSION_NOT_FOUND,
                    _ => reason::PLAN_VERSION_NOT_FOUND,
                },
                entity,
                &id,
                message,
                [("current_version", current.to_string()), ("id", id.clone())],
            ),
            Refusal::NotInTrash { .. } => refused(Code::NotFound, reason::TRASH_NOT_FOUND),
            Refusal::Ambiguous { candidates, .. } => status(
                Code::InvalidArgument,
                reason::AMBIGUOUS_ID,
                message,
                [("candidates", candidates.join(", "))],
            ),
            Refusal::AliasTaken { trashed, .. } => status(
                Code::AlreadyExists,
                reason::ALIAS_TAKEN,
                message,
                [("trashed", trashed.unwrap_or_default())],
            ),
            Refusal::LabelExists { .. } => refused(Code::FailedPrecondition, reason::LABEL_EXISTS),
            Refusal::ProjectArchived { alias } => status(
                Code::FailedPrecondition,
                reason::PROJECT_ARCHIVED,
                message,
                [("project", alias)],
            ),
            Refusal::ProjectNotArchived { alias } => status(
                Code::FailedPrecondition,
                reason::PROJECT_NOT_ARCHIVED,
                message,
                [("project", alias)],
            ),
            Refusal::VersionConflict { current, .. } => status(
                Code::Aborted,
                reason::VERSION_CONFLICT,
                message,
                [("current_version", current.to_string())],
            ),
            Refusal::NothingReady { .. } => refused(Code::NotFound, reason::NOTHING_READY),
            Refusal::NotReady { task, .. } => status(
                Code::FailedPrecondition,
                reason::NOT_READY,
                message,
                [("task", task)],
            ),
            Refusal::LeaseHeld {
                task,
                holder,
                expires_at,
                ..
            } => status(
                Code::FailedPrecondition,
                reason::LEASE_HELD,
                message,
                [
                    ("task", task),
                    ("holder", holder.actor.to_string()),
                    ("session", holder.session),
                    ("expires_at", convert::timestamp(expires_at).to_string()),
                ],
            ),
            Refusal::LeaseLost { task, .. } => status(
                Code::FailedPrecondition,
                reason::LEASE_LOST,
                message,
                [("task", task)],
            ),
            Refusal::OtherLease { task, other } => status(
                Code::FailedPrecondition,
                reason::LEASE_LOST,
                message,
                [("task", task), ("token_of", other)],
            ),
            Refusal::UnknownLease => refused(Code::InvalidArgument, reason::LEASE_UNKNOWN),
            Refusal::HumanOnly { .. } => refused(Code::FailedPrecondition, reason::HUMAN_ONLY),
            Refusal::Cycle { cycle } => status(
                Code::FailedPrecondition,
                reason::DEPENDENCY_CYCLE,
                message,
                [("cycle", cycle.join(" "))],
            ),
            Refusal::PageToken { .. } => refused(Code::InvalidArgument, reason::PAGE_TOKEN_INVALID),
            Refusal::ImportUnreadable { .. } => {
                refused(Code::InvalidArgument, reason::IMPORT_UNREADABLE)
            }
            Refusal::ImportProjectNotFound { aliases, .. } => status(
                Code::NotFound,
                reason::IMPORT_PROJECT_NOT_FOUND,
                message,
                [("projects", aliases.join(", "))],
            ),
            Refusal::RequestIdReused { .. } => {
                refused(Code::InvalidArgument, reason::REQUEST_ID_REUSED)
            }
        }
    }
}

fn missing<const N: usize>(
    reason: &str,
    entity: Entity,
    given: &str,
    message: String,
    metadata: [(&str, String); N],
) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, reason::DOMAIN, owned(metadata));
    details.set_resource_info(
        entity.as_str(),
        shortened(given.to_owned()),
        "",
        message.clone(),
    );
    Status::with_error_details(Code::NotFound, message, details)
}

impl From<StoreError> for Status {
    fn from(error: StoreError) -> Self {
        let (code, reason) = match error {
            StoreError::Refused(refusal) => return refusal.into(),
            StoreError::DiskFull => (Code::ResourceExhausted, reason::DISK_FULL),
            StoreError::ReadOnly => (Code::FailedPrecondition, reason::READ_ONLY),
            StoreError::Corrupt(_) => (Code::DataLoss, reason::DATABASE_CORRUPT),
            StoreError::Exists(_) => (Code::AlreadyExists, reason::FILE_EXISTS),
            StoreError::Uncopied { .. } => (Code::ResourceExhausted, reason::COPY_FAILED),
            // Clients repeat a call that was cut off, with the same request id.
            StoreError::Closed | StoreError::Busy => return Status::unavailable(error.to_string()),
            StoreError::AnswerUnreadable | StoreError::Sqlite(_) => {
                (Code::Internal, reason::INTERNAL)
            }
        };
        // With SQLite's own words, which people are not told.
        tracing::error!(?error, "a call failed");
        let message = match reason {
            // What SQLite says goes to the log, not to people.
            reason::INTERNAL => "an internal error; nothing was written".to_owned(),
            _ => error.to_string(),
        };
        status(code, reason, message, [])
    }
}
