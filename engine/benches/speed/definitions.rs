//! Definitions: how long one takes to compile, what one costs in memory, how long a decision and a
//! scenario take, and how soon a program answers its first action.

use std::{fmt::Write as _, fs, hint::black_box, path::Path, time::Instant};

use engine::{
    decision::{Act, Case, Command, Facts, Start, decide},
    definition::{Compiled, Sources, compile},
    simulate,
};

use super::{
    report::{Line, quantile},
    world::{self, applicant, new_case, sources},
};

/// States of the definition that is decided by.
const STATES: usize = 20;
/// Lines of the definition that is compiled.
const LINES: usize = 1_000;
/// Copies of it that are kept in memory.
const COPIES: usize = 100;
/// Times that each thing is done.
const RUNS: usize = 20;
const DECISIONS: usize = 20_000;

/// Compiling, and what is kept of it.
pub(crate) fn compiling() -> Line {
    let long = chain(LINES.div_ceil(lines_of(1)));
    let lines = long.files.get("chain.yaml").map_or(0, |text| text.lines().count());
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        let compiled = black_box(compile(&long));
        times.push(began.elapsed().as_secs_f64() * 1000.0 * LINES as f64 / lines as f64);
        assert!(compiled.is_valid(), "it has no faults: {:?}", compiled.diagnostics);
    }
    let before = resident_bytes();
    let kept: Vec<Compiled> = (0..COPIES).map(|_| compile(&long)).collect();
    let bytes = resident_bytes().saturating_sub(before) / kept.len() as u64;
    let mut line = Line::new("definitions", 1);
    line.number("compile_1000_lines_ms", quantile(&mut times, 0.5));
    line.number("kept_1000_lines_kb", bytes as f64 / 1024.0 * LINES as f64 / lines as f64);
    line
}

/// All scenarios of the shipped workflows: milliseconds a scenario, the slowest runs left out.
pub(crate) fn scenarios() -> Line {
    let mut sources = Sources::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    read_folder(&root, &root, &mut sources);
    let compiled = compile(&sources);
    let (mut times, mut count) = (Vec::new(), 0);
    for _ in 0..RUNS {
        let began = Instant::now();
        let outcomes = black_box(simulate::run(&compiled, &sources));
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        count = outcomes.len();
        assert!(outcomes.iter().all(|outcome| outcome.failures.is_empty()), "they pass");
    }
    let mut line = Line::new("scenarios", 1);
    line.number("scenarios", count as f64);
    line.number("ms_each", quantile(&mut times, 0.5) / count as f64);
    line
}

/// The texts below a folder but for those of the examples, by their path in it.
fn read_folder(root: &Path, folder: &Path, sources: &mut Sources) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.strip_prefix(root).expect("it is below").to_string_lossy().into_owned();
        if path.is_dir() && name != "examples" {
            read_folder(root, &path, sources);
        } else if path.is_file() {
            sources.files.insert(name, fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// One decision in a definition of [`STATES`] states.
pub(crate) fn deciding() -> Line {
    let compiled = compile(&chain(STATES - 1));
    let definition = compiled.definitions.first().expect("it compiles");
    let person = "p";
    let start = Start {
        id: "c".into(),
        version: 1,
        by: applicant(person),
        given: new_case(person).given,
        asked: std::collections::BTreeMap::new(),
        form: std::collections::BTreeMap::new(),
        set: std::collections::BTreeMap::new(),
        link: None,
    };
    let facts = facts(person);
    let now = engine::calendar::Moment(1_800_000_000_000);
    let begun = decide(definition, None, &Command::Start(start), &facts, now);
    let case: Case = begun.expect("it begins").case;
    let act = Command::Act(Act {
        by: applicant(person),
        task: "do_1".into(),
        action: "go".into(),
        row: None,
        asked: std::collections::BTreeMap::new(),
        changes: Vec::new(),
    });
    let began = Instant::now();
    for _ in 0..DECISIONS {
        let decision = decide(definition, Some(black_box(&case)), &act, &facts, now);
        black_box(decision.expect("it is allowed"));
    }
    let mut line = Line::new("decide on 20 states", 1);
    line.number("ns", began.elapsed().as_secs_f64() * 1e9 / DECISIONS as f64);
    line
}

/// From nothing to the first action answered: a new database, its tables, the definitions, a case.
pub(crate) async fn cold_start(url: &str) -> Line {
    let began = Instant::now();
    let (runtime, _) = world::open(url).await;
    runtime.start(new_case("first")).await.expect("it is begun");
    let seconds = began.elapsed().as_secs_f64();
    world::close(runtime).await;
    let began = Instant::now();
    let (runtime, _) = world::open(url).await;
    runtime.start(new_case("second")).await.expect("it is begun");
    let again = began.elapsed().as_secs_f64();
    world::close(runtime).await;
    let mut line = Line::new("cold start to the first action", 1);
    line.number("new_database_s", seconds);
    line.number("old_database_s", again);
    line
}

/// Bytes of memory that this process holds.
pub(crate) fn resident_bytes() -> u64 {
    const PAGE: u64 = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0) * PAGE
}

fn facts(person: &str) -> Facts {
    use engine::expression::Value;
    let map = |fields: [(&str, &str); 3]| {
        let fields = fields.map(|(name, value)| (name.to_owned(), Value::Text(value.to_owned())));
        Value::Map(fields.into_iter().collect())
    };
    let account = format!("account-{person}");
    let subjects = [
        ("person".into(), map([("id", person), ("account", &account), ("name", "测试")])),
        ("unit".into(), map([("id", "U1"), ("name", "示例单位"), ("department", "D1")])),
    ];
    Facts { subjects: subjects.into_iter().collect(), ..Facts::default() }
}

fn lines_of(states: usize) -> usize {
    let count =
        |states| chain(states).files.get("chain.yaml").map_or(0, |text| text.lines().count());
    count(states + 1) - count(states)
}

/// A definition in which a case goes through so many states, each with a task, a timer and a rule.
fn chain(states: usize) -> Sources {
    let mut text = String::from(
        "workflow: chain
name: 逐级办理
start:
  by: applicant
  given: {person: person, unit: unit}
  to: step_1
participants:
  applicant: {account: person.account}
vars: {count: 0}
labels: {person: person.id}
form:
  sections:
    basic:
      name: 基本信息
      fields:
        title: {name: 标题}
states:
",
    );
    for state in 1..=states {
        let next = if state == states { "done".to_owned() } else { format!("step_{}", state + 1) };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "  step_{state}:
    name: 第{state}步
    tasks:
      do_{state}:
        name: 办理
        for: applicant
        edit: all
        timers: {{answer_{state}: {{lasts: 5 working days, over: {{to: {next}}}}}}}
        actions:
          go:
            name: 办结
            require:
              few: {{that: count < 1000, say: 办理次数过多}}
            set: {{count: count + 1}}
            to: {next}
"
        );
    }
    text.push_str("  done: {name: 已办结, end: true}\n");
    let mut sources = sources();
    sources.files.retain(|path, _| path == "host.yaml");
    sources.files.insert("chain.yaml".to_owned(), text);
    sources
}
