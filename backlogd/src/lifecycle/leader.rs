//! Who leads: whoever holds `leader.lock`. A pid decides nothing.

use std::{
    fs::{File, TryLockError},
    os::unix::{fs::MetadataExt as _, net::UnixStream},
    time::Duration,
};

use backlog_api::{
    client::start::Progress,
    rendezvous::{self, LEADER_LOCK, Rendezvous, own_file},
    workspace::Workspace,
};
use tokio::time::Instant;

use super::startup::{StartError, identity, io_error};

/// A predecessor that drains is waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// While it is waited for, the client that started us is told so.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// The lock, held for as long as this lives.
pub(super) struct Leadership(File);

impl Leadership {
    /// Device and inode of the lock file.
    pub(super) fn identity(&self) -> Option<(u64, u64)> {
        let file = self.0.metadata().ok()?;
        Some((file.dev(), file.ino()))
    }
}

/// Takes the lock, or finds that another daemon leads and answers (`None`).
pub(super) async fn elect(
    workspace: &Workspace,
    tell: &impl Fn(Progress),
) -> Result<Option<Leadership>, StartError> {
    let path = workspace.runtime_dir().join(LEADER_LOCK);
    let deadline = Instant::now() + PATIENCE;
    let mut told = Instant::now();
    loop {
        let file = own_file()
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| io_error("open", &path, &error))?;
        match file.try_lock() {
            Ok(()) => {
                let lock = Leadership(file);
                // Somebody may have removed the file since: then this is a
                // lock that nobody else will ever see.
                if lock.identity() == identity(&path) {
                    return Ok(Some(lock));
                }
            }
            Err(TryLockError::WouldBlock) => {
                let meeting = Rendezvous::read(workspace);
                if meeting
                    .as_ref()
                    .is_some_and(|daemon| UnixStream::connect(&daemon.endpoint).is_ok())
                {
                    return Ok(None);
                }
                if Instant::now() > deadline {
                    return Err(held(meeting.as_ref()));
                }
            }
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &path, &error)),
        }
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            tell(Progress::Waiting);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn held(holder: Option<&Rendezvous>) -> StartError {
    match holder {
        Some(holder)
            if holder.host != rendezvous::host() || holder.boot_id != rendezvous::boot_id() =>
        {
            StartError::new(
                format!(
                    "the workspace is served by a daemon on {}, since {}",
                    holder.host, holder.since
                ),
                Some("Work with it there, or stop it there: backlog daemon stop"),
            )
        }
        Some(holder) => StartError::new(
            format!(
                "another daemon (process {}) holds the workspace but does not answer",
                holder.pid
            ),
            Some("See what it does: backlog daemon logs"),
        ),
        None => StartError::new("another process holds the workspace's leader.lock", None),
    }
}
