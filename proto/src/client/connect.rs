//! One HTTP/2 connection to a daemon that runs.

use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::{Buf as _, BufMut as _, Bytes};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustix::io::Errno;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::UnixStream,
};
use tonic::{
    Request, Response, Status, Streaming,
    body::Body,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::tokio_stream::Stream,
};

use crate::rendezvous::Rendezvous;

/// Answers may hold several bodies of a megabyte; the daemon cuts its pages
/// well below this.
const MAX_ANSWER: usize = 256 << 20;

/// How often a process that serves itself looks for a daemon.
fn look_every() -> Duration {
    std::env::var("BACKLOG_TEST_LOOK_EVERY_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(Duration::from_secs(30), Duration::from_millis)
}

/// Why there is no connection.
pub(super) enum Absence {
    /// Nobody listens.
    Absent,
    /// Alive, with a full queue, or just leaving.
    Busy,
    /// The system forbids it: a sandbox, or another user's workspace.
    Forbidden(io::Error),
}

/// A connection, cheap to clone.
#[derive(Clone)]
pub(super) struct Connection {
    id: u64,
    /// `None`: the services run in this process.
    daemon: Option<Rendezvous>,
    /// The process that listens, by the kernel's word.
    peer_pid: Option<i32>,
    /// When a daemon was last looked for in its place.
    looked_at: Instant,
    sender: Sender,
}

/// Connects to the daemon that `daemon.json` names.
pub(super) async fn connect(daemon: &Rendezvous) -> Result<Connection, Absence> {
    let stream = UnixStream::connect(&daemon.endpoint)
        .await
        .map_err(absence)?;
    let peer_pid = stream.peer_cred().ok().and_then(|peer| peer.pid());
    over(stream, Some(daemon.clone()), peer_pid)
        .await
        .map_err(|_| Absence::Busy)
}

/// A connection over a stream whose other end serves.
pub(super) async fn over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    daemon: Option<Rendezvous>,
    peer_pid: Option<i32>,
) -> hyper::Result<Connection> {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);

    let (sender, driver) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    // Ends by itself when the last sender is dropped or the socket closes.
    tokio::spawn(driver);
    Ok(Connection {
        id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
        daemon,
        peer_pid,
        looked_at: Instant::now(),
        sender: Sender(sender),
    })
}

/// What a failed connect says. A timeout is not among these: a daemon that is
/// slow is alive.
fn absence(error: io::Error) -> Absence {
    match Errno::from_io_error(&error) {
        Some(Errno::AGAIN) => Absence::Busy,
        Some(errno) if is_forbidden(errno) => Absence::Forbidden(error),
        _ => Absence::Absent,
    }
}

/// What sandboxes say to a socket they do not allow.
#[must_use]
pub fn is_forbidden(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::PERM | Errno::ACCESS | Errno::NOTSUP | Errno::AFNOSUPPORT
    )
}

impl Connection {
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The daemon at the other end; `None` where that is this process.
    pub(super) fn daemon(&self) -> Option<&Rendezvous> {
        self.daemon.as_ref()
    }

    /// Whether it is served by this process, and it is time to look for a daemon
    /// again; says so once each time.
    pub(super) fn is_makeshift(&mut self) -> bool {
        let is_due = self.daemon.is_none() && self.looked_at.elapsed() >= look_every();
        if is_due {
            self.looked_at = Instant::now();
        }
        is_due
    }

    pub(super) fn peer_pid(&self) -> Option<i32> {
        self.peer_pid
    }

    /// Makes a unary call of an encoded message; the answer is encoded, too.
    pub(super) async fn unary(
        self,
        path: &'static str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Status> {
        let mut grpc = self.grpc().await?;
        let path = http::uri::PathAndQuery::from_static(path);
        grpc.unary(request, path, Encoded).await
    }

    /// Makes a call that is answered by a stream of encoded messages.
    pub(super) async fn streaming(
        self,
        path: &'static str,
        request: Request<Bytes>,
    ) -> Result<Streaming<Bytes>, Status> {
        let mut grpc = self.grpc().await?;
        let path = http::uri::PathAndQuery::from_static(path);
        Ok(grpc
            .server_streaming(request, path, Encoded)
            .await?
            .into_inner())
    }

    /// Makes a call of many messages that is answered by many.
    pub(super) async fn exchange(
        self,
        path: &'static str,
        request: Request<impl Stream<Item = Bytes> + Send + 'static>,
    ) -> Result<Streaming<Bytes>, Status> {
        let mut grpc = self.grpc().await?;
        let path = http::uri::PathAndQuery::from_static(path);
        Ok(grpc.streaming(request, path, Encoded).await?.into_inner())
    }

    async fn grpc(self) -> Result<Grpc<Sender>, Status> {
        let origin = http::Uri::from_static("http://backlogd");
        let mut grpc = Grpc::with_origin(self.sender, origin).max_decoding_message_size(MAX_ANSWER);
        grpc.ready()
            .await
            .map_err(|error| Status::from_error(error.into()))?;
        Ok(grpc)
    }
}

/// Messages that are encoded already.
struct Encoded;

impl Codec for Encoded {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// hyper's sender as the service that tonic asks for.
#[derive(Clone)]
struct Sender(SendRequest<Body>);

impl tower::Service<http::Request<Body>> for Sender {
    type Response = http::Response<hyper::body::Incoming>;
    type Error = hyper::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}
