//! The JSON schema of a tool's arguments: as short as it can be, since every
//! session of every agent reads it.

use rmcp::model::JsonObject;
use schemars::{
    JsonSchema, Schema,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::Value;

/// The schema of an argument type.
pub(crate) fn of<T: JsonSchema>() -> JsonObject {
    let mut settings = SchemaSettings::draft2020_12().with_transform(Shorten);
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut object = match schema.to_value() {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    };
    // What the struct says of itself is for us.
    object.remove("description");
    object
        .entry("properties")
        .or_insert_with(|| JsonObject::new().into());
    object.insert("additionalProperties".to_owned(), false.into());
    object
}

/// What of a schema is worth its price to every session: the bounds of
/// numbers are told when they are passed, and long lists of words once.
pub(crate) fn told(schema: &JsonObject) -> JsonObject {
    let mut told = schema.clone();
    let properties = told.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(JsonObject::values_mut) {
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        property.remove("minimum");
        property.remove("maximum");
        if property.remove("x-told-elsewhere").is_some() {
            property.remove("enum");
            if let Some(items) = property.get_mut("items").and_then(Value::as_object_mut) {
                items.remove("enum");
            }
        }
    }
    told
}

/// Drops what says nothing to a model: titles, formats, that what is optional
/// may be null.
#[derive(Clone)]
struct Shorten;

impl Transform for Shorten {
    fn transform(&mut self, schema: &mut Schema) {
        for key in ["title", "format", "default"] {
            schema.remove(key);
        }
        if schema.get("minimum").is_some_and(|minimum| minimum == 0) {
            schema.remove("minimum");
        }
        if let Some(Value::Array(types)) = schema.get("type")
            && let [kind, Value::String(null)] = types.as_slice()
            && null == "null"
        {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        transform_subschemas(self, schema);
    }
}

/// The schema of what a tool answers as JSON.
pub(crate) fn of_output<T: JsonSchema>() -> JsonObject {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.meta_schema = None;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    match schema.to_value() {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}
