//! Accepting connections, serving them, and draining.
//!
//! tonic's own server keeps its listener open while it drains, so that clients
//! connect to a daemon that will never serve them. This one lets go of the
//! name and the descriptor first.

use std::{
    convert::Infallible,
    os::unix::net::UnixListener as StdListener,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use backlog_api::reason;
use hyper::{body::Incoming, server::conn::http2};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{UnixListener, UnixStream},
    task::JoinSet,
};
use tonic::{Code, body::Body, service::Routes};

use super::{
    counted::counted,
    socket,
    state::{CallGuard, ConnectionGuard, Leave, State},
};
use crate::service::{Peer, status};

/// After a failed accept (out of descriptors), before the next one.
const BREATH: Duration = Duration::from_millis(50);

/// Connections whose calls are being finished.
pub(super) struct Draining(JoinSet<()>);

impl Draining {
    /// Waits until the last call is answered.
    pub(super) async fn finish(mut self) {
        while self.0.join_next().await.is_some() {}
    }
}

/// Serves until it is time to leave. On return nobody can connect any more,
/// and all who did will be served.
pub(super) async fn serve(
    listener: UnixListener,
    routes: Routes,
    state: &Arc<State>,
) -> (Leave, Draining) {
    let mut connections = JoinSet::new();
    let why = loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, routes.clone(), Arc::clone(state)));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept");
                    tokio::time::sleep(BREATH).await;
                }
            },
            Some(_) = connections.join_next() => {}
            why = state.left() => break why,
        }
    };
    socket::remove(&state.rendezvous, state.socket_inode);
    if let Ok(listener) = listener.into_std() {
        for stream in queued(&listener) {
            connections.spawn(serve_connection(stream, routes.clone(), Arc::clone(state)));
        }
    }
    (why, Draining(connections))
}

/// Those who connected before the name was gone.
fn queued(listener: &StdListener) -> Vec<UnixStream> {
    let mut streams = Vec::new();
    while let Ok((stream, _)) = listener.accept() {
        if stream.set_nonblocking(true).is_ok() {
            streams.extend(UnixStream::from_std(stream));
        }
    }
    streams
}

async fn serve_connection(stream: UnixStream, routes: Routes, state: Arc<State>) {
    let _counted = ConnectionGuard::new(Arc::clone(&state));
    let Ok(credentials) = stream.peer_cred() else {
        return;
    };
    let peer = Peer {
        uid: credentials.uid(),
        pid: credentials.pid(),
    };
    serve_stream(stream, peer, routes, state).await;
}

/// Serves one peer until it leaves, or the daemon does.
pub(super) async fn serve_stream(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    routes: Routes,
    state: Arc<State>,
) {
    let service = Served {
        routes,
        peer,
        state: Arc::clone(&state),
    };
    let connection = http2::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = state.left() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// The services, for one peer.
#[derive(Clone)]
struct Served {
    routes: Routes,
    peer: Peer,
    state: Arc<State>,
}

impl Served {
    /// Ourselves and root.
    fn may_call(&self) -> bool {
        self.peer.uid == 0 || self.peer.uid == rustix::process::geteuid().as_raw()
    }
}

impl tower::Service<http::Request<Incoming>> for Served {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        tower::Service::<http::Request<Incoming>>::poll_ready(&mut self.routes, cx)
    }

    fn call(&mut self, mut request: http::Request<Incoming>) -> Self::Future {
        if !self.may_call() {
            let refusal = status(
                Code::PermissionDenied,
                reason::FOREIGN_USER,
                format!(
                    "this workspace's daemon serves another user than {}",
                    self.peer.uid
                ),
                [],
            );
            return Box::pin(async move { Ok(refusal.into_http()) });
        }
        let call = CallGuard::new(Arc::clone(&self.state));
        request.extensions_mut().insert(self.peer);
        let answer = self.routes.call(request);
        Box::pin(async move {
            let Ok(answer) = answer.await;
            Ok(counted(answer, call))
        })
    }
}
