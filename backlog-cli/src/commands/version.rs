//! `backlog version`.

use backlog_api::{version, view};
use clap::Args;

use crate::{error::CliError, render::Output};

/// Show the program's version
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog version
  backlog version --json")]
pub struct VersionArgs {}

pub fn run(json: bool, quiet: bool) -> Result<(), CliError> {
    let out = Output {
        json,
        quiet,
        ..Output::plain()
    };
    let program = version::program();
    if !out.json {
        return out.line(&format!("backlog v{program}"));
    }
    out.document(&view::Version {
        version: program.to_string(),
        commit: option_env!("BACKLOG_COMMIT"),
        proto: format!("backlog.v{}", version::API),
        schema: backlogd::SCHEMA_VERSION,
    })
}
