//! `backlog attachment add`.

use std::{
    fs::File,
    io::Read as _,
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

/// Where reading stops: what is larger than the daemon's limit need not be
/// read to its end to be refused.
const READ_AT_MOST: u64 = 11 << 20;

/// Attach a file to a task or a doc
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog attachment add trace.log --task TASK-12
  backlog attachment add shot.png --doc ID --name 'before.png'")]
pub struct AddArgs {
    /// The file, of 10 MiB at most
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
    name.map(str::to_owned).ok_or_else(|| {
        CliError::invalid(format!("{} has no name that is text", file.display()))
            .hint("Give it one: --name NAME")
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let unreadable = |error| CliError::invalid(format!("cannot read {}: {error}", path.display()));
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(CliError::invalid(format!(
            "{} is a directory, not a file",
            path.display()
        )));
    }
    let mut data = Vec::new();
    file.take(READ_AT_MOST)
        .read_to_end(&mut data)
        .map_err(unreadable)?;
    if data.len() as u64 == READ_AT_MOST {
        return Err(CliError::invalid(format!(
            "{} has {} bytes; at most 10485760 (10 MiB) are allowed",
            path.display(),
            about.len().max(READ_AT_MOST)
        )));
    }
    Ok(data)
}
