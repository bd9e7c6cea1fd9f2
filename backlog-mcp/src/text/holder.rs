//! Who holds a task, in words.

use backlog_api::{v1, view};

use super::{line, time};
use crate::identity::worker_of;

/// `ai:codex (worker b, 4 min left)`.
pub(crate) fn with(holder: &str, session: &str, left: Option<&str>) -> String {
    let worker = worker_of(session).map(|worker| format!("worker {}", line(worker)));
    let facts: Vec<&str> = worker.as_deref().into_iter().chain(left).collect();
    if facts.is_empty() {
        line(holder)
    } else {
        format!("{} ({})", line(holder), facts.join(", "))
    }
}

/// The holder of a lease, and how long it lives.
pub(crate) fn of(lease: &v1::Lease) -> String {
    let left = lease.expires_at.as_ref().map(time::left);
    with(
        &actor(lease.holder.as_ref()),
        &lease.session,
        left.as_deref(),
    )
}

/// `ai:codex`.
pub(crate) fn actor(actor: Option<&v1::Actor>) -> String {
    match actor {
        Some(actor) => line(&format!(
            "{}:{}",
            view::actor_kind_name(actor.kind()),
            actor.name
        )),
        None => "somebody".to_owned(),
    }
}
