//! The daemon's log: what it says, and whatever else comes to standard error.
//!
//! Standard error *is* the log file, so that a panic or a library's last words
//! are in it. When it has grown it is put aside and another one begun. No text
//! of tasks is logged, and no health calls, at the default level.

use std::{
    fs::{self, File},
    io::{self, Write},
    panic,
    path::PathBuf,
    process,
    sync::{Mutex, OnceLock, PoisonError},
};

use backlog_api::{rendezvous::own_file, workspace::Workspace};
use tracing_subscriber::{
    filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::startup::{StartError, io_error, log_path};

/// A log of this size is put aside.
const LARGEST: u64 = 5 << 20;
/// How many of those put aside are kept.
const KEPT: u32 = 3;
/// What is said when `BACKLOG_LOG` is not set.
const LEVEL: &str = "info";

static LOG: OnceLock<Mutex<LogFile>> = OnceLock::new();

/// Begins logging: to the workspace's file where a client started us, else to
/// standard error. A panic ends the process from here on: a daemon that limps
/// is worse than none.
pub(super) fn begin(workspace: &Workspace, to_file: bool) -> Result<(), StartError> {
    let level = std::env::var("BACKLOG_LOG").unwrap_or_else(|_| LEVEL.to_owned());
    let targets: Targets = level.parse().map_err(|_| {
        StartError::new(
            format!("BACKLOG_LOG={level:?} names no level"),
            Some("Write error, warn, info, debug or trace."),
        )
    })?;
    if to_file {
        let path = log_path(workspace);
        let log = LogFile::open(path.clone()).map_err(|error| io_error("open", &path, &error))?;
        let _ = LOG.set(Mutex::new(log));
    }
    let layer = fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_timer(Now)
        .with_writer(if to_file {
            || Box::new(ToFile) as Box<dyn Write>
        } else {
            || Box::new(io::stderr()) as Box<dyn Write>
        });
    let _ = tracing_subscriber::registry()
        .with(layer)
        .with(targets)
        .try_init();
    #[expect(
        clippy::exit,
        reason = "the process must not outlive a panic of one of its threads"
    )]
    panic::set_hook(Box::new(|panic| {
        tracing::error!("panic: {panic}");
        process::exit(101);
    }));
    Ok(())
}

/// Lets go of the pipe to the client: standard output is the log now, too.
pub(super) fn take_over_stdout() {
    if let Some(log) = LOG.get() {
        let log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = rustix::stdio::dup2_stdout(&log.file);
    }
}

struct LogFile {
    path: PathBuf,
    file: File,
    size: u64,
}

impl LogFile {
    fn open(path: PathBuf) -> io::Result<Self> {
        let file = own_file().append(true).open(&path)?;
        rustix::stdio::dup2_stderr(&file)?;
        let size = file.metadata()?.len();
        Ok(Self { path, file, size })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size > LARGEST {
            self.rotate()?;
        }
        let written = self.file.write(bytes)?;
        // Others write to the file too, through standard error.
        self.size = self
            .file
            .metadata()
            .map_or(self.size + written as u64, |file| file.len());
        Ok(written)
    }

    fn rotate(&mut self) -> io::Result<()> {
        let aside = |number: u32| self.path.with_extension(number.to_string());
        for number in (1..KEPT).rev() {
            let _ = fs::rename(aside(number), aside(number + 1));
        }
        fs::rename(&self.path, aside(1))?;
        *self = Self::open(self.path.clone())?;
        rustix::stdio::dup2_stdout(&self.file)?;
        Ok(())
    }
}

struct ToFile;

impl Write for ToFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match LOG.get() {
            Some(log) => log
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .write(bytes),
            None => io::stderr().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines begin with the time, RFC 3339.
struct Now;

impl fmt::time::FormatTime for Now {
    fn format_time(&self, writer: &mut fmt::format::Writer<'_>) -> std::fmt::Result {
        write!(writer, "{:.3}", jiff::Timestamp::now())
    }
}
