//! Who holds a task, in words.

use backlog_api::{v1, view};

use super::{line, time};
use crate::identity::{Identity, is_of_session, worker_of};

/// Characters of a session that tell it from another.
const MARK: usize = 6;

/// `ai:codex (worker b, 4 min left)`; to `me`, `you (4 min left)` or
/// `another session of ai:codex (…K3X9QF, 4 min left)`.
pub(crate) fn with(holder: &str, session: &str, left: Option<&str>, me: &Identity) -> String {
    let worker = worker_of(session).map(|worker| format!("worker {}", line(worker)));
    let (who, mark) = if !session.is_empty() && is_of_session(session, &me.session) {
        ("you".to_owned(), None)
    } else if holder == me.actor && !session.is_empty() {
        let who = format!("another session of {}", line(holder));
        (who, Some(mark(session)))
    } else {
        (line(holder), None)
    };
    let facts: Vec<&str> = [mark.as_deref(), worker.as_deref(), left]
        .into_iter()
        .flatten()
        .collect();
    if facts.is_empty() {
        who
    } else {
        format!("{who} ({})", facts.join(", "))
    }
}

/// The end of a session's name, without its worker.
fn mark(session: &str) -> String {
    let worker = worker_of(session).map_or(0, |worker| worker.len() + 1);
    let session = &session[..session.len() - worker];
    match session.char_indices().nth_back(MARK - 1) {
        Some((at, _)) if at > 0 => format!("…{}", line(&session[at..])),
        _ => line(session),
    }
}

/// The holder of a lease, and how long it lives.
pub(crate) fn of(lease: &v1::Lease, me: &Identity) -> String {
    let left = lease.expires_at.as_ref().map(time::left);
    with(
        &actor(lease.holder.as_ref()),
        &lease.session,
        left.as_deref(),
        me,
    )
}

/// The holder of a lease, in a word or two.
pub(crate) fn brief(lease: &v1::Lease, me: &Identity) -> String {
    let who = with(&actor(lease.holder.as_ref()), &lease.session, None, me);
    who.split(" (").next().unwrap_or_default().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_from_another_session_and_from_another_actor() {
        let me = Identity {
            actor: "ai:codex".to_owned(),
            session: "01JD0000000000000000AAAAAA".to_owned(),
        };
        let told = |holder: &str, session: &str| with(holder, session, Some("4 min left"), &me);
        assert_eq!(told("ai:codex", &me.session), "you (4 min left)");
        assert_eq!(
            told("ai:codex", &format!("{}#b", me.session)),
            "you (worker b, 4 min left)"
        );
        assert_eq!(
            told("ai:codex", "01JD0000000000000000BBBBBB#b"),
            "another session of ai:codex (…BBBBBB, worker b, 4 min left)"
        );
        assert_eq!(
            told("ai:codex", "chat"),
            "another session of ai:codex (chat, 4 min left)"
        );
        assert_eq!(told("human:ana", ""), "human:ana (4 min left)");
        assert_eq!(told("ai:other", "x"), "ai:other (4 min left)");
    }
}
