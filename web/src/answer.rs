//! What a handler answers with.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;

use crate::problem::Problem;

/// What a handler comes to.
pub(crate) type Outcome<A> = Result<A, Problem>;

/// An answer, and what the API's description says of it.
pub(crate) trait Answer {
    /// The status of a success.
    const STATUS: StatusCode;

    fn into_response(self) -> Response;
}

/// A document.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> Answer for Json<T> {
    const STATUS: StatusCode = StatusCode::OK;

    fn into_response(self) -> Response {
        document(Self::STATUS, &self.0)
    }
}

/// A document about what was made just now.
pub(crate) struct Created<T>(pub(crate) T);

impl<T: Serialize> Answer for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;

    fn into_response(self) -> Response {
        document(Self::STATUS, &self.0)
    }
}

/// Nothing but that it was done.
pub(crate) struct NoContent;

impl Answer for NoContent {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;

    fn into_response(self) -> Response {
        Self::STATUS.into_response()
    }
}

/// Something of another kind than JSON.
pub(crate) struct Raw(pub(crate) Response);

impl Answer for Raw {
    const STATUS: StatusCode = StatusCode::OK;

    fn into_response(self) -> Response {
        self.0
    }
}

fn document<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("the answer cannot be written as JSON: {error}"),
        )
        .into_response(),
    }
}
