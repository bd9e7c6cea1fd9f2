//! A project's memory.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::headline;
use crate::{
    call::Call,
    catalog::{Tool, tool},
    problem::{Outcome, present},
    reply::Reply,
    text::{cut::cut, data, quoted, short_id},
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "memory_add", "Add memory", Adds, More,
        "Keep a fact for every later session.",
        add(AddArgs) -> view::Memory
    ),
    tool!(
        "memory_list", "List memory", Reads, Core,
        "Read what earlier sessions kept.",
        list(ListArgs) -> view::Memories
    ),
];

/// Characters of an entry in a list.
const ENTRY: usize = 500;
/// Entries of a page where no number was given.
const USUAL_PAGE: i32 = 15;

#[derive(Debug, Deserialize, JsonSchema)]
struct AddArgs {
    project: Option<String>,
    body: String,
    #[serde(default)]
    tags: Vec<String>,
}

async fn add(call: &Call<'_>, args: AddArgs) -> Outcome<Reply> {
    let request = v1::CreateMemoryRequest {
        project: call.project(args.project),
        fields: Some(v1::MemoryFields {
            body: args.body,
            tags: args.tags,
        }),
    };
    let caller = call.who.caller(None);
    let (answer, repeated) = call.call_once(caller, request, None).await?;
    let entry = present(answer.entry, "entry")?;
    Ok(call.reply(
        || {
            let alias = entry.project.as_ref().map_or("", |project| &project.alias);
            if repeated {
                format!("The memory of {alias} has that already, by the same call just before; nothing new was made.")
            } else {
                format!("Kept in the memory of {alias} as {}.", short_id(&entry.id))
            }
        },
        || view::Memory::from(entry.clone()),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ListArgs {
    project: Option<String>,
    tag: Option<String>,
    search: Option<String>,
    #[schemars(range(min = 1, max = 100))]
    limit: Option<i32>,
    cursor: Option<String>,
}

async fn list(call: &Call<'_>, args: ListArgs) -> Outcome<Reply> {
    let page = found(call, args).await?;
    Ok(call.reply(
        || {
            let mut told = headline(
                page.entries.len(),
                None,
                ["entry", "entries"],
                &page.next_page_token,
            );
            for entry in &page.entries {
                told.push_str(&quoted_entry(entry));
            }
            told
        },
        || view::Memories::from(page.clone()),
    ))
}

/// An entry, set off as data.
pub(crate) fn quoted_entry(entry: &v1::Memory) -> String {
    let mut attributes = format!("id={}", quoted(short_id(&entry.id)));
    if !entry.tags.is_empty() {
        attributes.push_str(&format!(" tags={}", quoted(&entry.tags.join(","))));
    }
    let part = cut(&entry.body, 0, ENTRY);
    let body = match part.next {
        Some(_) => format!("{}… [{} characters]", part.text, part.total),
        None => part.text,
    };
    data("memory", &attributes, &body)
}

/// A page of entries; those in which the words stand, where it is searched.
async fn found(call: &Call<'_>, args: ListArgs) -> Outcome<v1::ListMemoriesResponse> {
    call.call(v1::ListMemoriesRequest {
        project: call.project(args.project),
        tags: super::task::labels(args.tag.as_deref()),
        search: args.search.unwrap_or_default(),
        page_size: args.limit.unwrap_or(USUAL_PAGE),
        page_token: args.cursor.unwrap_or_default(),
    })
    .await
}
