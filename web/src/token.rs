//! The token that proves that somebody may call: made at random for each run,
//! and kept in a file that only the user can read, for `--print-token`.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use backlog_api::workspace::Workspace;
use sha2::{Digest as _, Sha256};

/// How long a browser has to come with the ticket it was started with.
const TICKET_FOR: Duration = Duration::from_secs(60);

/// The token of a run, and what is made of it.
pub(crate) struct Token {
    token: String,
    cookie: String,
    ticket: Mutex<Option<(String, Instant)>>,
}

impl Token {
    /// The user's own, or one that was made up.
    pub(crate) fn new(own: Option<String>) -> io::Result<Self> {
        let token = own.map_or_else(random, Ok)?;
        Ok(Self {
            // Programs on other ports of this host are sent our cookies too:
            // what they see must not be the token itself.
            cookie: hex(&Sha256::digest(format!("backlog cookie {token}"))),
            token,
            ticket: Mutex::new(None),
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.token
    }

    /// A token that lets one browser in, once and soon: the command line that
    /// starts a browser can be read by other users of the machine.
    pub(crate) fn ticket(&self) -> io::Result<String> {
        let ticket = random()?;
        *self.lock() = Some((ticket.clone(), Instant::now() + TICKET_FOR));
        Ok(ticket)
    }

    pub(crate) fn is_token(&self, given: &str) -> bool {
        is_same(given, &self.token)
    }

    /// Whether an address may carry it: the token, or the ticket, which is
    /// used up by it.
    pub(crate) fn admits(&self, given: &str) -> bool {
        if self.is_token(given) {
            return true;
        }
        let mut ticket = self.lock();
        let fits = ticket
            .as_ref()
            .is_some_and(|(ticket, until)| is_same(given, ticket) && Instant::now() < *until);
        if fits {
            *ticket = None;
        }
        fits
    }

    pub(crate) fn is_cookie(&self, given: &str) -> bool {
        is_same(given, &self.cookie)
    }

    /// What a browser gets, for all of its later requests.
    pub(crate) fn set_cookie(&self, port: u16) -> String {
        format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            cookie_name(port),
            self.cookie
        )
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(String, Instant)>> {
        self.ticket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Browsers send a cookie to every port of its host.
pub(crate) fn cookie_name(port: u16) -> String {
    format!("backlog-{port}")
}

/// Compares digests, so that the time it takes tells nothing of the token.
fn is_same(given: &str, kept: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(kept)
}

fn random() -> io::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file that keeps a run's token. It is locked for as long as the server
/// lives, which tells it from what a killed one left behind.
pub(crate) struct Kept {
    path: PathBuf,
    _locked: File,
}

const PREFIX: &str = "web-";

impl Kept {
    pub(crate) fn write(workspace: &Workspace, port: u16, token: &Token) -> io::Result<Self> {
        let path = workspace.runtime_dir().join(format!("{PREFIX}{port}"));
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)?;
        // Nobody else serves this port; one that is just leaving lets go soon.
        file.lock()?;
        file.set_len(0)?;
        file.write_all(token.as_str().as_bytes())?;
        Ok(Self {
            path,
            _locked: file,
        })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Why there is no token to print.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Nobody serves.
    #[error("no `backlog web` runs for this workspace{}", .0.map(|port| format!(" on port {port}")).unwrap_or_default())]
    NoneRuns(Option<u16>),
    /// Several serve, and none was named.
    #[error("more than one `backlog web` runs for this workspace, on ports {}", .0.iter().map(u16::to_string).collect::<Vec<_>>().join(", "))]
    Several(Vec<u16>),
}

/// The token of the server that runs for a workspace, on that port or on
/// whichever it is.
///
/// # Errors
/// Where none runs, or more than one and no port was named.
pub fn kept(workspace: &Workspace, port: Option<u16>) -> Result<String, KeepError> {
    let mut running: Vec<(u16, String)> = Vec::new();
    for entry in fs::read_dir(workspace.runtime_dir())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let Some(number) = number.and_then(|text| text.parse().ok()) else {
            continue;
        };
        if port.is_none_or(|port| port == number) && is_locked(&entry.path()) {
            running.extend(
                fs::read_to_string(entry.path())
                    .ok()
                    .map(|token| (number, token)),
            );
        }
    }
    if running.len() > 1 {
        let mut ports: Vec<u16> = running.iter().map(|(port, _)| *port).collect();
        ports.sort_unstable();
        return Err(KeepError::Several(ports));
    }
    running
        .pop()
        .map(|(_, token)| token)
        .ok_or(KeepError::NoneRuns(port))
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock_shared().is_err())
}
