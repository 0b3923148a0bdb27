//! What an expression reads of the rows of lists, and what beside them.

use std::collections::BTreeSet;

use super::{Expression, plan::Node};

impl Expression {
    /// The fields that it reads of rows, or of what is found among them; `None` where it takes a row
    /// as a whole.
    #[must_use]
    pub fn row_fields(&self) -> Option<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        fields(&self.plan.node, &mut found).then_some(found)
    }

    /// Whether it asks of a list nothing but how many there are.
    #[must_use]
    pub fn only_counts(&self, path: &[String]) -> bool {
        only_counts(&self.plan.node, path)
    }

    /// The paths that it reads beside what it asks of each row.
    #[must_use]
    pub fn reads_beside_rows(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        beside(&self.plan.node, &mut found);
        found
    }
}

fn fields(node: &Node, found: &mut BTreeSet<String>) -> bool {
    if let Node::Row(_, path) = node {
        found.extend(path.first().cloned());
        return !path.is_empty();
    }
    if let Node::Field(_, field) = node {
        found.insert(field.clone());
    }
    node.parts().into_iter().all(|part| fields(part, found))
}

fn only_counts(node: &Node, path: &[String]) -> bool {
    let is_it = |node: &Node| matches!(node, Node::Path(read) if read.starts_with(path));
    let is_counted = matches!(node, Node::Count(list) if is_it(list));
    is_counted || !is_it(node) && node.parts().into_iter().all(|part| only_counts(part, path))
}

fn beside(node: &Node, found: &mut Vec<Vec<String>>) {
    if let Node::Path(path) = node {
        found.push(path.clone());
    } else if let Node::Each { list, .. } | Node::Rank { list, .. } = node {
        beside(list, found);
    } else {
        node.parts().into_iter().for_each(|part| beside(part, found));
    }
}
