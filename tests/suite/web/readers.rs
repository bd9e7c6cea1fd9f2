//! Clients that do not take what they asked for.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use backlog_tests::{Web, eventually, wait::every};
use serde_json::json;

use super::{add, bodies::impatient};

/// The largest text there is.
fn much(of: &str) -> String {
    of.repeat(1 << 20)
}

/// Asks for something so often, over one connection, and reads nothing.
fn ask(web: &Web, path: &str, times: usize) -> TcpStream {
    let mut stream = web.connect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nauthorization: Bearer {}\r\n\r\n",
        web.port, web.token
    );
    stream
        .write_all(request.repeat(times).as_bytes())
        .expect("it listens");
    stream
}

/// Waits until the server has hung up, and thrown away what it had for us.
fn is_dropped(stream: &TcpStream) {
    eventually("it hangs up", || {
        stream.take_error().expect("a socket").is_some()
    });
}

#[test]
fn an_answer_that_nobody_reads_is_not_kept() {
    let (_home, web) = impatient();
    let task = json!({"project": "app", "title": "x", "description": much("x")});
    web.post("/api/tasks", task).ok();
    // More than the system keeps on its way.
    let stream = ask(&web, "/api/tasks/1", 64);
    is_dropped(&stream);
    assert_eq!(web.get("/api/tasks").status, 200);
}

#[test]
fn an_answer_that_is_read_drop_by_drop_is_not_kept_either() {
    let (_home, web) = impatient();
    let task = json!({"project": "app", "title": "x", "description": much("x")});
    web.post("/api/tasks", task).ok();
    let stream = ask(&web, "/api/tasks/1", 64);
    let mut is_open = true;
    every(
        Duration::from_millis(20),
        || stream.take_error().expect("a socket").is_some(),
        || is_open &= (&stream).read(&mut [0; 16]).is_ok_and(|read| read > 0),
    );
    assert!(is_open, "it was dropped, and not ended in order");
}

#[test]
fn events_that_nobody_reads_end_their_stream() {
    let (home, web) = impatient();
    add(&web, "x");
    let streams = || home.run(["daemon", "status", "--json"]).json()["streams"].clone();
    let stream = ask(&web, "/api/events", 1);
    eventually("it watches", || streams() == 1);
    // Each entry says what was there before and what came in its place.
    for number in 0..16 {
        let text = much(if number % 2 == 0 { "a" } else { "b" });
        web.patch("/api/tasks/1", json!({"description": text})).ok();
    }
    is_dropped(&stream);
    eventually("it is forgotten", || streams() == 0);
}
