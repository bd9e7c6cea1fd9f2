//! An export as JSON: one document, a line a thing.

use backlog_api::view;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;

use super::{Whole, Writer};
use crate::{error::CliError, render::json};

/// The keys of the document, in the order in which things come.
const LISTS: [&str; 5] = ["projects", "tasks", "docs", "memory", "attachments"];

/// Where the document stands.
#[derive(Default)]
pub struct Json {
    /// So many of the lists are begun.
    begun: usize,
    /// The last of them has something in it.
    filled: bool,
}

impl Json {
    /// Begins all lists up to that one.
    fn begin_list(&mut self, list: usize, text: &mut String) {
        while self.begun <= list {
            self.end_list(text);
            if self.begun > 0 {
                text.push_str(",\n");
            }
            text.push_str(&format!("\"{}\":[", LISTS[self.begun]));
            self.begun += 1;
            self.filled = false;
        }
    }

    fn end_list(&self, text: &mut String) {
        if self.begun > 0 {
            text.push_str(if self.filled { "\n]" } else { "]" });
        }
    }

    fn item<T: Serialize>(
        &mut self,
        list: usize,
        item: &T,
        text: &mut String,
    ) -> Result<(), CliError> {
        self.begin_list(list, text);
        text.push_str(if self.filled { ",\n" } else { "\n" });
        self.filled = true;
        let line = json::document(item, false).map_err(unwritable)?;
        text.push_str(std::str::from_utf8(&line).unwrap_or_default().trim_end());
        Ok(())
    }
}

fn unwritable(error: impl std::fmt::Display) -> CliError {
    CliError::failed(format!("cannot write the export as JSON: {error}"))
}

impl Writer for Json {
    fn begin(&mut self, text: &mut String) {
        text.push('{');
    }

    fn write(&mut self, whole: Whole, text: &mut String) -> Result<(), CliError> {
        match whole {
            Whole::Project { project, labels } => {
                let project = view::ExportedProject {
                    project: project.into(),
                    labels: labels.into_iter().map(Into::into).collect(),
                };
                self.item(0, &project, text)
            }
            Whole::Task {
                task,
                plans,
                comments,
            } => {
                let plans = plans
                    .into_iter()
                    .map(|(plan, versions)| view::ExportedPlan {
                        plan: plan.into(),
                        versions: versions.into_iter().map(Into::into).collect(),
                    });
                let task = view::ExportedTask {
                    task: (*task).into(),
                    plans: plans.collect(),
                    comments: comments.into_iter().map(Into::into).collect(),
                };
                self.item(1, &task, text)
            }
            Whole::Doc { doc, versions } => {
                let doc = view::ExportedDoc {
                    doc: doc.into(),
                    versions: versions.into_iter().map(Into::into).collect(),
                };
                self.item(2, &doc, text)
            }
            Whole::Memory(entry) => self.item(3, &view::Memory::from(entry), text),
            Whole::Attachment { attachment, data } => {
                let attachment = view::ExportedAttachment {
                    attachment: attachment.into(),
                    data: BASE64_STANDARD.encode(data),
                };
                self.item(4, &attachment, text)
            }
        }
    }

    fn end(&mut self, text: &mut String) {
        self.begin_list(LISTS.len() - 1, text);
        self.end_list(text);
        text.push_str("}\n");
    }
}
