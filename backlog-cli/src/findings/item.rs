//! One item of a findings file. What its fields may hold in particular, the
//! daemon checks; here it is whether they have the form at all.

use backlog_api::{
    v1::{self, NewPlan},
    view,
};
use prost::Message as _;
use serde_json::{Map, Value};

use super::Findings;
use crate::args::values;

/// Bytes of one item; the daemon takes twice as much in a message.
const LARGEST: usize = 8 << 20;

/// Reads an item: either it is a finding, or there are problems.
pub fn read(place: &str, value: Value, findings: &mut Findings) {
    let before = findings.problems.len();
    let mut finding = v1::Finding {
        place: place.to_owned(),
        ..v1::Finding::default()
    };
    if let Some(fields) = object(place, value, findings) {
        if !fields.contains_key("title") {
            findings.problem(format!("{place}.title"), "it is missing");
        }
        for (name, value) in fields {
            set(&mut finding, &name, value, findings);
        }
    }
    let bytes = finding.encoded_len();
    if bytes > LARGEST {
        let limit = LARGEST >> 20;
        findings.problem(
            place,
            format!("it has {bytes} bytes; at most {limit} MiB are allowed"),
        );
    }
    if findings.problems.len() == before {
        findings.findings.push(finding);
    } else {
        findings.wrong += 1;
    }
}

fn set(finding: &mut v1::Finding, name: &str, value: Value, findings: &mut Findings) {
    // As if it were not there; a title must be.
    if value.is_null() && name != "title" {
        return;
    }
    let place = format!("{}.{name}", finding.place);
    let outcome = match name {
        "title" => text(value).map(|text| finding.title = text),
        "description" => text(value).map(|text| finding.description = text),
        "assignee" => text(value).map(|text| finding.assignee = text),
        "source" => text(value).map(|text| finding.source = text),
        "external_ref" => text(value).map(|text| finding.external_ref = text),
        "type" => one_of(&value, &view::TASK_TYPES).map(|kind| finding.r#type = kind.into()),
        "status" => one_of(&value, &view::TASK_STATUSES).map(|to| finding.status = to.into()),
        "priority" => priority(&value).map(|priority| finding.priority = priority),
        "labels" => list(value).map(|labels| {
            for (number, label) in labels.into_iter().enumerate() {
                match text(label) {
                    Ok(label) => finding.labels.push(label),
                    Err(problem) => findings.problem(format!("{place}[{number}]"), problem),
                }
            }
        }),
        "plans" => list(value).map(|plans| {
            for (number, value) in plans.into_iter().enumerate() {
                let plan = plan(&format!("{place}[{number}]"), value, findings);
                finding.plans.push(plan);
            }
        }),
        _ => {
            findings.unknown.insert(format!("items[].{name}"));
            Ok(())
        }
    };
    if let Err(problem) = outcome {
        findings.problem(place, problem);
    }
}

fn plan(place: &str, value: Value, findings: &mut Findings) -> NewPlan {
    let mut plan = NewPlan::default();
    for (name, value) in object(place, value, findings).unwrap_or_default() {
        let outcome = match name.as_str() {
            "title" => text(value).map(|text| plan.title = text),
            "body" => text(value).map(|text| plan.body = text),
            _ => {
                findings.unknown.insert(format!("items[].plans[].{name}"));
                Ok(())
            }
        };
        if let Err(problem) = outcome {
            findings.problem(format!("{place}.{name}"), problem);
        }
    }
    plan
}

fn object(place: &str, value: Value, findings: &mut Findings) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        other => {
            findings.problem(place, format!("{} is not an object", shown(&other)));
            None
        }
    }
}

fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(format!("{} is not a text in quotes", shown(&other))),
    }
}

fn list(value: Value) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(list) => Ok(list),
        other => Err(format!("{} is not a list", shown(&other))),
    }
}

fn one_of<T: Copy>(value: &Value, all: &[(T, &str)]) -> Result<T, String> {
    value
        .as_str()
        .and_then(|text| values::named(all, text))
        .ok_or_else(|| format!("{} is not one of {}", shown(value), values::names(all)))
}

fn priority(value: &Value) -> Result<i32, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    values::priority(&text).map_err(|_| format!("{} is not one of P1..P5", shown(value)))
}

/// A value for a message, its beginning where it is long.
fn shown(value: &Value) -> String {
    const SHOWN: usize = 40;
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_one(value: Value) -> Findings {
        let mut findings = Findings::default();
        read("items[3]", value, &mut findings);
        findings
    }

    #[test]
    fn every_field_is_read() {
        let findings = read_one(json!({
            "title": "T", "description": "D", "type": "vulnerability", "priority": "P1",
            "status": "doing", "assignee": "a", "source": "s", "external_ref": "e",
            "labels": ["x", "y"], "plans": [{"title": "P", "body": "B"}],
        }));
        let expected = v1::Finding {
            place: "items[3]".to_owned(),
            title: "T".to_owned(),
            description: "D".to_owned(),
            r#type: v1::TaskType::Vulnerability.into(),
            status: v1::TaskStatus::Doing.into(),
            priority: 1,
            assignee: "a".to_owned(),
            source: "s".to_owned(),
            external_ref: "e".to_owned(),
            labels: vec!["x".to_owned(), "y".to_owned()],
            plans: vec![NewPlan {
                title: "P".to_owned(),
                body: "B".to_owned(),
            }],
        };
        assert_eq!(findings.findings, [expected]);
        assert!(findings.problems.is_empty() && findings.unknown.is_empty());
    }

    #[test]
    fn null_is_nothing_said_and_a_priority_may_be_a_number() {
        let findings = read_one(json!({"title": "T", "assignee": null, "priority": 2}));
        assert_eq!(findings.findings[0].priority, 2);
        assert_eq!(read_one(json!({"title": null})).wrong, 1);
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_place() {
        let wrong = |value| {
            let findings = read_one(value);
            assert_eq!((findings.wrong, findings.findings.len()), (1, 0));
            let told =
                |problem: view::FindingProblem| format!("{}: {}", problem.place, problem.message);
            findings.problems.into_iter().map(told).collect::<Vec<_>>()
        };
        assert_eq!(
            wrong(
                json!({"title": 5, "priority": "P9", "type": "bugg", "labels": ["a", 1],
                         "plans": [{"title": "x", "body": []}, "y"]})
            ),
            [
                "items[3].labels[1]: 1 is not a text in quotes",
                "items[3].plans[0].body: [] is not a text in quotes",
                "items[3].plans[1]: \"y\" is not an object",
                "items[3].priority: \"P9\" is not one of P1..P5",
                "items[3].title: 5 is not a text in quotes",
                "items[3].type: \"bugg\" is not one of task, bug, issue, improvement, feature, \
                 vulnerability, chore, spike, bucket-list",
            ]
        );
        assert_eq!(wrong(json!({})), ["items[3].title: it is missing"]);
        assert_eq!(wrong(json!(["x"])), ["items[3]: [\"x\"] is not an object"]);
        assert_eq!(
            wrong(json!({"title": "x", "priority": 2.5, "status": null, "labels": "a"})),
            [
                "items[3].labels: \"a\" is not a list",
                "items[3].priority: 2.5 is not one of P1..P5",
            ]
        );
    }
}
