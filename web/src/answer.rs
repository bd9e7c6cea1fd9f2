//! What a handler answers with.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::problem::Problem;

/// What a handler comes to.
pub(crate) type Outcome<A> = Result<A, Problem>;

const JSON: &str = "application/json";

/// An answer, and what the API's description says of it.
pub(crate) trait Answer {
    /// The status of a success.
    const STATUS: StatusCode;

    fn into_response(self) -> Response;

    /// Its media type and schema.
    fn describe(generator: &mut SchemaGenerator) -> Option<(&'static str, Schema)>;
}

/// A document.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize + JsonSchema> Answer for Json<T> {
    const STATUS: StatusCode = StatusCode::OK;

    fn into_response(self) -> Response {
        document(Self::STATUS, &self.0)
    }

    fn describe(generator: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some((JSON, generator.subschema_for::<T>()))
    }
}

/// A document about what was made just now.
pub(crate) struct Created<T>(pub(crate) T);

impl<T: Serialize + JsonSchema> Answer for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;

    fn into_response(self) -> Response {
        document(Self::STATUS, &self.0)
    }

    fn describe(generator: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Json::<T>::describe(generator)
    }
}

/// Nothing but that it was done.
pub(crate) struct NoContent;

impl Answer for NoContent {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;

    fn into_response(self) -> Response {
        Self::STATUS.into_response()
    }

    fn describe(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        None
    }
}

/// Server-Sent Events.
pub(crate) struct Events(pub(crate) Response);

impl Answer for Events {
    const STATUS: StatusCode = StatusCode::OK;

    fn into_response(self) -> Response {
        self.0
    }

    fn describe(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some(("text/event-stream", json_schema!({"type": "string"})))
    }
}

/// Something of whatever kind: a file.
pub(crate) struct Raw(pub(crate) Response);

impl Answer for Raw {
    const STATUS: StatusCode = StatusCode::OK;

    fn into_response(self) -> Response {
        self.0
    }

    fn describe(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some(("*/*", json_schema!({})))
    }
}

fn document<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, JSON)], body).into_response(),
        Err(error) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("the answer cannot be written as JSON: {error}"),
        )
        .into_response(),
    }
}
