//! The JSON Schema of the workflow language, for editors: completion and inline errors while typing.
//! It is made from the grammar that the linter examines texts with; the linter knows more.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::grammar::{DEFINITION, HOST, Keys, Shape};

const NAME: &str = "^[a-z][a-z0-9_]*$";
const DOTTED_NAME: &str = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$";

/// The schema of one workflow file, and of `host.yaml`, as JSON Schema draft 2020-12.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = Schema::default();
    let (root, host) = (schema.reference(&DEFINITION), schema.reference(&HOST));
    // What only `host.yaml` has tells the two apart.
    let keys_of_host = ["types", "subjects", "operations", "services", "roles"];
    // With `extends`, every other key may stand in the base.
    if let Some(definition) = schema.definitions.get_mut(DEFINITION.id) {
        definition["required"] = json!(["workflow"]);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Zhiping workflow",
        "if": {"anyOf": keys_of_host.map(|key| json!({"required": [key]}))},
        "then": host,
        "else": root,
        "$defs": schema.definitions,
    })
}

#[derive(Default)]
struct Schema {
    definitions: BTreeMap<&'static str, Value>,
}

impl Schema {
    /// A reference to the schema of a map with these keys, which is written once.
    fn reference(&mut self, keys: &'static Keys) -> Value {
        if !self.definitions.contains_key(keys.id) {
            // The name is taken first: keys may hold each other.
            self.definitions.insert(keys.id, Value::Null);
            let object = self.object(keys);
            self.definitions.insert(keys.id, object);
        }
        json!({"$ref": format!("#/$defs/{}", keys.id)})
    }

    /// `null` removes an inherited key, so it is allowed for each.
    fn object(&mut self, keys: &'static Keys) -> Value {
        let mut properties = Map::new();
        for key in keys.all() {
            let shape = self.shape(&key.shape);
            let schema = json!({"description": key.note, "anyOf": [shape, {"type": "null"}]});
            properties.insert(key.name.to_owned(), schema);
        }
        json!({
            "description": keys.what,
            "type": "object",
            "properties": properties,
            "additionalProperties": keys.is_open,
        })
    }

    fn shape(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Text | Shape::Name | Shape::Template => json!({"type": ["string", "number"]}),
            Shape::Expression => json!({"type": ["string", "number", "boolean"]}),
            Shape::Whole => json!({"type": "integer", "minimum": 0}),
            Shape::Number => json!({"type": "number"}),
            Shape::YesNo => json!({"type": "boolean"}),
            Shape::Word(words) => json!({"enum": words}),
            Shape::Any => json!({}),
            Shape::List(item) => json!({"type": "array", "items": self.shape(item)}),
            Shape::OneOf(shapes) => {
                let shapes: Vec<Value> = shapes.iter().map(|shape| self.shape(shape)).collect();
                json!({"anyOf": shapes})
            }
            Shape::Map(value) => self.map(value, Some(NAME)),
            Shape::Ids(value) => self.map(value, Some(DOTTED_NAME)),
            Shape::Texts(value) => self.map(value, None),
            Shape::Effects(value) => {
                let mut map = self.map(value, Some(NAME));
                map["properties"] = json!({"when": self.shape(&Shape::Expression)});
                map
            }
            Shape::Keys(keys) => self.reference(keys),
            Shape::RowsOr(one, row) => {
                let rows = json!({"type": "object", "additionalProperties": self.reference(row)});
                json!({"anyOf": [self.reference(one), rows]})
            }
        }
    }

    fn map(&mut self, value: &'static Shape, names: Option<&str>) -> Value {
        let inner = self.shape(value);
        if let Shape::Keys(keys) = value {
            self.place(keys.id);
        }
        let mut map = json!({
            "type": "object",
            "additionalProperties": {"anyOf": [inner, {"type": "null"}]},
        });
        if let Some(pattern) = names {
            // `form.section.field` and the like are names in `set` only, which is examined by hand.
            map["propertyNames"] = json!({"pattern": pattern});
        }
        map
    }

    /// What stands in a map may say after which other it goes, where it is added to a base.
    fn place(&mut self, id: &'static str) {
        let properties = self.definitions.get_mut(id).and_then(|it| it.get_mut("properties"));
        if let Some(Value::Object(properties)) = properties {
            let after = json!({"description": "继承时：放在哪一项之后", "type": "string"});
            properties.insert("after".to_owned(), after);
        }
    }
}
