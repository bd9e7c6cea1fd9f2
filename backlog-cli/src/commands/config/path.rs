//! `backlog config path`.

use backlog_api::view;
use clap::Args;

use super::WhoseArgs;
use crate::{error::CliError, invocation::Invocation, render::text::line};

/// Print where the configurations are, the one that counts more first
#[derive(Debug, Args)]
#[command(after_help = "They need not be there yet.

Examples:
  backlog config path
  backlog config path --user")]
pub struct PathArgs {
    #[command(flatten)]
    whose: WhoseArgs,
}

pub fn run(args: &PathArgs, invocation: &Invocation) -> Result<(), CliError> {
    let out = invocation.output(None);
    let files = args.whose.files(invocation)?;
    if out.json {
        let paths = files
            .iter()
            .map(|(scope, path)| view::ConfigPath {
                scope: *scope,
                path: path.display().to_string(),
                exists: path.is_file(),
            })
            .collect();
        return out.document(&view::ConfigPaths { paths });
    }
    for (_, path) in files {
        out.line(&line(&path.display().to_string()))?;
    }
    Ok(())
}
