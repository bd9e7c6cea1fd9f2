//! Backlog's daemon, as a library: [`domain`] has the rules, [`store`] the
//! database, `service` the API, `lifecycle` the process.

#![warn(missing_docs)]

mod crash;
pub mod domain;
mod lifecycle;
mod process;
mod service;
pub mod store;

use std::path::Path;

pub use self::{
    lifecycle::{RunOptions, in_process, launch, run},
    store::{Created, OpenError as InitError, SCHEMA_VERSION},
};

/// Sees that a file is a workspace's database, and changes nothing.
///
/// # Errors
/// Where it is not, or cannot be opened.
pub fn check(database: &Path) -> Result<(), InitError> {
    store::check(database)
}

/// Makes a workspace's database where there is none.
///
/// # Errors
/// Where the place cannot be written to.
pub fn init(database: &Path) -> Result<Created, InitError> {
    store::create(database, domain::clock::Clock)
}
