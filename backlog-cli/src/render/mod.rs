//! What people and programs get to see.

pub mod events;
pub mod hits;
pub mod json;
pub mod lease;
pub mod progress;
pub mod report;
pub mod size;
pub mod style;
pub mod table;
pub mod task;
pub mod text;
pub mod time;
pub mod version;

use std::io::{self, IsTerminal as _, Write as _};

use backlog_api::{schema::Document, view};
use serde::Serialize;

use self::{style::Style, table::Table};
use crate::error::CliError;

/// Standard output, in the form that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// One JSON document and nothing else.
    pub json: bool,
    /// Only what was asked for.
    pub quiet: bool,
    /// Colours, or none.
    pub style: Style,
    /// The terminal's columns; `None` off a terminal, where nothing is cut.
    pub width: Option<usize>,
}

impl Output {
    /// Without colours, as commands print that need no configuration.
    pub fn plain() -> Self {
        Self {
            json: false,
            quiet: false,
            style: Style::new(false),
            width: terminal_width(),
        }
    }

    /// Writes text that ends with a line break, all at once.
    pub fn text(&self, text: &str) -> Result<(), CliError> {
        write(text.as_bytes())
    }

    /// Writes one line.
    pub fn line(&self, line: &str) -> Result<(), CliError> {
        write(format!("{line}\n").as_bytes())
    }

    /// Writes a line that is not what was asked for, but good to know.
    pub fn note(&self, line: &str) -> Result<(), CliError> {
        if self.quiet { Ok(()) } else { self.line(line) }
    }

    /// Writes the document: indented on a terminal, compact for programs.
    pub fn document<T: Document>(&self, value: &T) -> Result<(), CliError> {
        self.value(value)
    }

    /// As [`Self::document`], of what is no document of ours: a schema.
    pub fn value<T: Serialize>(&self, value: &T) -> Result<(), CliError> {
        let bytes = json::document(value, io::stdout().is_terminal()).map_err(unwritable)?;
        write(&bytes)
    }

    /// Writes one document of several, a line each.
    pub fn json_line<T: Document>(&self, value: &T) -> Result<(), CliError> {
        let bytes = json::document(value, false).map_err(unwritable)?;
        write(&bytes)
    }

    /// Writes a table, its titles dimmed.
    pub fn table(&self, table: &Table) -> Result<(), CliError> {
        let mut lines = table.lines(self.width).into_iter();
        let titles = lines.next().unwrap_or_default();
        let mut text = self.style.dim(&titles);
        for line in lines {
            text.push('\n');
            text.push_str(&line);
        }
        self.line(&text)
    }

    /// Says that something was done: its message for people, the whole of it
    /// as JSON.
    pub fn done(&self, done: &view::Done) -> Result<(), CliError> {
        if self.json {
            self.document(done)
        } else {
            self.note(&done.message)
        }
    }

    /// Shows something that was made or changed: as JSON, by its name alone
    /// with `--quiet`, else in a sentence.
    pub fn made<T: Document>(
        &self,
        document: &T,
        name: &str,
        sentence: &str,
    ) -> Result<(), CliError> {
        match self {
            Self { json: true, .. } => self.document(document),
            Self { quiet: true, .. } => self.line(name),
            _ => self.line(sentence),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err asks for")]
fn unwritable(error: serde_json::Error) -> CliError {
    CliError::failed(format!("cannot write the answer as JSON: {error}"))
}

fn write(bytes: &[u8]) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(())
}

/// The columns of the terminal that standard output is; `None` where it is none.
pub fn terminal_width() -> Option<usize> {
    const NARROWEST: usize = 20;
    if !io::stdout().is_terminal() {
        return None;
    }
    let told = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let measured =
        || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    Some(
        told.or_else(measured)
            .filter(|&width| width > 0)
            .unwrap_or(80)
            .max(NARROWEST),
    )
}
