//! `backlog activity analyze`.

use backlog_api::{v1, view};
use clap::Args;
use prost_types::{Duration, Timestamp as Moment};

use crate::{
    args::{date, duration, values},
    context::Context,
    error::CliError,
    render::report,
};

/// How work goes: what was made and done, how long it took, what looks odd
#[derive(Debug, Args)]
#[command(
    after_help = "Figures come from recorded fields, never from titles. Days are those of your time zone.

Examples:
  backlog activity analyze
  backlog activity analyze --project app --since 30d
  backlog activity analyze --since 2026-05-01 --json"
)]
pub struct AnalyzeArgs {
    /// Alias or id; else the default project, else all of them
    #[arg(long, short, value_name = "ALIAS")]
    project: Option<String>,

    /// From when on: 24h, 7d, 2026-05-08, or to the second
    #[arg(long, value_name = "WHEN", default_value = "7d", value_parser = date::since)]
    since: Moment,

    /// After how long without a change what is in doing is stale
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = duration::parse)]
    stale_after: Duration,

    /// At most so many of each kind of finding
    #[arg(long, value_name = "N", default_value_t = 10, allow_negative_numbers = true, value_parser = values::number(1..=500i32))]
    limit: i32,
}

pub fn run(args: &AnalyzeArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.as_deref());
    let request = v1::AnalyzeActivityRequest {
        project: project.name.clone(),
        since: Some(args.since),
        stale_after: Some(args.stale_after),
        limit: args.limit,
        time_zone: date::zone_name(),
    };
    let found = view::Analysis::from(context.call_in(&project, request)?);
    let out = &context.out;
    if out.json {
        return out.document(&found);
    }
    out.text(&report::analysis(&found, out.style, out.width))
}
