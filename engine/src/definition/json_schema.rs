//! The JSON Schemas of what authors write, for editors: completion and inline errors while typing.
//! They are made from the grammar that the linter examines texts with; the linter knows more.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::grammar::{CATALOGUE_FORM, DEFINITION, Form, HOST, Keys, Kind, SCENARIO, Shape};

const NAME: &str = "^[a-z][a-z0-9_]*$";
const DOTTED_NAME: &str = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$";

/// What kind of file a schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A workflow, or `host.yaml`.
    Workflow,
    /// The scenarios of a file.
    Scenarios,
    /// The catalogue files whose sections forms take; others are tables of any shape.
    Catalogue,
}

/// The schema of one file, as JSON Schema draft 2020-12.
#[must_use]
pub fn json_schema(written: Written) -> Value {
    let mut schema = Schema::default();
    let mut root = match written {
        Written::Workflow => schema.workflow(),
        Written::Scenarios => {
            let one = schema.reference(&SCENARIO, Mode::Whole);
            json!({
                "if": {"type": ["array", "null"]},
                "then": {"items": one},
                "else": one,
            })
        }
        Written::Catalogue => {
            let sections = schema.reference(&CATALOGUE_FORM, Mode::Whole);
            json!({"if": {"type": "object", "required": ["sections"]}, "then": sections})
        }
    };
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!(match written {
        Written::Workflow => "Zhiping workflow",
        Written::Scenarios => "Zhiping scenarios",
        Written::Catalogue => "Zhiping catalogue",
    });
    root["$defs"] = json!(schema.definitions);
    root
}

/// Whether a text stands alone or changes another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Whole,
    /// Other keys stand in the base, `null` removes one of them, and `after` says where a new one
    /// goes.
    Extension,
}

#[derive(Default)]
struct Schema {
    definitions: BTreeMap<String, Value>,
}

impl Schema {
    fn workflow(&mut self) -> Value {
        // What only `host.yaml` has tells the two apart.
        let keys_of_host = ["types", "subjects", "operations", "services", "roles"];
        let extension = self.reference(&DEFINITION, Mode::Extension);
        if let Some(definition) = self.definitions.get_mut(&id(&DEFINITION, Mode::Extension)) {
            definition["required"] = json!(["workflow"]);
        }
        json!({
            "if": {"anyOf": keys_of_host.map(|key| json!({"required": [key]}))},
            "then": self.reference(&HOST, Mode::Whole),
            "else": {
                "if": {"required": ["extends"]},
                "then": extension,
                "else": self.reference(&DEFINITION, Mode::Whole),
            },
        })
    }

    /// A reference to the schema of a map with these keys, which is written once.
    fn reference(&mut self, keys: &'static Keys, mode: Mode) -> Value {
        let id = id(keys, mode);
        if !self.definitions.contains_key(&id) {
            // The name is taken first: keys may hold each other.
            self.definitions.insert(id.clone(), Value::Null);
            let object = self.object(keys, mode);
            self.definitions.insert(id.clone(), object);
        }
        json!({"$ref": format!("#/$defs/{id}")})
    }

    fn object(&mut self, keys: &'static Keys, mode: Mode) -> Value {
        let mut properties = Map::new();
        for key in keys.all() {
            let mut schema = self.shape(&key.shape, mode);
            if mode == Mode::Extension {
                schema = or_null(schema);
            }
            schema["description"] = json!(key.note);
            properties.insert(key.name.to_owned(), schema);
        }
        // A map of which nothing is needed may be left empty.
        let is_needed = mode == Mode::Whole && keys.all().any(|key| key.is_required);
        let mut object = json!({
            "description": keys.what,
            "type": if is_needed { json!("object") } else { json!(["object", "null"]) },
            "properties": properties,
            "additionalProperties": keys.is_open,
        });
        let required: Vec<&str> =
            keys.all().filter(|key| key.is_required).map(|key| key.name).collect();
        if mode == Mode::Whole && !required.is_empty() {
            object["required"] = json!(required);
        }
        if !keys.exclusive.is_empty() {
            object["dependentSchemas"] = exclusive(keys, mode);
        }
        if !keys.kinds.is_empty() {
            object["allOf"] = keys.kinds.iter().map(|kind| of_kind(keys, kind, mode)).collect();
        }
        object
    }

    fn shape(&mut self, shape: &'static Shape, mode: Mode) -> Value {
        match shape {
            Shape::Text | Shape::Name | Shape::Expression | Shape::Template => {
                json!({"type": ["string", "number", "boolean"]})
            }
            Shape::Whole => json!({"type": "integer", "minimum": 0}),
            Shape::Count => json!({"type": "integer", "minimum": 1}),
            Shape::Number => json!({"type": "number"}),
            Shape::YesNo => json!({"type": "boolean"}),
            Shape::Word(words) => json!({"enum": words}),
            Shape::Any => json!({}),
            Shape::List(item) => {
                json!({"type": ["array", "null"], "items": self.shape(item, mode)})
            }
            Shape::OneOf(shapes) => self.one_of(shapes, mode),
            Shape::Map(value) => self.map(value, Some(NAME), mode),
            Shape::Ids(value) => self.map(value, Some(DOTTED_NAME), mode),
            Shape::Texts(value) => self.map(value, None, mode),
            Shape::Effects(value) => {
                let mut map = self.map(value, Some(NAME), mode);
                map["properties"] = json!({"when": self.shape(&Shape::Expression, mode)});
                map
            }
            Shape::Keys(keys) => self.reference(keys, mode),
            Shape::RowsOr(one, row) => {
                let maps = json!({"minProperties": 1, "additionalProperties": {"type": "object"}});
                let rows = json!({"additionalProperties": self.reference(row, mode)});
                let one = self.reference(one, mode);
                json!({"type": "object", "if": maps, "then": rows, "else": one})
            }
            Shape::Steps(keys) => self.steps(keys, mode),
        }
    }

    /// Shapes that differ by being text, list or map: each is told about by itself.
    fn one_of(&mut self, shapes: &'static [Shape], mode: Mode) -> Value {
        let (mut kinds, mut each) = (Vec::<&str>::new(), Vec::new());
        for shape in shapes {
            let own: &[&str] = match shape.form() {
                Form::List => &["array"],
                Form::Map => &["object"],
                Form::Scalar => &["string", "number", "boolean"],
            };
            kinds.extend(own);
            each.push(json!({"if": {"type": own}, "then": self.shape(shape, mode)}));
        }
        json!({"type": kinds, "allOf": each})
    }

    fn map(&mut self, value: &'static Shape, names: Option<&str>, mode: Mode) -> Value {
        let mut inner = self.shape(value, mode);
        if mode == Mode::Extension {
            inner = or_null(inner);
            if let Shape::Keys(keys) = value {
                self.place(&id(keys, mode));
            }
        }
        let mut map = json!({"type": ["object", "null"], "additionalProperties": inner});
        if let Some(pattern) = names {
            // `form.section.field` and the like are names in `set` only, which is examined by hand.
            map["propertyNames"] = json!({"pattern": pattern});
        }
        map
    }

    /// A list whose items have one key each, or are such lists.
    fn steps(&mut self, keys: &'static Keys, mode: Mode) -> Value {
        let step = self.reference(keys, mode);
        let id = format!("{}_list", keys.id);
        let list = json!({"$ref": format!("#/$defs/{id}")});
        let one =
            json!({"allOf": [step], "type": "object", "minProperties": 1, "maxProperties": 1});
        let items = json!({"if": {"type": "array"}, "then": list, "else": one});
        self.definitions.insert(id, json!({"type": ["array", "null"], "items": items}));
        list
    }

    /// What stands in a map may say after which other it goes, where it is added to a base.
    fn place(&mut self, id: &str) {
        let properties = self.definitions.get_mut(id).and_then(|it| it.get_mut("properties"));
        if let Some(Value::Object(properties)) = properties {
            let after = json!({"description": "继承时：放在哪一项之后", "type": "string"});
            properties.insert("after".to_owned(), after);
        }
    }
}

fn id(keys: &Keys, mode: Mode) -> String {
    match mode {
        Mode::Whole => keys.id.to_owned(),
        Mode::Extension => format!("{}_of_extension", keys.id),
    }
}

/// What stands in a place where nothing may be written.
fn nothing(mode: Mode) -> Value {
    match mode {
        Mode::Whole => json!(false),
        Mode::Extension => json!({"type": "null"}),
    }
}

fn exclusive(keys: &Keys, mode: Mode) -> Value {
    let mut others: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (one, other) in keys.exclusive {
        others.entry(one).or_default().insert((*other).to_owned(), nothing(mode));
    }
    others
        .into_iter()
        .map(|(key, others)| (key.to_owned(), json!({"properties": others})))
        .collect()
}

/// With this `type`, keys of other types are nothing, and some of its own are needed.
fn of_kind(keys: &Keys, kind: &Kind, mode: Mode) -> Value {
    let of_types = keys.kinds.iter().flat_map(|kind| kind.keys);
    let others = of_types.filter(|key| !kind.keys.contains(key));
    let others: Map<String, Value> = others.map(|key| ((*key).to_owned(), nothing(mode))).collect();
    let mut then = json!({"properties": others});
    if mode == Mode::Whole && !kind.needs.is_empty() {
        then["required"] = json!(kind.needs);
    }
    let is_kind = json!({"properties": {"type": {"const": kind.name}}, "required": ["type"]});
    json!({"if": is_kind, "then": then})
}

/// A schema that `null` fits too.
fn or_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get_mut("type") {
        let mut all = kinds.as_array().cloned().unwrap_or_else(|| vec![kinds.clone()]);
        if !all.contains(&json!("null")) {
            all.push(json!("null"));
        }
        *kinds = json!(all);
        return schema;
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
        return schema;
    }
    if let Some(Value::Array(any)) = schema.get_mut("anyOf") {
        any.push(json!({"type": "null"}));
        return schema;
    }
    if schema.get("$ref").is_some() {
        return json!({"anyOf": [schema, {"type": "null"}]});
    }
    schema
}
