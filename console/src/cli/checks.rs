//! `zhiping checks`: evaluates the start-checks of declarations that are written as documents, by
//! the workflow of their series and the same call of the engine that 开始检测 and submission use.
//!
//! Invariant: what is read here is renamed and read as dates and numbers, never judged.

mod answers;
mod document;
mod place;

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use engine::{
    calendar::Calendar,
    decision::{self, CheckOutcome, Facts, Undecided},
    definition::{CheckSeverity, Compiled, Definition, compile},
    expression::Value,
    names::WorkflowKey,
};
use serde_json::{Map, Value as Json, json};

use self::{
    answers::Answers,
    document::Document,
    place::{Fault, Place},
};
use super::Failure;
use crate::{
    cases::declarations, config::Config, demo::written::Written, records::catalogue::Catalogue,
    workflows,
};

/// How often the checks of one document may ask for more facts.
const MOST_ROUNDS: u32 = 64;

/// What a document that cannot be read ends with.
const FAULTY: u8 = 2;

#[derive(Args)]
pub(super) struct Checks {
    /// Files with one document or a list of documents.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Checks {
    pub(super) fn run(self, config: &Config, out: &mut dyn Write) -> Result<ExitCode, Failure> {
        let checker = Checker::open(config.workflows.as_deref())?;
        let mut lines = Vec::new();
        let mut is_faulty = false;
        let mut stderr = std::io::stderr().lock();
        for file in &self.files {
            match checker.file(file) {
                Ok(more) => lines.extend(more),
                Err(faults) => {
                    is_faulty = true;
                    for Fault { path, reason } in faults {
                        writeln!(stderr, "{}: {path}: {reason}", file.display())?;
                    }
                }
            }
        }
        if is_faulty {
            return Ok(ExitCode::from(FAULTY));
        }
        for line in lines {
            writeln!(out, "{line}")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The workflows and records that documents are judged by.
struct Checker {
    compiled: Compiled,
    written: Written,
    calendar: Calendar,
}

/// Workflows that do not compile.
#[derive(Debug, thiserror::Error)]
#[error("the workflows have faults; the first: {0}")]
struct NotValid(String);

impl Checker {
    fn open(folder: Option<&Path>) -> Result<Self, Failure> {
        let sources = workflows::load(folder)?;
        let compiled = compile(&sources);
        if !compiled.is_valid() {
            let first = compiled.diagnostics.first().map(ToString::to_string);
            return Err(NotValid(first.unwrap_or_default()).into());
        }
        let calendar = Catalogue::read(&sources)?.calendar;
        Ok(Self { compiled, written: Written::read()?, calendar })
    }

    /// One line for each document, or every fault.
    fn file(&self, file: &Path) -> Result<Vec<Json>, Vec<Fault>> {
        let whole = |reason: String| vec![Fault { path: "/".to_owned(), reason }];
        let text = std::fs::read_to_string(file).map_err(|error| whole(error.to_string()))?;
        let content: Value =
            serde_json::from_str(&text).map_err(|error| whole(format!("不是 JSON：{error}")))?;
        let documents: Vec<Place<'_>> = match content.as_list() {
            Some(documents) => {
                let places = documents.iter().enumerate();
                places.map(|(index, value)| Place::new(format!("/{index}"), value)).collect()
            }
            None => vec![Place::new(String::new(), &content)],
        };
        let mut lines = Vec::new();
        let mut faults = Vec::new();
        for place in &documents {
            match self.document(place) {
                Ok(line) => lines.push(line),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(lines) } else { Err(faults) }
    }

    fn document(&self, place: &Place<'_>) -> Result<Json, Fault> {
        let document = Document::read(place, &self.written)?;
        let definition = self.definition(&document.series).ok_or_else(|| {
            place.field("plan").fault(format!("没有 {} 系列的申报流程", document.series))
        })?;
        let case = document.case(definition).ok_or_else(|| place.fault("不能成为申报"))?;
        let answers = Answers { document: &document, written: &self.written };
        let mut facts = Facts { calendar: self.calendar.clone().into(), ..Facts::default() };
        for _ in 0..MOST_ROUNDS {
            match decision::checks(definition, &case, &facts, document.now) {
                Ok(outcomes) => return Ok(line(&outcomes)),
                Err(Undecided::Needs(needs)) => answers.load(*needs, &mut facts),
                Err(Undecided::Rejected(rejection)) => {
                    return Err(place.field("application").fault(rejection.to_string()));
                }
            }
        }
        Err(place.fault("检测所需的数据层层相依"))
    }

    /// The declaration workflow of a series: its own, or the common one.
    fn definition(&self, series: &str) -> Option<&Definition> {
        let named = |key: &WorkflowKey| {
            let mut definitions = self.compiled.definitions.iter();
            definitions.find(|definition| definition.key == *key).map(|found| &**found)
        };
        named(&declarations::key_of_series(series))
            .or_else(|| named(&WorkflowKey::from(declarations::WORKFLOW)))
    }
}

/// The ids of what failed, and the values that the system stores instead.
fn line(outcomes: &[CheckOutcome]) -> Json {
    let failing = |severity: CheckSeverity| {
        let failing = outcomes.iter().filter(|it| it.severity == severity && !it.is_passed());
        failing.map(|outcome| outcome.check.to_string()).collect::<Vec<_>>()
    };
    let mut fix = Map::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.fixes.is_empty()) {
        let value = outcome.fixes.first().map_or(Json::Null, |change| plain(&change.value));
        fix.insert(outcome.check.to_string(), value);
    }
    json!({"block": failing(CheckSeverity::Block), "warn": failing(CheckSeverity::Warn), "fix": fix})
}

/// A value as documents write it.
fn plain(value: &Value) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Bool(yes) => Json::from(*yes),
        Value::Integer(number) => Json::from(*number),
        Value::Decimal(number) => match i64::try_from(*number) {
            Ok(whole) if number.fract().is_zero() => Json::from(whole),
            Ok(_) | Err(_) => Json::from(number.normalize().to_string()),
        },
        Value::Text(_) | Value::Date(_) | Value::Moment(_) | Value::Span(_) => {
            Json::from(value.display())
        }
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(fields) => {
            let fields: BTreeMap<_, _> =
                fields.iter().map(|(k, v)| (k.clone(), plain(v))).collect();
            json!(fields)
        }
    }
}
