//! Which tasks a call is about.

use backlog_api::v1;

use super::convert;
use crate::domain::{
    Refused,
    lease::Holder,
    search::Query,
    task::{Priority, TaskFilter, TaskRef},
};

/// The filter of a message; `None` where its search has no word in it, which
/// finds nothing, where no search asks nothing.
pub(super) fn task_filter(given: v1::TaskFilter, caller: &Holder) -> Refused<Option<TaskFilter>> {
    let search = match given.search.as_str() {
        "" => None,
        text => match Query::parse(text) {
            None => return Ok(None),
            query => query,
        },
    };
    Ok(Some(TaskFilter {
        project: given.project,
        statuses: each(&given.statuses, convert::status)?,
        kinds: each(&given.types, convert::task_type)?,
        priorities: given
            .priorities
            .iter()
            .map(|given| Priority::new((*given).into()))
            .collect::<Refused<_>>()?,
        assignee: given.assignee,
        labels: given.labels,
        actor_kind: convert::actor_kind(given.actor_kind)?,
        actor_name: given.actor_name,
        source: given.source,
        search,
        include_archived: given.include_archived,
        ready: given.ready,
        blocked: given.blocked,
        claimed: given.claimed,
        held_by: given.mine.then(|| caller.clone()),
        parent: reference(&given.parent)?,
        needs_attention: given.needs_attention,
    }))
}

/// A task that may be left out.
pub(super) fn reference(given: &str) -> Refused<Option<TaskRef>> {
    match given {
        "" => Ok(None),
        given => TaskRef::parse(given).map(Some),
    }
}

/// The values of a filter; an unspecified one among them asks nothing.
fn each<T>(given: &[i32], read: impl Fn(i32) -> Refused<Option<T>>) -> Refused<Vec<T>> {
    given
        .iter()
        .filter_map(|value| read(*value).transpose())
        .collect()
}
