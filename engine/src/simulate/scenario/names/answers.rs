//! Whether what a scenario answers may be an answer, and what a case begins with is given.

use std::collections::BTreeSet;

use super::Names;
use crate::definition::{
    Action, Field, FieldKind, Options,
    document::{Entry, Kind, Node},
};

impl Names<'_> {
    /// What a case is about is a subject of the scenario.
    pub(super) fn begun_with(&self, start: &Node) {
        for entry in start.entries_of("given").iter().filter(|_| !self.is_refused) {
            let Some(id) = entry.value.text() else { continue };
            if !self.subjects.contains(id) {
                let known = self.subjects.iter().copied();
                self.report.unknown(&entry.value.spot, "对象（given 的 subjects）", id, known);
            }
        }
    }

    /// What is answered is a value of the field.
    pub(super) fn answered(&self, entry: &Entry, actions: &[&Action]) {
        let name = entry.key.text.as_str();
        let mut fields =
            actions.iter().filter_map(|it| it.ask.get(name).or_else(|| it.batch.ask.get(name)));
        let Some(first) = fields.next().filter(|_| !self.is_refused) else { return };
        let Some((wanted, remedy)) = misfit(first, &entry.value) else { return };
        if fields.all(|field| misfit(field, &entry.value).is_some()) {
            let written = entry.value.text().unwrap_or_default();
            let message = format!("「{name}」要答{wanted}，这里是「{written}」");
            self.report.error(&entry.value.spot, message, remedy);
        }
    }
}

/// What a field wants and is not answered with, and what to write instead.
fn misfit(field: &Field, node: &Node) -> Option<(&'static str, String)> {
    let text = node.text().filter(|text| !text.is_empty() && *text != "none")?;
    match &field.kind {
        FieldKind::Integer { .. } if text.parse::<i64>().is_err() => {
            Some(("整数", "写成 3 的样子".to_owned()))
        }
        FieldKind::Decimal { .. } if text.parse::<rust_decimal::Decimal>().is_err() => {
            Some(("数", "写成 3.50 的样子".to_owned()))
        }
        FieldKind::YesNo | FieldKind::Accepted if !["true", "false"].contains(&text) => {
            Some(("是否", "写成 true 或 false".to_owned()))
        }
        FieldKind::Date if text.parse::<jiff::civil::Date>().is_err() => {
            Some(("日期", "写成 2026-07-01 的样子".to_owned()))
        }
        FieldKind::Choice(Options::Fixed(options)) if !options.contains_key(text) => {
            let options: Vec<&str> = options.keys().map(String::as_str).collect();
            Some(("选项里的一个", format!("可以写：{}", options.join("、"))))
        }
        FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::YesNo
        | FieldKind::Accepted
        | FieldKind::Date
        | FieldKind::Choice(_)
        | FieldKind::Text { .. }
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Choices { .. }
        | FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Parts
        | FieldKind::Reference(_) => None,
    }
}

/// The ids of the subjects that are given anywhere below a node.
pub(super) fn given<'n>(node: &'n Node, ids: &mut BTreeSet<&'n str>) {
    for entry in node.entries() {
        if entry.key.text == "subjects" {
            let kinds = entry.value.entries().iter();
            let given = kinds.flat_map(|kind| kind.value.entries());
            ids.extend(given.map(|subject| subject.key.text.as_str()));
        }
        given(&entry.value, ids);
    }
    if let Kind::List(items) = &node.kind {
        items.iter().for_each(|item| given(item, ids));
    }
}

/// The accounts that have roles, or that rows are of, anywhere below a node.
pub(super) fn accounts<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    for entry in node.entries() {
        match entry.key.text.as_str() {
            "roles" => found.extend(entry.value.entries().iter().map(|it| it.key.text.as_str())),
            "account" => found.extend(entry.value.text()),
            _ => {}
        }
        accounts(&entry.value, found);
    }
    if let Kind::List(items) = &node.kind {
        items.iter().for_each(|item| accounts(item, found));
    }
}
