//! The texts with which an expression compares what it reads.

use super::{Expression, Value, functions::Fold, plan::Node, syntax::Comparison};

/// The list that each row is of, where that is written as a path; the outermost first.
type Rows = Vec<Option<Vec<String>>>;

impl Expression {
    /// The texts that a path is compared with, by `==`, `!=` and `in`: each path and text. A field of a
    /// row is told as one of its list: of `any(kids, it.kind == 'a')` it is `kids.kind`.
    #[must_use]
    pub fn compared_texts(&self) -> Vec<(Vec<String>, String)> {
        let mut found = Vec::new();
        compared(&self.plan.node, &mut Rows::new(), &mut found);
        found
    }
}

fn compared(node: &Node, rows: &mut Rows, found: &mut Vec<(Vec<String>, String)>) {
    let mut add = |path: &Node, literal: &Node| {
        if let (Some(path), Node::Literal(Value::Text(text))) = (path_of(path, rows), literal) {
            found.push((path, text.clone()));
        }
    };
    if let Node::Compare(Comparison::Equal | Comparison::NotEqual, left, right) = node {
        add(left, right);
        add(right, left);
    } else if let Node::In(item, list) = node
        && let Node::List(items) = &**list
    {
        items.iter().for_each(|literal| add(item, literal));
    }
    let Node::Each { list, level, body, .. } = node else {
        return node.parts().into_iter().for_each(|part| compared(part, rows, found));
    };
    compared(list, rows, found);
    let of = list_of(list, rows);
    rows.truncate(*level);
    rows.resize(*level, None);
    rows.push(of);
    compared(body, rows, found);
    rows.truncate(*level);
}

/// The path that a part is, from the names of the world.
fn path_of(node: &Node, rows: &Rows) -> Option<Vec<String>> {
    if let Node::Row(level, fields) = node {
        let list = rows.get(*level)?.as_ref()?;
        return Some([list.as_slice(), fields].concat());
    }
    if let Node::Path(path) = node { Some(path.clone()) } else { None }
}

/// The list whose rows these are, all or some of them.
fn list_of(node: &Node, rows: &Rows) -> Option<Vec<String>> {
    if let Node::Each { fold: Fold::Filter | Fold::Sort, list, .. } = node {
        return list_of(list, rows);
    }
    path_of(node, rows)
}
