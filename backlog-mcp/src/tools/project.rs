//! Projects.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    call::Call,
    catalog::{Tool, tool},
    problem::Outcome,
    reply::Reply,
    text::{count, line},
};

pub(super) const TOOLS: &[Tool] = &[tool!(
    "project_list", "List projects", Reads, More,
        "Find project aliases.",
    list(ListArgs) -> view::Projects
)];

#[derive(Debug, Deserialize, JsonSchema)]
struct ListArgs {}

async fn list(call: &Call<'_>, _args: ListArgs) -> Outcome<Reply> {
    let answer = call
        .call(v1::ListProjectsRequest {
            page_size: 100,
            ..Default::default()
        })
        .await?;
    Ok(call.reply(
        || {
            let mut told = match answer.projects.len() {
                0 => "No project yet. A person makes one: backlog project add --alias app\n"
                    .to_owned(),
                number => format!(
                    "{}.\n",
                    count(i64::try_from(number).unwrap_or(0), "project")
                ),
            };
            for project in &answer.projects {
                let counts = project.task_counts.unwrap_or_default();
                let _ = writeln!(
                    told,
                    "{}: {} ({} todo, {} doing, {} done)",
                    project.alias,
                    line(&project.name),
                    counts.todo,
                    counts.doing,
                    counts.done
                );
            }
            told
        },
        || view::Projects::from(answer.clone()),
    ))
}
