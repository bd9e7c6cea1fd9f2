//! Who may call. A web page on the internet can make a browser send requests
//! to this machine, so being local proves nothing.
//!
//! First the address, for everything: the host must be ours (a foreign name
//! that resolves to us is not), and whoever names an origin must be of ours.
//! Then, for the API, the token or the cookie that stands for it.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, Method, StatusCode, header, request::Parts};

use crate::{app::App, problem::Problem, routes::EVENTS, token::cookie_name};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The names under which we are called.
#[derive(Debug)]
pub(crate) struct Addresses {
    pub(crate) port: u16,
    names: Vec<String>,
    /// All addresses of this machine: no name can be one of them, so a foreign
    /// name that resolves to us is none.
    any_number: bool,
}

impl Addresses {
    /// Of this machine alone.
    pub(crate) fn local(port: u16) -> Self {
        Self {
            port,
            names: ["localhost", "127.0.0.1", "[::1]"]
                .map(str::to_owned)
                .to_vec(),
            any_number: false,
        }
    }

    /// And of what `--listen` named.
    pub(crate) fn also(mut self, host: &str) -> Self {
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() => self.any_number = true,
            Ok(IpAddr::V6(address)) => self.names.push(format!("[{address}]")),
            _ => self.names.push(host.to_ascii_lowercase()),
        }
        self
    }

    fn has(&self, authority: &str) -> bool {
        let (name, port) = match authority.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (authority, Some(80)),
        };
        let name = name.to_ascii_lowercase();
        let is_number = || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        port == Some(self.port) && (self.names.contains(&name) || (self.any_number && is_number()))
    }

    fn has_origin(&self, origin: &str) -> bool {
        origin
            .strip_prefix("http://")
            .is_some_and(|authority| self.has(authority))
    }
}

pub(crate) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let verdict = address(&app.addresses, &parts).and_then(|site| {
        if !needs_token(parts.uri.path()) {
            return Ok(());
        }
        token(&app, &parts, site)
    });
    match verdict {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) => problem.into_response(),
    }
}

/// What is not the API is the dashboard's files and whether the server runs.
pub(crate) fn needs_token(path: &str) -> bool {
    path.starts_with("/api/")
}

/// From where a request comes, as far as its headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// From a page of ours.
    OurPage,
    /// A browser was told to go here by its user.
    User,
    /// No browser says anything.
    Unknown,
}

fn address(ours: &Addresses, parts: &Parts) -> Result<From, Problem> {
    let host = one(&parts.headers, &header::HOST)?;
    let named = parts.uri.authority().map(|authority| authority.as_str());
    if !host.is_some_and(|host| ours.has(host)) || named.is_some_and(|host| !ours.has(host)) {
        let given = named.or(host).unwrap_or_default();
        return Err(Problem::forbidden(
            "foreign_host",
            format!("{given:?} is not an address of this server"),
        ));
    }
    let origin = one(&parts.headers, &header::ORIGIN)?;
    if let Some(origin) = origin.filter(|origin| !ours.has_origin(origin)) {
        return Err(Problem::forbidden(
            "foreign_origin",
            format!("pages of {origin:?} may not call this server"),
        ));
    }
    match one(&parts.headers, &SEC_FETCH_SITE)? {
        Some("same-origin") => Ok(From::OurPage),
        Some("none") => Ok(From::User),
        None if origin.is_some() => Ok(From::OurPage),
        None => Ok(From::Unknown),
        Some(_) => Err(Problem::forbidden(
            "foreign_site",
            "another site may not call this server, nor link to it",
        )
        .hint("Copy the address into the browser's address bar.")),
    }
}

/// A header that must not be there twice.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (None, _) => Ok(None),
        (Some(Ok(value)), None) => Ok(Some(value)),
        _ => Err(Problem::forbidden(
            "foreign_origin",
            format!("the header {name} makes no sense"),
        )),
    }
}

fn token(app: &App, parts: &Parts, from: From) -> Result<(), Problem> {
    if let Some(given) = one(&parts.headers, &header::AUTHORIZATION)? {
        let is_ours = given.split_once(' ').is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && app.token.is_token(token.trim())
        });
        return is_ours.then_some(()).ok_or_else(|| {
            Problem::forbidden("token_wrong", "the token is not that of this server")
                .hint("It is another one each time: backlog web --print-token")
        });
    }
    let required = |message| {
        Problem::forbidden("token_required", message)
            .hint("Send `Authorization: Bearer …` with what this prints: backlog web --print-token")
    };
    if !has_cookie(app, &parts.headers) {
        return Err(required("nobody may call this server without its token"));
    }
    let is_write = !matches!(parts.method, Method::GET | Method::HEAD);
    match from {
        From::OurPage => Ok(()),
        From::User if !is_write && parts.uri.path() != EVENTS => Ok(()),
        From::User => Err(required(
            "only the dashboard's own pages may do that by cookie",
        )),
        From::Unknown => Err(required("the cookie is for browsers, and this is none")),
    }
}

fn has_cookie(app: &App, headers: &HeaderMap) -> bool {
    let name = cookie_name(app.addresses.port);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .any(|(key, value)| key == name && app.token.is_cookie(value))
}

/// A form of another site can post three content types without being asked;
/// none of them is ours but multipart, which is for files. Other writes a
/// browser asks about first; their bodies are looked at where they are read.
pub(crate) fn content_type(parts: &Parts) -> Result<(), Problem> {
    if parts.method != Method::POST {
        return Ok(());
    }
    let given = one(&parts.headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    if is_media(given, "application/json") || is_media(given, "multipart/form-data") {
        Ok(())
    } else {
        Err(not_json(given))
    }
}

pub(crate) fn not_json(given: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        format!("the content type is {given:?}"),
    )
    .hint("Send `Content-Type: application/json`.")
}

pub(crate) fn not_multipart(given: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_multipart",
        format!("the content type is {given:?}"),
    )
    .hint("Send the file as `multipart/form-data`.")
}

/// Whether a content type is that one, whatever its parameters.
pub(crate) fn is_media(given: &str, kind: &str) -> bool {
    let essence = given.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_with_our_port_are_ours() {
        let ours = Addresses::local(8080);
        for host in [
            "localhost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "LOCALHOST:8080",
        ] {
            assert!(ours.has(host), "{host}");
            assert!(ours.has_origin(&format!("http://{host}")), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:8081",
            "localhost:80800",
            "evil.example:8080",
            "localhost.evil.example:8080",
            "a@localhost:8080",
            "[::1]",
            "::1",
            "127.0.0.2:8080",
            "localhost:8080:8080",
            "localhost:",
            "10.0.0.1:8080",
            "[::1]:8080]",
        ] {
            assert!(!ours.has(host), "{host}");
        }
        for origin in [
            "null",
            "",
            "https://localhost:8080",
            "http://localhost:3000",
            "file://",
        ] {
            assert!(!ours.has_origin(origin), "{origin}");
        }
    }

    #[test]
    fn a_port_of_80_goes_without_saying() {
        let ours = Addresses::local(80);
        for host in ["localhost", "localhost:80", "[::1]", "[::1]:80"] {
            assert!(ours.has(host), "{host}");
        }
    }

    #[test]
    fn what_listen_named_is_ours_too() {
        let ours = Addresses::local(9).also("Box.lan");
        assert!(ours.has("box.lan:9") && !ours.has("10.0.0.1:9"));
        assert!(Addresses::local(9).also("10.0.0.1").has("10.0.0.1:9"));
        assert!(Addresses::local(9).also("fd00::1").has("[fd00::1]:9"));
        let any = Addresses::local(9).also("0.0.0.0");
        assert!(any.has("10.0.0.1:9") && any.has("[fd00::1]:9"));
        assert!(!any.has("evil.example:9"), "a name may be rebound");
    }
}
