//! The services in the client's own process, where a sandbox lets nobody
//! listen or connect. Every rule is a transaction, so they are right beside a
//! daemon that lives elsewhere; what is missing is what only a daemon does:
//! looking after processes that hold leases.

use std::{path::PathBuf, sync::Arc};

use backlog_api::{
    client::Unavailable,
    config::Config,
    rendezvous::{self, Rendezvous},
    version,
    workspace::Workspace,
};
use tokio::io::DuplexStream;

use super::{serve, startup, state::State};
use crate::{
    domain::{Id, clock::Clock},
    service::Peer,
    store::{self, Opening, SCHEMA_VERSION, Store},
};

/// What may be on its way between client and services.
const BUFFER: usize = 256 << 10;

/// Opens the workspace's database here and serves it over the stream's other
/// end. Must be called inside a tokio runtime, in which the services run.
///
/// # Errors
/// Where the database cannot be opened.
pub fn in_process(workspace: &Workspace) -> Result<DuplexStream, Unavailable> {
    let clock = Clock;
    let config = Config::read(&workspace.config()).map_err(|error| {
        Unavailable::new(
            error.to_string(),
            Some("Mend the file, or remove the line."),
        )
    })?;
    let opening = Opening {
        terms: startup::lease_terms(&config)?,
        as_daemon: false,
    };
    let store = if workspace.is_copy() {
        Store::open_to_look(workspace.database(), clock, opening)?
    } else {
        Store::open_or_look(workspace.database(), clock, opening)?
    };
    let started_at = clock.now();
    let rendezvous = Rendezvous {
        endpoint: PathBuf::new(),
        database: workspace.database().to_owned(),
        database_inode: store::inode(workspace.database()),
        instance_id: Id::generate().to_string(),
        pid: i32::try_from(std::process::id()).unwrap_or_default(),
        version: version::program(),
        api: version::API,
        schema: SCHEMA_VERSION,
        host: rendezvous::host(),
        boot_id: rendezvous::boot_id(),
        since: startup::written(started_at),
    };
    let peer = Peer {
        uid: rustix::process::geteuid().as_raw(),
        pid: Some(rendezvous.pid),
    };
    let state = Arc::new(State::new(
        rendezvous,
        0,
        workspace.clone(),
        startup::log_path(workspace),
        started_at,
        None,
    ));
    let routes = crate::service::routes(store, Arc::clone(&state));
    let (client, server) = tokio::io::duplex(BUFFER);
    // Ends with the client's end of the stream, or with the runtime.
    tokio::spawn(serve::serve_stream(server, peer, routes, state));
    Ok(client)
}
