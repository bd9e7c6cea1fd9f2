//! The routes, a file a noun.

mod events;
mod projects;
mod tasks;

use crate::table::Table;

pub(crate) use self::events::PATH as EVENTS;

/// Every route there is.
pub(crate) fn table() -> Table {
    Table::new()
        .with(projects::routes)
        .with(tasks::routes)
        .with(events::routes)
}
