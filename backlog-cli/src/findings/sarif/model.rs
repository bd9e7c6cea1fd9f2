//! SARIF 2.1.0 as far as it says something about a finding. Everything else of
//! it is skipped unread. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// `null` where something might have been left out, as some tools write it.
fn nothing<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    field: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(field)?.unwrap_or_default())
}

/// An index; -1 stands for none (section 3.7.4). So does what counts nothing
/// where a line or a column is counted.
fn index<'de, D: Deserializer<'de>, N: TryFrom<i64>>(field: D) -> Result<Option<N>, D::Error> {
    let index: Option<i64> = Option::deserialize(field)?;
    Ok(index.and_then(|index| N::try_from(index).ok()))
}

/// One run of one tool.
#[derive(Debug, Deserialize)]
pub struct Run {
    pub tool: Tool,
    /// Left out where the tool did not run to its end.
    #[serde(default)]
    pub results: Option<Vec<Reading>>,
    /// What the paths of artifacts begin with, by name.
    #[serde(default, rename = "originalUriBaseIds", deserialize_with = "nothing")]
    pub bases: BTreeMap<String, ArtifactLocation>,
}

#[derive(Debug, Deserialize)]
pub struct Tool {
    pub driver: Component,
    #[serde(default, deserialize_with = "nothing")]
    pub extensions: Vec<Component>,
}

#[derive(Debug, Deserialize)]
pub struct Component {
    pub name: String,
    #[serde(default, deserialize_with = "nothing")]
    pub rules: Vec<Rule>,
}

/// A reportingDescriptor.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Rule {
    #[serde(deserialize_with = "nothing")]
    pub id: String,
    #[serde(deserialize_with = "nothing")]
    pub short_description: Text,
    #[serde(deserialize_with = "nothing")]
    pub full_description: Text,
    #[serde(deserialize_with = "nothing")]
    pub help: Text,
    pub help_uri: Option<String>,
    #[serde(deserialize_with = "nothing")]
    pub message_strings: BTreeMap<String, Text>,
    #[serde(deserialize_with = "nothing")]
    pub default_configuration: Configuration,
    #[serde(deserialize_with = "nothing")]
    pub properties: Properties,
}

/// A multiformatMessageString.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Text {
    #[serde(deserialize_with = "nothing")]
    pub text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Configuration {
    pub level: Option<Level>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    None,
    Note,
    Warning,
    Error,
}

/// The property bags that tools agree on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Properties {
    #[serde(deserialize_with = "nothing")]
    pub tags: Vec<String>,
    /// A number, mostly written as a text.
    #[serde(rename = "security-severity")]
    pub security_severity: Value,
    /// Bandit's word for it, beside a level that says the same.
    pub issue_severity: Value,
}

impl Properties {
    /// How severe, from 0 to 10.
    pub fn severity(&self) -> Option<f64> {
        match &self.security_severity {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        }
    }

    /// Whether it is said at all how severe it is.
    pub fn rates_severity(&self) -> bool {
        self.severity().is_some() || self.issue_severity.is_string()
    }
}

/// A result, or why it is none. One that a tool got wrong costs that one alone.
#[derive(Debug)]
pub enum Reading {
    Read(Box<Outcome>),
    Wrong(String),
}

impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        // One result at a time is in memory as JSON.
        let result = Value::deserialize(json)?;
        Ok(match serde_path_to_error::deserialize(result) {
            Ok(outcome) => Self::Read(Box::new(outcome)),
            Err(error) => Self::Wrong(format!("{}: {}", error.path(), plain(error.inner()))),
        })
    }
}

/// What serde says, in words of the file.
fn plain(error: &serde_json::Error) -> String {
    let told = error.to_string();
    match told.split_once(", expected ") {
        Some((given, wanted)) => {
            let (_, given) = given.split_once(": ").unwrap_or(("", given));
            let given = given.trim_start_matches("unknown variant ");
            // serde names its own types where an object was wanted.
            let wanted = if wanted.starts_with("struct ") {
                "an object"
            } else {
                wanted
            };
            format!("{given} is not {wanted}")
        }
        None => told,
    }
}

/// A result.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Outcome {
    pub rule_id: Option<String>,
    #[serde(deserialize_with = "index")]
    pub rule_index: Option<usize>,
    #[serde(deserialize_with = "nothing")]
    pub rule: RuleReference,
    pub kind: Option<Kind>,
    pub level: Option<Level>,
    #[serde(deserialize_with = "nothing")]
    pub message: Message,
    #[serde(deserialize_with = "nothing")]
    pub locations: Vec<Location>,
    #[serde(deserialize_with = "nothing")]
    pub fingerprints: BTreeMap<String, String>,
    #[serde(deserialize_with = "nothing")]
    pub partial_fingerprints: BTreeMap<String, String>,
    pub suppressions: Option<Vec<Suppression>>,
    pub baseline_state: Option<String>,
    #[serde(deserialize_with = "nothing")]
    pub properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RuleReference {
    pub id: Option<String>,
    #[serde(deserialize_with = "index")]
    pub index: Option<usize>,
    #[serde(deserialize_with = "nothing")]
    pub tool_component: ComponentReference,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ComponentReference {
    #[serde(deserialize_with = "index")]
    pub index: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    Pass,
    Open,
    Informational,
    NotApplicable,
    Review,
    Fail,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    pub text: Option<String>,
    pub id: Option<String>,
    #[serde(deserialize_with = "nothing")]
    pub arguments: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Location {
    #[serde(deserialize_with = "nothing")]
    pub physical_location: PhysicalLocation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PhysicalLocation {
    #[serde(deserialize_with = "nothing")]
    pub artifact_location: ArtifactLocation,
    #[serde(deserialize_with = "nothing")]
    pub region: Region,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ArtifactLocation {
    #[serde(deserialize_with = "nothing")]
    pub uri: String,
    pub uri_base_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Region {
    #[serde(deserialize_with = "index")]
    pub start_line: Option<u64>,
    #[serde(deserialize_with = "index")]
    pub start_column: Option<u64>,
    #[serde(deserialize_with = "nothing")]
    pub snippet: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Suppression {
    /// `accepted` where it is left out.
    pub status: Option<String>,
}
