//! What a model passed, made into what a tool takes: forgiving where the
//! meaning is plain, and else a problem that it can act on.
//!
//! The tool's own schema is the one place that says what it takes.

use rmcp::model::JsonObject;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    problem::{Outcome, Problem, nearest},
    text::quoted,
};

/// Reads the arguments of a tool.
pub(crate) fn read<T: DeserializeOwned>(
    tool: &str,
    schema: &JsonObject,
    given: JsonObject,
) -> Outcome<T> {
    let conformed = conform(tool, schema, given)?;
    serde_json::from_value(Value::Object(conformed))
        .map_err(|error| Problem::new(error.to_string(), "Correct it and call again"))
}

/// The arguments as the schema wants them.
pub(crate) fn conform(tool: &str, schema: &JsonObject, given: JsonObject) -> Outcome<JsonObject> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut conformed = JsonObject::new();
    for (name, value) in given {
        let Some(property) = properties.and_then(|all| all.get(&name)) else {
            let known = properties.into_iter().flat_map(|all| all.keys());
            return Err(unknown(tool, &name, known));
        };
        // What is optional may be sent as nothing.
        if !value.is_null() {
            let value = convert(&name, property, value)?;
            conformed.insert(name, value);
        }
    }
    let required = schema.get("required").and_then(Value::as_array);
    let missing: Vec<&str> = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|name| !conformed.contains_key(*name))
        .collect();
    if missing.is_empty() {
        Ok(conformed)
    } else {
        Err(Problem::of_argument(
            tool,
            format_args!("needs {}", missing.join(" and ")),
            "Call it again with that",
        ))
    }
}

fn unknown<'a>(tool: &str, name: &str, known: impl Iterator<Item = &'a String>) -> Problem {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let next = match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None if known.is_empty() => format!("{tool} takes none"),
        None => format!("{tool} takes {}", known.join(", ")),
    };
    let name = crate::text::line(name);
    Problem::new(format!("Unknown argument {name}; {next}"), "")
}

fn convert(name: &str, property: &Value, value: Value) -> Outcome<Value> {
    match property.get("type").and_then(Value::as_str) {
        Some("string") => text(name, property, value),
        Some("integer") => integer(name, property, &value),
        Some("boolean") => boolean(name, &value),
        Some("array") => list(name, property, value),
        _ => Ok(value),
    }
}

fn wrong(name: &str, wants: &str, value: &Value) -> Problem {
    let mut given = value.to_string();
    if let Some((end, _)) = given.char_indices().nth(60) {
        given.truncate(end);
        given.push('…');
    }
    Problem::of_argument(
        name,
        format_args!("must be {wants}, not {given}"),
        "correct it and call again",
    )
}

fn text(name: &str, property: &Value, value: Value) -> Outcome<Value> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        other => return Err(wrong(name, "text", &other)),
    };
    let Some(choices) = property.get("enum").and_then(Value::as_array) else {
        return Ok(text.into());
    };
    let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
    let plain = text.trim().to_lowercase().replace(['_', ' '], "-");
    match choices.iter().find(|choice| **choice == plain) {
        Some(choice) => Ok((*choice).into()),
        None => {
            let meant = nearest(&plain, choices.iter().copied())
                .map(|meant| format!("did you mean {meant}? "));
            Err(Problem::of_argument(
                name,
                format_args!("has no value {}", quoted(&text)),
                &format!(
                    "{}it is one of {}",
                    meant.unwrap_or_default(),
                    choices.join(", ")
                ),
            ))
        }
    }
}

fn integer(name: &str, property: &Value, value: &Value) -> Outcome<Value> {
    let bound = |key: &str| property.get(key).and_then(Value::as_i64);
    let (least, most) = (bound("minimum").unwrap_or(0), bound("maximum"));
    let wants = match most {
        Some(most) => format!("a whole number from {least} to {most}"),
        None => format!("a whole number from {least}"),
    };
    let number = match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            // 2.0 is a whole number to whoever wrote it.
            let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
            format!("{float:.0}").parse().ok()
        }),
        Value::String(text) => {
            let text = text.trim();
            // A priority is also written P2.
            let digits = match name {
                "priority" => text.trim_start_matches(['P', 'p']),
                _ => text,
            };
            digits.parse::<i64>().ok()
        }
        _ => None,
    };
    number
        .filter(|number| *number >= least && most.is_none_or(|most| *number <= most))
        .map(Value::from)
        .ok_or_else(|| wrong(name, &wants, value))
}

fn boolean(name: &str, value: &Value) -> Outcome<Value> {
    let boolean = match value {
        Value::Bool(boolean) => Some(*boolean),
        Value::String(text) => text.trim().to_lowercase().parse().ok(),
        _ => None,
    };
    boolean
        .map(Value::Bool)
        .ok_or_else(|| wrong(name, "true or false", value))
}

/// A list, one thing alone, or several parted by commas.
fn list(name: &str, property: &Value, value: Value) -> Outcome<Value> {
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) => text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(Value::from)
            .collect(),
        number @ Value::Number(_) => vec![number],
        other => return Err(wrong(name, "a list", &other)),
    };
    let none = Value::Null;
    let item = property.get("items").unwrap_or(&none);
    items
        .into_iter()
        .map(|value| convert(name, item, value))
        .collect::<Outcome<Vec<_>>>()
        .map(Value::Array)
}

/// A task as a model names it: `TASK-12`, `task-12`, `12`, its ULID.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct TaskRef(String);

impl TaskRef {
    /// `TASK-12`, or the ULID.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// For a request.
    pub(crate) fn to_owned(&self) -> String {
        self.0.clone()
    }
}

impl TryFrom<String> for TaskRef {
    type Error = String;

    fn try_from(given: String) -> Result<Self, String> {
        let plain = given.trim().trim_start_matches('#').to_uppercase();
        let number = plain.strip_prefix("TASK-").unwrap_or(&plain);
        if !number.is_empty() && number.len() < 19 && number.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(format!("TASK-{}", number.trim_start_matches('0'))));
        }
        if plain.parse::<ulid::Ulid>().is_ok() {
            return Ok(Self(plain));
        }
        Err(format!("{} names no task; write TASK-12", quoted(&given)))
    }
}

impl schemars::JsonSchema for TaskRef {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TaskRef".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(arguments: Value) -> Result<Value, String> {
        let schema = json!({
            "properties": {
                "id": {"type": "string"},
                "status": {"type": "string", "enum": ["todo", "doing", "done"]},
                "priority": {"type": "integer", "minimum": 1, "maximum": 5},
                "ready": {"type": "boolean"},
                "labels": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["id"],
        });
        let (Value::Object(schema), Value::Object(arguments)) = (schema, arguments) else {
            panic!("objects")
        };
        conform("task_x", &schema, arguments)
            .map(Value::Object)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn what_is_plain_is_understood() {
        let plain = json!({"id": 12, "status": "Done", "priority": "P2", "ready": "true", "labels": "a, b"});
        let read = json!({"id": "12", "status": "done", "priority": 2, "ready": true, "labels": ["a", "b"]});
        assert_eq!(given(plain), Ok(read));
        assert_eq!(
            given(json!({"id": "x", "status": null})),
            Ok(json!({"id": "x"}))
        );
    }

    #[test]
    fn what_is_not_is_told_with_the_next_step() {
        for (arguments, told) in [
            (
                json!({"id": "x", "stauts": "done"}),
                "Unknown argument stauts; did you mean status?",
            ),
            (
                json!({"id": "x", "filter": 1}),
                "Unknown argument filter; task_x takes id, labels, priority, ready, status.",
            ),
            (json!({}), "task_x needs id. Call it again with that."),
            (
                json!({"id": "x", "status": "open"}),
                "status has no value \"open\". It is one of todo, doing, done.",
            ),
            (
                json!({"id": "x", "priority": 9}),
                "priority must be a whole number from 1 to 5, not 9. Correct it and call again.",
            ),
            (
                json!({"id": {"a": 1}}),
                "id must be text, not {\"a\":1}. Correct it and call again.",
            ),
        ] {
            assert_eq!(given(arguments), Err(told.to_owned()));
        }
    }

    #[test]
    fn a_task_is_known_by_all_its_names() {
        let read = |given: &str| TaskRef::try_from(given.to_owned()).map(|task| task.0);
        for given in ["12", "TASK-12", "task-12", " #12 ", "task-0012"] {
            assert_eq!(read(given).as_deref(), Ok("TASK-12"), "{given}");
        }
        assert!(read("01jdabcdefghjkmnpqrstvwxyz").is_ok());
        assert!(read("fix it").unwrap_err().contains("write TASK-12"));
        assert!(read("").is_err());
    }
}
