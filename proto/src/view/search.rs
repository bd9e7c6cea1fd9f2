//! What a search over everything found.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, ProjectRef, filled,
    names::{TASK_STATUSES, entity_name, status_name, words},
    task_ref, time,
};
use crate::v1;

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hits {
    /// The best first.
    pub hits: Vec<Hit>,
    /// How many match.
    pub page: Page,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// `task`, `plan`, `comment`, `doc` or `memory`.
    #[schemars(extend("enum" = ["task", "plan", "comment", "doc", "memory"]))]
    pub kind: &'static str,
    /// ULID of that thing.
    pub id: String,
    /// The task that it is or belongs to, `TASK-N`.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where that task stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = words(&TASK_STATUSES)))]
    pub status: Option<&'static str>,
    /// Its project.
    pub project: ProjectRef,
    /// Its title; of a comment, its task's; of an entry of memory, its tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the words stand in the title: from and to, in Unicode code points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub title_matches: Vec<[i32; 2]>,
    /// Some of its text in one line, around what matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
    /// Where the words stand in the snippet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snippet_matches: Vec<[i32; 2]>,
    /// When it last changed.
    pub updated_at: String,
}

impl From<v1::SearchResponse> for Hits {
    fn from(response: v1::SearchResponse) -> Self {
        let hits: Vec<Hit> = response.hits.into_iter().map(Hit::from).collect();
        let page = Page {
            total: Some(response.total),
            count: hits.len(),
            next_cursor: filled(response.next_page_token),
            unranked: response.unranked,
        };
        Self { hits, page }
    }
}

impl From<v1::SearchHit> for Hit {
    fn from(hit: v1::SearchHit) -> Self {
        let in_task = hit.task_seq != 0;
        let kind = entity_name(hit.kind());
        let status = in_task.then(|| status_name(hit.task_status()));
        let (title, title_matches) = excerpt(hit.title);
        let (snippet, snippet_matches) = excerpt(hit.snippet);
        Self {
            kind,
            id: hit.id,
            reference: in_task.then(|| task_ref(hit.task_seq)),
            status,
            project: hit.project.unwrap_or_default().into(),
            title,
            title_matches,
            snippet,
            snippet_matches,
            updated_at: time::required(hit.updated_at.as_ref()),
        }
    }
}

fn excerpt(given: Option<v1::Excerpt>) -> (Option<String>, Vec<[i32; 2]>) {
    let given = given.unwrap_or_default();
    let matches = given.matches.iter().map(|part| [part.start, part.end]);
    (filled(given.text), matches.collect())
}
