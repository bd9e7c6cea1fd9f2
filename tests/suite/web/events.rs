//! The stream of events: every entry once, in order, whatever happens.

use backlog_tests::{database::assert_sound, eventually};
use serde_json::json;

use super::{add, serve};

#[test]
fn a_stream_goes_on_without_a_gap_while_the_daemon_is_killed() {
    let (home, web) = serve();
    let mut events = web.events("/api/events?after=0", &[]);
    assert_eq!(events.first(1), [1]);
    for round in 0..3 {
        for _ in 0..4 {
            add(&web, "x");
        }
        home.daemon().kill();
        events.until("the loss is told", |seen| {
            seen.iter().filter(|event| event.name == "lost").count() > round
        });
        events.until("it is back", |seen| {
            seen.iter().filter(|event| event.name == "ready").count() > round + 1
        });
    }
    add(&web, "x");
    let all: Vec<i64> = (1..=14).collect();
    assert_eq!(events.first(14), all);
    assert_sound(&home);
}

#[test]
fn a_browser_that_was_cut_off_goes_on_where_it_was() {
    let (_home, web) = serve();
    for _ in 0..5 {
        add(&web, "x");
    }
    let mut events = web.events("/api/events?after=1", &[("last-event-id", "4")]);
    assert_eq!(events.first(2), [5, 6]);
    let mut ahead = web.events("/api/events", &[]);
    ahead.until("it says where it begins", |seen| {
        seen.iter()
            .any(|event| event.name == "ready" && event.id == Some(6))
    });
    add(&web, "y");
    assert_eq!(ahead.first(1), [7]);
    assert_eq!(
        ahead.seen.last().expect("an event").data["summary"],
        "created TASK-6: y"
    );
    let wrong = web.call_as("GET", "/api/events", None, &[("last-event-id", "x")]);
    wrong.refused(400, "invalid_value");
}

#[test]
fn a_stream_may_be_about_one_project() {
    let (_home, web) = serve();
    web.post("/api/projects", json!({"alias": "lib"})).ok();
    let mut events = web.events("/api/events?after=0&project=lib", &[]);
    assert_eq!(events.first(1), [2]);
    add(&web, "x");
    web.post("/api/tasks", json!({"project": "lib", "title": "y"}))
        .ok();
    assert_eq!(events.first(2), [2, 4]);
}

#[test]
fn a_reader_that_left_is_forgotten() {
    let (home, web) = serve();
    let streams = || home.run(["daemon", "status", "--json"]).json()["streams"].clone();
    let stream = {
        use std::io::Write as _;
        let mut stream = web.connect();
        let request = format!(
            "GET /api/events HTTP/1.1\r\nhost: localhost:{}\r\nauthorization: Bearer {}\r\n\r\n",
            web.port, web.token
        );
        stream.write_all(request.as_bytes()).expect("it listens");
        stream
    };
    eventually("it watches", || streams() == 1);
    drop(stream);
    eventually("it is forgotten", || streams() == 0);
}

#[test]
fn behind_the_end_of_the_log_one_is_told_to_read_anew_and_hears_what_comes() {
    let (_home, web) = serve();
    let mut events = web.events("/api/events?after=99999999", &[]);
    events.until("it says that it begins anew", |seen| {
        seen.iter()
            .any(|event| event.name == "reset" && event.id == Some(1))
    });
    add(&web, "x");
    assert_eq!(events.first(1), [2]);
}

#[test]
fn a_browser_that_repeats_its_first_address_goes_on_behind_what_it_saw() {
    let (_home, web) = serve();
    for _ in 0..3 {
        add(&web, "one more");
    }
    let mut events = web.events("/api/events?after=0", &[]);
    events.first(1);
    let hash = events.seen[0].data["hash"].as_str().expect("a hash");
    let address = format!("/api/events?after=1&after_hash={hash}");
    let mut again = web.events(&address, &[("Last-Event-ID", "3")]);
    assert_eq!(again.first(1), [4]);
}

#[test]
fn a_stream_notices_that_another_log_has_taken_the_place_of_its_own() {
    let (home, web) = serve();
    home.run(["doctor", "backup", "--to", "copy.db"]).ok();
    for _ in 0..3 {
        add(&web, "to be lost");
    }
    let mut events = web.events("/api/events?after=0", &[]);
    assert_eq!(events.first(4), [1, 2, 3, 4]);
    let last = &events.seen.last().expect("an event").data;
    let hash = last["hash"].as_str().expect("a hash").to_owned();
    home.run(["doctor", "restore", "copy.db", "--force", "--yes"])
        .ok();
    // By its number alone the log looks as if it had gone on.
    for _ in 0..4 {
        home.run(["task", "add", "-t", "another"]).ok();
    }
    events.until("it begins anew", |seen| {
        seen.iter().any(|event| event.name == "reset")
    });
    let mut late = web.events(&format!("/api/events?after=4&after_hash={hash}"), &[]);
    late.until("one who comes back is told too", |seen| {
        seen.iter().any(|event| event.name == "reset")
    });
    add(&web, "after the restore");
    late.until("it goes on", |seen| {
        seen.iter().any(|event| {
            event.data["summary"]
                .as_str()
                .is_some_and(|told| told.contains("after the restore"))
        })
    });
}
