//! The workflows that are shipped compile without a single remark.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{fs, path::Path};

use engine::{
    calendar::{Calendar, Moment},
    definition::{EffectKind, Participant, Sources, Step, Who, WhoKind, compile},
    expression::{Expression, Names, Type, Value, World, function_usages},
    names::StateName,
    simulate,
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
fn the_flows_of_the_language_page_compile_without_a_remark_and_their_scenarios_pass() {
    let mut sources = shipped().unwrap();
    sources.files.retain(|path, _| !path.starts_with("scenarios/"));
    let page = sources.files["README.md"].clone();
    let blocks = page.split("```yaml\n").skip(1).filter_map(|part| part.split("```").next());
    let (mut flows, mut scenarios) = (Vec::new(), 0);
    for (number, block) in blocks.enumerate() {
        if let Some(flow) = block.strip_prefix("workflow: ") {
            flows.extend(flow.lines().next().map(str::to_owned));
            sources.files.insert(format!("example-{number}.yaml"), block.to_owned());
        }
        let is_of_the_page = |line: &str| {
            line.trim()
                .strip_prefix("workflow: ")
                .is_some_and(|it| flows.iter().any(|own| own == it))
        };
        if block.starts_with("- scenario: ") && block.lines().any(is_of_the_page) {
            scenarios += 1;
            sources.files.insert(format!("scenarios/example-{number}.yaml"), block.to_owned());
        }
    }
    assert!(flows.len() >= 3 && scenarios >= 1, "{flows:?} {scenarios}");
    let compiled = compile(&sources);
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(says, Vec::<String>::new(), "\n{}\n", says.join("\n"));
    let outcomes = simulate::run(&compiled, &sources);
    assert!(outcomes.len() >= scenarios);
    for outcome in outcomes {
        assert!(outcome.failures.is_empty(), "{}: {:#?}", outcome.scenario, outcome.failures);
    }
}

#[test]
fn every_example_that_the_language_page_names_is_walked_by_a_scenario() {
    let sources = shipped().unwrap();
    let page = &sources.files["README.md"];
    let named = ["examples/", "declaration/"].into_iter().flat_map(|folder| {
        let codes =
            page.split(&format!("`{folder}")).skip(1).map(str::to_owned).collect::<Vec<_>>();
        codes.into_iter().filter_map(move |rest| {
            let name = rest.split('`').next().filter(|name| name.ends_with(".yaml"))?;
            Some(format!("{folder}{name}"))
        })
    });
    let scenarios = |folder: &str| -> String {
        let files = sources.files.iter().filter(|(path, _)| path.starts_with(folder));
        files.map(|(_, text)| text.as_str()).collect()
    };
    let (walked, of_examples) = (scenarios("scenarios/"), scenarios("examples/scenarios/"));
    let mut count = 0;
    for file in named {
        count += 1;
        let text = sources.files.get(&file).unwrap_or_else(|| panic!("{file} is not there"));
        let key = text.lines().find_map(|line| line.strip_prefix("workflow: ")).unwrap();
        let key = key.split(' ').next().unwrap_or_default();
        let scenarios = if file.starts_with("examples/") { &of_examples } else { &walked };
        let is_walked = scenarios.contains(&format!("workflow: {key}\n"))
            || scenarios.contains(&format!("workflow: {key},"));
        // A case may also be started by another.
        let is_started =
            sources.files.values().any(|text| text.contains(&format!("workflow: {key},")));
        assert!(is_walked || is_started, "{file}: no scenario starts {key}");
    }
    assert!(count >= 40, "only {count}");
}

/// What an example of the language page may know: the moment, how many posts there are of each kind,
/// and what of the form has changed since which submission.
struct Examples(Calendar);

impl World for Examples {
    fn name(&self, name: &str) -> std::borrow::Cow<'_, Value> {
        assert_eq!(name, "posts");
        let posts = [("a", 1), ("b", 3)];
        let posts = posts.map(|(kind, count)| (kind.to_owned(), Value::Integer(count)));
        std::borrow::Cow::Owned(Value::Map(posts.into()))
    }

    fn now(&self) -> Moment {
        Moment::parse("2026-11-25 10:00").unwrap()
    }

    fn calendar(&self) -> &Calendar {
        &self.0
    }

    fn changed(&self, sections: &[String], since: i64) -> bool {
        sections == ["work"] && since < 2
    }
}

#[test]
fn every_function_is_explained_and_gives_what_its_example_says() {
    let page = shipped().unwrap().files["README.md"].clone();
    let posts = [("posts".to_owned(), Type::Integer.map())];
    let names = Names { own: posts.into(), outer: None };
    let value = |source: &str| {
        let compiled = Expression::compile(source, &names, None);
        compiled
            .unwrap_or_else(|faults| panic!("{source}: {faults:?}"))
            .evaluate(&Examples(Calendar::default()))
            .unwrap()
    };
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    for (name, _) in function_usages() {
        let call = format!("| `{name}(");
        let row = rows.iter().find(|row| row.starts_with(&call));
        let row = row.unwrap_or_else(|| panic!("the language page does not explain {name}"));
        let example = row.split(" | ").nth(2).unwrap_or_default().trim_end_matches('|').trim();
        let (source, gives) = example
            .split_once(" → ")
            .unwrap_or_else(|| panic!("the language page has no example of {name}"));
        let (source, gives) = (source.trim_matches('`'), gives.trim_matches('`'));
        let (found, expected) = (value(source), value(gives));
        assert!(found.equals(&expected), "{source} gives {} and not {gives}", found.display());
    }
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
