//! Reaching the daemon: the one there is, one that is started, or this very
//! process in its place.

use std::sync::atomic::Ordering;

use prost::Message as _;

use super::{
    CallError, Cause, Client, RequestId, Start, Unavailable,
    connect::{self, Absence, Connection},
    patience::{PAUSES, Patience, RETRY_FOR},
    start::Election,
    stuck,
};
use crate::{rendezvous::Rendezvous, rpc::Rpc as _, v1, version};

impl Client {
    /// The connection there is, or a new one.
    pub(super) async fn connection(
        &self,
        patience: &mut Patience,
    ) -> Result<Connection, CallError> {
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
    pub(super) async fn forget(&self, failed: &Connection) {
        let mut slot = self.connection.lock().await;
        if slot.as_ref().is_some_and(|now| now.id() == failed.id()) {
            *slot = None;
        }
    }
}
