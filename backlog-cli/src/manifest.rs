//! `backlog.json`: the projects a workspace shall have, written by hand and
//! kept with the code.

use backlog_api::v1::{ProjectFields, SyncedProject};
use serde_json::{Map, Value};

/// What the file is called, beside the database.
pub const NAME: &str = "backlog.json";
/// The version of the format that is known.
const VERSION: u64 = 1;

/// What a manifest says.
#[derive(Debug, Default, PartialEq)]
pub struct Manifest {
    /// The projects whose form is right, and where each stands.
    pub projects: Vec<(String, SyncedProject)>,
    /// What is wrong with the others.
    pub problems: Vec<String>,
    /// Fields that mean nothing.
    pub unknown: Vec<String>,
}

/// Reads a manifest.
pub fn parse(bytes: &[u8]) -> Result<Manifest, String> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let fields: Map<String, Value> =
        serde_json::from_slice(text).map_err(|error| format!("not a JSON object: {error}"))?;
    let mut manifest = Manifest::default();
    let mut projects = None;
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("version", value) if value.as_u64() == Some(VERSION) => {}
            ("version", value) => {
                return Err(format!("version {value} is not known; it is {VERSION}"));
            }
            // For people who read the file.
            ("name" | "description" | "$schema", _) => {}
            ("projects", Value::Array(list)) => projects = Some(list),
            ("projects", other) => return Err(format!("projects: {other} is not a list")),
            (other, _) => manifest.unknown.push(other.to_owned()),
        }
    }
    let projects = projects.ok_or("it has no list of projects")?;
    for (number, value) in projects.into_iter().enumerate() {
        let place = format!("projects[{number}]");
        let before = manifest.problems.len();
        let project = manifest.project(&place, value);
        if manifest.problems.len() == before {
            manifest.projects.push((place, project));
        }
    }
    Ok(manifest)
}

impl Manifest {
    fn project(&mut self, place: &str, value: Value) -> SyncedProject {
        let mut alias = String::new();
        let mut fields = ProjectFields::default();
        let Value::Object(given) = value else {
            self.problems
                .push(format!("{place}: {value} is not an object"));
            return SyncedProject::default();
        };
        if !given.contains_key("alias") {
            self.problems.push(format!("{place}.alias: it is missing"));
        }
        for (name, value) in given {
            let field = match name.as_str() {
                "alias" => &mut alias,
                "name" => &mut fields.name,
                "description" => &mut fields.description,
                "repo_path" => &mut fields.repo_path,
                _ => {
                    let name = format!("projects[].{name}");
                    if !self.unknown.contains(&name) {
                        self.unknown.push(name);
                    }
                    continue;
                }
            };
            match value {
                Value::String(text) => *field = text,
                Value::Null if name != "alias" => {}
                other => self
                    .problems
                    .push(format!("{place}.{name}: {other} is not a text in quotes")),
            }
        }
        SyncedProject {
            alias,
            fields: Some(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let manifest = parse(
            br#"{"version": 1, "name": "w", "team": "x", "projects": [
                {"alias": "api", "name": "API", "repo_path": "/code/api", "owner": 1},
                {"name": "nameless"}, "web", {"alias": 7, "description": null}]}"#,
        )
        .expect("a manifest");
        assert_eq!(manifest.projects.len(), 1);
        assert_eq!(
            manifest.problems,
            [
                "projects[1].alias: it is missing",
                "projects[2]: \"web\" is not an object",
                "projects[3].alias: 7 is not a text in quotes",
            ]
        );
        assert_eq!(manifest.unknown, ["team", "projects[].owner"]);
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        for (text, fragment) in [
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{}", "no list of projects"),
            (r#"{"projects": {}}"#, "{} is not a list"),
            (
                r#"{"version": 2, "projects": []}"#,
                "version 2 is not known",
            ),
        ] {
            let problem = parse(text.as_bytes()).expect_err(text);
            assert!(problem.contains(fragment), "{problem}");
        }
        assert!(parse("\u{feff}{\"projects\": []}".as_bytes()).is_ok());
    }
}
