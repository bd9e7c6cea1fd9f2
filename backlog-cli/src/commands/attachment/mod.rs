//! `backlog attachment`.

mod add;
mod delete;
mod fetch;
mod list;

use backlog_api::v1::{self, attachment_target::Target};
use clap::{Args, Subcommand};

use crate::{context::Context, error::CliError};

/// Files of tasks and docs
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog attachment add trace.log --task 12
  backlog attachment list --task 12
  backlog attachment fetch ID")]
pub enum AttachmentCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Fetch(fetch::FetchArgs),
    Delete(delete::DeleteArgs),
}

pub fn run(command: AttachmentCommand, context: &Context) -> Result<(), CliError> {
    match command {
        AttachmentCommand::Add(args) => add::run(args, context),
        AttachmentCommand::List(args) => list::run(args, context),
        AttachmentCommand::Fetch(args) => fetch::run(&args, context),
        AttachmentCommand::Delete(args) => delete::run(args, context),
    }
}

/// What a file is attached to.
#[derive(Debug, Args)]
struct TargetArgs {
    /// A task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF", conflicts_with = "doc")]
    task: Option<String>,

    /// A doc's id, or its first eight characters or more
    #[arg(long, value_name = "ID")]
    doc: Option<String>,
}

impl TargetArgs {
    fn target(self) -> Option<v1::AttachmentTarget> {
        let target = match (self.task, self.doc) {
            (Some(task), _) => Target::Task(task),
            (None, Some(doc)) => Target::Doc(doc),
            (None, None) => return None,
        };
        Some(v1::AttachmentTarget {
            target: Some(target),
        })
    }
}

/// Which attachment a command is about.
#[derive(Debug, Args)]
struct AttachmentArg {
    /// The attachment's id, or its first eight characters or more
    #[arg(value_name = "ID")]
    attachment: String,
}

/// The attachment that an answer must carry.
fn of(attachment: Option<v1::Attachment>) -> Result<v1::Attachment, CliError> {
    attachment.ok_or_else(|| CliError::incomplete("attachment"))
}

/// `TASK-12`, `doc 01J…`, or nothing.
fn place(attachment: &v1::Attachment) -> String {
    let target = attachment.target.as_ref();
    match target.and_then(|target| target.target.as_ref()) {
        Some(Target::Task(task)) => task.clone(),
        Some(Target::Doc(doc)) => format!("doc {doc}"),
        None => String::new(),
    }
}
