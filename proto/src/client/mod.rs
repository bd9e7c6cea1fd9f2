//! Calling the daemon.
//!
//! A [`Client`] connects at its first call: it reads `daemon.json`, connects,
//! and makes the call, with no lock, probe or round trip beside it. Only where
//! no daemon answers it starts one ([`start`]). A call that was cut off is
//! repeated with the same request id, so a daemon that dies in the middle
//! costs a pause, never a lost or doubled write.

mod call;
mod connect;
mod error;
mod hold;
mod long;
mod patience;
mod reach;
mod request_id;
pub mod start;
mod stream;
mod stuck;
mod upload;
mod watch;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use self::connect::Connection;
pub use self::{
    call::{Answered, decode},
    connect::is_forbidden,
    error::{CallError, Cause, Refusal, Unavailable},
    request_id::RequestId,
    stream::{Responses, StreamError},
    watch::Watch,
};
use crate::workspace::Workspace;
use tokio::{io::DuplexStream, sync::Mutex};

/// Who makes the calls.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// `KIND:NAME`; without it the daemon takes `human:` and the user's name.
    pub actor: Option<String>,
    /// Tells apart two sessions of one actor.
    pub session: Option<String>,
    /// The token of the lease under which it writes.
    pub lease: Option<String>,
}

/// Whether a client may start a daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Where none answers, start one.
    IfAbsent,
    /// Where none answers, say so ([`Unavailable::absent`]).
    Never,
}

/// Serves a workspace in this very process, over the other end of a stream,
/// and tells the user so. Given what kept the daemon from being used; `None`
/// where the user asked for it.
pub type InProcess = fn(&Workspace, Option<&Unavailable>) -> Result<DuplexStream, Unavailable>;

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Who makes the calls.
    pub caller: Caller,
    /// Whether it may start a daemon.
    pub start: Start,
    /// Whether it may replace a daemon that is older than this program. For a
    /// process that was just started by a person, never for one that lives on:
    /// two versions of those would replace each other all day.
    pub may_replace: bool,
    /// What to do where a sandbox forbids sockets or nothing can be written, and
    /// there only; `None`: fail.
    pub in_process: Option<InProcess>,
    /// Do so at once, whether sockets are forbidden or not.
    pub never_daemon: bool,
}

/// A connection to a workspace's daemon, made and made again as needed.
pub struct Client {
    workspace: Workspace,
    options: ClientOptions,
    connection: Arc<Mutex<Option<Connection>>>,
    /// An older daemon was asked to leave. Once is enough: where a service
    /// manager starts it again, it serves.
    dismissed: Arc<AtomicBool>,
    /// How long a call may be without a daemon; `None`: as long as it takes to
    /// start one, and [`patience::RETRY_FOR`].
    hurry: Option<Duration>,
}

impl Client {
    /// A client that connects at its first call.
    #[must_use]
    pub fn new(workspace: Workspace, options: ClientOptions) -> Self {
        Self {
            workspace,
            options,
            connection: Arc::default(),
            dismissed: Arc::default(),
            hurry: None,
        }
    }

    /// The same connection for another caller.
    #[must_use]
    pub fn with_caller(&self, caller: Caller) -> Self {
        Self {
            workspace: self.workspace.clone(),
            options: ClientOptions {
                caller,
                ..self.options.clone()
            },
            connection: Arc::clone(&self.connection),
            dismissed: Arc::clone(&self.dismissed),
            hurry: self.hurry,
        }
    }

    /// As [`Self::with_caller`], for a process that lives on after its first
    /// call: it never replaces a daemon.
    #[must_use]
    pub fn lasting(&self, caller: Caller) -> Self {
        let mut client = self.with_caller(caller);
        client.options.may_replace = false;
        client
    }

    /// The same client, for calls that somebody waits for who can ask again:
    /// those that are without a daemon for so long come to nothing. How long a
    /// daemon may take to answer is another matter.
    #[must_use]
    pub fn hurried(self, limit: Duration) -> Self {
        Self {
            hurry: Some(limit),
            ..self
        }
    }

    /// The workspace whose daemon this client calls.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Who makes the calls.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.options.caller
    }
}
