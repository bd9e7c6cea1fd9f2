//! Noticing that the workspace has gone, or belongs to another by now.

use std::{io, process, sync::Arc, time::Duration};

use backlog_api::{rendezvous::LEADER_LOCK, workspace::Workspace};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    holders, socket,
    startup::identity,
    state::{Leave, State},
};
use crate::store::{SCHEMA_VERSION, Store};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long keeping a copy of a replaced database may take.
const KEEPING: Duration = Duration::from_secs(60);

/// Looks at lock, socket, database and schema now and then, and at the
/// processes that hold leases.
pub(super) async fn watch(
    workspace: Workspace,
    lock: Option<(u64, u64)>,
    store: Store,
    state: Arc<State>,
) {
    let lock_path = workspace.runtime_dir().join(LEADER_LOCK);
    let database = identity(workspace.database());
    let look = async {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = store.lost() => {}
            }
            if identity(&lock_path) != lock || identity(workspace.database()) != database {
                vanish(&state, &store).await;
            }
            let foreign_schema = store
                .read(|db| db.schema_version())
                .await
                .is_ok_and(|now| now != SCHEMA_VERSION);
            if foreign_schema || !socket::is_ours(&state.rendezvous, state.socket_inode) {
                state.leave(Leave::Superseded);
                return;
            }
            if let Err(error) = holders::look(&store).await {
                tracing::warn!(%error, "could not look after the leases that processes hold");
            }
        }
    };
    tokio::select! {
        () = look => {}
        () = socket::keep_fresh(&state) => {}
    }
}

/// The workspace was moved, replaced or deleted. Closing the database would
/// remove the log of whatever is at its path now, so it is not closed: the
/// process ends, as in a crash, which loses nothing.
#[expect(clippy::exit, reason = "nothing may be closed or written")]
async fn vanish(state: &State, store: &Store) -> ! {
    tracing::warn!("the workspace is gone or was replaced; leaving without touching it");
    let _ = tokio::time::timeout(KEEPING, store.probe()).await;
    socket::remove(&state.rendezvous, state.socket_inode);
    process::exit(0);
}

/// TERM and INT drain; HUP, when a terminal closes, means nothing to a daemon.
pub(super) struct Signals {
    term: Signal,
    int: Signal,
    hup: Signal,
}

impl Signals {
    /// Catches them from now on.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
            hup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for one that says to leave.
    pub(super) async fn watch(mut self, state: Arc<State>) {
        loop {
            tokio::select! {
                _ = self.term.recv() => break,
                _ = self.int.recv() => break,
                _ = self.hup.recv() => {}
            }
        }
        state.leave(Leave::Signal);
    }
}
