//! Where the daemon listens: `.backlogd/s`, or under `/tmp` where that path is
//! too long for a socket or its filesystem knows none.

use std::{
    fs, io,
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _, net::UnixListener},
    path::{Path, PathBuf},
    time::Duration,
};

use backlog_api::{
    client::{Cause, is_forbidden},
    rendezvous::{Rendezvous, is_private, make_private_dir},
    workspace::Workspace,
};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

use super::{
    startup::{StartError, identity, io_error},
    state::State,
};
use crate::crash;

/// 107 bytes bind on Linux, 103 on macOS.
const LONGEST: usize = 103;
const NAME: &str = "s";
/// Nobody connects to this name: the socket gets its own once it listens.
const UNFINISHED: &str = "s.n";
/// Cleaners of `/tmp` take what was not touched for days.
const TOUCH_EVERY: Duration = Duration::from_secs(3_600);

/// A socket that listens under its name.
pub(super) struct Bound {
    pub(super) listener: UnixListener,
    pub(super) path: PathBuf,
    pub(super) inode: u64,
}

/// Listens, taking over the name from a daemon that crashed.
pub(super) fn bind(workspace: &Workspace) -> Result<Bound, StartError> {
    if let Some(bound) = activated()? {
        return Ok(bound);
    }
    let dir = workspace.runtime_dir();
    let near = dir.join(NAME);
    if near.as_os_str().len() <= LONGEST {
        match bind_in(&dir) {
            Ok(bound) => return Ok(bound),
            // Some mounts know no sockets: /mnt under WSL, shared folders.
            Err(error) => tracing::debug!(%error, "no socket in {}", dir.display()),
        }
    }
    let dir = far_dir(workspace)?;
    bind_in(&dir).map_err(|error| {
        match Errno::from_io_error(&error) {
            // Where it may, the client goes on without a daemon.
            Some(errno) if is_forbidden(errno) => StartError {
                cause: Cause::SocketsForbidden,
                ..StartError::new(
                    format!("Unix sockets may not be used here: {error}"),
                    Some("A sandbox forbids them. Commands do without the daemon unless told --daemon require."),
                )
            },
            _ => io_error("listen in", &dir, &error),
        }
    })
}

fn bind_in(dir: &Path) -> io::Result<Bound> {
    let unfinished = dir.join(UNFINISHED);
    let path = dir.join(NAME);
    let _ = fs::remove_file(&unfinished);
    let listener = UnixListener::bind(&unfinished)?;
    listener.set_nonblocking(true)?;
    crash::point("bind");
    fs::rename(&unfinished, &path)?;
    let inode = fs::symlink_metadata(&path)?.ino();
    Ok(Bound {
        listener,
        path,
        inode,
    })
}

/// A socket that a service manager made: systemd's `LISTEN_FDS`.
fn activated() -> Result<Option<Bound>, StartError> {
    let cannot = |error| {
        StartError::new(
            format!("cannot use the socket that was passed: {error}"),
            None,
        )
    };
    let Some(listener) = listenfd::ListenFd::from_env()
        .take_unix_listener(0)
        .map_err(cannot)?
    else {
        return Ok(None);
    };
    listener.set_nonblocking(true).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let path = address
        .as_pathname()
        .ok_or_else(|| StartError::new("the socket that was passed has no path", None))?
        .to_owned();
    // Its name is the service manager's to remove.
    Ok(Some(Bound {
        listener,
        path,
        inode: 0,
    }))
}

/// `/tmp/backlog-UID/KEY`, never `$TMPDIR`, which two sessions need not share.
fn far_dir(workspace: &Workspace) -> Result<PathBuf, StartError> {
    let uid = rustix::process::geteuid().as_raw();
    let key = Sha256::digest(workspace.dir().as_os_str().as_bytes());
    let key: String = key
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let parent = PathBuf::from(format!("/tmp/backlog-{uid}"));
    let dir = parent.join(key);
    for dir in [&parent, &dir] {
        own(dir, uid)?;
    }
    Ok(dir)
}

/// Makes a directory that only we can enter, or sees that it is such a one.
fn own(dir: &Path, uid: u32) -> Result<(), StartError> {
    make_private_dir(dir).map_err(|error| io_error("make", dir, &error))?;
    let owner = fs::symlink_metadata(dir).map(|found| found.uid()).ok();
    // Root may enter any workspace's directory, but here its own only.
    if owner != Some(uid) || !is_private(dir) {
        return Err(StartError::new(
            format!(
                "{} is not a directory of ours alone; no socket is put there",
                dir.display()
            ),
            Some("Somebody else may have made it. Look at it, and move it away."),
        ));
    }
    Ok(())
}

/// Removes the socket's name, where it is still ours.
pub(super) fn remove(daemon: &Rendezvous, inode: u64) {
    if is_ours(daemon, inode) && inode != 0 {
        let _ = fs::remove_file(&daemon.endpoint);
    }
}

/// Whether the name still leads to our socket.
pub(super) fn is_ours(daemon: &Rendezvous, inode: u64) -> bool {
    inode == 0 || identity(&daemon.endpoint).is_some_and(|(_, now)| now == inode)
}

/// Keeps a socket in `/tmp` from being cleaned away. Ends with the daemon.
pub(super) async fn keep_fresh(state: &State) {
    let endpoint = &state.rendezvous.endpoint;
    if !endpoint.starts_with("/tmp") {
        return std::future::pending().await;
    }
    loop {
        for path in endpoint
            .ancestors()
            .take_while(|path| *path != Path::new("/tmp"))
        {
            let _ = rustix::fs::utimensat(
                rustix::fs::CWD,
                path,
                &rustix::fs::Timestamps {
                    last_access: NOW,
                    last_modification: NOW,
                },
                rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
            );
        }
        tokio::time::sleep(TOUCH_EVERY).await;
    }
}

const NOW: rustix::fs::Timespec = rustix::fs::Timespec {
    tv_sec: 0,
    tv_nsec: rustix::fs::UTIME_NOW as _,
};
