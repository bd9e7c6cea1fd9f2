//! Bodies that are too large, too slow, or of the wrong kind.

use std::{cell::Cell, io::Write as _, time::Duration};

use backlog_tests::{Home, Web, web::Answer};
use serde_json::json;

use super::serve;

fn head(web: &Web, more: &str) -> String {
    format!(
        "POST /api/tasks HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\
         authorization: Bearer {}\r\n{more}\r\n",
        web.port, web.token
    )
}

const JSON: &str = "content-type: application/json\r\n";

#[test]
fn what_is_not_json_is_refused() {
    let (_home, web) = serve();
    let token = format!("Bearer {}", web.token);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        let mut headers = vec![("authorization", token.as_str())];
        if !kind.is_empty() {
            headers.push(("content-type", kind));
        }
        let task = json!({"project": "app", "title": "x"}).to_string();
        web.bare("POST /api/tasks", &headers, &task)
            .refused(415, "not_json");
    }
    let json = [
        ("authorization", token.as_str()),
        ("content-type", "application/json; charset=utf-8"),
    ];
    assert_eq!(
        web.bare("POST /api/projects", &json, "{\"alias\":\"b\"}")
            .status,
        201
    );
    for body in ["{\"title\":", "", "{} {}", "\u{feff}{}", "{\"title\": NaN}"] {
        web.bare("POST /api/tasks", &json, body)
            .refused(400, "invalid_json");
    }
    let deep = format!("{{\"title\":{}", "[".repeat(100_000));
    for body in [deep.as_str(), "[\"app\", \"x\"]"] {
        web.bare("POST /api/tasks", &json, body)
            .refused(400, "invalid_value");
    }
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 0);
}

#[test]
fn a_body_that_says_it_is_too_large_is_refused_before_it_comes() {
    let (_home, web) = serve();
    // Nothing of it is ever sent.
    let answer = web.raw(head(&web, &format!("{JSON}content-length: 100000000\r\n")).as_bytes());
    answer.refused(413, "too_large");
}

#[test]
fn a_body_that_does_not_say_how_large_it_is_is_refused_while_it_comes() {
    let (_home, web) = serve();
    let mut stream = web.connect();
    let start = head(&web, &format!("{JSON}transfer-encoding: chunked\r\n"));
    stream.write_all(start.as_bytes()).expect("it listens");
    let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    // Without end: it is the server that ends it.
    let mut sent = 0;
    while stream.write_all(piece.as_bytes()).is_ok() {
        sent += piece.len();
        assert!(sent < 64 << 20, "nobody stopped it");
    }
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 0);
}

#[test]
fn the_largest_text_there_is_fits_however_it_is_written() {
    let (_home, web) = serve();
    // As programs write it that keep to ASCII.
    let text = "\\u00e9".repeat(1 << 19);
    let body = format!("{{\"project\":\"app\",\"title\":\"x\",\"description\":\"{text}\"}}");
    let token = format!("Bearer {}", web.token);
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    assert_eq!(web.bare("POST /api/tasks", &headers, &body).status, 201);
}

/// A server that waits no longer than a tenth of a second.
pub(super) fn impatient() -> (Home, Web) {
    let home = Home::with_project();
    let mut command = home.command(["web", "--port", "0", "--no-browser", "--json"]);
    let web = Web::of(command.env("BACKLOG_TEST_WEB_PATIENCE_MS", "100"));
    (home, web)
}

#[test]
fn a_body_that_stops_coming_is_not_waited_for() {
    let (_home, web) = impatient();
    let mut stream = web.connect();
    let start = head(&web, &format!("{JSON}content-length: 20\r\n"));
    stream.write_all(start.as_bytes()).expect("it listens");
    stream.write_all(b"{\"title\"").expect("it listens");
    Answer::read(&mut stream).refused(408, "too_slow");
}

#[test]
fn a_body_that_comes_byte_by_byte_is_not_waited_for_either() {
    let (_home, web) = impatient();
    let mut stream = web.connect();
    let start = head(&web, &format!("{JSON}content-length: 1000000\r\n"));
    stream.write_all(start.as_bytes()).expect("it listens");
    let mut writer = stream.try_clone().expect("a socket");
    let dripping = std::thread::spawn(move || {
        let is_open = Cell::new(true);
        backlog_tests::wait::every(
            Duration::from_millis(20),
            || !is_open.get(),
            || is_open.set(writer.write_all(b" ").is_ok()),
        );
    });
    Answer::read(&mut stream).refused(408, "too_slow");
    drop(stream);
    drop(web);
    dripping.join().expect("it ended");
}

#[test]
fn headers_that_never_end_are_not_waited_for() {
    let (_home, web) = impatient();
    let mut stream = web.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: ")
        .expect("it listens");
    let answer = Answer::read(&mut stream);
    assert!(matches!(answer.status, 0 | 408), "{}", answer.status);
}
