//! YAML → scenarios.

use std::collections::BTreeMap;

use super::{Acted, Advance, Asided, Batch, Expectation, Scenario, Started, Step, StepKind};
use crate::{
    calendar::Moment,
    decision::Aside,
    definition::{
        Compiled, Diagnostic, Place, Severity,
        document::{Entry, Kind, Node, Text, parse},
        grammar::{ASIDES, SCENARIO},
        report::Report,
        shape::examine_keys,
    },
    expression::Value,
};

/// The moment at which scenarios begin that do not say.
const MORNING: &str = "2026-07-01 09:00";

/// Every scenario of one file, and what is wrong with its text.
pub(in crate::simulate) fn read(
    path: &str,
    text: &str,
    compiled: &Compiled,
) -> (Vec<Scenario>, Vec<Diagnostic>) {
    let (documents, faults) = parse(&Text::new(path, text));
    read_parsed(&documents, faults, compiled)
}

/// The same of a file that is parsed already, with the faults of that.
pub(in crate::simulate) fn read_parsed(
    documents: &[Node],
    faults: Vec<Diagnostic>,
    compiled: &Compiled,
) -> (Vec<Scenario>, Vec<Diagnostic>) {
    let mut reader = Reader { faults, compiled };
    let mut scenarios = Vec::new();
    for document in documents {
        let items = match &document.kind {
            Kind::List(items) => items.iter().collect(),
            Kind::Null => Vec::new(),
            Kind::Map(_) | Kind::Scalar(_) => vec![document],
        };
        scenarios.extend(items.into_iter().filter_map(|item| reader.scenario(item)));
    }
    (scenarios, reader.faults)
}

pub(super) struct Reader<'c> {
    faults: Vec<Diagnostic>,
    pub(super) compiled: &'c Compiled,
}

impl Reader<'_> {
    pub(super) fn fault(
        &mut self,
        place: Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.faults.push(Diagnostic {
            place,
            severity: Severity::Error,
            message: message.into(),
            remedy: Some(remedy.into()).filter(|remedy| !remedy.is_empty()),
        });
    }

    /// One scenario; what is wrong inside it is its own fault.
    fn scenario(&mut self, node: &Node) -> Option<Scenario> {
        let told = self.faults.len();
        let report = Report::default();
        examine_keys(node, &SCENARIO, "情景", &report);
        self.faults.extend(report.into_diagnostics());
        let mut scenario = self.read_scenario(node)?;
        scenario.faults = self.faults.split_off(told);
        Some(scenario)
    }

    fn read_scenario(&mut self, node: &Node) -> Option<Scenario> {
        let name = text(node, "scenario")?;
        let workflow = text(node, "workflow")?;
        let given = node.get("given");
        let now = given.and_then(|given| given.text_of("now")).unwrap_or(MORNING);
        let Some(now) = Moment::parse(now) else {
            let message = format!("“{now}”不是时刻");
            let at = given.and_then(|given| given.get("now")).unwrap_or(node);
            self.fault(at.spot.place(), message, "写成 2026-07-01 09:00");
            return None;
        };
        let given = given.map(|given| self.given(given)).unwrap_or_default();
        let mut steps = Vec::new();
        self.steps(node.items_of("steps"), &mut steps);
        let (place, faults) = (node.spot.place(), Vec::new());
        Some(Scenario { name, place, workflow, now, given, steps, faults })
    }

    /// A list among the steps is steps that several scenarios share.
    fn steps(&mut self, nodes: &[Node], steps: &mut Vec<Step>) {
        for node in nodes {
            match &node.kind {
                Kind::List(shared) => self.steps(shared, steps),
                Kind::Null | Kind::Scalar(_) | Kind::Map(_) => steps.extend(self.step(node)),
            }
        }
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let [entry] = node.entries() else { return None };
        let value = &entry.value;
        let kind = match entry.key.text.as_str() {
            "start" => self.start(value).map(StepKind::Start),
            "act" => self.act(value, true).map(StepKind::Act),
            "save" => self.act(value, false).map(StepKind::Save),
            "undo" => self.undo(value),
            "batch" => self.batch(value),
            word if ASIDES.contains(&word) => self.aside(word, value).map(StepKind::Aside),
            "claim" => self.act(value, false).map(StepKind::Claim),
            "release" => self.act(value, false).map(StepKind::Release),
            "refused" => self.refused(value),
            "advance" => self.advance(value).map(StepKind::Advance),
            "expect" => self.expect(value).map(StepKind::Expect),
            "given" => Some(StepKind::Given(self.given(value))),
            _ => None,
        };
        Some(Step { place: entry.key.spot.place(), kind: kind? })
    }

    fn start(&mut self, node: &Node) -> Option<Started> {
        let by = text(node, "by")?;
        let given = node.entries_of("given").iter();
        let given =
            given.filter_map(|entry| Some((entry.key.text.clone(), entry.value.text()?.into())));
        Some(Started {
            name: node.text_of("as").unwrap_or("case").to_owned(),
            workflow: node.text_of("workflow").map(str::to_owned),
            by,
            given: given.collect(),
            ask: values(node.entries_of("ask")),
            form: form(node.entries_of("form")),
        })
    }

    fn act(&mut self, node: &Node, is_action: bool) -> Option<Acted> {
        let case = text(node, "case")?;
        let by = text(node, "by")?;
        let what = text(node, "do")?;
        let (task, action) = match what.split_once('.') {
            Some((task, action)) if is_action => (task.to_owned(), action.to_owned()),
            None if !is_action => (what.clone(), String::new()),
            Some(_) | None => {
                let place =
                    node.get("do").map_or_else(|| node.spot.place(), |node| node.spot.place());
                self.fault(place, "do 的写法不对", "act 写成 任务.动作，save 写成 任务");
                return None;
            }
        };
        Some(Acted {
            case,
            by,
            task,
            action,
            row: node.text_of("row").map(str::to_owned),
            ask: values(node.entries_of("ask")),
            form: form(node.entries_of("form")),
        })
    }

    /// Something around the tasks of a case: the step's name says what.
    fn aside(&mut self, word: &str, node: &Node) -> Option<Asided> {
        let case = text(node, "case")?;
        let by = text(node, "by")?;
        let note = node.text_of("note").unwrap_or_default().to_owned();
        let task = || Some(text(node, "do")?.as_str().into());
        let to = || Some(text(node, "to")?.as_str().into());
        let aside = match word {
            "delegate" | "transfer" => {
                Aside::HandOver { task: task()?, to: to()?, is_final: word == "transfer", note }
            }
            "take_back" => Aside::TakeBack { task: task()? },
            "copy" => Aside::Copy { to: to()?, note },
            "urge" => Aside::Urge { task: task()? },
            _ => Aside::Comment { text: text(node, "text")? },
        };
        Some(Asided { case, by, aside })
    }

    /// One action in several cases at once: those that are to be refused are named.
    fn batch(&mut self, node: &Node) -> Option<StepKind> {
        let by = text(node, "by")?;
        let what = text(node, "do")?;
        let Some((task, action)) = what.split_once('.') else {
            self.fault(node.spot.place(), "do 的写法不对", "写成 任务.动作");
            return None;
        };
        let cases = |key: &str| -> Vec<String> {
            node.items_of(key).iter().filter_map(Node::text).map(str::to_owned).collect()
        };
        let (refused, ask) = (cases("refused"), values(node.entries_of("ask")));
        let (task, action) = (task.to_owned(), action.to_owned());
        Some(StepKind::Batch(Batch { cases: cases("cases"), refused, by, task, action, ask }))
    }

    fn undo(&mut self, node: &Node) -> Option<StepKind> {
        let case = text(node, "case")?;
        Some(StepKind::Undo(case, text(node, "by")?))
    }

    fn refused(&mut self, node: &Node) -> Option<StepKind> {
        let because = text(node, "because");
        let deeds = node.entries().iter().filter(|entry| entry.key.text != "because");
        let [entry] = deeds.collect::<Vec<_>>()[..] else {
            let remedy = "写一步，如 act，和 because";
            self.fault(node.spot.place(), "refused 里要有一步，也只能有一步", remedy);
            return None;
        };
        let kind = match entry.key.text.as_str() {
            "start" => StepKind::Start(self.start(&entry.value)?),
            "act" => StepKind::Act(self.act(&entry.value, true)?),
            "save" => StepKind::Save(self.act(&entry.value, false)?),
            "undo" => self.undo(&entry.value)?,
            "claim" => StepKind::Claim(self.act(&entry.value, false)?),
            word if ASIDES.contains(&word) => StepKind::Aside(self.aside(word, &entry.value)?),
            _ => return None,
        };
        let step = Step { place: entry.key.spot.place(), kind };
        Some(StepKind::Refused(Box::new(step), because))
    }

    fn advance(&mut self, node: &Node) -> Option<Advance> {
        if let Some(span) = node.text().and_then(|text| text.parse().ok()) {
            return Some(Advance::By(span));
        }
        if let Some(to) = node.text_of("to").and_then(Moment::parse) {
            return Some(Advance::To(to));
        }
        self.fault(
            node.spot.place(),
            "看不懂要过多少时间",
            "写成 5 working days，或 {to: 2026-07-10 09:00}",
        );
        None
    }

    fn expect(&mut self, node: &Node) -> Option<Expectation> {
        let case = text(node, "case")?;
        let points = node.entries().iter().filter(|entry| entry.key.text != "case");
        let points = points.map(|entry| (entry.key.text.clone(), entry.value.clone())).collect();
        Some(Expectation { case, points })
    }
}

/// What is written under a key; where the grammar asks for it, its absence is told.
fn text(node: &Node, key: &str) -> Option<String> {
    node.text_of(key).map(str::to_owned)
}

pub(super) fn values(entries: &[Entry]) -> BTreeMap<String, Value> {
    entries.iter().map(|entry| (entry.key.text.clone(), value(&entry.value))).collect()
}

fn form(entries: &[Entry]) -> Vec<(String, Value)> {
    entries.iter().map(|entry| (entry.key.text.clone(), value(&entry.value))).collect()
}

/// A value as it looks, without a type: quoted is text.
pub(in crate::simulate) fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::None,
        Kind::Scalar(scalar) if scalar.quoted => Value::Text(scalar.text.clone()),
        Kind::Scalar(scalar) => plain(&scalar.text),
        Kind::List(items) => Value::List(items.iter().map(value).collect()),
        Kind::Map(entries) => Value::Map(values(entries)),
    }
}

fn plain(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "none" => Value::None,
        _ => {
            let is_number = text.len() < 2 || !text.starts_with('0') || text.starts_with("0.");
            let integer = text.parse().ok().filter(|_| is_number).map(Value::Integer);
            let decimal = || text.parse().ok().filter(|_| is_number).map(Value::Decimal);
            integer.or_else(decimal).unwrap_or_else(|| Value::from(text))
        }
    }
}
