//! The sections of which an expression asks whether they changed.

use super::{Expression, functions::Function, plan::Node};

impl Expression {
    /// The names of the lists of sections of which it asks whether they changed: `core` of
    /// `changed(core, at)`.
    #[must_use]
    pub fn changed_lists(&self) -> Vec<String> {
        let mut found = Vec::new();
        changed(&self.plan.node, &mut found);
        found
    }

    /// The names of which it is one, where it is nothing else: itself, or each way of a choice.
    #[must_use]
    pub fn named_lists(&self) -> Vec<String> {
        let mut found = Vec::new();
        named(&self.plan.node, &mut found);
        found
    }
}

fn changed(node: &Node, found: &mut Vec<String>) {
    if let Node::Call(Function::Changed, parts) = node
        && let Some(list) = parts.first()
    {
        named(list, found);
    }
    node.parts().into_iter().for_each(|part| changed(part, found));
}

fn named(node: &Node, found: &mut Vec<String>) {
    if let Node::Path(path) = node
        && let [name] = &path[..]
    {
        found.push(name.clone());
    }
    if let Node::Either(parts) = node {
        parts[1..].iter().for_each(|part| named(part, found));
    }
}

/// What is wrong with a section that the form has not, and what to write instead.
pub(crate) fn no_section(name: &str, known: &[String]) -> Option<(String, String)> {
    if known.iter().any(|known| known == name) {
        return None;
    }
    let section = name.split(['.', '[']).next().unwrap_or_default();
    let remedy = if known.iter().any(|known| known == section) {
        format!("changed 按整个栏目比，写成 '{section}'；要比一个字段，提交时 set 进变量再比")
    } else {
        format!("可以写：{}", known.join("、"))
    };
    Some((format!("没有叫「{name}」的栏目"), remedy))
}
