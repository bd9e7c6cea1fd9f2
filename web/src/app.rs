//! What all requests share.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use backlog_api::client::{Caller, Client};
use tokio::sync::{Semaphore, watch};

use crate::{guard::Addresses, token::Token};

/// Each is held in memory for as long as it is on its way.
const UPLOADS: usize = 4;

/// What `backlog web` serves, and for whom.
pub struct Site {
    /// Calls the daemon.
    pub client: Client,
    /// Signs writes that name no actor of their own.
    pub caller: Caller,
    /// A token of the user's own; `None`: one is made up.
    pub token: Option<String>,
    /// The dashboard's files, read anew at each request; `None`: those that
    /// were built in.
    pub assets: Option<PathBuf>,
    /// How long a client may be silent in the middle of a request, or take
    /// nothing of its answer.
    pub patience: Duration,
}

/// What all requests share.
pub(crate) struct App {
    pub(crate) client: Client,
    pub(crate) caller: Caller,
    pub(crate) assets: Option<PathBuf>,
    pub(crate) patience: Duration,
    pub(crate) token: Token,
    pub(crate) addresses: Addresses,
    /// Says `true` when it is time to leave.
    pub(crate) leaving: watch::Sender<bool>,
    /// Files that may come in at once.
    pub(crate) uploads: Semaphore,
    streams: AtomicUsize,
}

impl App {
    pub(crate) fn new(site: Site, token: Token, addresses: Addresses) -> Self {
        Self {
            client: site.client,
            caller: site.caller,
            assets: site.assets,
            patience: site.patience,
            token,
            addresses,
            leaving: watch::Sender::new(false),
            uploads: Semaphore::new(UPLOADS),
            streams: AtomicUsize::new(0),
        }
    }

    /// Counts a stream that is about to be opened; `None` where there are as
    /// many as there may be.
    pub(crate) fn count_stream(self: &Arc<Self>) -> Option<StreamGuard> {
        const MOST: usize = 64;
        let before = self.streams.fetch_add(1, Ordering::Relaxed);
        let guard = StreamGuard(Arc::clone(self));
        (before < MOST).then_some(guard)
    }
}

/// Counts a stream for as long as it is open.
pub(crate) struct StreamGuard(Arc<App>);

impl Drop for StreamGuard {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}
