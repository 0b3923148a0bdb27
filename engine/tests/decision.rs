//! What a command does to a case, told as small workflows with scenarios. The steps carry what is
//! expected; where the order of things matters, the transcript itself is the expectation.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "decision/again.rs"]
mod again;
#[path = "decision/ballots.rs"]
mod ballots;
#[path = "decision/checks.rs"]
mod checks;
#[path = "decision/counter.rs"]
mod counter;
#[path = "decision/each.rs"]
mod each;
#[path = "decision/expected.rs"]
mod expected;
#[path = "decision/forms.rs"]
mod forms;
#[path = "decision/handing.rs"]
mod handing;
#[path = "decision/holds.rs"]
mod holds;
#[path = "decision/letters.rs"]
mod letters;
#[path = "decision/links.rs"]
mod links;
#[path = "decision/lots.rs"]
mod lots;
#[path = "decision/offers.rs"]
mod offers;
#[path = "decision/order.rs"]
mod order;
#[path = "decision/people.rs"]
mod people;
#[path = "decision/random.rs"]
mod random;
#[path = "decision/recurring.rs"]
mod recurring;
#[path = "decision/reminders.rs"]
mod reminders;
#[path = "decision/returns.rs"]
mod returns;
#[path = "decision/roster.rs"]
mod roster;
#[path = "decision/scenario.rs"]
mod scenario;
#[path = "decision/timers.rs"]
mod timers;
#[path = "decision/visits.rs"]
mod visits;

use engine::{
    definition::{Sources, compile},
    simulate::{self, Outcome},
};

const HOST: &str = r#"
types:
  person: {id: text, account: text, name: text}
  unit: {id: text, name: text, free: integer}
  drawing: {into: text, from: integer, rows: list of text}
subjects: {person: person, unit: unit, lot: {opens_at: moment, fee: decimal}}
operations:
  pool: {with: {unit: text}, gives: list of person}
services:
  registry: {open: {with: {name: text}}}
roles: [reviewer, admin, secretary]
documents: [sheet]
"#;

const WORLD: &str = r#"
  given:
    now: 2026-07-01 09:00
    subjects:
      person: {A: {account: a, name: 甲}, B: {account: b, name: 乙}}
      unit: {U: {name: 示例一中, free: 1}}
      lot: {L: {opens_at: 2026-07-03 10:00, fee: 100.50}}
    roles: {r: [reviewer@U], s: [secretary@U], x: [reviewer@V], adm: [admin@U]}
    facts: {pool: [{gives: [{id: A, account: a, name: 甲}, {id: M, account: m, name: 丙}, {id: N, account: n, name: 丁}]}]}
  steps:
"#;

/// The workflows with a scenario of these steps; the first one is meant where a step names none.
fn sources(workflows: &str, steps: &str) -> Sources {
    let key = workflows.lines().find_map(|line| line.strip_prefix("workflow: ")).unwrap();
    let steps: String =
        steps.trim_matches('\n').lines().map(|line| format!("  {line}\n")).collect();
    let scenario = format!("- scenario: 测试\n  workflow: {key}{WORLD}{steps}");
    let letter = "主题：测试\n\n正文\n";
    let files = [
        ("host.yaml", HOST),
        ("flow.yaml", workflows),
        ("scenarios/flow.yaml", scenario.as_str()),
        ("letters/reminder.txt", letter),
        ("letters/done.txt", letter),
    ];
    Sources { files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into() }
}

fn run(workflows: &str, steps: &str) -> Outcome {
    let sources = sources(workflows, steps);
    let compiled = compile(&sources);
    let errors: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(compiled.is_valid(), "{}", errors.join("\n"));
    let mut outcomes = simulate::run(&compiled, &sources);
    assert!(outcomes.iter().all(|outcome| !outcome.scenario.is_empty()), "{outcomes:#?}");
    outcomes.pop().unwrap()
}

/// Every step does what it says.
#[track_caller]
fn passes(workflows: &str, steps: &str) {
    let outcome = run(workflows, steps);
    let failures: Vec<String> = outcome.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "\n{}\n{}", outcome.transcript.join("\n"), failures.join("\n"));
}

/// Everything that happened.
#[track_caller]
fn told(workflows: &str, steps: &str) -> String {
    let outcome = run(workflows, steps);
    assert_eq!(outcome.failures, Vec::new(), "{}", outcome.transcript.join("\n"));
    outcome.transcript.join("\n")
}
