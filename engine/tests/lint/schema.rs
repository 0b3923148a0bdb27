//! The schemas that editors use: they fit everything that is shipped, tell what is wrong where it
//! stands, and refuse nothing that the linter takes.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use engine::definition::{Severity, Written, compile, json_schema};
use jsonschema::Validator;
use serde_json::Value as Json;

use super::mutants::{EXAMPLES, SHIPPED, at_each, folder, mutants, step};

fn validator(written: Written) -> Validator {
    jsonschema::draft202012::new(&json_schema(written)).expect("a schema")
}

/// What a schema says of a YAML text of one document, as `/path: message`.
fn faults(schema: &Validator, text: &str) -> Vec<String> {
    let value: Json = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    schema.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

/// Editors read these files; run with `ZHIPING_WRITE_SCHEMA=1` to write them anew.
#[test]
fn the_shipped_schemas_are_the_generated_ones() {
    let files = [
        (Written::Workflow, "schema.json"),
        (Written::Scenarios, "schema.scenarios.json"),
        (Written::Catalogue, "schema.catalog.json"),
    ];
    for (written, file) in files {
        let generated = serde_json::to_string_pretty(&json_schema(written)).unwrap() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows").join(file);
        if std::env::var_os("ZHIPING_WRITE_SCHEMA").is_some() {
            fs::write(&path, &generated).unwrap();
        }
        let shipped = fs::read_to_string(path).unwrap();
        assert!(shipped == generated, "{file}: run with ZHIPING_WRITE_SCHEMA=1");
    }
}

#[test]
fn every_shipped_and_example_text_fits_its_schema() {
    let (workflow, scenarios, catalogue) = (
        validator(Written::Workflow),
        validator(Written::Scenarios),
        validator(Written::Catalogue),
    );
    let (mut counts, mut found) = ([0; 3], Vec::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(SHIPPED);
    for (path, text) in folder(&root, true).files {
        let is_of = |key: &str| text.lines().any(|line| line.starts_with(key));
        let (at, schema) = if path.contains("scenarios/") {
            (1, &scenarios)
        } else if path.contains("catalog/") {
            (2, &catalogue)
        } else if is_of("workflow: ") || path.ends_with("host.yaml") {
            (0, &workflow)
        } else {
            continue;
        };
        if path.ends_with(".yaml") {
            counts[at] += 1;
            found.extend(faults(schema, &text).into_iter().map(|fault| format!("{path}{fault}")));
        }
    }
    assert_eq!(found, Vec::<String>::new());
    assert!(counts[0] >= 28 && counts[1] >= 17 && counts[2] >= 15, "{counts:?}");
}

/// What one line under the states of a small flow is told of, where and how often.
fn of_state(line: &str) -> Vec<String> {
    let text = format!("workflow: x\nstart: {{to: a}}\nstates:\n  a:\n    {line}\n");
    faults(&validator(Written::Workflow), &text)
}

#[test]
fn an_editor_tells_what_is_wrong_while_it_is_typed() {
    let at = |line: &str| -> Vec<String> {
        let paths = of_state(line).into_iter();
        paths.map(|fault| fault.split(": ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(at("end: true"), Vec::<String>::new());
    assert_eq!(at("ends: true"), ["/states/a"], "a key that there is not");
    assert_eq!(at("end: yes please"), ["/states/a/end"], "another type");
    assert_eq!(at("name:"), ["/states/a/name"], "a key without a value");
    assert_eq!(at("tone: red"), ["/states/a/tone"], "a word that there is not");
    let timer = "/states/a/timers/late";
    assert_eq!(at("timers: {late: {lasts: 1 day, at: today}}"), [format!("{timer}/at")]);
    assert_eq!(at("timers: {late: {at: today, over: {to: a}}}"), Vec::<String>::new());
    assert_eq!(at("timers: {Late: {lasts: 1 day}}"), ["/states/a/timers"], "no name");
    let action = |keys: &str| format!("tasks: {{t: {{for: p, actions: {{go: {{{keys}}}}}}}}}");
    let path = "/states/a/tasks/t/actions/go";
    assert_eq!(at(&action("at_most: 0")), [format!("{path}/at_most")]);
    assert_eq!(at("tasks: {t: {for: p}}"), ["/states/a/tasks/t"], "actions are missing");
    let asked = |field: &str| at(&action(&format!("ask: {{q: {{{field}}}}}")));
    let path = format!("{path}/ask/q");
    let path = path.as_str();
    assert_eq!(asked("name: 单位, type: reference"), [path], "`of` is missing");
    assert_eq!(asked("type: reference, of: unit"), Vec::<String>::new());
    assert_eq!(asked("type: date, scale: 2"), [format!("{path}/scale")]);
    assert_eq!(asked("type: rows"), [path], "`fields` are missing");
    assert_eq!(asked("type: choices"), [path], "`choice` is missing");
}

/// In a workflow that extends another, what the base says may be left out and removed.
#[test]
fn an_extension_may_leave_out_and_remove_what_its_base_says() {
    let schema = validator(Written::Workflow);
    let extension = |states: &str| format!("workflow: y\nextends: x\nstates:\n  a: {states}\n");
    assert_eq!(faults(&schema, &extension("{tasks: {t: {for: p}, u: null}}")), [""; 0]);
    assert_eq!(faults(&schema, &extension("{timers: {late: {at: null, lasts: 1 day}}}")), [""; 0]);
    assert_eq!(faults(&schema, &extension("{timers: {late: {after: early}}}")), [""; 0]);
    assert_eq!(faults(&schema, &extension("{task: null}")).len(), 1);
}

#[test]
fn an_editor_tells_what_is_wrong_in_a_scenario() {
    let schema = validator(Written::Scenarios);
    let at = |step: &str| -> Vec<String> {
        let text = format!("- scenario: 有人请假\n  workflow: leave\n  steps:\n  - {step}\n");
        let found = faults(&schema, &text).into_iter();
        found.map(|fault| fault.split(": ").next().unwrap_or_default().to_owned()).collect()
    };
    let step = "/0/steps/0";
    assert_eq!(at("act: {case: c, by: a, do: review.approve}"), [""; 0]);
    assert_eq!(at("[advance: 3 days, comment: {case: c, by: a, text: 好}]"), [""; 0]);
    assert_eq!(at("acts: {case: c, by: a, do: review.approve}"), [step]);
    assert_eq!(at("act: {case: c, by: a}"), [format!("{step}/act")]);
    assert_eq!(at("comment: {case: c, by: a, text: 好, to: b}"), [format!("{step}/comment")]);
    assert_eq!(at("expect: {case: c, sate: done}"), [format!("{step}/expect")]);
    assert_eq!(at("expect: {case: c, closed: maybe}"), [format!("{step}/expect/closed")]);
    assert_eq!(at("expect: {case: c, letters: {a: {asked: {txt: 好}}}}").len(), 1);
}

/// Where an editor marks a fault, the linter finds one too; a good part of what the linter refuses is
/// marked already while it is typed.
#[test]
fn what_an_editor_refuses_the_linter_refuses() {
    let schema = validator(Written::Workflow);
    let told = AtomicUsize::new(0);
    let attempt = |mut sources: engine::definition::Sources, file: &str, text: &str| {
        let (mut count, mut alarms) = (0, Vec::new());
        for mutant in mutants(file, text).into_iter().step_by(step(9)) {
            let Ok(value) = serde_yaml::from_str::<Json>(&mutant.text) else { continue };
            count += 1;
            if schema.is_valid(&value) {
                continue;
            }
            told.fetch_add(1, Ordering::Relaxed);
            sources.files.insert(file.to_owned(), mutant.text.clone());
            let compiled = compile(&sources);
            if !compiled.diagnostics.iter().any(|found| found.severity == Severity::Error) {
                let line = mutant.text.lines().nth(mutant.line - 1).unwrap_or_default();
                alarms.push(format!("{file}:{}: {line}", mutant.line));
            }
        }
        (count, alarms)
    };
    let (count, alarms) = at_each(EXAMPLES, attempt);
    let told = told.into_inner();
    eprintln!("{told} of {count} mutants are marked by the schema");
    assert_eq!(alarms, Vec::<String>::new());
    assert!(told * 4 >= count, "only {told} of {count}");
}
