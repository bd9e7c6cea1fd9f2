//! `backlog comment`.

use backlog_api::{v1, view};
use clap::{Args, Subcommand};

use crate::{
    args::text::TextArgs,
    context::Context,
    error::CliError,
    render::task::{comment_heading, indented, number},
};

/// What was said about a task
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog comment add 'Reproduced on slow networks' --task 12
  backlog comment list --task 12")]
pub enum CommentCommand {
    Add(AddArgs),
    List(ListArgs),
    Delete(DeleteArgs),
}

/// Say something about a task
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog comment add 'Reproduced on slow networks' --task TASK-12
  backlog comment add --from-file report.md --task 12
  git log -1 | backlog comment add - --task 12")]
pub struct AddArgs {
    #[command(flatten)]
    text: TextArgs,

    /// The task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF")]
    task: String,
}

/// List what was said about a task, oldest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog comment list --task TASK-12")]
pub struct ListArgs {
    /// The task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF")]
    task: String,
}

/// Move a comment to the trash, for 30 days
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog comment delete ID")]
pub struct DeleteArgs {
    /// The comment's id, or its first eight characters or more
    #[arg(value_name = "ID")]
    comment: String,
}

pub fn run(command: CommentCommand, context: &Context) -> Result<(), CliError> {
    match command {
        CommentCommand::Add(args) => add(args, context),
        CommentCommand::List(args) => list(args, context),
        CommentCommand::Delete(args) => delete(args, context),
    }
}

fn of(comment: Option<v1::Comment>) -> Result<v1::Comment, CliError> {
    comment.ok_or_else(|| CliError::incomplete("comment"))
}

fn add(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::CreateCommentRequest {
        task: args.task,
        body: args.text.read()?,
    };
    let comment = of(context.call(request)?.comment)?;

    let id = comment.id.clone();
    let sentence = format!("Added comment {id} to {}", number(comment.task_seq));
    context
        .out
        .made(&view::Comment::from(comment), &id, &sentence)
}

fn list(args: ListArgs, context: &Context) -> Result<(), CliError> {
    let mut comments = Vec::new();
    let request = v1::ListCommentsRequest {
        task: args.task,
        ..Default::default()
    };
    context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            comments.extend(page.comments);
            page.next_page_token
        },
    )?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Comments::from(comments));
    }
    if comments.is_empty() {
        return out.note("No comments.");
    }
    let pages: Vec<String> = comments
        .iter()
        .map(|comment| {
            format!(
                "{}\n{}",
                comment_heading(comment, out.style),
                indented(&comment.body)
            )
        })
        .collect();
    out.text(&pages.join("\n"))
}

fn delete(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let comment = of(context
        .call(v1::DeleteCommentRequest {
            comment: args.comment,
        })?
        .comment)?;
    let message = format!(
        "Deleted a comment of {}. Take it back: backlog trash restore {}",
        number(comment.task_seq),
        comment.id
    );
    context
        .out
        .done(&view::Done::of("delete", "comment", &comment.id, message))
}
