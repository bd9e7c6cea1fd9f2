//! `backlog doctor backup`.

use std::path::{Path, PathBuf};

use backlog_api::{v1, view};
use clap::Args;

use crate::{
    context::Context,
    error::CliError,
    render::{progress::Progress, size::size, text::line, time},
};

/// Write a copy of the database, as it is at this moment
#[derive(Debug, Args)]
#[command(
    after_help = "Others go on working meanwhile. The copy is one file; it is looked over before it gets its name, and nothing is overwritten.

Examples:
  backlog doctor backup
  backlog doctor backup --to /mnt/safe/backlog.db
  backlog doctor backup --to /mnt/safe --quiet"
)]
pub struct BackupArgs {
    /// The file or directory to write to; where left out, a new file beside
    /// the database
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub fn run(args: &BackupArgs, context: &Context) -> Result<(), CliError> {
    let path = place(args.to.as_deref(), context);
    let request = v1::BackUpRequest {
        path: path
            .into_os_string()
            .into_string()
            .map_err(|path| CliError::invalid(format!("{} is not text", path.display())))?,
    };
    let mut progress = Progress::new("Copying", context.invocation);
    let last = context.block_on(async |client| {
        client
            .call_long(request, |answer| {
                if answer.backup.is_none() {
                    let pages = |count: i64| count.unsigned_abs();
                    progress.at(pages(answer.pages_done), pages(answer.pages_total));
                }
            })
            .await
    })?;
    drop(progress);
    let backup = last.backup.ok_or_else(|| CliError::incomplete("copy"))?;
    let path = line(&backup.path).into_owned();
    let sentence = format!(
        "Wrote {path} ({}), whole up to entry {} of the log",
        size(backup.bytes),
        backup.last_activity_seq
    );
    context
        .out
        .made(&view::Backup::from(backup), &path, &sentence)
}

/// Absolute: the daemon stands elsewhere.
fn place(to: Option<&Path>, context: &Context) -> PathBuf {
    let name = format!("backlog-backup-{}.db", time::stamp());
    match to {
        None => context.workspace().dir().join(name),
        Some(to) => {
            let to = context.invocation.cwd.join(to);
            if to.is_dir() { to.join(name) } else { to }
        }
    }
}
