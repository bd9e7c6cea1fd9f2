//! SARIF, the format in which scanners tell their results: one finding a
//! result. What keeps its name when the code around it moves is in `name`.

mod model;
mod name;
mod text;

use std::{collections::HashMap, path::Path};

use backlog_api::v1::{self, TaskType};

pub use model::Run;
use model::{Kind, Level, Outcome, Reading, Rule, Tool};

use super::Findings;

/// The version of SARIF that is known.
pub const VERSION: &str = "2.1.0";
/// Labels of one finding at most.
const LABELS: usize = 4;
/// Longest tag that makes a label; longer ones are sentences.
const LONGEST_TAG: usize = 30;

/// Makes findings of the results of all runs.
pub fn convert(runs: &[Run], root: &Path, findings: &mut Findings) {
    let mut paths = Vec::new();
    let mut named = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let rules = Rules::of(&run.tool);
        for (_, result) in run.results() {
            let nowhere = model::ArtifactLocation::default();
            let artifact = result.place().map_or(&nowhere, |at| &at.artifact_location);
            let path = name::path(artifact, &run.bases, root);
            let (tool, rule) = (&run.tool.driver.name, rules.id(result));
            named.push(name::Named::of(result, tool, number, rule, &path));
            paths.push(path);
        }
    }
    let mut names = name::refs(&named).into_iter().zip(&paths);
    for (number, run) in runs.iter().enumerate() {
        let rules = Rules::of(&run.tool);
        for (index, problem) in run.wrong() {
            findings.problem(format!("runs[{number}].results[{index}]"), problem);
            findings.wrong += 1;
        }
        for (index, result) in run.results() {
            let Some((name, path)) = names.next() else {
                return;
            };
            if !result.is_finding() {
                continue;
            }
            if result.is_suppressed() {
                findings.suppressed += 1;
                continue;
            }
            let Some(external_ref) = name else {
                findings.repeated += 1;
                continue;
            };
            let rule = rules.of_result(result);
            let kind = if is_security(result, rule) {
                TaskType::Vulnerability
            } else {
                TaskType::Issue
            };
            let message = text::message(result, rule);
            findings.findings.push(v1::Finding {
                place: format!("runs[{number}].results[{index}]"),
                title: text::title(&message, path, rules.id(result)),
                description: text::description(&message, result, path, rule),
                r#type: kind.into(),
                status: 0,
                priority: priority(result, rule),
                assignee: String::new(),
                source: run.tool.driver.name.clone(),
                external_ref,
                labels: labels(result, rule),
                plans: Vec::new(),
            });
        }
    }
}

impl Run {
    /// The results that could be read, each with its place in the list.
    fn results(&self) -> impl Iterator<Item = (usize, &Outcome)> {
        self.all().filter_map(|(index, reading)| match reading {
            Reading::Read(outcome) => Some((index, &**outcome)),
            Reading::Wrong(_) => None,
        })
    }

    /// What is wrong with the others.
    fn wrong(&self) -> impl Iterator<Item = (usize, &str)> {
        self.all().filter_map(|(index, reading)| match reading {
            Reading::Read(_) => None,
            Reading::Wrong(problem) => Some((index, problem.as_str())),
        })
    }

    fn all(&self) -> impl Iterator<Item = (usize, &Reading)> {
        self.results.iter().flatten().enumerate()
    }
}

impl Outcome {
    /// Whether it says that something is wrong, and still is.
    fn is_finding(&self) -> bool {
        let kind = self.kind.unwrap_or(Kind::Fail);
        matches!(kind, Kind::Fail | Kind::Open | Kind::Review)
            && self.baseline_state.as_deref() != Some("absent")
    }

    /// By one suppression that nobody has turned down or has yet to look at.
    fn is_suppressed(&self) -> bool {
        self.suppressions.iter().flatten().any(|suppression| {
            let status = suppression.status.as_deref();
            status.is_none_or(|status| status == "accepted")
        })
    }

    /// Where it is, in the first place.
    fn place(&self) -> Option<&model::PhysicalLocation> {
        self.locations.first().map(|at| &at.physical_location)
    }
}

/// The rules of a tool and its extensions.
struct Rules<'t> {
    tool: &'t Tool,
    by_id: HashMap<&'t str, &'t Rule>,
}

impl<'t> Rules<'t> {
    fn of(tool: &'t Tool) -> Self {
        let components = tool.extensions.iter().rev().chain([&tool.driver]);
        let by_id = components
            .flat_map(|component| &component.rules)
            .map(|rule| (rule.id.as_str(), rule))
            .collect();
        Self { tool, by_id }
    }

    /// The rule that a result broke. Its id may be that of a part of it,
    /// `CA1000/1` of `CA1000`.
    fn of_result(&self, result: &Outcome) -> Option<&'t Rule> {
        let reference = &result.rule;
        let component = match reference.tool_component.index {
            Some(extension) => self.tool.extensions.get(extension),
            None => Some(&self.tool.driver),
        };
        let index = result.rule_index.or(reference.index);
        if let Some(rule) = index.and_then(|index| component?.rules.get(index)) {
            return Some(rule);
        }
        let mut id = result.rule_id.as_deref().or(reference.id.as_deref())?;
        loop {
            if let Some(rule) = self.by_id.get(id) {
                return Some(rule);
            }
            id = id.rsplit_once('/')?.0;
        }
    }

    fn id<'r>(&self, result: &'r Outcome) -> &'r str
    where
        't: 'r,
    {
        let named = result.rule_id.as_deref().or(result.rule.id.as_deref());
        named.unwrap_or_else(|| self.of_result(result).map_or("", |rule| &rule.id))
    }
}

/// By the CVSS ratings where a severity is given, else by the level.
fn priority(result: &Outcome, rule: Option<&Rule>) -> i32 {
    let severity = result
        .properties
        .severity()
        .or_else(|| rule?.properties.severity());
    if let Some(severity) = severity {
        return match severity {
            9.0.. => 1,
            7.0.. => 2,
            4.0.. => 3,
            _ => 4,
        };
    }
    let level = result
        .level
        .or_else(|| rule?.default_configuration.level)
        .unwrap_or(Level::Warning);
    match level {
        Level::Error => 2,
        Level::Warning => 3,
        Level::Note => 4,
        Level::None => 5,
    }
}

fn tags<'r>(result: &'r Outcome, rule: Option<&'r Rule>) -> impl Iterator<Item = &'r str> {
    let of_rule = rule.into_iter().flat_map(|rule| &rule.properties.tags);
    of_rule.chain(&result.properties.tags).map(String::as_str)
}

fn is_security(result: &Outcome, rule: Option<&Rule>) -> bool {
    result.properties.rates_severity()
        || rule.is_some_and(|rule| rule.properties.rates_severity())
        || tags(result, rule).any(|tag| tag.eq_ignore_ascii_case("security") || cwe(tag).is_some())
}

/// `cwe-89`, of `external/cwe/cwe-089` or `CWE-89: SQL Injection`.
fn cwe(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let (_, number) = lower.split_once("cwe-")?;
    let end = number.find(|c: char| !c.is_ascii_digit());
    let number = number[..end.unwrap_or(number.len())].trim_start_matches('0');
    (!number.is_empty()).then(|| format!("cwe-{number}"))
}

/// The tags that are short words, lower case, and the weakness's number.
fn labels(result: &Outcome, rule: Option<&Rule>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for tag in tags(result, rule) {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let label = match cwe(tag) {
            Some(cwe) => cwe,
            None if tag.len() <= LONGEST_TAG && !tag.is_empty() && tag.chars().all(plain) => {
                tag.to_lowercase()
            }
            None => continue,
        };
        if labels.len() < LABELS && !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

#[cfg(test)]
mod tests;
