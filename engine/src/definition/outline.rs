//! What other definitions, and all expressions of its own, may know of a definition before any of
//! its expressions is compiled: its subjects, variables, links, fields, tasks and their types.

mod fields;
mod tasks;

use std::cell::RefCell;

use indexmap::IndexMap;

pub(super) use fields::{FieldOutline, field_type, fields_of, type_name};
pub(super) use tasks::{TaskOutline, WhoOutline, participant_name};

use super::{
    LinkDirection,
    catalogue::{literal, scalar_type},
    document::{Entry, Kind, Node, Scalar},
    grammar::CATALOGUE_SECTION,
    report::Report,
    shape::{examine_keys, meant_yes_no},
    world::World,
};
use crate::expression::{Type, Value};

/// A definition from outside. Types that could not be understood are `None`; the fault is told
/// where it stands, not where the name is used.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    pub(super) key: String,
    pub(super) lineage: Vec<String>,
    /// The definition with its bases merged in.
    pub(super) root: Node,
    /// The files it and its bases stand in.
    pub(super) files: Vec<String>,
    pub(super) states: Vec<String>,
    pub(super) subjects: IndexMap<String, Option<Type>>,
    pub(super) vars: IndexMap<String, Option<(Type, Value)>>,
    pub(super) links: IndexMap<String, LinkOutline>,
    pub(super) participants: IndexMap<String, Vec<WhoOutline>>,
    pub(super) tasks: IndexMap<String, TaskOutline>,
    pub(super) timers: Vec<String>,
    pub(super) sections: IndexMap<String, SectionOutline>,
    /// Whether all sections are known: the file named by `use` could be read.
    pub(super) is_form_known: bool,
    /// The types of labels, as far as they are known.
    pub(super) labels: RefCell<IndexMap<String, Type>>,
}

/// One side of a link.
#[derive(Clone, Debug)]
pub(super) struct LinkOutline {
    pub(super) workflow: String,
    pub(super) direction: LinkDirection,
    pub(super) is_many: bool,
}

/// A section of the form.
#[derive(Clone, Debug)]
pub(super) struct SectionOutline {
    pub(super) node: Node,
    pub(super) is_rows: bool,
    /// Whether it comes from the file named by `use`, and is shown while the variable names it.
    pub(super) is_chosen: bool,
    pub(super) fields: IndexMap<String, FieldOutline>,
}

impl Outline {
    pub(super) fn read(
        root: Node,
        lineage: Vec<String>,
        files: Vec<String>,
        world: &World,
        report: &Report,
    ) -> Self {
        let names = |key: &str| {
            root.entries_of(key).iter().map(|entry| entry.key.text.clone()).collect::<Vec<_>>()
        };
        let (participants, tasks) = tasks::read(&root);
        Self {
            key: lineage.first().cloned().unwrap_or_default(),
            states: names("states"),
            subjects: subjects(&root, world, report),
            vars: vars(&root, world, report),
            links: links(&root),
            timers: timers(&root),
            is_form_known: root
                .get("form")
                .and_then(|form| form.get("use"))
                .is_none_or(|file| world.catalogue(file, &Report::default()).is_some()),
            sections: sections(&root, world, report),
            participants,
            tasks,
            labels: RefCell::default(),
            lineage,
            files,
            root,
        }
    }

    /// Whether there is a form to be filled in.
    pub(super) fn has_form(&self) -> bool {
        !self.sections.is_empty() || !self.is_form_known
    }

    /// Whether it is understood who acts in a task.
    pub(super) fn is_participant_known(&self, task: &TaskOutline) -> bool {
        let who = self.participants.get(&task.participant);
        who.is_some_and(|who| !who.contains(&WhoOutline::Unknown))
    }

    /// Whether a name of this workflow or of one of its bases means it.
    pub(super) fn covers(&self, workflow: &str) -> bool {
        self.lineage.iter().any(|key| key == workflow)
    }
}

fn subjects(root: &Node, world: &World, report: &Report) -> IndexMap<String, Option<Type>> {
    let given = root.get("start").map(|start| start.entries_of("given")).unwrap_or_default();
    let subject = |entry: &Entry| {
        let kind = entry.value.text().unwrap_or_default();
        let record = world.host.subjects.get(kind);
        if record.is_none() {
            let known = world.host.subjects.keys().map(String::as_str);
            report.unknown(&entry.value.spot, "对象种类", kind, known);
        }
        (entry.key.text.clone(), record.cloned().map(Type::Record))
    };
    given.iter().map(subject).collect()
}

fn vars(root: &Node, world: &World, report: &Report) -> IndexMap<String, Option<(Type, Value)>> {
    let var = |entry: &Entry| (entry.key.text.clone(), var(entry, world, report));
    root.entries_of("vars").iter().map(var).collect()
}

fn var(entry: &Entry, world: &World, report: &Report) -> Option<(Type, Value)> {
    let Some(type_node) = entry.value.get("type") else {
        let kind = literal_type(&entry.value);
        if let Kind::Scalar(Scalar { text, quoted: false }) = &entry.value.kind
            && kind == Some(Type::Text)
            && text.is_ascii()
            && let Some(meant) = meant_yes_no(text)
        {
            let message = format!("变量「{}」这样写是文本，不是是或否", entry.key.text);
            let remedy = format!("写成 {meant}；是文本就加引号");
            report.error(&entry.value.spot, message, remedy);
            return None;
        }
        if let Some(written) = entry.value.text().filter(|text| is_type(text)) {
            let message = format!("「{written}」是类型，这样写是一段文本");
            report.error(&entry.value.spot, message, format!("写成 {{type: {written}}}"));
            return None;
        }
        if kind.is_none() || entry.value.text() == Some("none") {
            let remedy = match entry.value.text() {
                Some("none") => "起初没有值就写 {type: 类型?}，如 {type: date?}",
                Some(_) | None => "写成 {type: 类型, is: 初值}",
            };
            let message = format!("看不出变量「{}」的类型", entry.key.text);
            report.error(&entry.value.spot, message, remedy);
            return None;
        }
        return kind.map(|kind| (kind.clone(), literal(&entry.value, &kind)));
    };
    for other in entry.value.entries().iter().filter(|e| e.key.text != "type" && e.key.text != "is")
    {
        report.error(
            &other.key.spot,
            format!("变量（vars.{}）没有「{}」这个键", entry.key.text, other.key.text),
            "只有 type 和 is",
        );
    }
    let kind = world.host.read_type(type_node, report)?;
    let Some(initial) = entry.value.get("is") else {
        let value = empty(&kind);
        if value.is_none() {
            report.error(
                &entry.key.spot,
                format!("变量「{}」没有初值", entry.key.text),
                "加上 is: 初值",
            );
        }
        return value.map(|value| (kind, value));
    };
    let value = literal(initial, &kind);
    if value.fits(&kind) {
        return Some((kind, value));
    }
    report.error(
        &initial.spot,
        format!("变量「{}」的初值不是{kind}", entry.key.text),
        "改初值，或改 type",
    );
    None
}

/// Whether a text that is meant as an initial value is a type.
fn is_type(text: &str) -> bool {
    const TYPES: [&str; 6] = ["integer", "decimal", "yes_no", "date", "moment", "duration"];
    let is_list = text.starts_with("list of ");
    TYPES.contains(&text.trim_end_matches('?')) || text == "text?" || is_list
}

/// The initial value of a variable that does not name one.
fn empty(kind: &Type) -> Option<Value> {
    let has_empty = matches!(kind, Type::List(_) | Type::Map(_) | Type::Optional(_) | Type::Text);
    has_empty.then(|| Value::zero_of(kind))
}

/// The type of a literal; an empty list is one of texts.
fn literal_type(node: &Node) -> Option<Type> {
    match &node.kind {
        Kind::Null => None,
        Kind::Scalar(scalar) => Some(scalar_type(scalar)),
        Kind::List(items) => {
            let mut types = items.iter().map(literal_type);
            let Some(first) = types.next() else { return Some(Type::Text.list()) };
            let first = first?;
            types.all(|kind| kind.as_ref() == Some(&first)).then(|| first.list())
        }
        Kind::Map(_) => None,
    }
}

fn links(root: &Node) -> IndexMap<String, LinkOutline> {
    let link = |entry: &Entry| {
        let (workflow, direction) = match entry.value.text_of("to") {
            Some(to) => (to, LinkDirection::To),
            None => (entry.value.text_of("from")?, LinkDirection::From),
        };
        let link = LinkOutline {
            workflow: workflow.to_owned(),
            direction,
            is_many: entry.value.is_true("many"),
        };
        Some((entry.key.text.clone(), link))
    };
    root.entries_of("links").iter().filter_map(link).collect()
}

/// The names of all timers: those of states and tasks; the one `timer` of a task has its name.
fn timers(root: &Node) -> Vec<String> {
    let mut timers = Vec::new();
    let of_tasks = |tasks: &[Entry], timers: &mut Vec<String>| {
        for task in tasks {
            timers.extend(task.value.entries_of("timers").iter().map(|e| e.key.text.clone()));
        }
    };
    for state in root.entries_of("states") {
        timers.extend(state.value.entries_of("timers").iter().map(|e| e.key.text.clone()));
        of_tasks(state.value.entries_of("tasks"), &mut timers);
    }
    of_tasks(root.entries_of("tasks"), &mut timers);
    timers
}

fn sections(root: &Node, world: &World, report: &Report) -> IndexMap<String, SectionOutline> {
    let Some(form) = root.get("form") else { return IndexMap::new() };
    let mut sections = IndexMap::new();
    let chosen = form.get("use").and_then(|file| world.catalogue(file, report));
    let chosen = chosen.map(|file| file.entries_of("sections")).unwrap_or_default();
    let own = form.entries_of("sections");
    for (entry, is_chosen) in
        chosen.iter().map(|entry| (entry, true)).chain(own.iter().map(|entry| (entry, false)))
    {
        if is_chosen {
            let path = format!("sections.{}", entry.key.text);
            examine_keys(&entry.value, &CATALOGUE_SECTION, &path, report);
        }
        let section = SectionOutline {
            is_rows: entry.value.get("rows").is_some_and(|rows| rows.text() != Some("false")),
            is_chosen,
            fields: fields_of(entry.value.entries_of("fields")),
            node: entry.value.clone(),
        };
        if sections.insert(entry.key.text.clone(), section).is_some() {
            report.error(
                &entry.key.spot,
                format!("栏目「{}」在目录表里已经有了", entry.key.text),
                "",
            );
        }
    }
    sections
}
