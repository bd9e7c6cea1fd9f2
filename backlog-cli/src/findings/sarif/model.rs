//! SARIF 2.1.0 as far as it says something about a finding. Everything else of
//! it is skipped unread. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One run of one tool.
#[derive(Debug, Deserialize)]
pub struct Run {
    pub tool: Tool,
    /// Left out where the tool did not run to its end.
    #[serde(default)]
    pub results: Option<Vec<Outcome>>,
}

#[derive(Debug, Deserialize)]
pub struct Tool {
    pub driver: Component,
    #[serde(default)]
    pub extensions: Vec<Component>,
}

#[derive(Debug, Deserialize)]
pub struct Component {
    pub name: String,
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// A reportingDescriptor.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Rule {
    pub id: String,
    pub short_description: Text,
    pub full_description: Text,
    pub help: Text,
    pub help_uri: Option<String>,
    pub message_strings: BTreeMap<String, Text>,
    pub default_configuration: Configuration,
    pub properties: Properties,
}

/// A multiformatMessageString.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Text {
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
    pub tags: Vec<String>,
    /// A number, mostly written as a text.
    #[serde(rename = "security-severity")]
    pub security_severity: Value,
}

impl Properties {
    /// How severe, from 0 to 10.
    pub fn severity(&self) -> Option<f64> {
        match &self.security_severity {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        }
    }
}

/// A result.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Outcome {
    pub rule_id: Option<String>,
    pub rule_index: Option<usize>,
    pub rule: RuleReference,
    pub kind: Option<Kind>,
    pub level: Option<Level>,
    pub message: Message,
    pub locations: Vec<Location>,
    pub fingerprints: BTreeMap<String, String>,
    pub partial_fingerprints: BTreeMap<String, String>,
    pub suppressions: Option<Vec<Suppression>>,
    pub baseline_state: Option<String>,
    pub properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RuleReference {
    pub id: Option<String>,
    pub index: Option<usize>,
    pub tool_component: ComponentReference,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ComponentReference {
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
    pub arguments: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Location {
    pub physical_location: PhysicalLocation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    pub region: Region,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ArtifactLocation {
    pub uri: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Region {
    pub start_line: Option<u64>,
    pub start_column: Option<u64>,
    pub snippet: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Suppression {
    /// `accepted` where it is left out.
    pub status: Option<String>,
}
