//! `backlog attachment add`.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use backlog_api::{v1, view};
use clap::Args;

use super::{TargetArgs, of, place};
use crate::{
    context::Context,
    error::CliError,
    render::{size::size, text::line},
};

/// The daemon's limit: what is larger need not be read to its end to be refused.
const LIMIT: u64 = 10 << 20;

/// Attach a file to a task or a doc
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog attachment add trace.log --task TASK-12
  backlog attachment add shot.png --doc ID --name 'before.png'
  git diff | backlog attachment add - --task TASK-12 --name fix.diff")]
pub struct AddArgs {
    /// The file, of 10 MiB at most; '-' reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    target: TargetArgs,

    /// What to call it; the file's own name where left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub fn run(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let Some(target) = args.target.target() else {
        return Err(CliError::usage(
            "name what to attach it to: --task REF or --doc ID",
        ));
    };
    let name = match args.name {
        Some(name) => name,
        None => own_name(&args.file)?,
    };
    let request = v1::CreateAttachmentRequest {
        target: Some(target),
        name,
        mime_type: String::new(),
        data: read(&args.file)?,
    };
    let attachment = of(context.call(request)?.attachment)?;

    let id = attachment.id.clone();
    let sentence = format!(
        "Attached {} ({}) to {}: {id}",
        line(&attachment.name),
        size(attachment.size),
        place(&attachment)
    );
    context
        .out
        .made(&view::Attachment::from(attachment), &id, &sentence)
}

fn own_name(file: &Path) -> Result<String, CliError> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.filter(|_| !is_stdin(file))
        .map(str::to_owned)
        .ok_or_else(|| {
            let what = called(file);
            CliError::invalid(format!("{what} has no name that is text"))
                .hint("Give it one: --name NAME")
        })
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn called(file: &Path) -> String {
    if is_stdin(file) {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let what = called(path);
    let unreadable = |error| CliError::invalid(format!("cannot read {what}: {error}"));
    if is_stdin(path) {
        return read_from(io::stdin().lock(), &what, None);
    }
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(CliError::invalid(format!(
            "{what} is a directory, not a file"
        )));
    }
    read_from(file, &what, Some(about.len()))
}

/// Reads all there is, `length` bytes as far as that is known.
fn read_from(source: impl Read, what: &str, length: Option<u64>) -> Result<Vec<u8>, CliError> {
    let mut data = Vec::new();
    source
        .take(LIMIT + 1)
        .read_to_end(&mut data)
        .map_err(|error| CliError::invalid(format!("cannot read {what}: {error}")))?;
    if data.len() as u64 <= LIMIT {
        return Ok(data);
    }
    Err(CliError::invalid(match length {
        Some(length) if length > LIMIT => {
            format!("{what} has {length} bytes; at most {LIMIT} (10 MiB) are allowed")
        }
        _ => format!("{what} has more than {LIMIT} bytes (10 MiB), which are allowed at most"),
    }))
}
