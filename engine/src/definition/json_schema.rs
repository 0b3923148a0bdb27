//! The JSON Schema of the workflow language, for editors: completion and inline errors while typing.
//! The linter knows more; what the schema refuses, the linter refuses too.

mod data;
mod shape;

use data::{fact, field, form, hold, link, section, who};
use serde_json::{Value, json};
use shape::{count, map_of, merge, names, object, reference};

/// The schema of one workflow file, as JSON Schema draft 2020-12.
#[must_use]
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Zhiping workflow",
        "$ref": "#/$defs/workflow",
        "$defs": {
            "workflow": workflow(),
            "expression": {
                "description": "An expression of the workflow language",
                "type": ["string", "number", "boolean"]
            },
            "template": {"description": "Text that may hold {expression}", "type": "string"},
            "expressions": map_of("expression"),
            "who": who(),
            "participant": {
                "description": "Who acts: one way to find them, or named rows of which the first that holds and has somebody",
                "anyOf": [reference("who"), map_of("who")]
            },
            "fact": fact(),
            "var": {
                "description": "A literal, or a type with a first value",
                "anyOf": [
                    {"type": ["string", "number", "boolean", "null"]},
                    object("A typed variable", &[], json!({"type": {"type": "string"}, "is": {}}))
                ]
            },
            "hold": hold(),
            "link": link(),
            "form": form(),
            "section": section(),
            "field": field(),
            "fields": map_of("field"),
            "rows": {"anyOf": [{"type": "boolean"}, reference("limits")]},
            "limits": object("How many rows", &[], json!({"min": count(), "max": count()})),
            "requirement": object(
                "What must hold, and the text when it does not",
                &["that", "say"],
                json!({"when": reference("expression"), "that": reference("expression"), "say": reference("template")}),
            ),
            "requirements": map_of("requirement"),
            "state": state(),
            "task": task(),
            "action": action(),
            "step": object("What happens", &[], step()),
            "rule": rule(),
            "rules": {
                "description": "The first rule that holds acts; otherwise stands last",
                "allOf": [map_of("rule")]
            },
            "timer": timer(),
            "timers": map_of("timer"),
            "check": check(),
            "tone": {"enum": ["good", "going", "warn", "bad"]}
        }
    })
}

fn workflow() -> Value {
    object(
        "A workflow",
        &["workflow"],
        json!({
            "workflow": {"description": "Its key", "type": "string"},
            "name": {"description": "What people call it", "type": "string"},
            "extends": {"description": "The key of the workflow it changes", "type": "string"},
            "statuses": {"description": "A group of catalog/codes.yaml", "type": "string"},
            "start": start(),
            "participants": map_of("participant"),
            "facts": map_of("fact"),
            "vars": map_of("var"),
            "values": reference("expressions"),
            "labels": reference("expressions"),
            "holds": map_of("hold"),
            "numbers": map_of("template"),
            "links": map_of("link"),
            "shows": names(),
            "form": reference("form"),
            "checks": map_of("check"),
            "states": map_of("state"),
            "tasks": map_of("task")
        }),
    )
}

fn start() -> Value {
    let mut properties = acting();
    merge(
        &mut properties,
        json!({
            "by": {"description": "The participant who may start a case", "type": "string"},
            "given": {
                "description": "Subjects, each with its kind of host.yaml",
                "type": "object",
                "additionalProperties": {"type": "string"}
            }
        }),
    );
    object("How a case begins", &[], properties)
}

fn state() -> Value {
    object(
        "A state",
        &[],
        json!({
            "name": {"type": "string"},
            "status": {"anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": object(
                    "A status while a rule holds",
                    &["is"],
                    json!({"when": reference("expression"), "is": {"type": "string"}}),
                )}
            ]},
            "tone": reference("tone"),
            "enter": reference("step"),
            "timers": reference("timers"),
            "tasks": map_of("task"),
            "choose": reference("rules"),
            "end": {"type": "boolean"},
            "after": {"type": "string"}
        }),
    )
}

fn task() -> Value {
    object(
        "Open work for a participant",
        &["for"],
        json!({
            "name": {"type": "string"},
            "for": {"type": "string"},
            "in": names(),
            "when": reference("expression"),
            "repeat": {"type": "boolean"},
            "keep": {"type": "boolean"},
            "secret": {"type": "boolean"},
            "optional": {"description": "Possible, but not work to do", "type": "boolean"},
            "edit": {"description": "all, or a list of parts", "type": "string"},
            "timers": reference("timers"),
            "actions": map_of("action"),
            "after": {"type": "string"}
        }),
    )
}

fn action() -> Value {
    let mut properties = acting();
    merge(
        &mut properties,
        json!({
            "name": {"type": "string"},
            "tone": reference("tone"),
            "confirm": reference("template"),
            "batch": reference("expression"),
            "after": {"type": "string"}
        }),
    );
    object("What may be done in a task", &[], properties)
}

/// The keys that a start, an action and the end of a timer share.
fn acting() -> Value {
    let mut properties = step();
    merge(
        &mut properties,
        json!({
            "when": reference("expression"),
            "require": reference("requirements"),
            "checks": {"enum": ["all", "gate"]},
            "ask": reference("fields"),
            "freeze": {"type": "boolean"},
            "at_most": count(),
            "per": {"enum": ["case", "visit"]},
            "choose": reference("rules")
        }),
    );
    properties
}

/// The keys of a step.
fn step() -> Value {
    json!({
        "set": reference("expressions"),
        "void": {"anyOf": [
            names(),
            object("Answers made void", &["of"], json!({"of": names(), "where": reference("expression")}))
        ]},
        "notify": {"type": "object", "additionalProperties": {"type": "string"}},
        "document": {"type": "string"},
        "number": {"type": "string"},
        "call": {"type": "object", "additionalProperties": object(
            "A call of a service",
            &["operation"],
            json!({"operation": {"type": "string"}, "with": reference("expressions"), "when": reference("expression")}),
        )},
        "start": {"type": "object", "additionalProperties": object(
            "A case that is started and linked",
            &["workflow"],
            json!({
                "workflow": {"type": "string"},
                "given": reference("expressions"),
                "set": reference("expressions"),
                "form": reference("expression"),
                "when": reference("expression")
            }),
        )},
        "tell": {"type": "object", "additionalProperties": object(
            "An action in other cases, in the same transaction",
            &["of", "action"],
            json!({
                "of": reference("expression"),
                "where": reference("expression"),
                "action": {"type": "string"},
                "ask": reference("expressions"),
                "all": {"type": "boolean"},
                "when": reference("expression")
            }),
        )},
        "join": reference("expressions"),
        "leave": reference("expressions"),
        "close": {"type": "string"},
        "to": {"type": "string"},
        "among": names()
    })
}

fn rule() -> Value {
    let mut properties = step();
    merge(&mut properties, json!({"when": reference("expression"), "after": {"type": "string"}}));
    object("A named row: it acts when it is the first that holds", &[], properties)
}

fn timer() -> Value {
    object(
        "A timer",
        &[],
        json!({
            "lasts": {"description": "5 working days, 48 hours, {plan.days} working days …", "type": "string"},
            "at": reference("expression"),
            "from": reference("expression"),
            "every": {"type": "boolean"},
            "remind": {"anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": "string"}}
            ]},
            "over": object("What happens at its end", &[], acting()),
            "after": {"type": "string"}
        }),
    )
}

fn check() -> Value {
    object(
        "A start-check (开始检测)",
        &["severity", "that", "say"],
        json!({
            "severity": {"enum": ["block", "warn", "fix"]},
            "phase": {"enum": ["gate", "check", "submit"]},
            "when": reference("expression"),
            "each": reference("expression"),
            "that": reference("expression"),
            "say": reference("template"),
            "detail": reference("template"),
            "part": {"type": "string"},
            "after": {"type": "string"}
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::json_schema;

    #[test]
    fn the_shipped_schema_is_the_generated_one() {
        let generated = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../workflows/schema.json");
        if std::env::var_os("ZHIPING_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &generated).unwrap();
        }
        let shipped = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            shipped, generated,
            "run this test with ZHIPING_WRITE_SCHEMA=1 to write it anew"
        );
    }
}
