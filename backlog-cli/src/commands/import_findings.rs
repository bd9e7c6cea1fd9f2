//! `backlog import-findings`.

use std::path::PathBuf;

use backlog_api::{
    discover, v1,
    view::{FindingProblem, FindingsImport},
};
use clap::Args;
use prost::Message as _;

use crate::{
    args::ProjectArg,
    context::Context,
    error::CliError,
    findings::{Findings, Source},
    render::{
        progress::Progress,
        text::{block, line},
    },
};

/// Bytes of findings that go into one message.
const MESSAGE: usize = 1 << 20;
/// With so many findings, how far it has come is shown at once.
const MANY: usize = 500;
/// Problems, tasks or fields that a line for people names.
const NAMED: usize = 10;

/// Make tasks of what scanners find; safe to repeat with each scan
#[derive(Debug, Args)]
#[command(
    after_help = "Reads SARIF 2.1.0, as Semgrep, CodeQL, Trivy, Bandit and ESLint write it, or a
findings file. A finding that was imported before is known again: its task is
brought up to date, never doubled. The format: docs/findings.md

Examples:
  backlog import-findings semgrep.sarif
  backlog import-findings findings.json -p app --dry-run
  bandit -r src -f sarif | backlog import-findings -
  backlog import-findings eslint.sarif --reopen"
)]
pub struct ImportFindingsArgs {
    /// The file; '-' reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    project: ProjectArg,

    /// Tell what would come of it, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Open tasks again that were done and whose finding is back
    #[arg(long)]
    reopen: bool,

    /// Import the good ones where some are wrong
    #[arg(long)]
    keep_going: bool,
}

pub fn run(args: &ImportFindingsArgs, context: &Context) -> Result<(), CliError> {
    let source = Source::named(&args.file);
    let cwd = &context.invocation.cwd;
    let root = discover::checkout_top(cwd).unwrap_or_else(|| cwd.clone());
    let read = Findings::read(&source, &root)?;
    let count = read.findings.len() + read.wrong;
    let wrong = i64::try_from(read.wrong).unwrap_or(i64::MAX);

    let project = context.project(args.project.project.as_deref().or(read.project.as_deref()));
    let options = v1::ImportFindingsOptions {
        project: project.name.clone(),
        // Where some are wrong already, what else is wrong is all there is to learn.
        dry_run: args.dry_run || (wrong > 0 && !args.keep_going),
        reopen: args.reopen,
        keep_going: args.keep_going,
    };
    let summary = import(context, options, read.findings)
        .map_err(|error| context.explain(&project, error))?;

    let mut import = FindingsImport::from(summary);
    import.dry_run = args.dry_run;
    import.errors += wrong;
    import.suppressed = read.suppressed;
    import.repeated += read.repeated;
    import.problems.splice(0..0, read.problems);
    import
        .problems
        .sort_by_key(|problem| number(&problem.place));
    import.unknown_fields = read.unknown.into_iter().collect();
    warn_of_unknown(context, &source, &import);
    if import.errors > 0 && !args.keep_going {
        let message = problems(&source, count, &import, "is wrong", "are wrong");
        return Err(CliError::invalid(message)
            .hint("Nothing was written. To import the others: --keep-going"));
    }
    show(context, &import, args.reopen)?;
    if import.errors > 0 {
        let message = problems(&source, count, &import, "was left out", "were left out");
        let hint = if args.dry_run {
            "Nothing was written: it was a dry run."
        } else {
            "The others were imported."
        };
        return Err(CliError::invalid(message).hint(hint));
    }
    Ok(())
}

fn import(
    context: &Context,
    options: v1::ImportFindingsOptions,
    findings: Vec<v1::Finding>,
) -> Result<v1::FindingsSummary, CliError> {
    let mut bar = Progress::new("Importing", context.invocation).now(findings.len() >= MANY);
    let mut summary = None;
    context.block_on(async |client| {
        client
            .upload(messages(options, findings), |answer| {
                if let Some(progress) = answer.progress {
                    bar.at(progress.done.unsigned_abs(), progress.total.unsigned_abs());
                }
                summary = answer.summary.or(summary.take());
            })
            .await
    })?;
    summary.ok_or_else(|| CliError::incomplete("summary"))
}

/// The findings, as many in each message as go well into one.
fn messages(
    options: v1::ImportFindingsOptions,
    findings: Vec<v1::Finding>,
) -> Vec<v1::ImportFindingsRequest> {
    let mut message = v1::ImportFindingsRequest {
        options: Some(options),
        findings: Vec::new(),
    };
    let mut messages = Vec::new();
    let mut bytes = 0;
    for finding in findings {
        bytes += finding.encoded_len();
        message.findings.push(finding);
        if bytes >= MESSAGE {
            messages.push(std::mem::take(&mut message));
            bytes = 0;
        }
    }
    messages.push(message);
    messages
}

fn warn_of_unknown(context: &Context, source: &Source, import: &FindingsImport) {
    let unknown: Vec<_> = import
        .unknown_fields
        .iter()
        .map(|name| line(name))
        .collect();
    if !unknown.is_empty() && !context.out.quiet && !context.out.json {
        let unknown = some(&unknown, ", ");
        eprintln!(
            "warning: {} has fields that mean nothing here: {unknown}",
            line(&source.name())
        );
    }
}

fn show(context: &Context, import: &FindingsImport, reopen: bool) -> Result<(), CliError> {
    let out = &context.out;
    if out.json {
        return out.document(import);
    }
    out.line(&summary(import))?;
    if !import.regressed_tasks.is_empty() {
        out.note(&regressed(import, reopen))?;
    }
    if !import.held_tasks.is_empty() {
        let tasks = some(&import.held_tasks, ", ");
        out.note(&format!(
            "Held by a session, so left for the next import: {tasks}"
        ))?;
    }
    Ok(())
}

/// What became of the tasks that were done and whose finding is back.
fn regressed(import: &FindingsImport, reopen: bool) -> String {
    let tasks = some(&import.regressed_tasks, ", ");
    if !reopen {
        return format!("Done, but found again: {tasks}. To open them again: --reopen");
    }
    let (mark, opened) = if import.dry_run {
        ("[dry-run] ", "would be opened again")
    } else {
        ("", "opened again")
    };
    if import.reopened == import.regressed {
        return format!("{mark}Found again, and {opened}: {tasks}");
    }
    format!(
        "{mark}Found again: {tasks}; {} of them {opened}, the others are left to those who hold them",
        import.reopened
    )
}

/// `imported 3 tasks · 1 plans · 0 errors`, and whatever else there was.
fn summary(import: &FindingsImport) -> String {
    let mut parts = vec![
        format!("imported {} tasks", import.imported),
        format!("{} plans", import.plans),
        format!("{} errors", import.errors),
    ];
    let more = [
        (import.unchanged, "unchanged"),
        (import.updated, "updated"),
        (import.regressed, "regressed"),
        (import.reopened, "reopened"),
        (import.dismissed, "dismissed"),
        (import.held, "held"),
        (import.repeated, "repeated"),
        (import.suppressed, "suppressed"),
    ];
    for (count, what) in more.into_iter().filter(|(count, _)| *count > 0) {
        parts.push(format!("{count} {what}"));
    }
    let prefix = if import.dry_run { "[dry-run] " } else { "" };
    format!("{prefix}{}", parts.join(" · "))
}

/// `findings.json: 2 of 5 items are wrong: items[3].priority: …; items[4]: …`
fn problems(
    source: &Source,
    count: usize,
    import: &FindingsImport,
    one: &str,
    many: &str,
) -> String {
    let told: Vec<String> = import
        .problems
        .iter()
        .map(|FindingProblem { place, message }| format!("{place}: {message}"))
        .collect();
    let verb = if import.errors == 1 { one } else { many };
    let problems = some(&told, "; ");
    block(&format!(
        "{}: {} of {count} items {verb}: {problems}",
        source.name(),
        import.errors
    ))
    .into_owned()
}

/// The 3 of `items[3].priority`.
fn number(place: &str) -> Option<usize> {
    let (number, _) = place.split_once('[')?.1.split_once(']')?;
    number.parse().ok()
}

/// The first of them, and how many there are beside.
fn some<T: AsRef<str>>(all: &[T], between: &str) -> String {
    let mut text = all
        .iter()
        .take(NAMED)
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(between);
    if all.len() > NAMED {
        text.push_str(&format!(" and {} more", all.len() - NAMED));
    }
    text
}
