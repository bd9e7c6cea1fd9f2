//! `backlog attachment fetch`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use backlog_api::{client::Responses, v1, view};
use clap::Args;

use super::{AttachmentArg, of};
use crate::{
    context::Context,
    error::CliError,
    new_file::NewFile,
    render::{size::size, text::line},
};

/// Write an attachment to a file
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog attachment fetch ID
  backlog attachment fetch ID --out old.log
  backlog attachment fetch ID --out - | less")]
pub struct FetchArgs {
    #[command(flatten)]
    attachment: AttachmentArg,

    /// The file or directory to write to, '-' for standard output; where left
    /// out, the attachment's name, here
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Although the file exists
    #[arg(long)]
    force: bool,
}

pub fn run(args: &FetchArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::FetchAttachmentRequest {
        attachment: args.attachment.attachment.clone(),
    };
    // Its name in /dev is that of a link, which must not be replaced.
    let to_stdout = ["-", "/dev/stdout"]
        .iter()
        .any(|name| args.out.as_deref() == Some(Path::new(name)));
    if to_stdout && context.invocation.global.json {
        return Err(CliError::usage(
            "--json promises one JSON document on standard output, which an attachment is not",
        )
        .hint("Leave out --json, or write to a file: --out FILE"));
    }
    let (attachment, path) = context.block_on(async |client| {
        let mut answers = client.open(request).await?;
        let first = next(&mut answers).await?;
        let attachment = of(first.attachment)?;
        if to_stdout {
            let mut out = io::stdout().lock();
            copy(first.chunk, &mut answers, |chunk| {
                out.write_all(chunk).map_err(Into::into)
            })
            .await?;
            out.flush()?;
            return Ok::<_, CliError>((attachment, None));
        }
        let (path, mut file) = match args.out.as_deref() {
            Some(out) if !out.is_dir() => (out.to_owned(), NewFile::named(out, args.force)?),
            dir => {
                let path = dir
                    .unwrap_or(Path::new(""))
                    .join(own_name(&attachment.name)?);
                let file = NewFile::create(&path, args.force)?;
                (path, file)
            }
        };
        copy(first.chunk, &mut answers, |chunk| file.write(chunk)).await?;
        file.keep()?;
        Ok((attachment, Some(path)))
    })?;
    let Some(path) = path else {
        return Ok(());
    };
    let path = path.display().to_string();
    let sentence = format!("Wrote {} ({})", line(&path), size(attachment.size));
    let document = view::FetchedAttachment {
        path: path.clone(),
        attachment: attachment.into(),
    };
    context.out.made(&document, &path, &sentence)
}

type Answers = Responses<v1::FetchAttachmentResponse>;

async fn next(answers: &mut Answers) -> Result<v1::FetchAttachmentResponse, CliError> {
    let next = answers.next().await?;
    next.ok_or_else(|| CliError::incomplete("file"))
}

async fn copy(
    first: Vec<u8>,
    answers: &mut Answers,
    mut write: impl FnMut(&[u8]) -> Result<(), CliError>,
) -> Result<(), CliError> {
    write(&first)?;
    while let Some(answer) = answers.next().await? {
        write(&answer.chunk)?;
    }
    Ok(())
}

/// What a file of that stored name is called here. The name comes from somebody
/// else: only its last part counts, and nothing that leads elsewhere.
fn own_name(name: &str) -> Result<&str, CliError> {
    let own = Path::new(name).file_name().and_then(|name| name.to_str());
    let hidden = |name: &str| name.contains(crate::render::text::is_hidden);
    own.filter(|own| !hidden(own)).ok_or_else(|| {
        CliError::invalid(format!("the attachment's name {name:?} is no file's name"))
            .hint("Say where to write it: --out FILE")
    })
}
