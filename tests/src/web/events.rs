//! The stream of events, as it is read.

use std::{
    io::{BufRead as _, BufReader},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use ureq::http::Response;

use crate::eventually;

/// An event of the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `message` where the stream says nothing else.
    pub name: String,
    /// The entry's number.
    pub id: Option<i64>,
    /// The entry.
    pub data: Value,
}

/// A stream of events that is read on a thread, and what was read so far.
pub struct Events {
    arriving: mpsc::Receiver<Event>,
    /// All events so far.
    pub seen: Vec<Event>,
}

impl Events {
    #[track_caller]
    pub(super) fn of(response: Response<ureq::Body>) -> Self {
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let (told, arriving) = mpsc::channel();
        // Ends with the stream.
        thread::spawn(move || {
            let reader = BufReader::new(response.into_body().into_reader());
            let mut event = Event {
                name: "message".to_owned(),
                id: None,
                data: Value::Null,
            };
            let blank = event.clone();
            for line in reader.lines().map_while(Result::ok) {
                match line.split_once(": ") {
                    Some(("event", name)) => event.name = name.to_owned(),
                    Some(("id", id)) => event.id = id.parse().ok(),
                    Some(("data", data)) => {
                        event.data = serde_json::from_str(data).expect("a document");
                    }
                    _ if line.is_empty() && !event.data.is_null() => {
                        let _ = told.send(std::mem::replace(&mut event, blank.clone()));
                    }
                    _ => {}
                }
            }
        });
        Self {
            arriving,
            seen: Vec::new(),
        }
    }

    /// Waits until that holds of all events so far.
    #[track_caller]
    pub fn until(&mut self, what: &str, holds: impl Fn(&[Event]) -> bool) {
        eventually(what, || {
            self.seen
                .extend(self.arriving.recv_timeout(Duration::from_millis(1)));
            holds(&self.seen)
        });
    }

    /// The numbers of the first so many entries.
    #[track_caller]
    pub fn first(&mut self, count: usize) -> Vec<i64> {
        self.until("so many were told", |seen| entries(seen).count() >= count);
        entries(&self.seen).collect()
    }
}

fn entries(seen: &[Event]) -> impl Iterator<Item = i64> {
    let entries = seen.iter().filter(|event| event.name == "message");
    entries.filter_map(|event| event.id)
}
