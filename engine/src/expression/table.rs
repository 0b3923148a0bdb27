//! Tables of decisions: rows with a condition and a value, of which the first that holds gives the
//! value. What a row's condition proves is known in its value, and what the conditions before it
//! disprove is known in the row.

use std::sync::Arc;

use super::{
    Expression, Fault, Names, Planned, Type, check,
    parse::parse,
    plan::{self, Node},
    syntax::Syntax,
};

/// More rows than a table that people can read.
pub const MOST_ROWS: usize = 200;

/// One row of a table, as written.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'s> {
    /// When it counts; `None` is always.
    pub when: Option<&'s str>,
    /// Its value.
    pub is: &'s str,
}

/// A fault in one row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFault {
    /// Which row, from 0.
    pub row: usize,
    /// Whether it is in the value, and not in the condition.
    pub is_value: bool,
    /// The fault.
    pub fault: Fault,
}

/// A compiled table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its value.
    pub expression: Expression,
    /// The conditions, without that of a last row that always counts.
    pub conditions: Vec<Expression>,
}

impl Table {
    /// Parses and types all rows against `names`. The last row counts wherever no other does, whether
    /// or not it has a condition: that the conditions leave no gap is for the caller to see to.
    ///
    /// # Errors
    /// Every fault found.
    pub fn compile(rows: &[TableRow<'_>], names: &Names<'_>) -> Result<Self, Vec<TableFault>> {
        let mut faults = Vec::new();
        let mut parsed: Vec<(Option<Syntax>, Syntax)> = Vec::new();
        for (row, TableRow { when, is }) in rows.iter().enumerate() {
            let mut read = |source, is_value| {
                let fault = |fault| faults.push(TableFault { row, is_value, fault });
                parse(source).map_err(fault).ok()
            };
            let when = when.map(|when| read(when, false));
            if let (Some(is), Some(when)) =
                (read(is, true), when.map_or(Some(None), |it| it.map(Some)))
            {
                parsed.push((when, is));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let (typed, kind) = check::check_rows(&parsed, names)?;
        let source = |row: &TableRow<'_>| match row.when {
            Some(when) => format!("{} if {when}", row.is),
            None => row.is.to_owned(),
        };
        let source = rows.iter().map(source).collect::<Vec<_>>().join(" else ");
        let conditions = std::iter::zip(rows, &typed).filter_map(|(row, (when, _))| {
            Some(of_plan(row.when?.to_owned(), Type::Bool, when.clone()?))
        });
        let conditions = conditions.collect();
        let mut rows = typed.into_iter().rev();
        let last = rows.next().map_or(Node::Literal(super::Value::None), |(_, value)| value);
        let node = rows.fold(last, |otherwise, (when, value)| match when {
            Some(when) => Node::Either(Box::new([when, value, otherwise])),
            None => value,
        });
        Ok(Self { expression: of_plan(source, kind, node), conditions })
    }
}

fn of_plan(source: String, value_type: Type, node: plan::Node) -> Expression {
    let mut reads = Vec::new();
    node.reads(&mut reads);
    Expression { source, value_type, reads, plan: Arc::new(Planned { node, notes: Vec::new() }) }
}
