//! `backlog version`.

use backlog_api::version;
use clap::Args;
use serde::Serialize;

use crate::{
    error::CliError,
    global::GlobalArgs,
    render::{Output, style::Style},
};

/// Show the program's version
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog version
  backlog version --json")]
pub struct VersionArgs {}

#[derive(Serialize)]
struct Version {
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'static str>,
    proto: String,
    schema: i32,
}

pub fn run(global: &GlobalArgs) -> Result<(), CliError> {
    let out = Output {
        json: global.json,
        quiet: global.quiet,
        style: Style::new(false),
        width: None,
    };
    let program = version::program();
    if !out.json {
        return out.line(&format!("backlog v{program}"));
    }
    out.document(&Version {
        version: program.to_string(),
        commit: option_env!("BACKLOG_COMMIT"),
        proto: format!("backlog.v{}", version::API),
        schema: backlogd::SCHEMA_VERSION,
    })
}
