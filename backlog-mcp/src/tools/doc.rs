//! A project's documents.

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
        cut::{WHOLE, brief, cut, fitting, list_of},
        data, line, quoted, short_id, task,
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

/// Docs of a page at most.
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
    let look = |made: &v1::CreateDocResponse| v1::GetDocRequest {
        doc: made
            .doc
            .as_ref()
            .map_or_else(String::new, |made| made.id.clone()),
        ..Default::default()
    };
    let (answer, repeated) = call.make_once(caller, request, None, look).await?;
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
        || view::Doc::from(from(&doc, 0)),
    ))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ListArgs {
    project: Option<String>,
    cursor: Option<String>,
}

async fn list(call: &Call<'_>, args: ListArgs) -> Outcome<Reply> {
    let mut request = v1::ListDocsRequest {
        project: call.project(args.project),
        page_size: MOST,
        page_token: args.cursor.unwrap_or_default(),
    };
    let mut page = call.call(request.clone()).await?;
    let fit = fitting(&rows(&page.docs), list_of(None));
    if fit < page.docs.len() {
        // Ends where it is long enough, with the cursor of that place.
        request.page_size = i32::try_from(fit).unwrap_or(1);
        page = call.call(request).await?;
    }
    Ok(call.reply(
        || {
            let told = headline(
                page.docs.len(),
                None,
                ["doc", "docs"],
                &page.next_page_token,
            );
            told + &rows(&page.docs).concat()
        },
        || {
            let mut page = page.clone();
            // doc_show reads them.
            let versions = page.docs.iter_mut().filter_map(|doc| doc.version.as_mut());
            versions.for_each(|version| version.body.clear());
            view::Docs::from(page)
        },
    ))
}

fn rows(docs: &[v1::Doc]) -> Vec<String> {
    docs.iter()
        .map(|doc| {
            let version = doc.version.clone().unwrap_or_default();
            let alias = doc.project.as_ref().map_or("", |project| &project.alias);
            format!(
                "{} {} (version {}, {} characters, {}) [{}]\n",
                short_id(&doc.id),
                brief(&line(&version.title), task::usual::TITLE),
                version.version,
                version.body.chars().count(),
                ago(doc.updated_at.as_ref()),
                line(alias)
            )
        })
        .collect()
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
    let doc = from(&doc, args.offset.unwrap_or_default());
    Ok(call.reply(|| told(&doc), || view::Doc::from(doc.clone())))
}

/// A doc with as much of its text as is read at a time.
fn from(doc: &v1::Doc, offset: usize) -> v1::Doc {
    let mut doc = doc.clone();
    let id = short_id(&doc.id).to_owned();
    if let Some(version) = &mut doc.version {
        let how = format!("doc_show(id=\"{id}\", version={}", version.version);
        version.body = cut(&version.body, offset, WHOLE).told(offset, &how);
    }
    doc
}

fn told(doc: &v1::Doc) -> String {
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
    data("doc", &attributes, &version.body)
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
        || view::Doc::from(from(&doc, 0)),
    ))
}
