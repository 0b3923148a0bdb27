//! Numbers that a step draws: what comes after in the step may tell a service, and nobody else.

use super::Reader;
use crate::{
    definition::{document::Node, scope::Scope, type_text::record},
    expression::Type,
};

impl Reader<'_> {
    /// The names of a call that comes after numbers were drawn in its step: those are there.
    pub(super) fn with_numbers<'s>(&self, drawn: &[&str], scope: &'s Scope<'_>) -> Scope<'s> {
        let numbers = self.outline.root.entries_of("numbers").iter().map(|entry| {
            let name = entry.key.text.clone();
            let kind =
                if drawn.contains(&name.as_str()) { Type::Text } else { Type::Text.optional() };
            (name, kind)
        });
        let mut inner = scope.inner();
        if !drawn.is_empty() {
            inner.define("numbers", Some(record("编号", numbers)));
        }
        inner
    }

    /// A number is there only when its step is done; other cases would not get it.
    pub(super) fn tell_early_numbers(&self, node: &Node, drawn: &[&str]) {
        for text in texts(node) {
            let source = text.text().unwrap_or_default();
            let is_early = |path: &Vec<String>| {
                path.first().is_some_and(|root| root == "numbers")
                    && path.get(1).is_some_and(|name| drawn.contains(&name.as_str()))
            };
            if let Some(path) = super::paths(source).iter().find(|path| is_early(path)) {
                let message =
                    format!("numbers.{} 在这一步做完才取到，这里还没有（call 里才有）", path[1]);
                let remedy = "放到下一步，或让对方从联系的案读";
                self.report.warn(&text.spot, message, remedy);
            }
        }
    }
}

/// Every text below a node.
fn texts(node: &Node) -> Vec<&Node> {
    let below = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    let own = node.text().map(|_| node);
    own.into_iter().chain(below.flat_map(texts)).collect()
}
