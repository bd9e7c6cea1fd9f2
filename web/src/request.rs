//! A request, read: its path, its query, its body, each into a type that says
//! all there may be. What is too large is refused while it arrives, and who is
//! too slow is not waited for.

use std::{sync::Arc, time::Instant};

use axum::{
    body::{Body, HttpBody as _},
    extract::{FromRequestParts as _, Path},
    response::Response,
};
use backlog_api::{
    client::{self, Caller, Client, RequestId, Responses},
    rpc::{Rpc, StreamRpc},
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, StatusCode, header, request::Parts};
use http_body_util::BodyExt as _;
use prost_types::FieldMask;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{app::App, guard, problem::Problem};

/// The largest document. A text of 1 MiB, the most there is, may be twice or
/// three times that with everything escaped.
const LARGEST: usize = 4 << 20;
/// How often the patience for one silence a whole body may take.
const SILENCES: u32 = 6;

const ACTOR: HeaderName = HeaderName::from_static("backlog-actor");
const SESSION: HeaderName = HeaderName::from_static("backlog-session");
const LEASE: HeaderName = HeaderName::from_static("backlog-lease");
const REQUEST_ID: HeaderName = HeaderName::from_static("backlog-request-id");

/// A query string or a body with nothing in it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A request, read.
pub(crate) struct Call<P = (), Q = Nothing, B = NoBody> {
    pub(crate) app: Arc<App>,
    /// Calls as whoever makes this request.
    pub(crate) client: Daemon,
    pub(crate) path: P,
    pub(crate) query: Q,
    pub(crate) body: B,
    pub(crate) headers: HeaderMap,
}

impl<P, Q, B> Call<P, Q, B>
where
    P: DeserializeOwned + Send,
    Q: DeserializeOwned,
    B: ReadBody,
{
    pub(crate) async fn read(app: Arc<App>, request: http::Request<Body>) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        guard::content_type(&parts)?;
        unconditional(&parts.headers)?;
        let path = Path::<P>::from_request_parts(&mut parts, &())
            .await
            .map_err(|rejection| Problem::invalid(rejection.body_text()))?;
        let query = query(parts.uri.query().unwrap_or_default())?;
        let caller = caller(&app.caller, &parts.headers)?;
        let body = B::read(&app, &parts, body).await?;
        Ok(Self {
            client: Daemon {
                client: app.client.with_caller(caller),
                request_id: named(&parts.headers, &REQUEST_ID)?,
            },
            path: path.0,
            query,
            body,
            headers: parts.headers,
            app,
        })
    }
}

impl<P, Q, B> Call<P, Q, B> {
    /// Asks the daemon.
    pub(crate) async fn ask<R: Rpc>(&self, request: R) -> Result<R::Response, Problem> {
        self.client.call(request).await
    }
}

fn query<Q: DeserializeOwned>(text: &str) -> Result<Q, Problem> {
    let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let told = match error.inner().to_string() {
            told if told.contains("digit") || told.contains("integer") => {
                "not a whole number".to_owned()
            }
            told => told,
        };
        match error.path().to_string().as_str() {
            "" | "." => Problem::invalid(format!("the query: {told}")),
            _ if told.starts_with("unknown field") => Problem::unknown(told),
            name => Problem::invalid(format!("{name}: {told}")),
        }
    })
}

/// A condition that is not looked at would let somebody overwrite what they
/// meant to keep.
fn unconditional(headers: &HeaderMap) -> Result<(), Problem> {
    let conditions = [header::IF_MATCH, header::IF_UNMODIFIED_SINCE];
    match conditions.iter().find(|name| headers.contains_key(*name)) {
        Some(name) => Err(
            Problem::invalid(format!("the header {name} is not looked at")).hint(
                "Send the version that the change was decided on in the body: {\"version\": 3}",
            ),
        ),
        None => Ok(()),
    }
}

/// Who calls: whom the server signs for, unless the request names another.
fn caller(server: &Caller, headers: &HeaderMap) -> Result<Caller, Problem> {
    Ok(Caller {
        actor: named(headers, &ACTOR)?.or_else(|| server.actor.clone()),
        session: named(headers, &SESSION)?.or_else(|| server.session.clone()),
        lease: named(headers, &LEASE)?,
    })
}

fn named(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, Problem> {
    match headers.get(name).map(|value| value.to_str()) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value.to_owned())),
        Some(Err(_)) => Err(Problem::invalid(format!(
            "the header {name} has more than plain ASCII in it"
        ))),
    }
}

/// The daemon, called as whoever makes a request.
pub(crate) struct Daemon {
    client: Client,
    /// Makes a write safe to repeat.
    request_id: Option<String>,
}

impl Daemon {
    pub(crate) async fn call<R: Rpc>(&self, request: R) -> Result<R::Response, Problem> {
        let Some(id) = &self.request_id else {
            return Ok(self.client.call(request).await?);
        };
        let message = request.encode_to_vec().into();
        let id = RequestId::new(id);
        let answer = self.client.call_encoded_as(R::PATH, message, id).await?;
        Ok(client::decode::<R>(answer.message)?)
    }

    pub(crate) async fn open<R: StreamRpc>(
        &self,
        request: R,
    ) -> Result<Responses<R::Response>, Problem> {
        Ok(self.client.open(request).await?)
    }

    /// The client itself, for what outlives the request.
    pub(crate) fn into_client(self) -> Client {
        self.client
    }
}

/// What the body of a request is read into.
pub(crate) trait ReadBody: Sized {
    fn read(
        app: &App,
        parts: &Parts,
        body: Body,
    ) -> impl Future<Output = Result<Self, Problem>> + Send;

    /// Its media type and schema.
    fn describe(generator: &mut SchemaGenerator) -> Option<(&'static str, Schema)>;
}

/// A request without a body. One that is there all the same is not looked at,
/// but an object without a field may be.
pub(crate) struct NoBody;

impl ReadBody for NoBody {
    async fn read(app: &App, parts: &Parts, body: Body) -> Result<Self, Problem> {
        let bytes = all(app, body).await?;
        if !bytes.is_empty() {
            document::<Nothing>(parts, &bytes)?;
        }
        Ok(Self)
    }

    fn describe(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        None
    }
}

/// A document.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: DeserializeOwned + JsonSchema> ReadBody for Sent<T> {
    async fn read(app: &App, parts: &Parts, body: Body) -> Result<Self, Problem> {
        let bytes = all(app, body).await?;
        document(parts, &bytes).map(Self)
    }

    fn describe(generator: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some(("application/json", generator.root_schema_for::<T>()))
    }
}

fn document<T: DeserializeOwned>(parts: &Parts, bytes: &[u8]) -> Result<T, Problem> {
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !guard::is_media(kind, "application/json") {
        return Err(guard::not_json(kind));
    }
    // serde takes a list for the fields in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::invalid("the body is a list, and no object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        unreadable(error.inner(), &path)
    })?;
    reader.end().map_err(|error| unreadable(&error, ""))?;
    Ok(value)
}

fn unreadable(error: &serde_json::Error, path: &str) -> Problem {
    let told = error.to_string();
    if !error.is_data() {
        return Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_json",
            format!("the body is no JSON: {told}"),
        );
    }
    // The position counts bytes of a body that nobody sees; the path is better.
    let (told, _) = told.rsplit_once(" at line ").unwrap_or((&told, ""));
    let place = match path {
        "" | "." => String::new(),
        path => format!("{path}: "),
    };
    if told.starts_with("unknown field") {
        Problem::unknown(told)
    } else {
        Problem::invalid(format!("{place}{told}"))
    }
}

async fn all(app: &App, body: Body) -> Result<Bytes, Problem> {
    let mut arriving = Arriving::new(app, body, LARGEST)?;
    let mut bytes = BytesMut::new();
    while let Some(piece) = arriving.next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// A body that is still arriving, in pieces; never more than was allowed, and
/// never slower.
pub(crate) struct Arriving {
    body: Body,
    left: usize,
    largest: usize,
    patience: std::time::Duration,
    until: Instant,
}

impl Arriving {
    pub(crate) fn new(app: &App, body: Body, largest: usize) -> Result<Self, Problem> {
        // Who says beforehand how much it is need not send it.
        if body.size_hint().lower() > largest as u64 {
            return Err(too_large(largest));
        }
        Ok(Self {
            body,
            left: largest,
            largest,
            patience: app.patience,
            until: Instant::now() + app.patience * SILENCES,
        })
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let left = self.until.saturating_duration_since(Instant::now());
            let frame = tokio::time::timeout(left.min(self.patience), self.body.frame());
            let frame = frame.await.map_err(|_| {
                Problem::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "too_slow",
                    "the body did not arrive in time",
                )
            })?;
            let Some(frame) = frame else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| Problem::invalid("the body was cut off"))?;
            // What is no data is a trailer, which says nothing to us.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.left = self
                .left
                .checked_sub(data.len())
                .ok_or_else(|| too_large(self.largest))?;
            return Ok(Some(data));
        }
    }
}

pub(crate) fn too_large(largest: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        format!("a body has at most {largest} bytes"),
    )
}

/// Which fields are to be set: those that were given, at least one.
pub(crate) fn given_names<const N: usize>(named: [(&str, bool); N]) -> Result<FieldMask, Problem> {
    let given = named.into_iter().filter(|(_, is_given)| *is_given);
    let paths: Vec<String> = given.map(|(name, _)| name.to_owned()).collect();
    if paths.is_empty() {
        Err(Problem::invalid("nothing to change was named"))
    } else {
        Ok(FieldMask { paths })
    }
}

/// An answer to what nobody serves.
pub(crate) fn no_route(parts: &Parts) -> Response {
    use axum::response::IntoResponse as _;
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_route",
        format!("there is nothing at {}", parts.uri.path()),
    )
    .hint("See what there is: /api/openapi.json")
    .into_response()
}
