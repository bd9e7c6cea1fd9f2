//! Starting a daemon where none answers: elected by `spawn.lock`, detached by
//! a short-lived child, ready or not by a line on a pipe.

use std::{
    env,
    fs::{self, File, TryLockError},
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use super::{Cause, Unavailable};
use crate::{
    rendezvous::{LOG, SPAWN_LOCK, own_file, prepare_runtime_dir},
    workspace::Workspace,
};

/// How long a daemon may say nothing before its client gives up on it.
const SILENCE: Duration = Duration::from_secs(15);
/// The same while it migrates the database.
const SILENCE_WHILE_MIGRATING: Duration = Duration::from_secs(600);
/// What a daemon keeps of its starter's environment.
const KEPT: &[&str] = &["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TZ", "USER"];

/// What a daemon that starts tells its client, a JSON line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It waits for the daemon before it to leave.
    Waiting,
    /// It migrates the database; this may take long.
    Migrating,
    /// It listens.
    Ready,
    /// Another one leads already.
    LostElection,
    /// It cannot serve this workspace.
    Failed(Unavailable),
}

/// That no client starts a daemon, for as long as this lives.
pub struct HeldOff {
    _election: Election,
}

/// Keeps every client from starting a daemon. One that is being started is
/// waited for; none is ended.
///
/// # Errors
/// Where another process does so for too long, or the lock cannot be taken.
pub async fn hold_off(workspace: &Workspace) -> Result<HeldOff, Unavailable> {
    const LOOK_AGAIN: Duration = Duration::from_millis(10);
    let deadline = Instant::now() + SILENCE;
    loop {
        if let Some(election) = Election::try_win(workspace)? {
            return Ok(HeldOff {
                _election: election,
            });
        }
        if Instant::now() > deadline {
            return Err(Election::never_ends());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The right to start a daemon, which one process has at a time.
pub(super) struct Election {
    workspace: Workspace,
    lock: File,
}

impl Election {
    /// Takes it, where nobody has it.
    pub(super) fn try_win(workspace: &Workspace) -> Result<Option<Self>, Unavailable> {
        let dir = workspace.runtime_dir();
        let failed = |error| cannot("prepare", &dir, &error);
        let lock = prepare_runtime_dir(&dir)
            .and_then(|()| {
                own_file()
                    .truncate(false)
                    .write(true)
                    .open(dir.join(SPAWN_LOCK))
            })
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                workspace: workspace.clone(),
                lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Another process has it for too long.
    pub(super) fn never_ends() -> Unavailable {
        Unavailable::new(
            "another command is starting the daemon, and does not come to an end",
            Some("It may have been stopped with Ctrl-Z. End it, then try again."),
        )
    }

    /// Starts a daemon and waits until it serves, or another one does.
    pub(super) async fn launch(self) -> Result<(), Unavailable> {
        tokio::task::spawn_blocking(move || {
            let outcome = match launch(&self.workspace) {
                // Somebody may have killed it; a fault of its own shows again.
                Err(NotReady::Crashed(_)) => launch(&self.workspace),
                outcome => outcome,
            };
            drop(self.lock);
            outcome.map_err(|(NotReady::Crashed(why) | NotReady::Told(why))| why)
        })
        .await
        .unwrap_or_else(|panic| {
            Err(Unavailable::new(
                format!("starting the daemon failed: {panic}"),
                None,
            ))
        })
    }
}

/// Why a daemon that was started does not serve.
enum NotReady {
    /// It ended without a word.
    Crashed(Unavailable),
    /// It said why, or nothing for too long.
    Told(Unavailable),
}

impl From<Unavailable> for NotReady {
    fn from(why: Unavailable) -> Self {
        Self::Told(why)
    }
}

fn launch(workspace: &Workspace) -> Result<(), NotReady> {
    let log_path = workspace.runtime_dir().join(LOG);
    let log = open_log(&log_path).map_err(|error| cannot("open", &log_path, &error))?;
    let log_before = log.metadata().map_or(0, |file| file.len());

    let mut command = Command::new(program());
    command
        .args(["daemon", "launch"])
        .arg(workspace.database())
        .env_clear()
        .envs(env::vars_os().filter(|(name, _)| {
            name.to_str().is_some_and(|name| {
                KEPT.contains(&name) || name == "BACKLOG_LOG" || name.starts_with("BACKLOG_TEST_")
            })
        }))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    let mut child = command
        .spawn()
        .map_err(|error| cannot("start", Path::new(command.get_program()), &error))?;
    let pipe = child.stdout.take().expect("stdout was piped");
    let outcome = wait_until_ready(pipe, &log_path, log_before);
    // It only detaches the daemon and exits; waited for, so that no zombie
    // stays under a client that lives on.
    let _ = child.wait();
    outcome
}

fn wait_until_ready(pipe: ChildStdout, log: &Path, log_before: u64) -> Result<(), NotReady> {
    let (lines, received) = mpsc::channel();
    // Ends with the pipe, at the latest with the daemon.
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            let Ok(line) = line else { return };
            if lines.send(line).is_err() {
                return;
            }
        }
    });

    let mut silence = SILENCE;
    loop {
        match received
            .recv_timeout(silence)
            .map(|line| serde_json::from_str(&line))
        {
            Ok(Ok(Progress::Ready | Progress::LostElection)) => return Ok(()),
            Ok(Ok(Progress::Migrating)) => silence = SILENCE_WHILE_MIGRATING,
            Ok(Ok(Progress::Waiting)) => {}
            Ok(Ok(Progress::Failed(why))) => return Err(NotReady::Told(why)),
            Ok(Err(_)) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(NotReady::Crashed(Unavailable::new(
                    format!(
                        "the daemon crashed while it started{}",
                        quoted_tail(log, log_before)
                    ),
                    Some("The whole log: backlog daemon logs"),
                )));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                return Err(NotReady::Told(Unavailable::never_ready()));
            }
        }
    }
}

/// This very program, also after its file was replaced by an upgrade.
#[must_use]
pub fn program() -> PathBuf {
    match env::current_exe() {
        Ok(path) if path.exists() => path,
        _ => PathBuf::from("/proc/self/exe"),
    }
}

fn open_log(path: &Path) -> io::Result<File> {
    own_file().append(true).open(path)
}

/// What came to the log since the daemon was started.
fn quoted_tail(log: &Path, from: u64) -> String {
    const LINES: usize = 5;
    let bytes = fs::read(log).unwrap_or_default();
    let new = bytes
        .get(usize::try_from(from).unwrap_or(usize::MAX)..)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(new);
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(LINES)..].join("\n  ");
    if tail.is_empty() {
        String::new()
    } else {
        format!("; its last words:\n  {tail}")
    }
}

fn cannot(verb: &str, path: &Path, error: &io::Error) -> Unavailable {
    let why = Unavailable::new(
        format!("cannot {verb} {}: {error}", path.display()),
        Some("The daemon needs to write into the workspace's directory."),
    );
    let system = error.raw_os_error().map(Errno::from_raw_os_error);
    match system {
        Some(Errno::ROFS | Errno::ACCESS | Errno::PERM) => Unavailable {
            cause: Cause::NothingWritable,
            ..why
        },
        _ => why,
    }
}
