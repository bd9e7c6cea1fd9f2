//! What `/api/openapi.json` says, made from the table that is served.
//! <https://spec.openapis.org/oas/v3.1.1.html>

use backlog_api::{schema, version};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::{guard, routes, table::Route};

/// Where schemas are, for those that refer to them.
const COMPONENTS: &str = "/components/schemas";

pub(crate) fn document() -> Map<String, Value> {
    let mut written = schema::written(COMPONENTS);
    let mut paths: Map<String, Value> = Map::new();
    for route in routes::table().into_routes() {
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        entry[route.verb.name()] = operation(&route, &mut written);
    }
    let mut schemas = written.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem());
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Backlog",
            "version": version::program().to_string(),
            "description": "The task queue that coding agents and the people beside them share.",
            "license": {"name": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "What `backlog web --print-token` prints.",
                },
            },
        },
    });
    document.as_object().cloned().unwrap_or_default()
}

fn operation(route: &Route, written: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": name(route),
        "summary": route.about,
        "parameters": parameters(route),
        "responses": {
            route.status.as_str(): answer(route, written),
            "4XX": refused("Why it was refused."),
            "5XX": refused("Why it failed: `daemon_unavailable` where no daemon answers."),
        },
    });
    if !guard::needs_token(route.path) {
        operation["security"] = json!([]);
    }
    if let Some((media, schema)) = (route.body)(&mut schema::read()) {
        let schema = plain(schema.to_value());
        let is_required = schema["required"]
            .as_array()
            .is_some_and(|required| !required.is_empty());
        operation["requestBody"] =
            json!({"required": is_required, "content": {media: {"schema": schema}}});
    }
    operation
}

/// `patch_tasks_ref_status`.
fn name(route: &Route) -> String {
    let words = route
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "api");
    words.fold(route.verb.name().to_owned(), |name, word| {
        format!("{name}_{word}")
    })
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let schema = json!({"type": "string", "minLength": 1});
        Some(json!({"name": name, "in": "path", "required": true, "schema": schema}))
    });
    let mut parameters: Vec<Value> = in_path.collect();
    let query = plain((route.query)(&mut schema::read()).to_value());
    let required = |name: &str| {
        query["required"]
            .as_array()
            .is_some_and(|all| all.iter().any(|required| required == name))
    };
    for (name, schema) in query["properties"].as_object().into_iter().flatten() {
        let mut schema = schema.clone();
        let about = schema
            .as_object_mut()
            .and_then(|fields| fields.remove("description"));
        parameters.push(json!({
            "name": name, "in": "query", "required": required(name),
            "description": about.unwrap_or_default(), "schema": schema,
        }));
    }
    parameters
}

fn answer(route: &Route, written: &mut SchemaGenerator) -> Value {
    match (route.answer)(written) {
        Some((media, schema)) => json!({
            "description": "It was done.",
            "content": {media: {"schema": schema.to_value()}},
        }),
        None => json!({"description": "It was done; there is nothing to say."}),
    }
}

fn refused(description: &str) -> Value {
    let schema = json!({"$ref": format!("#{COMPONENTS}/Problem")});
    json!({
        "description": description,
        "content": {"application/json": {"schema": schema}},
    })
}

/// A schema that stands inside of another document.
fn plain(mut schema: Value) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("$schema");
        fields.remove("title");
    }
    schema
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Why a request came to nothing. What else belongs to it is beside it.",
        "required": ["error", "code"],
        "properties": {
            "error": {"type": "string", "description": "One sentence, for people."},
            "code": {"type": "string", "description": "For programs, and stable: `task_not_found`."},
            "hint": {"type": "string", "description": "How to mend it, for people."},
            "current_version": {"type": "integer", "description": "Of what was changed meanwhile."},
            "holder": {"type": "string", "description": "Who holds the task: `ai:claude-code`."},
            "session": {"type": "string", "description": "In which session."},
            "expires_at": {"type": "string", "description": "When that lease ends unless renewed."},
            "task": {"type": "string", "description": "The task that is in the way: `TASK-12`."},
        },
        "additionalProperties": true,
    })
}
