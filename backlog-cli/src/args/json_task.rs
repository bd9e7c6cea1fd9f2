//! A task as JSON, for `--from-file task.json`: the names of the JSON that
//! `task show --json` prints, as far as they can be set.

use std::path::Path;

use backlog_api::{
    v1::{NewPlan, TaskStatus, TaskType},
    view,
};
use prost_types::Timestamp;
use serde_json::{Map, Value};

use super::{date, values};
use crate::error::CliError;

/// What may be said of a task; what was not said is empty.
#[derive(Debug, Default, PartialEq)]
pub struct JsonTask {
    pub project: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub task_type: Option<TaskType>,
    pub status: Option<TaskStatus>,
    pub priority: Option<i32>,
    pub assignee: Option<String>,
    pub source: Option<String>,
    pub external_ref: Option<String>,
    pub project_path: Option<String>,
    pub due_at: Option<Timestamp>,
    pub parent: Option<String>,
    pub defer_until: Option<Timestamp>,
    pub scope: Option<Vec<String>>,
    pub blocked_by: Vec<String>,
    pub discovered_from: Vec<String>,
    pub labels: Vec<String>,
    pub plans: Vec<NewPlan>,
}

const FIELDS: &str = "project, title, description, type, status, priority, assignee, source, \
                      external_ref, project_path, due_at, parent, defer_until, scope, \
                      blocked_by, discovered_from, labels, plans";

/// Everything that is wrong with a file.
#[derive(Debug, PartialEq)]
pub struct Problems(Vec<String>);

impl Problems {
    /// One error that names them all.
    pub fn told(&self, path: &Path) -> CliError {
        CliError::invalid(format!("{}: {}", path.display(), self.0.join("; ")))
            .hint(format!("A task as JSON has these fields: {FIELDS}."))
    }
}

/// Reads one JSON object.
pub fn parse(text: &str) -> Result<JsonTask, Problems> {
    let object: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| Problems(vec![format!("not a JSON object: {error}")]))?;
    let mut task = JsonTask::default();
    let mut problems = Vec::new();
    for (name, value) in &object {
        if let Err(problem) = set(&mut task, name, value) {
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(task)
    } else {
        Err(Problems(problems))
    }
}

fn set(task: &mut JsonTask, name: &str, value: &Value) -> Result<(), String> {
    match name {
        "project" => task.project = Some(string(name, value)?),
        "title" => task.title = Some(string(name, value)?),
        "description" => task.description = Some(string(name, value)?),
        "type" => task.task_type = Some(one_of(name, value, &view::TASK_TYPES)?),
        "status" => task.status = Some(one_of(name, value, &view::TASK_STATUSES)?),
        "priority" => task.priority = Some(priority(value)?),
        "assignee" => task.assignee = Some(string(name, value)?),
        "source" => task.source = Some(string(name, value)?),
        "external_ref" => task.external_ref = Some(string(name, value)?),
        "project_path" => task.project_path = Some(string(name, value)?),
        "due_at" => {
            let text = string(name, value)?;
            task.due_at = Some(date::due(&text).map_err(|forms| wrong(name, value, &forms))?);
        }
        "parent" => task.parent = Some(string(name, value)?),
        "defer_until" => {
            let text = string(name, value)?;
            task.defer_until =
                Some(date::moment(&text).map_err(|forms| wrong(name, value, &forms))?);
        }
        "scope" => task.scope = Some(list(name, value, |glob| string("scope", glob))?),
        "blocked_by" => task.blocked_by = list(name, value, |on| string("blocked_by", on))?,
        "discovered_from" => {
            task.discovered_from = list(name, value, |on| string("discovered_from", on))?;
        }
        "labels" => task.labels = list(name, value, |label| string("labels", label))?,
        "plans" => task.plans = list(name, value, plan)?,
        _ => return Err(format!("'{name}' is no field that can be set")),
    }
    Ok(())
}

fn plan(value: &Value) -> Result<NewPlan, String> {
    let mut plan = NewPlan::default();
    let fields = value
        .as_object()
        .ok_or_else(|| wrong("plans", value, "each is an object with title and body"))?;
    for (name, value) in fields {
        match name.as_str() {
            "title" => plan.title = string("plans.title", value)?,
            "body" => plan.body = string("plans.body", value)?,
            _ => return Err(format!("'plans.{name}' is no field that can be set")),
        }
    }
    if plan.title.is_empty() {
        Err("a plan needs a title".to_owned())
    } else {
        Ok(plan)
    }
}

fn priority(value: &Value) -> Result<i32, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    values::priority(&text).map_err(|forms| wrong("priority", value, &forms))
}

fn string(name: &str, value: &Value) -> Result<String, String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| wrong(name, value, "write a text in quotes"))
}

fn one_of<T: Copy>(name: &str, value: &Value, all: &[(T, &str)]) -> Result<T, String> {
    value
        .as_str()
        .and_then(|text| values::named(all, text))
        .ok_or_else(|| wrong(name, value, &format!("write one of {}", values::names(all))))
}

fn list<T>(
    name: &str,
    value: &Value,
    item: impl Fn(&Value) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    value
        .as_array()
        .ok_or_else(|| wrong(name, value, "write a list"))?
        .iter()
        .map(item)
        .collect()
}

fn wrong(name: &str, value: &Value, forms: &str) -> String {
    const SHOWN: usize = 40;
    let text = value.to_string();
    let start: String = text.chars().take(SHOWN).collect();
    let dots = if start.len() < text.len() { "…" } else { "" };
    format!("'{name}' is {start}{dots}: {forms}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_read() {
        let task = parse(
            r##"{"project": "app", "title": "T", "description": "D", "type": "bug", "status": "doing",
                "priority": "P1", "assignee": "a", "source": "s", "external_ref": "e", "project_path": "p",
                "due_at": "2026-05-08T12:29:55Z", "parent": "TASK-1", "defer_until": "2026-05-08",
                "scope": ["src/**"], "blocked_by": ["2"], "discovered_from": ["TASK-3"], "labels": ["x", "y"], "plans": [{"title": "P", "body": "B"}]}"##,
        );
        let task = task.expect("a task");
        assert_eq!(task.project.as_deref(), Some("app"));
        assert_eq!(task.task_type, Some(TaskType::Bug));
        assert_eq!(task.status, Some(TaskStatus::Doing));
        assert_eq!(task.priority, Some(1));
        assert_eq!(task.due_at.map(|time| time.seconds), Some(1_778_243_395));
        assert_eq!(task.parent.as_deref(), Some("TASK-1"));
        assert!(task.defer_until.is_some());
        assert_eq!(task.scope.as_deref(), Some(&["src/**".to_owned()][..]));
        assert_eq!(
            (task.blocked_by, task.discovered_from),
            (vec!["2".to_owned()], vec!["TASK-3".to_owned()])
        );
        assert_eq!(task.labels, ["x", "y"]);
        assert_eq!(
            task.plans,
            [NewPlan {
                title: "P".to_owned(),
                body: "B".to_owned()
            }]
        );
        assert_eq!(
            parse(r#"{"title": "T", "priority": 4}"#)
                .expect("a task")
                .priority,
            Some(4)
        );
    }

    #[test]
    fn the_schema_has_the_fields_that_are_read() {
        let schema = backlog_api::schema::schema("new-task").expect("there is one");
        let fields = schema["properties"].as_object().expect("an object");
        let mut read: Vec<&str> = FIELDS.split(", ").collect();
        read.sort_unstable();
        assert_eq!(fields.keys().collect::<Vec<_>>(), read);
        assert!(fields.keys().all(|name| {
            set(&mut JsonTask::default(), name, &Value::Null)
                .is_err_and(|problem| !problem.contains("is no field"))
        }));
    }

    #[test]
    fn all_unknown_and_wrong_fields_are_named_at_once() {
        let problems = parse(r#"{"title": 3, "urgent": true, "priority": 9, "type": "story"}"#)
            .expect_err("wrong");
        let CliError::Told(told) = problems.told(Path::new("t.json")) else {
            panic!()
        };
        for part in [
            "t.json: ",
            "'title' is 3",
            "'urgent' is no field",
            "'priority' is 9",
            "'type' is \"story\"",
        ] {
            assert!(told.message.contains(part), "{part} in {}", told.message);
        }
        assert!(told.hint.is_some_and(|hint| hint.contains("external_ref")));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[]", "\"task\"", "{\"title\": \"a\"", "null"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
