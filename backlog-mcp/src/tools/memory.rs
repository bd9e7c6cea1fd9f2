//! A project's memory.

use backlog_api::{v1, view};
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::headline;
use crate::{
    call::Call,
    catalog::{Tool, tool},
    problem::{Outcome, Problem, present},
    reply::Reply,
    text::{
        cut::{WHOLE, cut, fitting, list_of},
        data, quoted, short_id,
    },
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
    let look = |made: &v1::CreateMemoryResponse| v1::GetMemoryRequest {
        entry: made
            .entry
            .as_ref()
            .map_or_else(String::new, |made| made.id.clone()),
    };
    let (answer, repeated) = call.make_once(caller, request, None, look).await?;
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
    /// one entry, whole
    id: Option<String>,
    #[schemars(range(min = 0))]
    offset: Option<usize>,
}

async fn list(call: &Call<'_>, args: ListArgs) -> Outcome<Reply> {
    if let Some(id) = args.id {
        return one(call, id, args.offset.unwrap_or_default()).await;
    }
    if args.offset.is_some() {
        return Err(Problem::of_argument(
            "offset",
            "says where in an entry to read on, and none was named",
            "name it: id",
        ));
    }
    let most = list_of(args.limit);
    let mut request = v1::ListMemoriesRequest {
        project: call.project(args.project),
        tags: super::task::labels(args.tag.as_deref()),
        search: args.search.unwrap_or_default(),
        page_size: args.limit.unwrap_or(USUAL_PAGE),
        page_token: args.cursor.unwrap_or_default(),
    };
    let mut page = call.call(request.clone()).await?;
    let fit = fitting(&entries(&page.entries), most);
    if fit < page.entries.len() {
        // Ends where it is long enough, with the cursor of that place.
        request.page_size = i32::try_from(fit).unwrap_or(1);
        page = call.call(request).await?;
    }
    Ok(call.reply(
        || {
            let told = headline(
                page.entries.len(),
                None,
                ["entry", "entries"],
                &page.next_page_token,
            );
            told + &entries(&page.entries).concat()
        },
        || {
            let mut page = page.clone();
            for entry in &mut page.entries {
                entry.body = shortened(entry);
            }
            view::Memories::from(page)
        },
    ))
}

/// One entry, from `offset` on.
async fn one(call: &Call<'_>, id: String, offset: usize) -> Outcome<Reply> {
    let request = v1::GetMemoryRequest { entry: id };
    let mut entry = present(call.call(request).await?.entry, "entry")?;
    let how = format!("memory_list(id=\"{}\"", short_id(&entry.id));
    entry.body = cut(&entry.body, offset, WHOLE).told(offset, &how);
    Ok(call.reply(
        || quoted_entry(&entry, true, &entry.body),
        || view::Memories::from(vec![entry.clone()]),
    ))
}

/// Entries of a list, each with its project where there are several.
fn entries(entries: &[v1::Memory]) -> Vec<String> {
    let alias = |entry: &v1::Memory| entry.project.as_ref().map(|project| project.alias.clone());
    let several = entries
        .windows(2)
        .any(|pair| alias(&pair[0]) != alias(&pair[1]));
    entries
        .iter()
        .map(|entry| quoted_entry(entry, several, &shortened(entry)))
        .collect()
}

/// As much of an entry as a list has.
fn shortened(entry: &v1::Memory) -> String {
    let part = cut(&entry.body, 0, ENTRY);
    match part.next {
        Some(_) => format!(
            "{}…\n[{ENTRY} of {} characters; whole: memory_list(id=\"{}\")]",
            part.text,
            part.total,
            short_id(&entry.id)
        ),
        None => part.text,
    }
}

/// An entry, set off as data.
pub(crate) fn quoted_entry(entry: &v1::Memory, with_project: bool, body: &str) -> String {
    let mut attributes = format!("id={}", quoted(short_id(&entry.id)));
    if let Some(project) = entry.project.as_ref().filter(|_| with_project) {
        attributes.push_str(&format!(" project={}", quoted(&project.alias)));
    }
    if !entry.tags.is_empty() {
        attributes.push_str(&format!(" tags={}", quoted(&entry.tags.join(","))));
    }
    data("memory", &attributes, body)
}
