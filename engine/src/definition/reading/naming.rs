//! The names that every expression of a definition may use, with their types. Facts and values are
//! typed in the order in which they use each other.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use super::{Reader, tables};
use crate::{
    definition::{
        Fact,
        document::{Entry, Node},
        mention::paths,
        outline::{FieldOutline, SectionOutline, TaskOutline},
        scope::Scope,
        type_text::{is_text, record},
    },
    expression::{Expression, Record, Type},
    names::{FactName, ValueName},
};

/// The names of a definition, and the facts and values compiled on the way.
pub(in crate::definition) struct Naming {
    pub(in crate::definition) scope: Scope<'static>,
    pub(in crate::definition) facts: IndexMap<FactName, Fact>,
    /// Each after those it uses.
    pub(in crate::definition) values: IndexMap<ValueName, Expression>,
}

impl Reader<'_> {
    /// The names of the definition.
    pub(in crate::definition) fn naming(&self) -> Naming {
        let mut naming =
            Naming { scope: Scope::default(), facts: IndexMap::new(), values: IndexMap::new() };
        self.define_plain(&mut naming.scope);
        let mut computed = Computed { reader: self, naming, done: Vec::new(), open: Vec::new() };
        let root = &self.outline.root;
        for entry in root.entries_of("facts").iter().chain(root.entries_of("values")) {
            computed.define(entry);
        }
        let mut naming = computed.naming;
        // Facts are loaded in any order; the order of the text is the one people expect to see.
        let position =
            |name: &str| root.entries_of("facts").iter().position(|entry| entry.key.text == name);
        naming.facts.sort_by_key(|name, _| position(name.as_str()));
        naming
    }

    /// The names whose types need no expression.
    fn define_plain(&self, scope: &mut Scope<'_>) {
        let outline = self.outline;
        let numbers = outline.root.entries_of("numbers").iter();
        let numbers = numbers.map(|entry| (entry.key.text.clone(), Type::Text.optional()));
        scope.define("numbers", Some(record("编号", numbers)));
        let states = Type::Choice(outline.states.clone().into());
        let case = [
            ("id", Type::Text),
            ("state", states),
            ("submission", Type::Integer),
            ("started", Type::Moment),
        ];
        scope.define("case", Some(record("case", case)));
        let sections = outline.sections.iter();
        let sections = sections.map(|(name, section)| (name.clone(), section_type(section)));
        scope.define("form", outline.is_form_known.then(|| record("form", sections)));
        for (name, kind) in &outline.subjects {
            scope.define(name, kind.clone());
        }
        for (name, var) in &outline.vars {
            scope.define(name, var.as_ref().map(|(kind, _)| kind.clone()));
        }
        for (name, link) in &outline.links {
            scope.define(name, self.world.linked(&link.workflow, link.is_many));
        }
        for (name, task) in &outline.tasks {
            // Whether it is of one or of many is told by its participant.
            scope.define(name, outline.is_participant_known(task).then(|| task_type(task)));
        }
        for name in &outline.timers {
            let fields = [("over", Type::Bool), ("ends", Type::Moment.optional())];
            scope.define(name, Some(record("计时器", fields)));
        }
    }
}

/// What expressions see of a section: its fields, or its rows.
pub(super) fn section_type(section: &SectionOutline) -> Type {
    let row = row_type(&section.fields);
    if section.is_rows { row.list() } else { row }
}

/// The fields of a row or section that may still be empty.
pub(super) fn row_type(fields: &IndexMap<String, FieldOutline>) -> Type {
    record("栏目", fields.iter().map(|(name, field)| (name.as_str(), field.in_form())))
}

/// What expressions see of a task.
fn task_type(task: &TaskOutline) -> Type {
    let actions = Type::Choice(task.actions.keys().cloned().collect());
    let answer = answer_type(std::iter::once(task), false);
    let given = answer_type(std::iter::once(task), true);
    let mut fields = vec![("times".to_owned(), Type::Integer)];
    let mut add = |name: &str, kind: Type| fields.push((name.to_owned(), kind));
    if !task.is_secret {
        add("action", actions.clone().optional());
        add("by", Type::Text.optional());
        add("at", Type::Moment.optional());
        add("answer", answer);
    }
    if task.is_each {
        for count in ["all", "given", "open"] {
            add(count, Type::Integer);
        }
        add("closed", Type::Bool);
        if task.is_secret {
            let ballot = [("action", actions), ("answer", given)];
            add("answers", record("选票", ballot).list());
        } else {
            add("answers", given_type(actions, given, proven(task)).list());
        }
        add("done", Type::Text.list());
        for (field, options) in counted(task) {
            let counts = options.iter().map(|option| (option.clone(), Type::Integer));
            add(&field, record("计数", counts));
        }
    }
    let proven = if task.is_secret { BTreeMap::new() } else { proven(task) };
    with_proven("任务", fields, proven)
}

/// What each action of a task required, as paths in an answer.
fn proven(task: &TaskOutline) -> BTreeMap<String, Vec<[String; 2]>> {
    let required = |fields: &IndexMap<String, FieldOutline>| {
        let certain = fields.iter().filter(|(_, field)| field.is_certain);
        certain.map(|(name, _)| ["answer".to_owned(), name.clone()]).collect()
    };
    task.actions.iter().map(|(action, fields)| (action.clone(), required(fields))).collect()
}

fn with_proven(
    name: &str,
    fields: Vec<(String, Type)>,
    proven: BTreeMap<String, Vec<[String; 2]>>,
) -> Type {
    let fields = fields.into_iter().collect();
    Type::Record(Arc::new(Record { name: name.to_owned(), fields, proven }))
}

/// One answer, as `it` of `void` and a row of `.answers`; `row` is the row of an `each` task.
fn given_type(actions: Type, answer: Type, proven: BTreeMap<String, Vec<[String; 2]>>) -> Type {
    let fields = [
        ("action", actions),
        ("by", Type::Text),
        ("at", Type::Moment),
        ("row", Type::Text.optional()),
        ("answer", answer),
    ];
    let fields = fields.into_iter().map(|(name, kind)| (name.to_owned(), kind));
    with_proven("答复", fields.collect(), proven)
}

/// One answer of any of these tasks.
pub(super) fn answer_of<'t>(tasks: impl Iterator<Item = &'t TaskOutline> + Clone) -> Type {
    let actions = tasks.clone().flat_map(|task| task.actions.keys().cloned()).collect();
    given_type(Type::Choice(actions), answer_type(tasks, true), BTreeMap::new())
}

/// What the actions of these tasks asked; a field of which two actions think differently is text
/// where both are, and else not there. In an answer that was given, what every action requires is
/// there.
fn answer_type<'t>(tasks: impl Iterator<Item = &'t TaskOutline> + Clone, is_given: bool) -> Type {
    let mut fields: IndexMap<String, Option<Type>> = IndexMap::new();
    let actions = || tasks.clone().flat_map(|task| task.actions.values());
    let is_certain = |name: &String| {
        is_given && actions().all(|fields| fields.get(name).is_some_and(|field| field.is_certain))
    };
    for (name, field) in actions().flatten() {
        let kind = if is_certain(name) { field.in_ask() } else { field.in_form() };
        let known = fields.entry(name.clone()).or_insert_with(|| Some(kind.clone()));
        if let Some(other) = known.clone().filter(|other| *other != kind) {
            let are_texts = is_text(other.present()) && is_text(kind.present());
            let text = if kind.is_optional() { Type::Text.optional() } else { Type::Text };
            *known = are_texts.then_some(text);
        }
    }
    record("问的内容", fields.into_iter().filter_map(|(name, kind)| Some((name, kind?))))
}

/// The choices of an `each` task whose options are counted.
fn counted(task: &TaskOutline) -> IndexMap<String, Vec<String>> {
    let mut counted: IndexMap<String, Vec<String>> = IndexMap::new();
    for (name, field) in task.actions.values().flatten() {
        if let Type::Choice(options) = &field.filled {
            let known = counted.entry(name.clone()).or_default();
            known.extend(
                options
                    .iter()
                    .filter(|option| !known.contains(option))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
        }
    }
    counted
}

/// Facts and values while they are put in order.
struct Computed<'r, 'w> {
    reader: &'r Reader<'w>,
    naming: Naming,
    done: Vec<String>,
    open: Vec<String>,
}

impl Computed<'_, '_> {
    fn define(&mut self, entry: &Entry) {
        let name = entry.key.text.as_str();
        if self.done.iter().any(|done| done == name) {
            return;
        }
        self.open.push(name.to_owned());
        let mut is_circular = false;
        for used in sources(&entry.value) {
            let Some(other) = self.entry(&used) else { continue };
            if self.open.contains(&used) {
                self.tell_circle(entry, &used);
                is_circular = true;
            } else {
                self.define(&other);
            }
        }
        self.open.pop();
        self.done.push(name.to_owned());
        let kind = if is_circular { None } else { self.compile(entry) };
        self.naming.scope.define(name, kind);
    }

    fn entry(&self, name: &str) -> Option<Entry> {
        let root = &self.reader.outline.root;
        let entry = |key: &str| root.get(key).and_then(|node| node.entry(name)).cloned();
        entry("facts").or_else(|| entry("values"))
    }

    fn tell_circle(&self, entry: &Entry, used: &str) {
        let from = self.open.iter().position(|open| open == used).unwrap_or_default();
        let circle = [&self.open[from..], &[used.to_owned()]].concat().join(" → ");
        self.reader.report.error(
            &entry.key.spot,
            format!("互相引用成了一圈：{circle}"),
            "断开其中一处",
        );
    }

    fn compile(&mut self, entry: &Entry) -> Option<Type> {
        let name = entry.key.text.as_str();
        let root = &self.reader.outline.root;
        let is_fact = root.get("facts").and_then(|facts| facts.entry(name)).is_some();
        if is_fact {
            let fact = self.reader.fact(entry, &self.naming.scope)?;
            let kind = fact.value_type.clone();
            self.naming.facts.insert(name.into(), fact);
            return Some(kind);
        }
        let value = match entry.value.text() {
            Some(_) => self.reader.expression(&entry.value, &self.naming.scope, None)?,
            None if tables::is_table(&entry.value) => {
                self.reader.decision_table(&entry.value, &self.naming.scope)?
            }
            None => self.reader.ranking(&entry.value, &self.naming.scope)?,
        };
        let kind = value.value_type().clone();
        self.naming.values.insert(name.into(), value);
        Some(kind)
    }
}

/// The names that a value or the arguments of a fact mention.
fn sources(node: &Node) -> Vec<String> {
    let texts = match node.text() {
        Some(text) => vec![text],
        None => {
            let arguments = ["with", "where"].iter().flat_map(|key| node.entries_of(key));
            let ranked = ["rank", "places"].iter().filter_map(|key| node.text_of(key));
            let keys = node.items_of("by").iter().filter_map(Node::text);
            let rows = node.items().iter().flat_map(|row| [row.text_of("when"), row.text_of("is")]);
            let arguments = arguments.filter_map(|entry| entry.value.text());
            arguments.chain(ranked).chain(keys).chain(rows.flatten()).collect()
        }
    };
    let roots = texts.into_iter().flat_map(paths).filter_map(|path| path.into_iter().next());
    roots.collect()
}
