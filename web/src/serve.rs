//! Listening, serving, and leaving. The accept loop is ours: how long a client
//! may take for its headers, how many may be here at once, and how long those
//! who are still being served may keep us, is said here.

use std::{io, sync::Arc, time::Duration};

use axum::{Router, middleware};
use backlog_api::workspace::Workspace;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{
    app::{App, Site},
    assets, guard,
    guard::Addresses,
    headers,
    listen::{ListenError, Listening, Place},
    pace::Paced,
    routes,
    token::{Kept, Token},
};

/// Clients at once; more wait until one of them leaves.
const CLIENTS: usize = 256;
/// After a failed accept (out of descriptors), before the next one.
const BREATH: Duration = Duration::from_millis(50);
/// How long answers that are being written may keep the server.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// A server that listens and does not serve yet.
pub struct Served {
    app: Arc<App>,
    listening: Listening,
    host: String,
    /// Whether the token is the user's own, whom we need not tell it.
    own_token: bool,
    _kept: Kept,
}

/// Listens.
///
/// # Errors
/// Where that is impossible, or would let strangers in.
pub fn open(site: Site, place: &Place) -> Result<Served, ListenError> {
    let own_token = site.token.is_some();
    if let Some(host) = &place.host
        && !own_token
        && !place.is_local()?
    {
        return Err(ListenError::NoToken(host.clone()));
    }
    let listening = place.open()?;
    let token = Token::new(site.token.clone()).map_err(ListenError::Token)?;
    let kept = keep(site.client.workspace(), listening.port, &token)?;
    let mut addresses = Addresses::local(listening.port);
    if let Some(host) = &place.host {
        addresses = addresses.also(host);
    }
    Ok(Served {
        app: Arc::new(App::new(site, token, addresses)),
        listening,
        host: place.host.clone().unwrap_or_else(|| "localhost".to_owned()),
        own_token,
        _kept: kept,
    })
}

fn keep(workspace: &Workspace, port: u16, token: &Token) -> Result<Kept, ListenError> {
    Kept::write(workspace, port, token).map_err(ListenError::Token)
}

impl Served {
    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.listening.port
    }

    /// The port that was meant, and who has it, where it was not to be had.
    #[must_use]
    pub fn instead_of(&self) -> Option<(u16, Option<&str>)> {
        let (port, holder) = self.listening.instead_of.as_ref()?;
        Some((*port, holder.as_deref()))
    }

    /// The address for people, which lets them in; without the token where
    /// that is their own.
    #[must_use]
    pub fn url(&self) -> String {
        if self.own_token {
            self.bare_url()
        } else {
            self.url_with(self.app.token.as_str())
        }
    }

    /// The address for the one browser that is started with it.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn ticket_url(&self) -> io::Result<String> {
        Ok(self.url_with(&self.app.token.ticket()?))
    }

    fn bare_url(&self) -> String {
        let host = match self.host.as_str() {
            "0.0.0.0" | "::" | "[::]" => "localhost".to_owned(),
            host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
            host => host.to_owned(),
        };
        format!("http://{host}:{}/", self.port())
    }

    fn url_with(&self, token: &str) -> String {
        format!("{}?token={token}", self.bare_url())
    }

    /// Serves until a signal says that it is enough.
    ///
    /// # Errors
    /// Where signals or sockets cannot be used.
    pub async fn run(self) -> io::Result<()> {
        let app = self.app;
        let (arrive, mut arrived) = mpsc::channel(1);
        let mut accepting = JoinSet::new();
        let room = Arc::new(Semaphore::new(CLIENTS));
        for listener in self.listening.listeners {
            let listener = TcpListener::from_std(listener)?;
            accepting.spawn(accept(listener, Arc::clone(&room), arrive.clone()));
        }
        drop(arrive);
        let (mut ended, mut hung_up, mut interrupted) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
        );
        let router = router(&app);
        let mut clients = JoinSet::new();
        loop {
            tokio::select! {
                Some((stream, place)) = arrived.recv() => {
                    let client = client(stream, router.clone(), Arc::clone(&app));
                    clients.spawn(async move {
                        let _place = place;
                        client.await;
                    });
                }
                Some(_) = clients.join_next() => {}
                _ = ended.recv() => break,
                _ = hung_up.recv() => break,
                _ = interrupted.recv() => break,
            }
        }
        accepting.abort_all();
        app.leaving.send_replace(true);
        let last = async { while clients.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LEAVE_WITHIN, last).await;
        Ok(())
    }
}

type Arrival = (TcpStream, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: TcpListener, room: Arc<Semaphore>, arrive: mpsc::Sender<Arrival>) {
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                if arrive.send((stream, place)).await.is_err() {
                    return;
                }
            }
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

async fn client(stream: TcpStream, router: Router, app: Arc<App>) {
    let mut leaving = app.leaving.subscribe();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.patience)
        .serve_connection(
            TokioIo::new(Paced::new(stream, app.patience)),
            TowerToHyperService::new(router),
        );
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = leaving.wait_for(|leaving| *leaving) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Everything that is served. The outermost layer comes last.
fn router(app: &Arc<App>) -> Router {
    routes::table()
        .into_router()
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(
            Arc::clone(app),
            guard::check,
        ))
        .layer(middleware::from_fn(headers::add))
        .with_state(Arc::clone(app))
}
