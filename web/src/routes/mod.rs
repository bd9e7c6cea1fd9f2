//! The routes, a file a noun.

mod activity;
mod attachments;
mod comments;
mod docs;
mod events;
mod info;
mod labels;
mod memory;
mod paging;
mod plans;
mod projects;
mod queue;
mod render;
mod reports;
mod search;
mod tasks;
mod trash;
mod versions;

use crate::table::Table;

pub(crate) use self::events::PATH as EVENTS;

/// Every route there is.
pub(crate) fn table() -> Table {
    Table::new()
        .with(projects::routes)
        .with(tasks::routes)
        .with(queue::routes)
        .with(comments::routes)
        .with(labels::routes)
        .with(plans::routes)
        .with(docs::routes)
        .with(memory::routes)
        .with(attachments::routes)
        .with(activity::routes)
        .with(events::routes)
        .with(trash::routes)
        .with(search::routes)
        .with(reports::routes)
        .with(render::routes)
        .with(info::routes)
}
