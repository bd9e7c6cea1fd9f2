//! `/api/events`: the log as it is written, as Server-Sent Events.
//!
//! Each event's `id` is the number of its entry, so that a browser that was
//! cut off asks for what comes behind the last it saw. Where the daemon is
//! lost, readers are told (`lost`), and told again once it is back (`ready`);
//! nothing in between is left out. Where another log has taken the place of
//! the one that was followed, as by a restore, they are told to read everything
//! anew (`reset`).
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::{sync::Arc, time::Duration};

use axum::response::IntoResponse as _;
use backlog_api::{
    client::{CallError, Client, Watch},
    v1, view,
};
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    answer::{Events, Outcome},
    app::{App, StreamGuard},
    problem::Problem,
    request::Call,
    stream::{Writer, pipe},
    table::{Table, Verb},
};

/// Where the stream is.
pub(crate) const PATH: &str = "/api/events";
/// A line that says nothing, so that a connection that is dead is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Between two tries to reach a daemon that cannot be reached.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) fn routes(table: Table) -> Table {
    table.route(
        Verb::Get,
        PATH,
        "The log as it is written; goes on behind `Last-Event-ID`.",
        open,
    )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct From {
    /// The first event has a greater number; without it, and without
    /// `Last-Event-ID`, the stream begins now.
    #[schemars(range(min = 0))]
    after: Option<i64>,
    /// The hash of that event: it tells whether the log is still the same.
    after_hash: String,
    /// Of this project alone.
    project: String,
}

async fn open(call: Call<(), From>) -> Outcome<Events> {
    let guard = call.app.count_stream().ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_streams",
            "as many event streams are open as there may be",
        )
        .hint("Share one among the tabs of a browser.")
    })?;
    // Where a browser connects anew, it repeats the address it had at first.
    let last = call.headers.get("last-event-id");
    let after = match last.and_then(|id| id.to_str().ok()) {
        Some(id) => Some(id.parse().map_err(|_| {
            Problem::invalid(format!(
                "Last-Event-ID is {id:?}, and not an event's number"
            ))
        })?),
        None => call.query.after,
    };
    if after.is_some_and(|after| after < 0) {
        return Err(Problem::invalid("after: no event has a negative number"));
    }
    let hash = hash(&call.query.after_hash)
        .ok_or_else(|| Problem::invalid("after_hash: that is no event's hash"))?;
    // It is that of the event that the address names, and of no later one.
    let hash = if after == call.query.after {
        hash
    } else {
        Vec::new()
    };
    let filter = v1::ActivityFilter {
        project: call.query.project,
        ..v1::ActivityFilter::default()
    };
    let (writer, body) = pipe();
    tokio::spawn(follow(
        call.client.into_client(),
        filter,
        after.map(|after| (after, hash)),
        call.app,
        writer,
        guard,
    ));
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok(Events((kind, body).into_response()))
}

/// Ends with its reader or with the server.
async fn follow(
    client: Client,
    filter: v1::ActivityFilter,
    after: Option<(i64, Vec<u8>)>,
    app: Arc<App>,
    writer: Writer,
    _guard: StreamGuard,
) {
    let mut leaving = app.leaving.subscribe();
    tokio::select! {
        () = tell(&client, filter, after, &writer) => {}
        () = writer.closed() => {}
        _ = leaving.wait_for(|leaving| *leaving) => {}
    }
}

/// Returns when nobody reads any more.
async fn tell(
    client: &Client,
    filter: v1::ActivityFilter,
    after: Option<(i64, Vec<u8>)>,
    writer: &Writer,
) {
    let (after, hash) = after.unzip();
    let mut watch = Watch::new(client, filter, after).known_by(hash.unwrap_or_default());
    let mut is_ready = false;
    loop {
        let next = tokio::time::timeout(HEARTBEAT, watch.next_or_broken());
        let text = match next.await {
            Err(_) => ":\n\n".to_owned(),
            Ok(Ok(Some(answer))) => {
                let mut text = String::new();
                let here = json!({"seq": answer.seq, "hash": view::hex(&answer.hash)});
                if answer.replaced {
                    text.push_str(&message("reset", Some(answer.seq), &here));
                }
                for activity in answer.activities {
                    let event = view::Event::from(activity);
                    let seq = Some(event.seq);
                    text.push_str(&message("", seq, &event));
                }
                if !is_ready {
                    text.push_str(&message("ready", Some(answer.seq), &here));
                }
                is_ready = true;
                text
            }
            Ok(Ok(None)) => {
                is_ready = false;
                message(
                    "lost",
                    None,
                    &json!({"error": "the daemon left", "code": "daemon_lost"}),
                )
            }
            Ok(Err(error)) => {
                is_ready = false;
                let is_refused = matches!(error, CallError::Refused(_));
                let told = message("lost", None, &Problem::from(error).document());
                if writer.send(told.into()).await.is_err() || is_refused {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        if !text.is_empty() && writer.send(text.into()).await.is_err() {
            return;
        }
    }
}

/// The bytes of a hash in hexadecimal; none where it is left out.
fn hash(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// One event. JSON has no line breaks of its own.
fn message(name: &str, id: Option<i64>, data: &impl Serialize) -> String {
    let name = match name {
        "" => String::new(),
        name => format!("event: {name}\n"),
    };
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("{name}{id}data: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_three_lines_and_an_empty_one() {
        assert_eq!(
            message("ready", Some(7), &json!({"seq": 7})),
            "event: ready\nid: 7\ndata: {\"seq\":7}\n\n"
        );
        assert_eq!(message("", None, &json!("a\nb")), "data: \"a\\nb\"\n\n");
    }
}
