//! Rows of a table of decisions, typed one after another.

use super::{
    super::{
        Names, TableFault, Type,
        plan::Node,
        syntax::{Syntax, SyntaxKind},
    },
    Checker, comparisons,
};

/// The plans of the rows of a table: its conditions and values, and the type of its value.
pub(in crate::expression) type Rows = Vec<(Option<Node>, Node)>;

/// The plan of a table: the first row whose condition holds gives the value.
pub(in crate::expression) fn check_rows(
    rows: &[(Option<Syntax>, Syntax)],
    names: &Names<'_>,
) -> Result<(Rows, Type), Vec<TableFault>> {
    let mut checker = Checker::new(names);
    let (mut faults, mut plans) = (Vec::new(), Vec::new());
    let mut kind: Option<Type> = None;
    for (row, (when, is)) in rows.iter().enumerate() {
        let condition = when.as_ref().map(|when| checker.condition(when));
        let found = checker.faults.drain(..);
        faults.extend(found.map(|fault| TableFault { row, is_value: false, fault }));
        let outer = checker.known.clone();
        let proven = condition.iter().flatten();
        checker.known.extend(proven.clone().flat_map(|typed| typed.holds.clone()));
        let value = checker.part(is);
        checker.known = outer;
        checker.known.extend(proven.flat_map(|typed| typed.fails.clone()));
        if let Some(value) = &value {
            let found = comparisons::refined(is, &value.kind);
            match kind.as_ref().map_or(Some(found.clone()), |kind| kind.joined(&found)) {
                Some(joined) => kind = Some(joined),
                None => {
                    let before = kind.clone().unwrap_or(Type::Never);
                    let message = format!("前面的行是{before}，这一行却是{}", value.kind);
                    // The name of something is seldom a value of a table; without quotes it is a text.
                    let is_text = matches!(before, Type::Text | Type::Choice(_));
                    let name =
                        if let SyntaxKind::Name(name) = &is.kind { Some(name) } else { None };
                    let remedy = name.filter(|_| is_text);
                    let remedy = remedy.map(|it| format!("文本要加两层引号：写成 \"'{it}'\""));
                    checker.fault::<()>(is, message, remedy);
                }
            }
        }
        let found = checker.faults.drain(..);
        faults.extend(found.map(|fault| TableFault { row, is_value: true, fault }));
        if let Some(value) = value {
            plans.push((condition.flatten().map(|typed| typed.node), value.node));
        }
    }
    if faults.is_empty() { Ok((plans, kind.unwrap_or(Type::Never))) } else { Err(faults) }
}
