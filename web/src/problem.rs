//! Why a request came to nothing, as JSON: `{"error":"…","code":"…"}`, with a
//! hint where there is one, and what else belongs to it (`holder`,
//! `current_version`). The one place where refusals become statuses.

use axum::response::{IntoResponse, Response};
use backlog_api::{
    client::{CallError, Cause, Refusal, StreamError, Unavailable},
    reason,
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};
use tonic::Code;

/// When to ask again, in seconds: a daemon is there sooner.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    code: String,
    message: String,
    hint: Option<String>,
    details: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            hint: None,
            details: Map::new(),
        }
    }

    /// A value that is not allowed.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_value", message)
    }

    /// One who may not call.
    pub(crate) fn forbidden(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// An answer of the daemon that lacks what the API promises.
    pub(crate) fn incomplete(what: &str) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("the daemon answered without the {what}"),
        )
    }

    /// A field that nobody knows, in serde's words.
    pub(crate) fn unknown(told: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_field", told)
    }

    /// A field that nobody knows.
    pub(crate) fn unknown_field(name: &str) -> Self {
        Self::unknown(format!("unknown field `{name}`"))
    }

    /// There is nothing to take, and why.
    pub(crate) fn nothing_ready(why: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "nothing_ready", why)
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The document, without its status.
    pub(crate) fn document(self) -> Value {
        let mut document = self.details;
        document.insert("error".to_owned(), self.message.into());
        document.insert("code".to_owned(), self.code.into());
        if let Some(hint) = self.hint {
            document.insert("hint".to_owned(), hint.into());
        }
        document.into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let body = self.document().to_string();
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.reason.as_str() {
            reason::HUMAN_ONLY => StatusCode::FORBIDDEN,
            reason::READ_ONLY | reason::CLIENT_UNSUPPORTED => StatusCode::SERVICE_UNAVAILABLE,
            reason::DISK_FULL => StatusCode::INSUFFICIENT_STORAGE,
            _ => match refusal.code {
                Code::InvalidArgument => StatusCode::BAD_REQUEST,
                Code::NotFound => StatusCode::NOT_FOUND,
                Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => {
                    StatusCode::CONFLICT
                }
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
        };
        let hint = own_hint(&refusal.reason).or_else(|| refusal.hint());
        let details = refusal
            .metadata
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| match value.parse::<i64>() {
                Ok(number) if name == "current_version" => (name, number.into()),
                _ => (name, value.into()),
            })
            .collect();
        Self {
            status,
            code: refusal.reason.to_lowercase(),
            message: refusal.message,
            hint,
            details,
        }
    }
}

/// Where the hint for a terminal names a flag: what a request has for it.
fn own_hint(reason: &str) -> Option<String> {
    let hint = match reason {
        reason::LEASE_HELD => "Take another one. A person may override it with `force`.",
        reason::HUMAN_ONLY => "Ask a person to do it, as `Backlog-Actor: human:NAME`.",
        reason::NOTHING_READY => {
            "See what holds the tasks back: GET /api/tasks?status=todo, then /api/tasks/{ref}/why."
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

impl From<Unavailable> for Problem {
    fn from(unavailable: Unavailable) -> Self {
        let code = match unavailable.cause {
            Cause::NotAWorkspace => "no_workspace",
            Cause::Absent | Cause::SocketsForbidden | Cause::NothingWritable | Cause::Trouble => {
                "daemon_unavailable"
            }
        };
        Self {
            hint: unavailable.hint,
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, unavailable.message)
        }
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => refusal.into(),
            CallError::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

impl From<StreamError> for Problem {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Refused(refusal) => refusal.into(),
            StreamError::CutOff => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "daemon_unavailable",
                "the daemon left in the middle of its answer",
            ),
        }
    }
}
