//! The workflows that are shipped compile without a single remark.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{fs, path::Path};

use serde_json::Value as Json;

use engine::{
    calendar::{Calendar, Moment},
    definition::{EffectKind, Participant, Sources, Step, Who, WhoKind, compile, json_schema},
    expression::{Expression, Names, Value, World, function_usages},
    names::StateName,
};

fn shipped() -> Result<Sources, std::io::Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    let mut sources = Sources::default();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy();
                sources.files.insert(name.replace('\\', "/"), text);
            }
        }
    }
    Ok(sources)
}

#[test]
fn shipped_workflows_compile_without_a_remark() {
    let compiled = compile(&shipped().unwrap());
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(says, Vec::<String>::new(), "\n{}\n", says.join("\n"));
    let keys: Vec<&str> = compiled.definitions.iter().map(|it| it.key.as_str()).collect();
    let shipped = [
        "binding",
        "declaration",
        "declaration-engineering",
        "declaration-health",
        "declaration-primary-secondary-teacher",
        "integrity-record",
        "interview-exemption",
        "library-item",
        "committee-meeting",
        "re-examination",
        "unit-registration",
    ];
    assert_eq!(keys, shipped);
}

#[test]
fn the_example_of_the_language_page_compiles_without_a_remark() {
    let mut sources = shipped().unwrap();
    let page = sources.files["README.md"].clone();
    let example = page.split("```yaml\n").find(|part| part.starts_with("workflow: ")).unwrap();
    let example = example.split("```").next().unwrap();
    sources.files.insert("example.yaml".to_owned(), example.to_owned());
    let compiled = compile(&sources);
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(says, Vec::<String>::new(), "\n{}\n", says.join("\n"));
}

/// What an example of the language page may know: nothing but the moment.
struct Nothing(Calendar);

impl World for Nothing {
    fn name(&self, _: &str) -> std::borrow::Cow<'_, Value> {
        std::borrow::Cow::Borrowed(Value::NONE)
    }

    fn now(&self) -> Moment {
        Moment::parse("2026-11-25 10:00").unwrap()
    }

    fn calendar(&self) -> &Calendar {
        &self.0
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        false
    }
}

#[test]
fn every_function_is_explained_and_gives_what_its_example_says() {
    let page = shipped().unwrap().files["README.md"].clone();
    let value = |source: &str| {
        let compiled = Expression::compile(source, &Names::default(), None);
        compiled
            .unwrap_or_else(|faults| panic!("{source}: {faults:?}"))
            .evaluate(&Nothing(Calendar::default()))
            .unwrap()
    };
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    for (name, _) in function_usages() {
        let call = format!("| `{name}(");
        let row = rows.iter().find(|row| row.starts_with(&call));
        let row = row.unwrap_or_else(|| panic!("the language page does not explain {name}"));
        let example = row.split(" | ").nth(2).unwrap_or_default().trim_end_matches('|').trim();
        let Some((source, gives)) = example.split_once(" → ") else { continue };
        let (source, gives) = (source.trim_matches('`'), gives.trim_matches('`'));
        let (found, expected) = (value(source), value(gives));
        assert!(found.equals(&expected), "{source} gives {} and not {gives}", found.display());
    }
}

/// Editors read `workflows/schema.json`; run with `ZHIPING_WRITE_SCHEMA=1` to write it anew.
#[test]
fn the_shipped_schema_is_the_generated_one() {
    let generated = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../workflows/schema.json");
    if std::env::var_os("ZHIPING_WRITE_SCHEMA").is_some() {
        fs::write(path, &generated).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), generated, "run with ZHIPING_WRITE_SCHEMA=1");
}

/// What a schema of the kind that is generated says against a value: the keywords it uses.
fn against(schema: &Json, value: &Json, root: &Json, at: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let named = root.pointer(reference.trim_start_matches('#')).unwrap_or(&Json::Null);
        against(named, value, root, at, found);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let faults = |one: &Json| {
            let mut found = Vec::new();
            against(one, value, root, at, &mut found);
            found
        };
        let all: Vec<Vec<String>> = any.iter().map(faults).collect();
        if all.iter().all(|faults| !faults.is_empty()) {
            // The deepest complaint is about what was meant.
            let deepest = all.into_iter().flatten().max_by_key(|fault| fault.matches('/').count());
            found.extend(deepest);
        }
    }
    let is_of = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind)) {
        found.push(format!("{at}: {value} is no {}", kinds.join(" or ")));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        found.push(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if !schema["items"].is_null() {
            against(&schema["items"], item, root, &format!("{at}/{index}"), found);
        }
    }
    for (key, item) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{key}");
        match (schema["properties"].get(key), &schema["additionalProperties"]) {
            (Some(property), _) => against(property, item, root, &at, found),
            (None, Json::Bool(false)) => found.push(format!("{at}: no such key")),
            (None, other @ Json::Object(_)) => against(other, item, root, &at, found),
            (None, _) => {}
        }
    }
}

#[test]
fn every_shipped_and_example_workflow_fits_the_schema_that_editors_use() {
    let schema = json_schema();
    let mut count = 0;
    for (path, text) in shipped().unwrap().files {
        let is_definition = text.lines().any(|line| line.starts_with("workflow: "));
        if !path.ends_with(".yaml") || !is_definition {
            continue;
        }
        count += 1;
        let value: Json =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut found = Vec::new();
        against(&schema, &value, &schema, "", &mut found);
        assert!(found.is_empty(), "{path}:\n{}", found.join("\n"));
    }
    assert!(count >= 25, "only {count} definitions");
}

/// What moves a case and tells nobody: the next thing to do is one's own, or everybody is in the room.
const UNTOLD: [(&str, &str); 5] = [
    ("declaration", "dispatch.send"),
    ("declaration", "outside_opinions.enter"),
    ("declaration", "agenda_entry.enter"),
    ("declaration", "agenda_entry.convene"),
    ("committee-meeting", "chairing.suspend"),
];

/// Domain notes 6.1: whoever decides about a case of others tells somebody of it, by a letter of its
/// own or of the state it comes to, or through the case or the service that is told; and what is due
/// is reminded of three working days and one before.
#[test]
fn every_decision_is_told_and_every_deadline_reminded_of() {
    let compiled = compile(&shipped().unwrap());
    let tells = |step: &Step| {
        let is_word = |kind: &EffectKind| {
            use EffectKind::{Call, Notify, Tell};
            matches!(kind, Notify { .. } | Tell { .. } | Call { .. })
        };
        step.effects.iter().any(|effect| is_word(&effect.kind))
    };
    let mut untold = Vec::new();
    for definition in compiled.definitions.iter().filter(|it| it.lineage.len() == 1) {
        let enters = |state: &StateName| tells(&definition.states[state].enter);
        for (name, task) in &definition.tasks {
            let is_own = definition.start.by.as_ref() == Some(&task.participant);
            if is_own || !is_person(&definition.participants[&task.participant]) {
                continue;
            }
            for (action, defined) in &task.actions {
                let moves = defined.targets().next().is_some();
                let is_told = defined.steps().any(tells) || defined.targets().any(enters);
                let what = (definition.key.to_string(), format!("{name}.{action}"));
                if moves && !is_told {
                    untold.push(what);
                }
            }
            for (timer, defined) in &task.timers {
                let count = defined.remind.len();
                assert!(matches!(count, 0 | 2), "{}: {name}.{timer}: {count}", definition.key);
            }
        }
    }
    let known = UNTOLD.map(|(key, what)| (key.to_owned(), what.to_owned()));
    assert_eq!(untold, known);
}

fn is_person(participant: &Participant) -> bool {
    let is_person = |who: &Who| {
        matches!(who.kind, WhoKind::Account(_) | WhoKind::Role { .. } | WhoKind::Each { .. })
    };
    match participant {
        Participant::One(who) => is_person(who),
        Participant::Rows(rows) => rows.values().all(|(_, who)| is_person(who)),
    }
}
