//! What plans and docs have in common: texts that are changed by adding a
//! version.

use backlog_api::view;
use prost_types::FieldMask;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Json, Outcome},
    problem::Problem,
    request::given_names,
    value::given,
};

/// Which version.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Version {
    /// Its number; the newest where left out.
    #[schemars(range(min = 0))]
    pub(super) version: i32,
}

/// A version to be. A field that is left out keeps its value.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Patch {
    /// One line, up to 255 characters.
    #[serde(deserialize_with = "given")]
    pub(super) title: Option<String>,
    /// Markdown.
    #[serde(deserialize_with = "given")]
    pub(super) body: Option<String>,
    /// Why it was written.
    pub(super) change_note: String,
    /// Only if this is still the newest version.
    pub(super) version: Option<i32>,
}

impl Patch {
    /// Which fields it sets.
    pub(super) fn mask(&self) -> Result<FieldMask, Problem> {
        given_names([
            ("title", self.title.is_some()),
            ("body", self.body.is_some()),
        ])
    }
}

/// Which two versions are compared.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Range {
    /// The older version; the one before `to` where left out.
    #[schemars(range(min = 1))]
    from: Option<i32>,
    /// The newer version; the newest where left out.
    #[schemars(range(min = 1))]
    to: Option<i32>,
}

/// One version, as far as it is compared.
pub(super) struct Text {
    pub(super) id: String,
    pub(super) number: i32,
    pub(super) title: String,
    pub(super) body: String,
}

impl Text {
    fn compared(&self) -> view::VersionText<'_> {
        view::VersionText {
            number: self.number,
            title: &self.title,
            body: &self.body,
        }
    }
}

/// What two versions differ in; `fetch` gets one by its number, 0 for the newest.
pub(super) async fn diff<F: Future<Output = Result<Text, Problem>>>(
    range: &Range,
    fetch: impl Fn(i32) -> F,
) -> Outcome<Json<view::Diff>> {
    let to = fetch(range.to.unwrap_or_default()).await?;
    let from = match range.from {
        Some(from) => from,
        None if to.number > 1 => to.number - 1,
        None => {
            return Err(Problem::invalid(
                "version 1 is the first one: there is nothing to compare it with",
            ));
        }
    };
    let from = fetch(from).await?;
    Ok(Json(view::Diff {
        from: from.number,
        to: to.number,
        diff: view::unified(from.compared(), to.compared()),
        id: to.id,
    }))
}
