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

use backlog_api::{config::Config, view::HealthIssue, workspace::Workspace};

pub use self::{
    lifecycle::{RunOptions, check_settings, in_process, launch, run},
    store::{
        Created, Head, Newer, OpenError as InitError, Placed, Prepared, RestoreError,
        SCHEMA_VERSION, Standing,
    },
};

/// Sees that a file is a workspace's database, and changes nothing.
///
/// # Errors
/// Where it is not, or cannot be opened.
pub fn check(database: &Path) -> Result<(), InitError> {
    store::check(database)
}

/// Looks for whatever is wrong with a workspace, beside its daemon or without
/// one, and changes nothing. `config` is its own configuration, where that can
/// be read.
#[must_use]
pub fn inspect(workspace: &Workspace, config: Option<&Config>) -> Vec<HealthIssue> {
    let default_project = config.and_then(|config| config.default_project.as_deref());
    let mut issues = store::inspect(workspace.database(), default_project, domain::clock::Clock);
    issues.extend(lifecycle::inspect_files(workspace, config));
    issues
}

/// Brings a copy beside the database that it shall replace, and looks it over.
///
/// # Errors
/// Where the copy is no good, or there is no room for it.
pub fn prepare_restore(copy: &Path, database: &Path) -> Result<Prepared, RestoreError> {
    Prepared::new(copy, database, domain::clock::Clock)
}

/// Removes what this process has prepared to replace a database, for when it is
/// told to end at once.
pub fn abandon_restore(database: &Path) {
    store::abandon_prepared(database);
}

/// Makes a workspace's database where there is none.
///
/// # Errors
/// Where the place cannot be written to.
pub fn init(database: &Path) -> Result<Created, InitError> {
    store::create(database, domain::clock::Clock)
}
