//! A project's documents.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use prost_types::FieldMask;
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::headline;
use crate::{
    call::Call,
    catalog::{Tool, tool},
    problem::{Outcome, present},
    reply::Reply,
    text::{
        cut::{WHOLE, cut},
        data, line, quoted, short_id,
        time::ago,
    },
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "doc_add", "Add doc", Adds, More,
        "Write a project document.",
        add(AddArgs) -> view::Doc
    ),
    tool!(
        "doc_list", "List docs", Reads, More,
        "List project documents.",
        list(ListArgs) -> view::Docs
    ),
    tool!(
        "doc_show", "Show doc", Reads, More,
        "Read a document.",
        show(ShowArgs) -> view::Doc
    ),
    tool!(
        "doc_update", "Update doc", Adds, More,
        "Add a version, the whole body.",
        update(UpdateArgs) -> view::Doc
    ),
];

/// Docs of a list; `search` finds those beyond.
const MOST: i32 = 100;

#[derive(Debug, Deserialize, JsonSchema)]
struct AddArgs {
    project: Option<String>,
    title: String,
    body: String,
}

async fn add(call: &Call<'_>, args: AddArgs) -> Outcome<Reply> {
    let request = v1::CreateDocRequest {
        project: call.project(args.project),
        fields: Some(v1::DocFields {
            title: args.title,
            body: args.body,
        }),
        ..Default::default()
    };
    let caller = call.who.caller(None);
    let (answer, repeated) = call.call_once(caller, request, None).await?;
    let doc = present(answer.doc, "doc")?;
    Ok(call.reply(
        || {
            let id = short_id(&doc.id);
            if repeated {
                format!("Doc {id} was added by the same call just before; nothing new was made.")
            } else {
                format!("Doc {id} added.")
            }
        },
        || view::Doc::from(doc.clone()),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ListArgs {
    project: Option<String>,
}

async fn list(call: &Call<'_>, args: ListArgs) -> Outcome<Reply> {
    let page = call
        .call(v1::ListDocsRequest {
            project: call.project(args.project),
            page_size: MOST,
            ..Default::default()
        })
        .await?;
    Ok(call.reply(
        || {
            let mut told = headline(page.docs.len(), None, ["doc", "docs"], "");
            if !page.next_page_token.is_empty() {
                told.push_str("There are more; search finds them.\n");
            }
            for doc in &page.docs {
                let version = doc.version.clone().unwrap_or_default();
                let alias = doc.project.as_ref().map_or("", |project| &project.alias);
                let _ = writeln!(
                    told,
                    "{} {} (version {}, {} characters, {}) [{}]",
                    short_id(&doc.id),
                    line(&version.title),
                    version.version,
                    version.body.chars().count(),
                    ago(doc.updated_at.as_ref()),
                    line(alias)
                );
            }
            told
        },
        || view::Docs::from(page.clone()),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ShowArgs {
    id: String,
    version: Option<i32>,
    #[schemars(range(min = 0))]
    offset: Option<usize>,
}

async fn show(call: &Call<'_>, args: ShowArgs) -> Outcome<Reply> {
    let request = v1::GetDocRequest {
        doc: args.id,
        version: args.version.unwrap_or_default(),
    };
    let doc = present(call.call(request).await?.doc, "doc")?;
    Ok(call.reply(
        || told(&doc, args.offset.unwrap_or_default()),
        || view::Doc::from(doc.clone()),
    ))
}

fn told(doc: &v1::Doc, offset: usize) -> String {
    let version = doc.version.clone().unwrap_or_default();
    let older = if version.version == doc.current_version {
        String::new()
    } else {
        format!(" current={}", doc.current_version)
    };
    let attributes = format!(
        "id={} version={}{older} title={}",
        quoted(short_id(&doc.id)),
        version.version,
        quoted(&version.title)
    );
    let how = format!(
        "doc_show(id=\"{}\", version={}",
        short_id(&doc.id),
        version.version
    );
    data(
        "doc",
        &attributes,
        &cut(&version.body, offset, WHOLE).told(offset, &how),
    )
}

#[derive(Debug, Deserialize, JsonSchema)]
struct UpdateArgs {
    id: String,
    body: String,
    title: Option<String>,
    change_note: Option<String>,
}

async fn update(call: &Call<'_>, args: UpdateArgs) -> Outcome<Reply> {
    let mut paths = vec!["body".to_owned()];
    paths.extend(args.title.as_ref().map(|_| "title".to_owned()));
    let answer = call
        .call(v1::UpdateDocRequest {
            doc: args.id,
            fields: Some(v1::DocFields {
                title: args.title.unwrap_or_default(),
                body: args.body,
            }),
            update_mask: Some(FieldMask { paths }),
            change_note: args.change_note.unwrap_or_default(),
            if_version: None,
        })
        .await?;
    let doc = present(answer.doc, "doc")?;
    Ok(call.reply(
        || {
            let (id, version) = (short_id(&doc.id), doc.current_version);
            if answer.changed {
                format!("Doc {id} is now version {version}.")
            } else {
                format!("Doc {id} said so already; it stays at version {version}.")
            }
        },
        || view::Doc::from(doc.clone()),
    ))
}
