//! The shapes that the schema is made of.

use serde_json::{Value, json};

/// An object with these properties and no others; `null` removes an inherited key, so it is allowed
/// for each of them.
pub(super) fn object(description: &str, required: &[&str], properties: Value) -> Value {
    let properties = match properties {
        Value::Object(properties) => properties
            .into_iter()
            .map(|(key, schema)| (key, json!({"anyOf": [schema, {"type": "null"}]})))
            .collect::<serde_json::Map<_, _>>(),
        other => return other,
    };
    json!({
        "description": description,
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false
    })
}

pub(super) fn map_of(definition: &str) -> Value {
    json!({
        "type": "object",
        "additionalProperties": {"anyOf": [reference(definition), {"type": "null"}]}
    })
}

pub(super) fn reference(definition: &str) -> Value {
    json!({"$ref": format!("#/$defs/{definition}")})
}

pub(super) fn names() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

pub(super) fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

pub(super) fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
