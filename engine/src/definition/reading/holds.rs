//! Labels, holds, numbers and links.

use indexmap::IndexMap;

use super::{Reader, participants::item};
use crate::{
    definition::{
        Hold, Link, LinkDirection, Number,
        document::{Entry, Kind, Node},
        scope::Scope,
        type_text::is_text,
        world::CASE_ROW,
    },
    expression::{Expression, Type},
    names::{HoldName, LabelName, LinkName, NumberName, ServiceName, VarName},
};

impl Reader<'_> {
    /// The labels; each is one value or a list of texts, and may be missing.
    pub(in crate::definition) fn labels(
        &self,
        scope: &Scope<'_>,
    ) -> IndexMap<LabelName, Expression> {
        let label = |entry: &Entry| {
            if CASE_ROW.contains(&entry.key.text.as_str()) {
                self.report.error(
                    &entry.key.spot,
                    format!("标签不能叫「{}」：每个案都已有这一项", entry.key.text),
                    "换一个名称",
                );
            }
            let value = self.expression_of(&entry.value, scope, "一个值，或文本的清单", is_label);
            Some((LabelName::from(entry.key.text.as_str()), value?))
        };
        self.outline.root.entries_of("labels").iter().filter_map(label).collect()
    }

    pub(super) fn holds(&self, scope: &Scope<'_>) -> IndexMap<HoldName, Hold> {
        let hold = |entry: &Entry| (entry.key.text.as_str().into(), self.hold(entry, scope));
        self.outline.root.entries_of("holds").iter().map(hold).collect()
    }

    fn hold(&self, entry: &Entry, scope: &Scope<'_>) -> Hold {
        let node = &entry.value;
        let each = node
            .get("each")
            .map(|node| self.expression_of(node, scope, "清单", |kind| item(kind).is_some()));
        let mut inner = scope.inner();
        if let Some(each) = &each {
            let row = each.as_ref().and_then(|list| item(list.value_type())).cloned();
            inner.define("it", row);
        }
        let scope = &inner;
        let key = |item: &Node| {
            self.expression_of(item, scope, "一个值", |kind| is_single(kind.present()))
        };
        let of: Vec<Expression> = node.items_of("of").iter().filter_map(key).collect();
        let is_empty = |of: &Node| matches!(&of.kind, Kind::List(items) if items.is_empty());
        if node.get("of").is_some_and(is_empty) {
            self.report.error(
                &entry.key.spot,
                format!("占用「{}」没有说占什么", entry.key.text),
                "",
            );
        }
        let amount = |key: &str| {
            node.get(key).and_then(|node| self.expression(node, scope, Some(&Type::Integer)))
        };
        let states = if let Some(not_in) = node.get("not_in") {
            let not_in = self.states(not_in.items());
            let all = self.outline.states.iter().map(|state| state.as_str().into());
            all.filter(|state| !not_in.contains(state)).collect()
        } else {
            self.states(node.items_of("in"))
        };
        if node.get("in").is_none() && node.get("not_in").is_none() {
            self.report.error(
                &entry.key.spot,
                format!("占用「{}」没有说在哪些状态里占着", entry.key.text),
                "写 in: [状态] 或 not_in: [状态]",
            );
        }
        Hold {
            each: each.flatten(),
            of,
            take: amount("take"),
            limit: amount("limit"),
            states,
            say: node.get("say").and_then(|node| self.template(node, scope)),
        }
    }

    pub(super) fn numbers(&self, scope: &Scope<'_>) -> IndexMap<NumberName, Number> {
        let inner = scope.with("n", Some(Type::Integer));
        let number = |entry: &Entry| {
            let node = entry.value.get("text").unwrap_or(&entry.value);
            let paths = crate::definition::mention::template_paths(node.text().unwrap_or_default());
            if !paths.iter().any(|path| path == &["n"]) {
                self.report.error(
                    &node.spot,
                    format!("编号「{}」没有 {{n}}，会重复", entry.key.text),
                    "在要放序号的地方写 {n}",
                );
            }
            let name = entry.value.text_of("name").unwrap_or(&entry.key.text).to_owned();
            let text = self.template(node, &inner)?;
            Some((entry.key.text.as_str().into(), Number { name, text }))
        };
        self.outline.root.entries_of("numbers").iter().filter_map(number).collect()
    }

    pub(super) fn links(&self) -> IndexMap<LinkName, Link> {
        let link = |entry: &Entry| {
            let node = entry.value.get("to").or_else(|| entry.value.get("from"));
            let Some(node) = node else {
                self.report.error(
                    &entry.key.spot,
                    format!("联系「{}」没有说与哪个流程", entry.key.text),
                    "写 to: 流程 或 from: 流程",
                );
                return None;
            };
            self.both_sides(entry, node);
            let outline = self.outline.links.get(&entry.key.text)?;
            Some((
                LinkName::from(entry.key.text.as_str()),
                Link {
                    workflow: outline.workflow.as_str().into(),
                    direction: outline.direction,
                    many: outline.is_many,
                },
            ))
        };
        self.outline.root.entries_of("links").iter().filter_map(link).collect()
    }

    /// The workflow at the other end declares the link too; one there to a workflow that nobody knows
    /// is told there, and may be meant for this one.
    fn both_sides(&self, entry: &Entry, node: &Node) {
        let Some(other) = self.world.workflow(node, self.report) else { return };
        let is_to = entry.value.get("to").is_some();
        let wanted = if is_to { LinkDirection::From } else { LinkDirection::To };
        let answers =
            other.links.values().filter(|link| link.direction == wanted).any(|link| {
                self.outline.covers(&link.workflow) || !self.world.knows(&link.workflow)
            });
        if !answers {
            let word = if is_to { "from" } else { "to" };
            self.report.error(
                &entry.key.spot,
                format!("联系「{}」只写了一边：流程 {} 没有对应的联系", entry.key.text, other.key),
                format!("在 {} 的 links 里加上 名称: {{{word}: {}}}", other.key, self.outline.key),
            );
        }
    }

    pub(super) fn shows(&self) -> Vec<VarName> {
        let shown = |node: &Node| {
            let name = node.text()?;
            self.use_names(vec![vec![name.to_owned()]]);
            if !self.outline.vars.contains_key(name) {
                let known = self.outline.vars.keys().map(String::as_str);
                self.report.unknown(&node.spot, "变量", name, known);
                return None;
            }
            Some(VarName::from(name))
        };
        self.outline.root.items_of("shows").iter().filter_map(shown).collect()
    }

    pub(super) fn link(&self, node: &Node) -> Option<LinkName> {
        let name = node.text()?;
        self.use_names(vec![vec![name.to_owned()]]);
        if !self.outline.links.contains_key(name) {
            let known = self.outline.links.keys().map(String::as_str);
            self.report.unknown(&node.spot, "联系", name, known);
            return None;
        }
        Some(LinkName::from(name))
    }

    pub(super) fn service(&self, node: &Node) -> Option<ServiceName> {
        let name = node.text()?;
        let services = &self.world.host.services;
        if !services.contains_key(name) {
            let known = services.keys().map(ServiceName::as_str);
            self.report.unknown(&node.spot, "外部服务（host.yaml）", name, known);
            return None;
        }
        Some(ServiceName::from(name))
    }
}

/// One value that can be compared and written: text, number, yes/no, date or moment.
fn is_single(kind: &Type) -> bool {
    let others = [Type::Integer, Type::Decimal, Type::Bool, Type::Date, Type::Moment];
    is_text(kind) || others.contains(kind)
}

fn is_label(kind: &Type) -> bool {
    let kind = kind.present();
    is_single(kind) || item(kind).is_some_and(is_text)
}
