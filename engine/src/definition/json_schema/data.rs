//! The part of the schema that describes data: participants, facts, holds, links and forms.

use serde_json::{Value, json};

use super::shape::{count, map_of, names, object, reference};

pub(super) fn who() -> Value {
    object(
        "One way to find who acts",
        &[],
        json!({
            "account": reference("expression"),
            "role": reference("expression"),
            "unit": reference("expression"),
            "each": reference("expression"),
            "where": reference("expression"),
            "service": {"type": "string"},
            "link": {"type": "string"},
            "case": {"type": "string"},
            "when": reference("expression"),
            "except": {"type": "array", "items": reference("expression")},
            "sees": names(),
            "unnamed_to": names(),
            "delegate": {"type": "boolean"}
        }),
    )
}

pub(super) fn fact() -> Value {
    json!({"anyOf": [
        object("Cases by label", &["cases"], json!({"cases": {"type": "string"}, "where": reference("expressions")})),
        object("An operation of host.yaml", &["host"], json!({"host": {"type": "string"}, "with": reference("expressions")})),
        object("A table of the catalogue", &["table"], json!({"table": {"type": "string"}}))
    ]})
}

pub(super) fn hold() -> Value {
    object(
        "Uniqueness or a quota kept while a case is in some states",
        &["of"],
        json!({
            "of": {"type": "array", "items": reference("expression")},
            "take": reference("expression"),
            "limit": reference("expression"),
            "in": names(),
            "not_in": names(),
            "say": reference("template")
        }),
    )
}

pub(super) fn link() -> Value {
    json!({"anyOf": [
        object("To a case of another workflow", &["to"], json!({"to": {"type": "string"}, "many": {"type": "boolean"}})),
        object("From cases of another workflow", &["from"], json!({"from": {"type": "string"}, "many": {"type": "boolean"}}))
    ]})
}

pub(super) fn form() -> Value {
    object(
        "What is filled in",
        &[],
        json!({
            "sections": map_of("section"),
            "use": {"description": "A catalogue file with sections", "type": "string"},
            "chosen_by": {"description": "The variable that names the visible section", "type": "string"}
        }),
    )
}

pub(super) fn section() -> Value {
    object(
        "A section of the form",
        &["fields"],
        json!({
            "name": {"type": "string"},
            "hint": {"type": "string"},
            "when": reference("expression"),
            "rows": reference("rows"),
            "visible_to": names(),
            "require": reference("requirements"),
            "fields": reference("fields"),
            "after": {"type": "string"}
        }),
    )
}

pub(super) fn field() -> Value {
    object(
        "A field",
        &[],
        json!({
            "name": {"type": "string"},
            "hint": {"type": "string"},
            "type": {"enum": [
                "text", "integer", "decimal", "date", "month", "date_range", "month_range",
                "moment", "choice", "yes_no", "accepted", "files", "rows", "parts", "reference"
            ]},
            "required": reference("expression"),
            "when": reference("expression"),
            "read_only": {"type": "boolean"},
            "computed": reference("expression"),
            "correct": object(
                "A value the system sets right, with a notice",
                &["when", "to", "say"],
                json!({"when": reference("expression"), "to": reference("expression"), "say": reference("template")}),
            ),
            "require": reference("requirements"),
            "lines": count(),
            "min": {"type": "number"},
            "max": {"type": "number"},
            "scale": count(),
            "format": {"enum": ["id_number", "credit_code", "issn_isbn", "mobile", "email"]},
            "open": {"description": "The word for an open end, such as 至今", "type": "string"},
            "choice": {"anyOf": [
                {"type": "array", "items": {"type": ["string", "number"]}},
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "string"}
            ]},
            "must": {"const": "accepted"},
            "kinds": {"type": "array", "items": {"enum": ["image", "pdf"]}},
            "max_mb": {"type": "number"},
            "fields": reference("fields"),
            "of": {"type": "string"},
            "after": {"type": "string"}
        }),
    )
}
