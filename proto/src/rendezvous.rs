//! Where clients and daemon of a workspace meet: the files in `.backlogd/`.
//!
//! Clients read the endpoint from `daemon.json`; they never derive it from
//! their environment, since two sessions need not share one.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::workspace::Workspace;

/// Held by the daemon for life. Never removed: two processes could lock two
/// files of the same name.
pub const LEADER_LOCK: &str = "leader.lock";
/// Held by the client that starts a daemon. Never removed either.
pub const SPAWN_LOCK: &str = "spawn.lock";
/// The daemon's log, its raw standard error too.
pub const LOG: &str = "log";
const DAEMON_JSON: &str = "daemon.json";

/// What `daemon.json` says of the daemon that leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendezvous {
    /// The socket's path.
    pub endpoint: PathBuf,
    /// The database it serves. A copied workspace brings this file along, and
    /// must not be served by the daemon of the original.
    pub database: PathBuf,
    /// That file's inode, to notice after a crash that it was replaced.
    pub database_inode: u64,
    /// Made anew each time a daemon starts.
    pub instance_id: String,
    /// For people to read; nothing is decided by it alone.
    pub pid: i32,
    /// The daemon's program version.
    pub version: Version,
    /// The API's major version.
    pub api: u32,
    /// The schema version it works with.
    pub schema: i32,
    /// The machine it runs on.
    pub host: String,
    /// That machine's boot, where the system tells.
    pub boot_id: String,
    /// Since when it leads, RFC 3339.
    pub since: String,
}

impl Rendezvous {
    /// What the workspace's `daemon.json` says; `None` where there is none, none
    /// that can be read (it is replaced by rename, never half written), or one
    /// that was copied here from another workspace.
    #[must_use]
    pub fn read(workspace: &Workspace) -> Option<Self> {
        if !is_private(&workspace.runtime_dir()) {
            return None;
        }
        let text = fs::read(Self::path(workspace)).ok()?;
        let daemon: Self = serde_json::from_slice(&text).ok()?;
        (daemon.database == workspace.database()).then_some(daemon)
    }

    /// Publishes this daemon, by rename.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn publish(&self, workspace: &Workspace) -> io::Result<()> {
        let path = Self::path(workspace);
        let draft = path.with_extension(format!("json.{}", self.instance_id));
        fs::write(&draft, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&draft, &path)
    }

    /// Removes `daemon.json` where it still names this instance.
    pub fn retract(&self, workspace: &Workspace) {
        if Self::read(workspace).is_some_and(|now| now.instance_id == self.instance_id) {
            let _ = fs::remove_file(Self::path(workspace));
        }
    }

    fn path(workspace: &Workspace) -> PathBuf {
        workspace.runtime_dir().join(DAEMON_JSON)
    }
}

/// Makes `.backlogd/`, readable by its owner alone and ignored by git.
///
/// # Errors
/// Where it cannot be made, or is there and not its owner's alone: one that came
/// with a cloned repository could lead a daemon's log, or its clients, elsewhere.
pub fn prepare_runtime_dir(dir: &Path) -> io::Result<()> {
    make_private_dir(dir)?;
    if !is_private(dir) {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it must be a directory that only its owner can enter (chmod 700)",
        ));
    }
    let ignore = dir.join(".gitignore");
    if ignore.exists() {
        Ok(())
    } else {
        fs::write(ignore, "*\n")
    }
}

/// Makes a directory that only we can enter; one that is there stays as it is.
///
/// # Errors
/// Where it cannot be made.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Whether it is a directory, no link, that its owner alone can enter, and we
/// are that owner, or root.
#[must_use]
pub fn is_private(dir: &Path) -> bool {
    let me = rustix::process::geteuid().as_raw();
    fs::symlink_metadata(dir)
        .is_ok_and(|dir| dir.is_dir() && (dir.uid() == me || me == 0) && dir.mode() & 0o077 == 0)
}

/// How to open a file of ours in `.backlogd/`: for its owner alone, and never
/// through a link.
#[must_use]
pub fn own_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .create(true)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    options
}

/// The name of this machine.
#[must_use]
pub fn host() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// Tells one boot of this machine from the next; empty where unknown.
#[must_use]
pub fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}
