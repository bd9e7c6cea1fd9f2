//! The dashboard's files: built into the program, or from a directory while
//! somebody works on them.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};

use crate::{app::App, problem::Problem, request::no_route};

/// A file of the dashboard.
struct Embedded {
    name: &'static str,
    tag: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The page of every view: which one it is, its script reads in the address.
const PAGE: &str = "index.html";

/// Answers whatever is no route of the API.
pub(crate) async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path();
    if path.starts_with("/api/") || !matches!(parts.method, Method::GET | Method::HEAD) {
        return no_route(&parts);
    }
    if let Some(admitted) = admit(&app, &parts) {
        return admitted;
    }
    let path = path.trim_start_matches('/');
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    let name = if is_file { path } else { PAGE };
    let found = match &app.assets {
        Some(dir) => from_disk(dir, name).await,
        None => built_in(name, &parts),
    };
    found.unwrap_or_else(|| no_route(&parts))
}

/// Lets a browser in that comes with the token in its address: it gets a
/// cookie, and an address without the token.
fn admit(app: &App, parts: &Parts) -> Option<Response> {
    let query = parts.uri.query().unwrap_or_default();
    let token = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))?;
    if !app.token.admits(token) {
        let refusal = Problem::forbidden(
            "token_wrong",
            "the token in the address is not valid any more",
        )
        .hint("It is another one each time. Get it with: backlog web --print-token");
        return Some(refusal.into_response());
    }
    // A path that begins with two slashes would be a host.
    let clean = format!("/{}", parts.uri.path().trim_start_matches('/'));
    let mut response = Redirect::to(&clean).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&app.token.set_cookie(app.addresses.port)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Some(response)
}

fn built_in(name: &str, parts: &Parts) -> Option<Response> {
    let file = FILES.iter().find(|file| file.name == name)?;
    let read = |name| {
        let value: Option<&HeaderValue> = parts.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let accepted = read(header::ACCEPT_ENCODING);
    let accepts = |how: &str| {
        accepted.split(',').any(|part| {
            let mut part = part.split(';').map(str::trim);
            part.next() == Some(how) && !part.any(|weight| weight == "q=0")
        })
    };
    let (bytes, encoding) = match (file.brotli, file.gzip) {
        (Some(bytes), _) if accepts("br") => (bytes, Some("br")),
        (_, Some(bytes)) if accepts("gzip") => (bytes, Some("gzip")),
        _ => (file.plain, None),
    };
    let tag = format!("\"{}-{}\"", file.tag, encoding.unwrap_or("plain"));
    let mut response = if read(header::IF_NONE_MATCH)
        .split(',')
        .any(|known| known.trim() == tag)
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (media_type(name), bytes).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.extend(
        HeaderValue::from_str(&tag)
            .ok()
            .map(|tag| (header::ETAG, tag)),
    );
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

async fn from_disk(dir: &Path, name: &str) -> Option<Response> {
    let path = inside(dir, name)?;
    let bytes = tokio::task::spawn_blocking(move || std::fs::read(path))
        .await
        .ok()?
        .ok()?;
    Some((media_type(name), bytes).into_response())
}

/// The file of that name in the directory, and never one elsewhere.
fn inside(dir: &Path, name: &str) -> Option<PathBuf> {
    let name = percent_encoding::percent_decode_str(name)
        .decode_utf8()
        .ok()?;
    let is_plain = Path::new(name.as_ref())
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let path = dir
        .join(name.as_ref())
        .canonicalize()
        .ok()
        .filter(|_| is_plain)?;
    path.starts_with(dir.canonicalize().ok()?).then_some(path)
}

fn media_type(name: &str) -> [(header::HeaderName, String); 1] {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let charset = match kind.type_() {
        mime_guess::mime::TEXT => "; charset=utf-8",
        _ => "",
    };
    [(header::CONTENT_TYPE, format!("{kind}{charset}"))]
}
