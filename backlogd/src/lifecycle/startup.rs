//! From nothing to a daemon that listens.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use backlog_api::{
    client::{Cause, Unavailable, start::Progress},
    config::Config,
    duration,
    rendezvous::{self, LOG, Rendezvous, prepare_runtime_dir},
    version,
    workspace::{DATABASE, Workspace},
};
use tokio::net::UnixListener;

use super::{
    leader::{self, Leadership},
    socket,
    state::State,
    watch::Signals,
};
use crate::{
    crash,
    domain::{Id, Moment, clock::Clock, lease::LeaseTerms},
    store::{self, OpenError, Opening, SCHEMA_VERSION, Store},
};

/// Without a call for this long, the daemon leaves.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// Why a daemon cannot start, as its client will be told.
pub(super) type StartError = Unavailable;

/// The system's no to something that a start needs.
pub(super) fn io_error(what: &str, path: &Path, error: &io::Error) -> StartError {
    StartError::new(
        format!("cannot {what} {}: {error}", path.display()),
        Some("The daemon needs to write into the workspace's directory, and room on its disk."),
    )
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        let cause = match error {
            OpenError::Missing(_) | OpenError::NotBacklog(_) | OpenError::BacklogOne(_) => {
                Cause::NotAWorkspace
            }
            _ => Cause::Trouble,
        };
        Self {
            hint: error.hint(),
            message: error.to_string(),
            cause,
        }
    }
}

/// A daemon that leads and listens.
pub(super) struct Daemon {
    pub(super) workspace: Workspace,
    pub(super) store: Store,
    pub(super) listener: UnixListener,
    pub(super) lock: Leadership,
    pub(super) signals: Signals,
    pub(super) state: Arc<State>,
}

/// The workspace that a directory or database file is.
pub(super) fn find(given: &Path) -> Result<Workspace, StartError> {
    let database = if given.is_dir() {
        given.join(DATABASE)
    } else {
        given.to_owned()
    };
    Workspace::at_database(&database).map_err(|error| {
        StartError::new(
            format!("{} is no workspace: {error}", given.display()),
            Some("Make one: backlog init"),
        )
    })
}

impl Daemon {
    /// Becomes the workspace's daemon; `None` where another one is.
    pub(super) async fn start(
        workspace: Workspace,
        tell: impl Fn(Progress),
    ) -> Result<Option<Self>, StartError> {
        let clock = Clock;
        let runtime_dir = workspace.runtime_dir();
        let config = Config::read(&workspace.config()).map_err(|error| {
            StartError::new(
                error.to_string(),
                Some("Mend the file, or remove the line."),
            )
        })?;
        let idle_timeout = idle_timeout(&config)?;
        let opening = Opening {
            terms: lease_terms(&config)?,
            as_daemon: true,
        };
        if !config.daemon.allow_network_filesystem {
            refuse_network_filesystem(workspace.dir())?;
        }
        prepare_runtime_dir(&runtime_dir)
            .map_err(|error| io_error("make", &runtime_dir, &error))?;

        let Some(lock) = leader::elect(&workspace, &tell).await? else {
            return Ok(None);
        };
        crash::point("lock");
        if let Some(last) = Rendezvous::read(&workspace) {
            store::put_orphaned_log_aside(workspace.database(), last.database_inode);
        }
        let store = Store::open(workspace.database(), clock, opening, || {
            tell(Progress::Migrating);
        })?;
        crash::point("migrate");
        let bound = socket::bind(&workspace)?;
        let started_at = clock.now();
        let rendezvous = Rendezvous {
            endpoint: bound.path,
            database: workspace.database().to_owned(),
            database_inode: store::inode(workspace.database()),
            instance_id: Id::generate().to_string(),
            pid: i32::try_from(std::process::id()).unwrap_or_default(),
            version: version::program(),
            api: version::API,
            schema: SCHEMA_VERSION,
            host: rendezvous::host(),
            boot_id: rendezvous::boot_id(),
            since: written(started_at),
        };
        crash::point("rename");
        // Whoever reads `daemon.json` may signal the process it names.
        let signals = Signals::listen()
            .map_err(|error| StartError::new(format!("cannot catch signals: {error}"), None))?;
        rendezvous
            .publish(&workspace)
            .map_err(|error| io_error("write daemon.json in", &runtime_dir, &error))?;
        let listener = UnixListener::from_std(bound.listener)
            .map_err(|error| io_error("listen on", &rendezvous.endpoint, &error))?;
        tracing::info!(
            version = %rendezvous.version,
            pid = rendezvous.pid,
            instance = rendezvous.instance_id,
            socket = %rendezvous.endpoint.display(),
            "serving {}", workspace.database().display()
        );
        let state = State::new(
            rendezvous,
            bound.inode,
            workspace.clone(),
            log_path(&workspace),
            started_at,
            idle_timeout,
        );
        Ok(Some(Self {
            workspace,
            store,
            listener,
            lock,
            signals,
            state: Arc::new(state),
        }))
    }
}

pub(super) fn log_path(workspace: &Workspace) -> PathBuf {
    workspace.runtime_dir().join(LOG)
}

/// A moment as `daemon.json` has it.
pub(super) fn written(moment: Moment) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(moment.0))
        .map(|at| at.to_string())
        .unwrap_or_default()
}

/// `lease.ttl`, `lease.grace` and `lease.max_attempts`.
pub(super) fn lease_terms(config: &Config) -> Result<LeaseTerms, StartError> {
    let usual = LeaseTerms::default();
    let read = |key: &str, text: &Option<String>, usual: Duration| {
        let Some(text) = text else { return Ok(usual) };
        duration::parse(text)
            .map_err(|error| error.to_string())
            .and_then(|given| {
                LeaseTerms::check_ttl(given).map_err(|_| format!("{text:?} is not 1s to 24h"))
            })
            .map_err(|error| {
                StartError::new(
                    format!("lease.{key} in config.toml: {error}"),
                    Some("Write a duration of 1s to 24h, like \"30m\"."),
                )
            })
    };
    let max_attempts = config.lease.max_attempts.unwrap_or(usual.max_attempts);
    if max_attempts == 0 {
        return Err(StartError::new(
            "lease.max_attempts in config.toml: 0 attempts would set every task aside",
            Some("Write 1 or more."),
        ));
    }
    Ok(LeaseTerms {
        ttl: read("ttl", &config.lease.ttl, usual.ttl)?,
        grace: read("grace", &config.lease.grace, usual.grace)?,
        max_attempts,
    })
}

/// `daemon.idle_timeout`; `None` means never.
pub(super) fn idle_timeout(config: &Config) -> Result<Option<Duration>, StartError> {
    let Some(text) = &config.daemon.idle_timeout else {
        return Ok(Some(IDLE));
    };
    let timeout = duration::parse(text).map_err(|error| {
        StartError::new(
            format!("daemon.idle_timeout in config.toml: {error}"),
            Some("Write a duration, or \"0\" for never."),
        )
    })?;
    Ok((!timeout.is_zero()).then_some(timeout))
}

/// Locks and shared memory are not to be trusted across machines.
fn refuse_network_filesystem(dir: &Path) -> Result<(), StartError> {
    match network_filesystem(dir) {
        Some(name) => Err(StartError::new(
            format!(
                "{} is on a network filesystem ({name}), where a database can be damaged",
                dir.display()
            ),
            Some(
                "Keep the workspace on a local disk; or accept the risk: [daemon] allow_network_filesystem = true in its config.toml.",
            ),
        )),
        None => Ok(()),
    }
}

/// Magic numbers from `statfs(2)`.
#[cfg(target_os = "linux")]
pub(super) fn network_filesystem(dir: &Path) -> Option<&'static str> {
    const KNOWN: &[(u64, &str)] = &[
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB2"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "Ceph"),
    ];
    let magic = u64::from(rustix::fs::statfs(dir).ok()?.f_type as u32);
    KNOWN
        .iter()
        .find(|(known, _)| *known == magic)
        .map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn network_filesystem(_: &Path) -> Option<&'static str> {
    None
}

/// Device and inode: which file a path means now.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let file = fs::symlink_metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}
