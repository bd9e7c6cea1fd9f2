//! Comments.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::{Tool, tool},
    problem::{Outcome, present},
    reply::Reply,
};

pub(super) const TOOLS: &[Tool] = &[tool!(
    "comment_add", "Add comment", Adds, Core,
        "Leave findings or questions on any task.",
    add(AddArgs) -> view::Comment
)];

#[derive(Debug, Deserialize, JsonSchema)]
struct AddArgs {
    task_id: TaskRef,
    body: String,
}

async fn add(call: &Call<'_>, args: AddArgs) -> Outcome<Reply> {
    let request = v1::CreateCommentRequest {
        task: args.task_id.to_owned(),
        body: args.body,
    };
    let caller = call.holder_of(&args.task_id, None);
    let (answer, repeated) = call.call_once(caller, request, None).await?;
    let comment = present(answer.comment, "comment")?;
    Ok(call.reply(
        || {
            let task = view::task_ref(comment.task_seq);
            if repeated {
                format!("{task} has that comment already, by the same call just before; nothing new was made.")
            } else {
                format!("Comment added to {task}.")
            }
        },
        || view::Comment::from(comment.clone()),
    ))
}
