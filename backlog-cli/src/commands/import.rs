//! `backlog import`.

use std::{fmt::Write as _, path::PathBuf};

use backlog_api::{v1, view};
use clap::Args;

use crate::{
    context::Context,
    error::CliError,
    render::{progress::Progress, text::line},
    spool::Spooled,
};

/// Lines that are told of a list; JSON has more.
const TOLD: usize = 10;

/// Bring over what is in another workspace, or in an export
#[derive(Debug, Args)]
#[command(
    after_help = "FILE is a backlog.db of this Backlog or of Backlog 1.x, which may be in use, or what backlog export --format json wrote. From standard input, '-', or a pipe it is written to a file beside the database first. Ids, times, actors, versions and the log come along. What is here already stays as it is, so an import may be repeated; all of it comes, or nothing does.

Examples:
  backlog import ~/old/backlog.db --dry-run
  backlog import backlog.json
  backlog export -p app | backlog import - --profile other
  backlog import ../other/.backlog/backlog.db -p app"
)]
pub struct ImportArgs {
    /// The other workspace's database, or an export as JSON; '-' reads
    /// standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Only the project of this alias there
    #[arg(long, short, value_name = "ALIAS")]
    project: Option<String>,

    /// Tell what would come over, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: ImportArgs, context: &Context) -> Result<(), CliError> {
    let ImportArgs {
        file,
        project,
        dry_run,
    } = args;
    let file = Spooled::new(&file, context.workspace().dir())?;
    let request = v1::ImportWorkspaceRequest {
        path: file.path().to_owned(),
        project: project.unwrap_or_default(),
        dry_run,
    };
    let mut progress = Progress::new("Importing", context.invocation);
    let answer = context.block_on(async |client| {
        client
            .call_long(request, |answer: &v1::ImportWorkspaceResponse| {
                if let Some(far) = &answer.progress {
                    progress.at(far.done.unsigned_abs(), far.total.unsigned_abs());
                }
            })
            .await
    });
    drop(progress);
    let answer = answer.map_err(|error| file.explain(error.into()))?;
    let summary = answer
        .summary
        .ok_or_else(|| CliError::incomplete("summary"))?;
    let imported = view::Imported::of(file.name().to_owned(), dry_run, summary);
    let out = &context.out;
    if out.json {
        return out.document(&imported);
    }
    if out.quiet {
        return Ok(());
    }
    out.text(&told(&imported))
}

fn told(imported: &view::Imported) -> String {
    let mark = if imported.dry_run { "[dry-run] " } else { "" };
    let path = line(&imported.path);
    let added = listed(imported, |count| count.added);
    let present = listed(imported, |count| count.present);
    let from = match imported.source.as_str() {
        "backlog-1.x" => format!("{path} (Backlog 1.x)"),
        _ => path.into_owned(),
    };
    let mut text = match (added.is_empty(), imported.dry_run) {
        (true, _) => format!("{mark}Nothing new in {from}\n"),
        (false, true) => format!("{mark}Would import {added} from {from}\n"),
        (false, false) => format!("Imported {added} from {from}\n"),
    };
    if !present.is_empty() {
        let _ = writeln!(text, "{mark}Here already: {present}");
    }
    let renumbered = imported.renumbered.iter().map(|task| match &task.there {
        none if none.is_empty() => format!("{} had no number", task.here),
        there => format!("{there} there is {} here", task.here),
    });
    push_list(
        &mut text,
        "Other numbers",
        renumbered,
        imported.renumbered_total,
    );
    push_list(
        &mut text,
        "Changed there since, and left alone here",
        imported.newer_there.iter().cloned(),
        imported.newer_there_total,
    );
    for note in &imported.notes {
        let _ = writeln!(text, "Note: {}", line(note));
    }
    text
}

/// `2 projects, 1 task`.
fn listed(imported: &view::Imported, number: impl Fn(&view::ImportCount) -> i64) -> String {
    let counts: Vec<String> = imported
        .counts
        .iter()
        .filter(|count| number(count) > 0)
        .map(|count| match number(count) {
            1 => format!("1 {}", one(&count.kind)),
            more => format!("{more} {}", many(&count.kind)),
        })
        .collect();
    counts.join(", ")
}

fn one(kind: &str) -> &str {
    match kind {
        "activity" => "log entry",
        "memory" => "memory entry",
        kind => kind,
    }
}

fn many(kind: &str) -> String {
    match kind {
        "activity" => "log entries".to_owned(),
        "memory" => "memory entries".to_owned(),
        "dependency" => "dependencies".to_owned(),
        kind => format!("{kind}s"),
    }
}

fn push_list(
    text: &mut String,
    title: &str,
    lines: impl ExactSizeIterator<Item = String>,
    total: i64,
) {
    let listed = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    if total == 0 {
        return;
    }
    let _ = writeln!(text, "{title}:");
    let mut told = 0;
    for one in lines.take(TOLD) {
        let _ = writeln!(text, "  {}", line(&one));
        told += 1;
    }
    if total > told {
        let which = if total > listed {
            format!("the first {listed}")
        } else {
            "them".to_owned()
        };
        let _ = writeln!(text, "  and {} more; --json tells {which}", total - told);
    }
}
