//! `backlog export`.

mod csv;
mod json;
mod markdown;
mod target;
mod whole;

use std::path::PathBuf;

use backlog_api::{v1, view};
use clap::{Args, ValueEnum};

use self::{
    target::Target,
    whole::{Gathering, Whole},
};
use crate::{
    context::Context,
    error::CliError,
    render::{progress::Progress, text::line},
};

/// Write all tasks out, as JSON, CSV or Markdown
#[derive(Debug, Args)]
#[command(
    after_help = "JSON has everything but the log, and import reads it back: projects, labels, tasks, plans and docs with all their versions, comments, memory and attachments. Archived ones are among them; what is in the trash is not, nor who holds what.

Examples:
  backlog export -o backlog.json
  backlog export --format csv -p app > tasks.csv
  backlog export --format md --out TASKS.md"
)]
pub struct ExportArgs {
    /// JSON has everything, CSV a row a task, Markdown a section a task
    #[arg(long, short, value_name = "FORMAT", default_value = "json")]
    format: Format,

    /// Only this project, by alias or id
    #[arg(long, short, value_name = "ALIAS")]
    project: Option<String>,

    /// Write to this file; one that is there is replaced once the export is
    /// whole. '-' is standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Csv,
    Md,
}

/// Turns what is exported into text.
trait Writer {
    fn begin(&mut self, text: &mut String);
    fn write(&mut self, whole: Whole, text: &mut String) -> Result<(), CliError>;
    fn end(&mut self, text: &mut String);
}

pub fn run(args: ExportArgs, context: &Context) -> Result<(), CliError> {
    let ExportArgs {
        format,
        project,
        out,
    } = args;
    let out = out.filter(|out| out.as_os_str() != "-");
    if context.invocation.global.json && format != Format::Json && out.is_none() {
        return Err(CliError::usage(
            "--json promises one JSON document on standard output, which an export of another format is not",
        )
        .hint("Leave out --json, or write to a file: --out FILE"));
    }
    let mut target = Target::open(out.as_deref())?;
    let tasks = export(project, format, &mut target, context)?;
    let Some(path) = target.keep()? else {
        return Ok(());
    };
    let path = path.display().to_string();
    let sentence = format!("Wrote {}: {tasks} tasks", line(&path));
    let document = view::WrittenExport {
        path: path.clone(),
        format: match format {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Md => "md",
        },
        tasks,
    };
    context.out.made(&document, &path, &sentence)
}

/// Writes as the answers come: no more than one of them, and what of a task
/// they have told so far, is in memory.
fn export(
    project: Option<String>,
    format: Format,
    target: &mut Target,
    context: &Context,
) -> Result<i64, CliError> {
    let (mut writer, detail): (Box<dyn Writer>, _) = match format {
        Format::Json => (
            Box::new(json::Json::default()),
            v1::ExportDetail::Everything,
        ),
        Format::Csv => (Box::new(csv::Csv), v1::ExportDetail::Tasks),
        Format::Md => (Box::new(markdown::Markdown), v1::ExportDetail::Texts),
    };
    let request = v1::ExportTasksRequest {
        project: project.unwrap_or_default(),
        detail: detail.into(),
    };
    let mut progress = Progress::new("Exporting", context.invocation);
    let mut gathering = Gathering::default();
    let mut text = String::new();
    let (mut written, mut total) = (0, 0);
    writer.begin(&mut text);
    context.block_on(async |client| {
        let mut answers = client.open(request).await?;
        while let Some(answer) = answers.next().await? {
            total = total.max(answer.tasks);
            for item in answer.items {
                if let Some(whole) = gathering.add(item) {
                    written += i64::from(matches!(whole, Whole::Task { .. }));
                    writer.write(whole, &mut text)?;
                }
            }
            target.write(&text)?;
            text.clear();
            if target.leaves_the_terminal() {
                progress.at(written.unsigned_abs(), total.unsigned_abs());
            }
        }
        Ok::<_, CliError>(())
    })?;
    if let Some(whole) = gathering.end() {
        written += i64::from(matches!(whole, Whole::Task { .. }));
        writer.write(whole, &mut text)?;
    }
    writer.end(&mut text);
    target.write(&text)?;
    Ok(written)
}
