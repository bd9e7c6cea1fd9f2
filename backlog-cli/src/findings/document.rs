//! The whole document: which of the two formats it is, and its items one
//! after the other, so that only one is in memory as JSON at a time.

use std::{fmt, path::Path};

use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{
    Findings, item,
    sarif::{self, Run},
};

/// The version of a findings file that is known.
const VERSION: u64 = 1;

/// Reads a document.
pub fn parse(text: &str, root: &Path) -> Result<Findings, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document = json
        .deserialize_map(Fields)
        .and_then(|document| json.end().map(|()| document))
        .map_err(|error| format!("it cannot be read: {error}"))?;
    let Document {
        version,
        project,
        items,
        runs,
        mut findings,
    } = document;
    match (items, runs) {
        (true, None) => {
            if !version.is_null() && version.as_u64() != Some(VERSION) {
                return Err(format!(
                    "version {version} is not known; that of a findings file is {VERSION}"
                ));
            }
            findings.project = match project {
                Value::Null => None,
                Value::String(alias) => Some(alias).filter(|alias| !alias.is_empty()),
                other => return Err(format!("project: {other} is not a text in quotes")),
            };
        }
        (false, Some(runs)) => {
            if version.as_str() != Some(sarif::VERSION) {
                return Err(format!(
                    "SARIF of version {version} is not known, only {}",
                    sarif::VERSION
                ));
            }
            // SARIF says much that is of no use here.
            findings.unknown.clear();
            sarif::convert(&runs, root, &mut findings);
        }
        (true, Some(_)) => return Err("it has both \"items\" and \"runs\"".to_owned()),
        (false, None) => {
            return Err(
                "neither a findings file, which has \"items\", nor SARIF, which has \"runs\""
                    .to_owned(),
            );
        }
    }
    Ok(findings)
}

#[derive(Default)]
struct Document {
    version: Value,
    project: Value,
    items: bool,
    runs: Option<Vec<Run>>,
    findings: Findings,
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut document = Document::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "version" => document.version = map.next_value()?,
                "project" => document.project = map.next_value()?,
                "items" => {
                    document.items = true;
                    map.next_value_seed(Items(&mut document.findings))?;
                }
                "runs" => document.runs = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    // Editors are told by it how to check the file.
                    if name != "$schema" {
                        document.findings.unknown.insert(name);
                    }
                }
            }
        }
        Ok(document)
    }
}

struct Items<'f>(&'f mut Findings);

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(value) = list.next_element::<Value>()? {
            item::read(&format!("items[{number}]"), value, self.0);
            number += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse(text, Path::new("/")).expect_err(text)
    }

    #[test]
    fn what_is_neither_format_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            "\"items\"",
            "{\"items\": []",
            "{} x",
            "{\"items\": {}}",
        ] {
            assert!(problem(text).starts_with("it cannot be read: "), "{text}");
        }
        assert!(problem("{}").starts_with("neither a findings file"));
        assert!(problem("{\"version\": 2, \"items\": []}").starts_with("version 2 is not known"));
        assert!(
            problem("{\"version\": \"2.0.0\", \"runs\": []}").contains("\"2.0.0\" is not known")
        );
        assert!(problem("{\"items\": [], \"project\": 7}").starts_with("project: 7"));
        assert!(problem("{\"items\": [], \"runs\": []}").contains("both"));
    }

    #[test]
    fn the_order_of_fields_does_not_matter_and_unknown_ones_are_named() {
        let text = r#"{"tool": "x", "$schema": "s", "items": [{"title": "a", "cve": 1}, {"title": "b", "cve": 2}],
            "project": "app", "version": 1}"#;
        let findings = parse(text, Path::new("/")).expect("findings");
        assert_eq!(findings.project.as_deref(), Some("app"));
        assert_eq!(findings.findings.len(), 2);
        assert_eq!(
            findings.unknown.into_iter().collect::<Vec<_>>(),
            ["items[].cve", "tool"]
        );
    }
}
