//! Calling the daemon.
//!
//! A [`Client`] connects at its first call: it reads `daemon.json`, connects,
//! and makes the call, with no lock, probe or round trip beside it. Only where
//! no daemon answers it starts one ([`start`]). A call that was cut off is
//! repeated with the same request id, so a daemon that dies in the middle
//! costs a pause, never a lost or doubled write.

mod connect;
mod error;
mod hold;
mod long;
mod request_id;
pub mod start;
mod stuck;
mod upload;
mod watch;

use std::{
    marker::PhantomData,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

pub use self::{
    connect::is_forbidden,
    error::{CallError, Cause, Refusal, Unavailable},
    request_id::RequestId,
    watch::Watch,
};
use self::{
    connect::{Absence, Connection},
    start::Election,
};
use crate::{
    metadata,
    rendezvous::Rendezvous,
    rpc::{Rpc, StreamRpc},
    v1,
    version::{self, ClientVersion},
    workspace::Workspace,
};
use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use prost::Message as _;
use tokio::{io::DuplexStream, sync::Mutex};
use tonic::{Code, Request, Status, Streaming, metadata::MetadataValue};

/// How long a cut-off call is repeated before the client gives up.
const RETRY_FOR: Duration = Duration::from_secs(60);
/// The pause between two tries doubles from the first to the second of these.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));
/// Metadata values are printable ASCII; anything else travels percent-encoded,
/// as gRPC does with its own messages.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

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
    /// start one, and [`RETRY_FOR`].
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

    /// Makes a call, and makes it again with the same request id while the
    /// daemon is being started or replaced.
    ///
    /// # Errors
    /// [`CallError::Refused`] where the daemon answered with a refusal,
    /// [`CallError::Unavailable`] where none could be reached or started.
    pub async fn call<R: Rpc>(&self, request: R) -> Result<R::Response, CallError> {
        let answer = self
            .call_encoded(R::PATH, request.encode_to_vec().into())
            .await?;
        decode::<R>(answer)
    }

    /// As [`Self::call`], with the message encoded by the caller: one piece of
    /// code for all calls, where `call` would be compiled anew for each.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn call_encoded(
        &self,
        path: &'static str,
        message: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<Bytes, CallError>> + Send + '_>> {
        Box::pin(async move {
            let answer = self.repeat(path, message, RequestId::unique()).await?;
            Ok(answer.message)
        })
    }

    /// As [`Self::call_encoded`], of a write that was perhaps made before under
    /// this request id: then it is answered as it was then.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn call_encoded_as(
        &self,
        path: &'static str,
        message: Bytes,
        request_id: RequestId,
    ) -> Pin<Box<dyn Future<Output = Result<Answered, CallError>> + Send + '_>> {
        Box::pin(self.repeat(path, message, request_id))
    }

    async fn repeat(
        &self,
        path: &'static str,
        message: Bytes,
        request_id: RequestId,
    ) -> Result<Answered, CallError> {
        let mut patience = self.patience();
        let mut is_first_try = true;
        loop {
            let connection = self.connection(&mut patience).await?;
            let request = self.request(message.clone(), &request_id)?;
            let call = connection.clone().unary(path, request);
            match stuck::watch(call, &self.workspace, &connection).await {
                Ok(answer) => {
                    // Later it may be our own first try that was answered.
                    let was_made_before = answer.metadata().contains_key(metadata::REPEATED);
                    return Ok(Answered {
                        message: answer.into_inner(),
                        repeated: was_made_before && is_first_try,
                    });
                }
                Err(status) if was_cut_off(&status) => {
                    is_first_try = false;
                    self.forget(&connection).await;
                    patience.pause(|| Unavailable::cut_off(&status)).await?;
                }
                Err(status) => return Err(Refusal::from(&status).into()),
            }
        }
    }

    /// Makes a call that is answered by a stream. What breaks the stream later
    /// is [`StreamError::CutOff`]: the caller knows from where to call again.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn open<R: StreamRpc>(
        &self,
        request: R,
    ) -> Result<Responses<R::Response>, CallError> {
        let message = request.encode_to_vec().into();
        self.open_as::<R>(message, &RequestId::unique(), &mut self.patience())
            .await
    }

    async fn open_as<R: StreamRpc>(
        &self,
        message: Bytes,
        request_id: &RequestId,
        patience: &mut Patience,
    ) -> Result<Responses<R::Response>, CallError> {
        loop {
            let connection = self.connection(patience).await?;
            let request = self.request(message.clone(), request_id)?;
            let call = connection.clone().streaming(R::PATH, request);
            match stuck::watch(call, &self.workspace, &connection).await {
                Ok(stream) => {
                    return Ok(Responses {
                        stream,
                        connection,
                        message: PhantomData,
                    });
                }
                Err(status) if was_cut_off(&status) => {
                    self.forget(&connection).await;
                    patience.pause(|| Unavailable::cut_off(&status)).await?;
                }
                Err(status) => return Err(Refusal::from(&status).into()),
            }
        }
    }

    fn request<M>(&self, message: M, request_id: &RequestId) -> Result<Request<M>, CallError> {
        let mut request = Request::new(message);
        let mut set = |key: &'static str, value: &str| {
            let encoded = utf8_percent_encode(value, ENCODED).to_string();
            let encoded = MetadataValue::try_from(encoded)
                .map_err(|_| Refusal::invalid(format!("{value:?} cannot be sent as {key}")))?;
            request.metadata_mut().insert(key, encoded);
            Ok::<_, CallError>(())
        };
        let Caller {
            actor,
            session,
            lease,
        } = &self.options.caller;
        if let Some(actor) = actor {
            set(metadata::ACTOR, actor)?;
        }
        if let Some(session) = session {
            set(metadata::SESSION, session)?;
        }
        if let Some(lease) = lease {
            set(metadata::LEASE, lease)?;
        }
        set(metadata::REQUEST_ID, &request_id.id)?;
        if let Some(since) = request_id.since {
            set(metadata::REQUEST_SINCE, &since.to_string())?;
        }
        set(metadata::CLIENT, &ClientVersion::current().to_string())?;
        Ok(request)
    }

    fn patience(&self) -> Patience {
        Patience::new(self.hurry.unwrap_or(RETRY_FOR))
    }

    /// The connection there is, or a new one.
    async fn connection(&self, patience: &mut Patience) -> Result<Connection, CallError> {
        let connecting = self.connect(patience);
        match self.hurry {
            None => connecting.await,
            // A daemon that is being started goes on without us.
            Some(limit) => tokio::time::timeout(limit, connecting)
                .await
                .unwrap_or_else(|_| Err(Unavailable::never_ready().into())),
        }
    }

    async fn connect(&self, patience: &mut Patience) -> Result<Connection, CallError> {
        let mut slot = self.connection.lock().await;
        if let Some(connection) = slot.as_mut() {
            // What kept the daemon away may be over. Where it is not, this
            // process goes on as it did.
            if !self.options.never_daemon
                && connection.is_makeshift()
                && let Ok(better) = self.reach(patience).await
            {
                *connection = better;
            }
            return Ok(connection.clone());
        }
        let connection = if self.options.never_daemon {
            self.serve_ourselves(None).await?
        } else {
            match self.reach(patience).await {
                Err(CallError::Unavailable(why))
                    if matches!(why.cause, Cause::SocketsForbidden | Cause::NothingWritable) =>
                {
                    self.serve_ourselves(Some(why)).await?
                }
                outcome => outcome?,
            }
        };
        *slot = Some(connection.clone());
        Ok(connection)
    }

    /// Runs the services in this process: every rule of theirs is a
    /// transaction, so they stay right beside a daemon that lives elsewhere.
    async fn serve_ourselves(&self, why: Option<Unavailable>) -> Result<Connection, Unavailable> {
        let Some(serve) = self.options.in_process else {
            return Err(why.unwrap_or_else(Unavailable::absent));
        };
        let stream = serve(&self.workspace, why.as_ref())?;
        connect::over(stream, None, None).await.map_err(|error| {
            Unavailable::new(format!("cannot serve in this process: {error}"), None)
        })
    }

    /// Connects to the daemon, starting one where there is none.
    async fn reach(&self, patience: &mut Patience) -> Result<Connection, CallError> {
        loop {
            match self.meet().await {
                Ok((connection, daemon)) if !self.outdates(&daemon) => return Ok(connection),
                Err(Absence::Forbidden(error)) => return Err(Unavailable::forbidden(&error).into()),
                Err(Absence::Absent) if self.options.start == Start::Never => {
                    return Err(Unavailable::absent().into());
                }
                Err(Absence::Busy) => patience.pause(Unavailable::never_ready).await?,
                Ok(_) | Err(Absence::Absent) => {
                    self.renew().await?;
                    patience.spend(Unavailable::never_ready)?;
                }
            }
        }
    }

    /// Connects to the daemon that `daemon.json` names.
    async fn meet(&self) -> Result<(Connection, Rendezvous), Absence> {
        let daemon = Rendezvous::read(&self.workspace).ok_or(Absence::Absent)?;
        Ok((connect::connect(&daemon).await?, daemon))
    }

    /// Starts a daemon where there is none, or one in the place of an older
    /// one. The older one is asked to leave by the process that may start the
    /// next: otherwise clients of its own age would start it again and again.
    async fn renew(&self) -> Result<(), Unavailable> {
        let mut patience = Patience::new(RETRY_FOR);
        let election = loop {
            if let Some(election) = Election::try_win(&self.workspace)? {
                break election;
            }
            patience.pause(Election::never_ends).await?;
            let served = self.meet().await;
            if served.is_ok_and(|(_, daemon)| !self.outdates(&daemon)) {
                return Ok(());
            }
        };
        // Somebody may have been faster, while this process waited.
        match self.meet().await {
            Ok((connection, daemon)) if self.outdates(&daemon) => {
                self.dismiss(connection, &daemon).await;
            }
            Ok(_) | Err(Absence::Busy) => return Ok(()),
            Err(_) => {}
        }
        election.launch().await
    }

    fn outdates(&self, daemon: &Rendezvous) -> bool {
        self.options.may_replace
            && !self.dismissed.load(Ordering::Relaxed)
            && daemon.version < version::program()
    }

    /// Asks a daemon to leave, and waits until nobody can connect to it: the
    /// next one would find that it leads, and give way to it.
    async fn dismiss(&self, connection: Connection, daemon: &Rendezvous) {
        let request = v1::ShutdownRequest {
            instance_id: daemon.instance_id.clone(),
        };
        let message = request.encode_to_vec().into();
        if let Ok(request) = self.request(message, &RequestId::unique()) {
            let call = connection.clone().unary(v1::ShutdownRequest::PATH, request);
            // One that is stuck hears nothing, and is ended.
            let _ = stuck::watch(call, &self.workspace, &connection).await;
        }
        let gone = async {
            while !matches!(connect::connect(daemon).await, Err(Absence::Absent)) {
                tokio::time::sleep(PAUSES.0).await;
            }
        };
        let _ = tokio::time::timeout(RETRY_FOR, gone).await;
        self.dismissed.store(true, Ordering::Relaxed);
    }

    /// Drops a connection that failed, unless another call did already.
    async fn forget(&self, failed: &Connection) {
        let mut slot = self.connection.lock().await;
        if slot.as_ref().is_some_and(|now| now.id() == failed.id()) {
            *slot = None;
        }
    }
}

/// The answer to a write that may have been made before.
#[derive(Debug)]
pub struct Answered {
    /// The answer, encoded.
    pub message: Bytes,
    /// It is the one that an earlier call got.
    pub repeated: bool,
}

/// The answers of a call, as they come.
pub struct Responses<T> {
    stream: Streaming<Bytes>,
    connection: Connection,
    message: PhantomData<fn() -> T>,
}

/// Why a stream ended early.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The daemon refused to go on.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The daemon is gone, or leaves: call again.
    #[error("the daemon was lost in the middle of a stream")]
    CutOff,
}

impl<T: prost::Message + Default> Responses<T> {
    /// The next answer; `None` at the end.
    ///
    /// # Errors
    /// See [`StreamError`].
    pub async fn next(&mut self) -> Result<Option<T>, StreamError> {
        match self.stream.message().await {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => T::decode(bytes)
                .map(Some)
                .map_err(|error| Refusal::unreadable(&error).into()),
            Err(status) if was_cut_off(&status) => Err(StreamError::CutOff),
            Err(status) => Err(Refusal::from(&status).into()),
        }
    }
}

/// The answer to a request, from its bytes.
///
/// # Errors
/// Where the daemon answered with something else.
pub fn decode<R: Rpc>(answer: Bytes) -> Result<R::Response, CallError> {
    R::Response::decode(answer).map_err(|error| Refusal::unreadable(&error).into())
}

/// Whether the answer never came, as opposed to being a refusal: such a
/// status was made on this side of the socket, from the error in `source`.
fn was_cut_off(status: &Status) -> bool {
    status.code() == Code::Unavailable || std::error::Error::source(status).is_some()
}

/// Pauses between tries, and their end. The clock runs from the first failure:
/// a call may wait as long as the daemon lives.
struct Patience {
    limit: Duration,
    until: Option<Instant>,
    next: Duration,
}

impl Patience {
    fn new(limit: Duration) -> Self {
        Self {
            limit,
            until: None,
            next: PAUSES.0,
        }
    }

    /// Goes on at once, unless it is time to give up.
    fn spend(&mut self, give_up: impl FnOnce() -> Unavailable) -> Result<(), Unavailable> {
        let now = Instant::now();
        if now > *self.until.get_or_insert(now + self.limit) {
            Err(give_up())
        } else {
            Ok(())
        }
    }

    /// Goes on after a pause, unless it is time to give up.
    async fn pause(&mut self, give_up: impl FnOnce() -> Unavailable) -> Result<(), Unavailable> {
        self.spend(give_up)?;
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(PAUSES.1);
        Ok(())
    }
}
