//! What the host offers to definitions: subjects, operations, services, roles and documents, with
//! the types of their fields. Read from `host.yaml`, so that a definition is examined without the
//! host running.

use std::{cell::RefCell, sync::Arc};

use indexmap::IndexMap;

use super::{
    document::{Entry, Node},
    grammar::HOST,
    report::{Report, suggestion},
    shape::examine_keys,
    type_text,
};
use crate::{
    expression::{Record, Type, nearest::nearest},
    names::{DocumentName, OperationName, RoleName, ServiceName},
};

/// The host as definitions see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostSchema {
    /// Named record types, such as `office`.
    pub types: IndexMap<String, Arc<Record>>,
    /// Kinds of subjects with the fields of each, such as `person`.
    pub subjects: IndexMap<String, Arc<Record>>,
    /// Operations that facts may load.
    pub operations: IndexMap<OperationName, Operation>,
    /// Outside services, each with what may be asked of it.
    pub services: IndexMap<ServiceName, IndexMap<OperationName, Operation>>,
    /// Roles that people hold in units.
    pub roles: Vec<RoleName>,
    /// Documents that the host can render.
    pub documents: Vec<DocumentName>,
    /// Values and variables that pages of the host read by name.
    pub reads: Vec<String>,
    /// Letters that the host sends by itself.
    pub letters: Vec<String>,
}

/// An operation of the host or of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its arguments.
    pub with: IndexMap<String, Type>,
    /// What it gives; `None` for what a service does.
    pub gives: Option<Type>,
}

impl HostSchema {
    pub(super) fn read(node: &Node, report: &Report) -> Self {
        examine_keys(node, &HOST, "host", report);
        let types = Types { node, report, done: RefCell::default(), open: RefCell::default() };
        for entry in node.entries_of("types") {
            types.named(&entry.key.text);
        }
        let subjects = node.entries_of("subjects").iter().map(|entry| {
            let name = &entry.key.text;
            let record = match entry.value.text() {
                Some(text) => types.named(text).unwrap_or_else(|| {
                    let known = types.names();
                    report.unknown(
                        &entry.value.spot,
                        "类型",
                        text,
                        known.iter().map(String::as_str),
                    );
                    Arc::default()
                }),
                None => Arc::new(types.record(name, &entry.value)),
            };
            (name.clone(), record)
        });
        let subjects = subjects.collect();
        let operations = operations_of(node.entries_of("operations"), &types);
        let services = node.entries_of("services").iter().map(|entry| {
            let name = ServiceName::from(entry.key.text.as_str());
            (name, operations_of(entry.value.entries(), &types))
        });
        let services = services.collect();
        let texts = |key: &str| node.items_of(key).iter().filter_map(Node::text);
        Self {
            subjects,
            operations,
            services,
            roles: texts("roles").map(RoleName::from).collect(),
            documents: texts("documents").map(DocumentName::from).collect(),
            reads: texts("reads").map(str::to_owned).collect(),
            letters: texts("letters").map(str::to_owned).collect(),
            types: types.done.into_inner(),
        }
    }

    /// Reads a type that may name a record of the host.
    pub(super) fn read_type(&self, node: &Node, report: &Report) -> Option<Type> {
        let text = node.text().unwrap_or_default();
        let read = type_text::read(text, &|name| self.types.get(name).cloned());
        let known = self.types.keys().map(String::as_str);
        read.map_err(|name| unknown_type(node, &name, known, report)).ok()
    }
}

fn unknown_type<'a>(
    node: &Node,
    name: &str,
    records: impl Iterator<Item = &'a str>,
    report: &Report,
) {
    let plain = type_text::PLAIN.iter().map(|(name, _)| *name);
    let list_of = name.split_once(" of ").and_then(|(word, item)| {
        nearest(word, ["list", "map"]).map(|word| format!("是不是「{word} of {item}」"))
    });
    let remedy = list_of.unwrap_or_else(|| suggestion(name, plain.chain(records)));
    report.error(&node.spot, format!("没有叫「{name}」的类型"), remedy);
}

fn operations_of(entries: &[Entry], types: &Types<'_>) -> IndexMap<OperationName, Operation> {
    let operation = |entry: &Entry| {
        let with = entry.value.entries_of("with").iter();
        let with =
            with.filter_map(|entry| Some((entry.key.text.clone(), types.read(&entry.value)?)));
        let gives = entry.value.get("gives").and_then(|node| types.read(node));
        (OperationName::from(entry.key.text.as_str()), Operation { with: with.collect(), gives })
    };
    entries.iter().map(operation).collect()
}

/// The record types of the host while they are read; they may name each other.
struct Types<'n> {
    node: &'n Node,
    report: &'n Report,
    done: RefCell<IndexMap<String, Arc<Record>>>,
    open: RefCell<Vec<String>>,
}

impl Types<'_> {
    fn names(&self) -> Vec<String> {
        self.node.entries_of("types").iter().map(|entry| entry.key.text.clone()).collect()
    }

    fn named(&self, name: &str) -> Option<Arc<Record>> {
        if let Some(record) = self.done.borrow().get(name) {
            return Some(record.clone());
        }
        let entry = self.node.entries_of("types").iter().find(|entry| entry.key.text == name)?;
        if self.open.borrow().iter().any(|open| open == name) {
            self.report.error(&entry.key.spot, format!("类型「{name}」包含它自己"), "");
            return Some(Arc::default());
        }
        self.open.borrow_mut().push(name.to_owned());
        let record = Arc::new(self.record(name, &entry.value));
        self.open.borrow_mut().pop();
        self.done.borrow_mut().insert(name.to_owned(), record.clone());
        Some(record)
    }

    fn record(&self, name: &str, node: &Node) -> Record {
        let fields = node
            .entries()
            .iter()
            .filter_map(|entry| Some((entry.key.text.clone(), self.read(&entry.value)?)));
        Record { name: name.to_owned(), fields: fields.collect(), ..Record::default() }
    }

    fn read(&self, node: &Node) -> Option<Type> {
        let read = type_text::read(node.text()?, &|name| self.named(name));
        let known = self.names();
        let known = known.iter().map(String::as_str);
        read.map_err(|name| unknown_type(node, &name, known, self.report)).ok()
    }
}
