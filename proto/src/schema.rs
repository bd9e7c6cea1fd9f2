//! JSON Schema (2020-12) of every document that is written or read, made from
//! the very types that write and read it.
//!
//! A new document is one line in [`documents!`] or [`inputs!`]. What has no
//! such line cannot be printed: [`Document`] is asked for there.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{config::Config, input, view};

/// A document that is written as a whole, and has a schema of that name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema",
    note = "derive JsonSchema and add a line to `documents!` in proto/src/schema.rs"
)]
pub trait Document: Serialize {
    /// What `backlog schema` calls it.
    const NAME: &'static str;
}

/// Whether a document is written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Printed with `--json`, answered over HTTP.
    Written,
    /// Given in a file.
    Read,
}

/// A schema there is.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What [`schema`] knows it by.
    pub name: &'static str,
    /// Whether it is written or read.
    pub direction: Direction,
    make: fn(&mut SchemaGenerator) -> Schema,
    root: fn(SchemaGenerator) -> Schema,
}

macro_rules! entry {
    ($name:literal, $type:ty, $direction:ident) => {
        Entry {
            name: $name,
            direction: Direction::$direction,
            make: |generator| generator.subschema_for::<$type>(),
            root: |generator| generator.into_root_schema_for::<$type>(),
        }
    };
}

macro_rules! documents {
    ($($name:literal: $type:ty,)*) => {
        $(impl Document for $type {
            const NAME: &'static str = $name;
        })*
        const WRITTEN: &[Entry] = &[$(entry!($name, $type, Written)),*];
    };
}

macro_rules! inputs {
    ($($name:literal: $type:ty,)*) => {
        const READ: &[Entry] = &[$(entry!($name, $type, Read)),*];
    };
}

documents! {
    "actor": view::Actor,
    "analysis": view::Analysis,
    "attachment": view::Attachment,
    "attachments": view::Attachments,
    "attempts": view::Attempts,
    "audit": view::Audit,
    "backup": view::Backup,
    "claimed-task": view::ClaimedTask,
    "commands": view::Commands,
    "comment": view::Comment,
    "comments": view::Comments,
    "config-paths": view::ConfigPaths,
    "daemon-log": view::DaemonLog,
    "daemon-state": view::DaemonState,
    "demo": view::Demo,
    "dependency-tree": view::DependencyTree,
    "diff": view::Diff,
    "doc": view::Doc,
    "doc-versions": view::DocVersions,
    "docs": view::Docs,
    "done": view::Done,
    "error": view::Failure,
    "event": view::Event,
    "events": view::Events,
    "explanation": view::Explanation,
    "export": view::Export,
    "fetched-attachment": view::FetchedAttachment,
    "findings-import": view::FindingsImport,
    "health": view::Health,
    "hits": view::Hits,
    "imported": view::Imported,
    "initialized-workspace": view::InitializedWorkspace,
    "installed-skills": view::InstalledSkills,
    "label": view::Label,
    "labels": view::Labels,
    "lease": view::Lease,
    "loop-event": view::LoopEvent,
    "mcp-config": view::McpConfig,
    "memories": view::Memories,
    "memory": view::Memory,
    "overview": view::Overview,
    "plan": view::Plan,
    "plan-versions": view::Versions,
    "plans": view::Plans,
    "prime": view::Prime,
    "profile": view::ProfileEntry,
    "profiles": view::Profiles,
    "project": view::Project,
    "projects": view::Projects,
    "queue": view::Queue,
    "restored-workspace": view::RestoredWorkspace,
    "schemas": view::Schemas,
    "setting": view::Setting,
    "settings": view::Settings,
    "setup": view::Setup,
    "synced": view::Synced,
    "task": view::Task,
    "task-refs": view::TaskRefs,
    "tasks": view::Tasks,
    "trash": view::Trash,
    "verification": view::Verification,
    "version": view::Version,
    "web-server": view::WebServer,
    "web-token": view::WebToken,
    "workspace": view::Workspace,
    "written-export": view::WrittenExport,
}

inputs! {
    "config": Config,
    "findings": input::Findings,
    "manifest": input::Manifest,
    "new-task": input::NewTask,
}

/// Every schema there is: what is written by name, then what is read by name.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    WRITTEN.iter().chain(READ)
}

/// The schema of that name, complete in itself.
#[must_use]
pub fn schema(name: &str) -> Option<Value> {
    let entry = entries().find(|entry| entry.name == name)?;
    Some((entry.root)(settings(entry.direction).into_generator()).to_value())
}

/// The schema of a document, complete in itself.
#[must_use]
pub fn of<T: Document>() -> Value {
    schema(T::NAME).unwrap_or_default()
}

/// What is written, each type once under its Rust name, for a document that
/// refers to them by `path` (`/components/schemas` in OpenAPI).
#[must_use]
pub fn components(path: &'static str) -> Map<String, Value> {
    let mut generator = written(path);
    for entry in WRITTEN {
        (entry.make)(&mut generator);
    }
    generator.take_definitions(true)
}

/// Makes the schemas of what is written, which refer to each other by `path`.
#[must_use]
pub fn written(path: &'static str) -> SchemaGenerator {
    let mut settings = settings(Direction::Written);
    settings.definitions_path = path.into();
    settings.into_generator()
}

/// Makes the schemas of what is read, each complete without a reference.
#[must_use]
pub fn read() -> SchemaGenerator {
    let mut settings = settings(Direction::Read);
    settings.inline_subschemas = true;
    settings.into_generator()
}

impl Entry {
    /// One sentence for people: the first paragraph of what its type says.
    #[must_use]
    pub fn about(&self) -> String {
        let schema = schema(self.name).unwrap_or_default();
        let text = schema["description"].as_str().unwrap_or_default();
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn settings(direction: Direction) -> SchemaSettings {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(finish));
    match direction {
        Direction::Written => settings
            .for_serialize()
            .with_transform(RecursiveTransform(times))
            .with_transform(RecursiveTransform(leave_out)),
        Direction::Read => settings.for_deserialize(),
    }
}

/// Lines of a comment become lines of text.
fn finish(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        let paragraphs = text.split("\n\n").map(|lines| lines.replace('\n', " "));
        *text = paragraphs.collect::<Vec<_>>().join("\n\n");
    }
}

/// Times are texts to serde; their names tell them. What is read takes dates too.
fn times(schema: &mut Schema) {
    let Some(Value::Object(fields)) = schema.get_mut("properties") else {
        return;
    };
    for (name, field) in fields {
        let is_time = name.ends_with("_at") || matches!(name.as_str(), "until" | "defer_until");
        if let (true, Value::Object(field)) = (is_time, field) {
            field.insert("format".to_owned(), "date-time".into());
        }
    }
}

/// What is written leaves out a field that has no value; it never says `null`
/// where it might have been left out.
fn leave_out(schema: &mut Schema) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        let names = required.as_array();
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let Some(Value::Object(fields)) = schema.get_mut("properties") else {
        return;
    };
    for (name, field) in fields {
        let Value::Object(field) = field else {
            continue;
        };
        if is_required(name) {
            continue;
        }
        if let Some(Value::Array(types)) = field.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                field.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = field.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != "null");
            if let [Value::Object(only)] = choices.as_mut_slice() {
                let mut only = std::mem::take(only);
                field.remove("anyOf");
                field.append(&mut only);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_schema_has_a_name_of_its_own_and_says_what_it_is() {
        let mut names = BTreeSet::new();
        for entry in entries() {
            assert!(names.insert(entry.name), "{} is there twice", entry.name);
            let about = entry.about();
            assert!(
                about.len() > 5 && about.ends_with('.'),
                "{}: {about}",
                entry.name
            );
            let schema = schema(entry.name).expect("it is there");
            assert_eq!(
                schema["$schema"],
                "https://json-schema.org/draft/2020-12/schema"
            );
        }
    }

    #[test]
    fn a_task_says_what_is_always_there_and_what_its_words_may_be() {
        let task = of::<view::Task>();
        let required = task["required"].as_array().expect("a list");
        for (field, is_required) in [("title", true), ("labels", true), ("due_at", false)] {
            assert_eq!(
                required.iter().any(|name| name == field),
                is_required,
                "{field}"
            );
        }
        let fields = &task["properties"];
        assert_eq!(
            fields["status"]["enum"],
            serde_json::json!(["todo", "doing", "done"])
        );
        assert_eq!(fields["created_at"]["format"], "date-time");
        assert_eq!(fields["title"]["description"], "Its title.");
        assert_eq!(fields["due_at"]["type"], "string");
        assert_eq!(fields["lease"]["$ref"], "#/$defs/Lease");
    }

    #[test]
    fn nothing_that_only_our_own_documentation_knows_is_in_a_schema() {
        for entry in entries() {
            let text = schema(entry.name).expect("it is there").to_string();
            for link in ["[`", "crate::"] {
                assert!(!text.contains(link), "{link} in {}: {text}", entry.name);
            }
        }
    }

    #[test]
    fn components_refer_to_each_other_where_they_are() {
        let components = components("/components/schemas");
        let text = Value::Object(components.clone()).to_string();
        for part in text.split("\"$ref\":\"").skip(1) {
            let reference = part.split('"').next().unwrap_or_default();
            let name = reference.strip_prefix("#/components/schemas/");
            assert!(
                name.is_some_and(|name| components.contains_key(name)),
                "{reference}"
            );
        }
        assert!(components.contains_key("Task"));
    }
}
