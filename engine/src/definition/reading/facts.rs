//! Facts: other cases, operations of the host, tables of the catalogue.

use indexmap::IndexMap;

use super::Reader;
use crate::{
    definition::{
        Fact, FactSource, Operation, catalogue,
        document::{Entry, Node},
        scope::Scope,
    },
    expression::{Expression, Type},
};

impl Reader<'_> {
    /// One fact.
    pub(super) fn fact(&self, entry: &Entry, scope: &Scope<'_>) -> Option<Fact> {
        let node = &entry.value;
        if let Some(workflow) = node.get("cases") {
            return self.cases(node, workflow, scope);
        }
        if let Some(operation) = node.get("host") {
            return self.host_fact(node, operation, scope);
        }
        if let Some(file) = node.get("table") {
            return self.table(file);
        }
        self.report.error(
            &entry.key.spot,
            format!("事实「{}」没有说从哪里来", entry.key.text),
            "写 cases、host 或 table 之一",
        );
        None
    }

    fn cases(&self, node: &Node, workflow: &Node, scope: &Scope<'_>) -> Option<Fact> {
        let outline = self.world.workflow(workflow, self.report)?;
        let labels = outline.labels.borrow().clone();
        let mut matching = IndexMap::new();
        for entry in node.entries_of("where") {
            let name = entry.key.text.as_str();
            if outline.root.get("labels").and_then(|labels| labels.entry(name)).is_none() {
                let known = outline.root.entries_of("labels").iter();
                let what = format!("标签（流程 {}）", outline.key);
                let known = known.map(|entry| entry.key.text.as_str());
                self.report.unknown(&entry.key.spot, &what, name, known);
                continue;
            }
            // One that could not be read is told where it is written.
            let expected = labels.get(name).filter(|kind| **kind != Type::Never);
            let expected = expected.cloned().map(text_for_choice);
            if let Some(value) = self.expression(&entry.value, scope, expected.as_ref()) {
                matching.insert(name.into(), value);
            }
        }
        let value_type = self.world.case_row(&outline.key)?.list();
        let source = FactSource::Cases { workflow: outline.key.as_str().into(), matching };
        Some(Fact { value_type, source })
    }

    fn host_fact(&self, node: &Node, name: &Node, scope: &Scope<'_>) -> Option<Fact> {
        let operations = &self.world.host.operations;
        let Some((operation, schema)) = operations.get_key_value(name.text()?) else {
            let known = operations.keys().map(crate::names::OperationName::as_str);
            self.report.unknown(&name.spot, "查询（host.yaml）", name.text()?, known);
            return None;
        };
        let with = self.arguments(node, name, schema, scope);
        let Some(value_type) = schema.gives.clone() else {
            self.report.error(&name.spot, format!("查询「{operation}」没有结果（gives）"), "");
            return None;
        };
        let source = FactSource::Host { operation: operation.clone(), with };
        Some(Fact { value_type, source })
    }

    /// The arguments (`with`) of an operation.
    pub(super) fn arguments(
        &self,
        node: &Node,
        name: &Node,
        schema: &Operation,
        scope: &Scope<'_>,
    ) -> IndexMap<String, Expression> {
        let mut with = IndexMap::new();
        for entry in node.entries_of("with") {
            let argument = &entry.key.text;
            let Some(kind) = schema.with.get(argument) else {
                let known = schema.with.keys().map(String::as_str);
                self.report.unknown(&entry.key.spot, "参数", argument, known);
                continue;
            };
            if let Some(value) = self.expression(&entry.value, scope, Some(kind)) {
                with.insert(argument.clone(), value);
            }
        }
        for (argument, kind) in &schema.with {
            let is_given = node.entries_of("with").iter().any(|entry| entry.key.text == *argument);
            if !is_given && !matches!(kind, Type::Optional(_)) {
                let operation = name.text().unwrap_or_default();
                self.report.error(
                    &name.spot,
                    format!("「{operation}」缺少参数「{argument}」（{kind}）"),
                    format!("在 with 里加上 {argument}"),
                );
            }
        }
        with
    }

    fn table(&self, file: &Node) -> Option<Fact> {
        let mut node = self.world.catalogue(file, self.report)?;
        // A file of sections is a table of them: its one key says nothing.
        if let [only] = node.entries()
            && only.key.text == "sections"
        {
            node = &only.value;
        }
        for (spot, message) in catalogue::odd_cells(node) {
            self.report.warn(&spot, message, "改成和别的行一样的");
        }
        match catalogue::table(node) {
            Ok((value_type, value)) => Some(Fact { value_type, source: FactSource::Table(value) }),
            Err(fault) => {
                self.report.error(&fault.at, fault.message, "");
                None
            }
        }
    }
}

/// Any text may be compared with a label that is a choice.
fn text_for_choice(kind: Type) -> Type {
    if matches!(kind, Type::Choice(_)) { Type::Text } else { kind }
}
