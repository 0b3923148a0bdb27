//! Tables of decisions: rows of conditions and a value, of which the first that holds counts. A
//! table that leaves a gap, and a row that never counts, are told.

use super::{ChoiceOf, Reader};
use crate::{
    definition::{
        document::{Kind, Node, Scalar},
        grammar::Keys,
        scope::Scope,
        shape::examine_keys,
    },
    expression::{Expression, MOST_ROWS, Trying},
};

impl Reader<'_> {
    /// `[{when: condition, is: value}, …, {is: value}]`.
    pub(super) fn decision_table(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        let items = node.items();
        if items.is_empty() || items.len() > MOST_ROWS {
            let message = format!("决策表应有 1 到 {MOST_ROWS} 行，这里有 {} 行", items.len());
            self.report.error(&node.spot, message, "每行写 {when: 条件, is: 值}，最后一行只写 is");
            return None;
        }
        let rows = items.iter().map(|item| Some((item.get("when"), item.get("is")?)));
        let rows = rows.collect::<Option<Vec<_>>>()?;
        for node in rows.iter().flat_map(|(when, is)| when.iter().copied().chain([*is])) {
            self.use_names(super::paths(node.text().unwrap_or_default()));
        }
        let table = scope.table(&rows, self.report)?;
        let always = rows.iter().position(|(when, _)| when.is_none());
        let conditions: Vec<&Expression> = table.conditions.iter().collect();
        self.examine_conditions(node, always, &conditions, scope);
        Some(table.expression)
    }

    /// Rows that never count, and a gap that the conditions leave; `always` is the row without one.
    pub(super) fn examine_conditions(
        &self,
        node: &Node,
        always: Option<usize>,
        conditions: &[&Expression],
        scope: &Scope<'_>,
    ) {
        if let Some(always) = always.filter(|always| always + 1 < node.items().len()) {
            let spot = &node.items()[always + 1].spot;
            let message = format!("第 {} 行没有 when，之后的行永远轮不到", always + 1);
            self.report.error(spot, message, "把没有 when 的一行放在最后");
            return;
        }
        let repeated = repeated(conditions);
        for (index, other) in &repeated {
            let spot = &node.items()[*index].spot;
            let message =
                format!("决策表的第 {} 行永远轮不到：条件和第 {} 行一样", index + 1, other + 1);
            self.report.warn(spot, message, "改它的条件，或删去它");
        }
        let coverage = scope.coverage(conditions, Trying::NOTHING);
        let idle = coverage.into_iter().flat_map(|coverage| coverage.idle);
        for index in idle.filter(|index| !repeated.iter().any(|(it, _)| it == index)) {
            let spot = &node.items()[index].spot;
            let message = format!("决策表的第 {} 行永远轮不到：前面的行已经包括了它", index + 1);
            self.report.error(spot, message, "改它的条件，或删去它");
        }
        let rows = node.items().iter().zip(1..);
        let rows = rows.map(|(row, place)| (row.spot.clone(), format!("决策表的第 {place} 行")));
        self.chooses((&node.spot, ChoiceOf::Table), rows.collect(), conditions, scope);
    }

    /// The keys of the rows of a table or list, where the grammar does not know of it.
    pub(super) fn examine_rows(&self, node: &Node, keys: &'static Keys) {
        for (index, item) in node.items().iter().enumerate() {
            examine_keys(item, keys, &format!("第 {} 行", index + 1), self.report);
        }
    }

    /// `[{use: value}, {use: value, when: condition}]`: the list of those values whose condition
    /// holds.
    pub(super) fn list_of_rows(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        let mut parts = Vec::new();
        for item in node.items() {
            let value = self.expression(item.get("use")?, scope, None);
            let when = item.get("when").map(|when| self.condition(when, scope));
            parts.push(match (value?, when) {
                (value, None) => format!("[{}]", value.source()),
                (value, Some(when)) => {
                    format!("([{}] if {} else [])", value.source(), when?.source())
                }
            });
        }
        let kind = Kind::Scalar(Scalar { text: parts.join(" + "), quoted: true });
        self.expression(&Node { spot: node.spot.clone(), kind }, scope, None)
    }
}

/// The conditions that say the same as one before, with that one.
pub(super) fn repeated(conditions: &[&Expression]) -> Vec<(usize, usize)> {
    let words = |condition: &Expression| {
        condition.source().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = conditions.iter().map(|condition| words(condition)).collect();
    let before = |index: usize| texts[..index].iter().position(|text| *text == texts[index]);
    (0..texts.len()).filter_map(|index| Some((index, before(index)?))).collect()
}

/// Whether a list is rows of `use`.
pub(super) fn is_list_of_rows(node: &Node) -> bool {
    let items = node.items();
    !items.is_empty() && items.iter().all(|item| item.get("use").is_some())
}

/// Whether a list is rows of a table of decisions.
pub(super) fn is_table(node: &Node) -> bool {
    !node.items().is_empty() && node.items().iter().all(|item| matches!(item.kind, Kind::Map(_)))
}
