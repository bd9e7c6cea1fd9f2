//! A daemon that is connected but answers nothing, not even a health call:
//! stopped, or caught in a fault. It is ended, so that another can lead.
//!
//! Slow is not stuck: a call may take as long as it takes, while the daemon
//! answers health calls beside it.

use std::{fs::OpenOptions, future::Future, pin::pin, time::Duration};

use bytes::Bytes;
use rustix::process::{Pid, Signal};
use tonic::{Request, Status};

use super::connect::{self, Absence, Connection};
use crate::{
    rendezvous::{LEADER_LOCK, Rendezvous},
    workspace::Workspace,
};

/// Health calls go to this path; their request is empty, their answer unread.
const HEALTH: &str = "/grpc.health.v1.Health/Check";
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Between TERM and KILL, and how long the lock may take to come free.
const GRACE: Duration = Duration::from_secs(5);

/// A call that has taken so long is worth a health call.
const LONG: Duration = Duration::from_secs(5);

/// How long a daemon may leave a health call unanswered.
fn stuck_after() -> Duration {
    std::env::var("BACKLOG_TEST_STUCK_AFTER_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(Duration::from_secs(30), Duration::from_millis)
}

/// Waits for a call; where it takes long, sees whether the daemon lives.
pub(super) async fn watch<T>(
    call: impl Future<Output = Result<T, Status>>,
    workspace: &Workspace,
    connection: &Connection,
) -> Result<T, Status> {
    let mut call = pin!(call);
    let Some(daemon) = connection.daemon() else {
        return call.await;
    };
    loop {
        tokio::select! {
            outcome = &mut call => return outcome,
            () = tokio::time::sleep(LONG.min(stuck_after())) => {}
        }
        tokio::select! {
            outcome = &mut call => return outcome,
            alive = answers(daemon) => if !alive {
                end(workspace, daemon, connection.peer_pid()).await;
                return Err(Status::unavailable("the daemon was stuck and has been ended"));
            }
        }
    }
}

/// A health call on a connection of its own.
async fn answers(daemon: &Rendezvous) -> bool {
    let health = async {
        let fresh = loop {
            match connect::connect(daemon).await {
                Ok(fresh) => break fresh,
                // Its queue is full: it lives, or it is stopped.
                Err(Absence::Busy) => tokio::time::sleep(LOOK_AGAIN).await,
                // Nobody listens any more; the call will be cut off by itself.
                Err(_) => return true,
            }
        };
        fresh
            .unary(HEALTH, Request::new(Bytes::new()))
            .await
            .is_ok()
    };
    tokio::time::timeout(stuck_after(), health)
        .await
        .unwrap_or(false)
}

/// TERM, then KILL, by a handle that cannot mean another process. Only where
/// the process that listens is the one that `daemon.json` names: a service
/// manager may have made the socket.
async fn end(workspace: &Workspace, daemon: &Rendezvous, listens: Option<i32>) {
    let pid = daemon.pid;
    if listens != Some(pid) {
        return;
    }
    let Some(signal) = Pid::from_raw(pid).and_then(signaller) else {
        return;
    };
    for kind in [Signal::TERM, Signal::KILL] {
        signal(kind);
        if lock_comes_free(workspace).await {
            return;
        }
    }
}

/// Sends signals by a handle that cannot come to mean another process.
#[cfg(target_os = "linux")]
fn signaller(pid: Pid) -> Option<impl Fn(Signal)> {
    use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};
    let handle = pidfd_open(pid, PidfdFlags::empty()).ok()?;
    Some(move |signal| {
        let _ = pidfd_send_signal(&handle, signal);
    })
}

/// Elsewhere there is no such handle; the open connection says that the
/// process lived a moment ago.
#[cfg(not(target_os = "linux"))]
fn signaller(pid: Pid) -> Option<impl Fn(Signal)> {
    Some(move |signal| {
        let _ = rustix::process::kill_process(pid, signal);
    })
}

async fn lock_comes_free(workspace: &Workspace) -> bool {
    let path = workspace.runtime_dir().join(LEADER_LOCK);
    let deadline = tokio::time::Instant::now() + GRACE.min(stuck_after());
    while tokio::time::Instant::now() < deadline {
        let free = OpenOptions::new()
            .write(true)
            .open(&path)
            .is_ok_and(|lock| lock.try_lock().is_ok());
        if free {
            return true;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    false
}
