//! `backlog daemon logs`.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Read as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
    thread,
    time::Duration,
};

use backlog_api::{rendezvous::LOG, view};
use clap::Args;

use crate::{
    context,
    error::{CliError, Exit},
    invocation::Invocation,
    render::{Output, text},
};

/// Show the daemon's log
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog daemon logs
  backlog daemon logs -f")]
pub struct LogsArgs {
    /// Go on with what comes
    #[arg(long, short)]
    follow: bool,
}

/// Between two looks at a log that is followed.
const PAUSE: Duration = Duration::from_millis(200);

pub fn run(args: &LogsArgs, invocation: &Invocation) -> Result<(), CliError> {
    let path = context::find(invocation)?.runtime_dir().join(LOG);
    let out = invocation.output(None);
    let cannot =
        |error: io::Error| CliError::failed(format!("cannot read {}: {error}", path.display()));
    if out.json && args.follow {
        return Err(CliError::usage(
            "a log that is followed is no single JSON document: give --follow or --json",
        ));
    }
    let mut log = match File::open(&path) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(CliError::new(
                Exit::NotFound,
                "no_log",
                format!("there is no log yet at {}", path.display()),
            )
            .hint("The first daemon of a workspace makes one: backlog daemon start"));
        }
        Err(error) => return Err(cannot(error)),
    };
    if out.json {
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).map_err(cannot)?;
        let text = String::from_utf8_lossy(&bytes);
        return out.document(&view::DaemonLog {
            log: path.display().to_string(),
            lines: text.lines().map(str::to_owned).collect(),
        });
    }
    loop {
        copy(&mut log, out).map_err(|error| error.or(cannot))?;
        if !args.follow {
            return Ok(());
        }
        pause();
        if let Some(next) = rotated(&log, &path) {
            copy(&mut log, out).map_err(|error| error.or(cannot))?;
            log = next;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a process of its own that does nothing else"
)]
fn pause() {
    thread::sleep(PAUSE);
}

/// Reading and writing fail in different ways.
enum CopyError {
    Read(io::Error),
    Write(CliError),
}

impl CopyError {
    fn or(self, cannot: impl FnOnce(io::Error) -> CliError) -> CliError {
        match self {
            Self::Read(error) => cannot(error),
            Self::Write(error) => error,
        }
    }
}

fn copy(log: &mut BufReader<File>, out: Output) -> Result<(), CopyError> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if log.read_until(b'\n', &mut line).map_err(CopyError::Read)? == 0 {
            return Ok(());
        }
        let shown = String::from_utf8_lossy(&line);
        out.text(&text::block(&shown)).map_err(CopyError::Write)?;
    }
}

/// The new log, where the one that is being read was put aside.
fn rotated(log: &BufReader<File>, path: &Path) -> Option<BufReader<File>> {
    let read = log.get_ref().metadata().ok()?;
    let now = fs::metadata(path).ok()?;
    if (read.dev(), read.ino()) == (now.dev(), now.ino()) {
        return None;
    }
    File::open(path).ok().map(BufReader::new)
}
