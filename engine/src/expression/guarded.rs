//! What a condition guards: what is decided, and what is read at all, as long as a yes/no name is no.

use super::{Expression, Template, plan::Node};

impl Expression {
    /// What it says as long as a yes/no name is no, whatever else is; `None` where that depends.
    #[must_use]
    pub fn decided_without(&self, name: &[String]) -> Option<bool> {
        decided(&self.plan.node, name)
    }

    /// The paths that it depends on as long as a yes/no name is no.
    #[must_use]
    pub fn reads_without(&self, name: &[String]) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        reads(&self.plan.node, name, &mut found);
        found
    }
}

impl Template {
    /// The paths that it depends on as long as a yes/no name is no.
    #[must_use]
    pub fn reads_without(&self, name: &[String]) -> Vec<Vec<String>> {
        self.expressions().flat_map(|expression| expression.reads_without(name)).collect()
    }
}

fn decided(node: &Node, name: &[String]) -> Option<bool> {
    if let Node::Path(path) = node {
        return (path == name).then_some(false);
    }
    if let Node::Not(of) = node {
        return decided(of, name).map(|holds| !holds);
    }
    if let Node::And(parts) = node {
        let is_shut = parts.iter().any(|part| decided(part, name) == Some(false));
        return is_shut.then_some(false);
    }
    let Node::Or(parts) = node else { return None };
    let is_open = parts.iter().any(|part| decided(part, name) == Some(true));
    let is_shut = parts.iter().all(|part| decided(part, name) == Some(false));
    (is_open || is_shut).then_some(is_open)
}

fn reads(node: &Node, name: &[String], found: &mut Vec<Vec<String>>) {
    if decided(node, name).is_some() {
        return found.push(name.to_vec());
    }
    if let Node::Either(parts) = node {
        let [condition, then, otherwise] = &**parts;
        match decided(condition, name) {
            Some(true) => return reads(then, name, found),
            Some(false) => return reads(otherwise, name, found),
            None => {}
        }
    }
    if let Node::Path(path) = node {
        found.push(path.clone());
    }
    node.parts().into_iter().for_each(|part| reads(part, name, found));
}
