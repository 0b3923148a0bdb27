//! Tables, codes and sections that definitions take from the files of `catalog/`.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    document::{Entry, Kind, Node, Scalar, Spot},
    type_text::record,
};
use crate::{
    calendar::Moment,
    expression::{Type, Value},
};

/// A table: a list of rows and their type; or what is wrong with it.
pub(super) fn table(node: &Node) -> Result<(Type, Value), Fault> {
    let rows = rows(node)?;
    let mut columns: BTreeSet<&str> = BTreeSet::new();
    for row in &rows {
        columns.extend(row.cells.keys().copied());
    }
    let mut fields = BTreeMap::new();
    for column in columns {
        let cells: Vec<Option<&Node>> =
            rows.iter().map(|row| row.cells.get(column).copied()).collect();
        let is_everywhere = cells.iter().all(|cell| cell.is_some_and(|cell| !is_null(cell)));
        let Some(kind) = column_type(cells.iter().flatten().copied()) else { continue };
        let kind = if is_everywhere { kind } else { kind.optional() };
        fields.insert(column.to_owned(), kind);
    }
    if rows.iter().any(|row| row.id.is_some()) {
        fields.insert("id".to_owned(), Type::Text);
    }
    let values = rows.iter().map(|row| row.value(&fields)).collect();
    Ok((record("表的行", fields).list(), Value::List(values)))
}

/// What makes of a table something else than its other rows: a text among numbers, a row without the id
/// that others have.
pub(super) fn odd_cells(node: &Node) -> Vec<(Spot, String)> {
    let Ok(rows) = rows(node) else { return Vec::new() };
    let columns: BTreeSet<&str> = rows.iter().flat_map(|row| row.cells.keys().copied()).collect();
    let mut odd = Vec::new();
    for column in columns {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        let scalars: Vec<(&Node, &Scalar)> = cells
            .filter_map(|cell| match &cell.kind {
                Kind::Scalar(scalar) => Some((*cell, scalar)),
                Kind::Null | Kind::List(_) | Kind::Map(_) => None,
            })
            .collect();
        let is_number =
            |scalar: &Scalar| matches!(scalar_type(scalar), Type::Integer | Type::Decimal);
        let others = scalars.iter().filter(|(_, scalar)| !is_number(scalar)).collect::<Vec<_>>();
        if let [(cell, scalar)] = others[..]
            && scalars.len() > 2
            && !scalar.quoted
        {
            let text = &scalar.text;
            let message =
                format!("「{column}」别的行都是数，这里是文本「{text}」：整列当作文本，不能计算");
            odd.push((cell.spot.clone(), message));
        }
    }
    let has_id = |row: &&Node| row.get("id").is_some();
    if node.items().iter().filter(has_id).count() > 1 {
        let lacking = node.items().iter().filter(|row| !has_id(row));
        odd.extend(lacking.map(|row| (row.spot.clone(), "这一行没有 id，别的行有".to_owned())));
    }
    odd
}

/// What is wrong with a table.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) at: Spot,
}

struct Row<'n> {
    id: Option<&'n str>,
    cells: BTreeMap<&'n str, &'n Node>,
}

impl Row<'_> {
    fn value(&self, fields: &BTreeMap<String, Type>) -> Value {
        let mut row: BTreeMap<String, Value> = BTreeMap::new();
        for (name, kind) in fields {
            let cell = self.cells.get(name.as_str());
            row.insert(name.clone(), cell.map_or(Value::None, |cell| literal(cell, kind)));
        }
        if let Some(id) = self.id {
            row.insert("id".to_owned(), Value::Text(id.to_owned()));
        }
        Value::Map(row)
    }
}

fn rows(node: &Node) -> Result<Vec<Row<'_>>, Fault> {
    let fault = |at: &Node| Fault {
        message: format!("表应当是行的列表，或「编号: 行」，这里是{}", at.shape()),
        at: at.spot.clone(),
    };
    let cells = |node: &'_ Node| match &node.kind {
        Kind::Map(_) => Ok(()),
        Kind::Null | Kind::Scalar(_) | Kind::List(_) => Err(fault(node)),
    };
    match &node.kind {
        Kind::List(items) => {
            items.iter().map(|item| cells(item).map(|()| row(None, item))).collect()
        }
        Kind::Map(entries) => entries
            .iter()
            .map(|entry| cells(&entry.value).map(|()| row(Some(&entry.key.text), &entry.value)))
            .collect(),
        Kind::Null | Kind::Scalar(_) => Err(fault(node)),
    }
}

fn row<'n>(id: Option<&'n str>, node: &'n Node) -> Row<'n> {
    let cells = node.entries().iter().map(|entry| (entry.key.text.as_str(), &entry.value));
    Row { id, cells: cells.collect() }
}

fn is_null(node: &Node) -> bool {
    matches!(node.kind, Kind::Null)
}

/// The type of a column; `None` where its cells are no scalars or lists of text, which expressions
/// do not see.
fn column_type<'n>(cells: impl Iterator<Item = &'n Node>) -> Option<Type> {
    let mut found: Option<Type> = None;
    for cell in cells.filter(|cell| !is_null(cell)) {
        let kind = match &cell.kind {
            Kind::Scalar(scalar) => scalar_type(scalar),
            Kind::List(items) if items.iter().all(|item| item.text().is_some()) => {
                Type::Text.list()
            }
            Kind::List(_) | Kind::Map(_) | Kind::Null => return None,
        };
        found = match found {
            None => Some(kind),
            Some(known) if known == kind => Some(known),
            Some(Type::Integer | Type::Decimal)
                if matches!(kind, Type::Integer | Type::Decimal) =>
            {
                Some(Type::Decimal)
            }
            Some(Type::List(_)) => return None,
            Some(_) if matches!(kind, Type::List(_)) => return None,
            Some(_) => Some(Type::Text),
        };
    }
    found
}

/// The type that a scalar looks like.
pub(super) fn scalar_type(scalar: &Scalar) -> Type {
    match scalar.text.as_str() {
        _ if scalar.quoted => Type::Text,
        "true" | "false" => Type::Bool,
        text if text.parse::<i64>().is_ok() => Type::Integer,
        text if text.parse::<Decimal>().is_ok() => Type::Decimal,
        _ => Type::Text,
    }
}

/// The value of a cell or literal of a type that it has.
pub(crate) fn literal(node: &Node, kind: &Type) -> Value {
    match &node.kind {
        Kind::Null => Value::None,
        Kind::Scalar(scalar) => scalar_value(&scalar.text, kind.present()),
        Kind::List(items) => {
            let item = item_of(kind).unwrap_or(&Type::Text);
            Value::List(items.iter().map(|node| literal(node, item)).collect())
        }
        Kind::Map(entries) => {
            let entry = |entry: &Entry| {
                let kind = field_of(kind, &entry.key.text).unwrap_or(&Type::Text);
                (entry.key.text.clone(), literal(&entry.value, kind))
            };
            Value::Map(entries.iter().map(entry).collect())
        }
    }
}

fn scalar_value(text: &str, kind: &Type) -> Value {
    let read = if *kind == Type::Integer {
        text.parse().ok().map(Value::Integer)
    } else if *kind == Type::Decimal {
        text.parse().ok().map(Value::Decimal)
    } else if *kind == Type::Bool {
        text.parse().ok().map(Value::Bool)
    } else if *kind == Type::Date {
        text.parse().ok().map(Value::Date)
    } else if *kind == Type::Moment {
        Moment::parse(text).map(Value::Moment)
    } else if *kind == Type::Span {
        text.parse().ok().map(Value::Span)
    } else {
        None
    };
    read.unwrap_or_else(|| Value::Text(text.to_owned()))
}

fn item_of(kind: &Type) -> Option<&Type> {
    if let Type::List(item) = kind.present() { Some(item) } else { None }
}

fn field_of<'t>(kind: &'t Type, name: &str) -> Option<&'t Type> {
    if let Type::Map(item) = kind.present() {
        return Some(item);
    }
    if let Type::Record(record) = kind.present() { record.fields.get(name) } else { None }
}
