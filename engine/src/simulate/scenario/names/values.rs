//! Whether what a scenario expects may be a value of its variable, label or value, and what it fills in
//! and expects of calls is there.

use super::Names;
use crate::{
    definition::{
        Definition, EffectKind, Section,
        document::{Entry, Kind, Node},
    },
    expression::Type,
};

impl<'c> Names<'c> {
    /// What variables, labels and values are expected to be.
    pub(super) fn valued(&self, node: &'c Node, of: &[&'c Definition]) {
        for key in ["vars", "values", "labels"] {
            for Entry { key: name, value } in node.entries_of(key) {
                let kinds = of.iter().filter_map(|of| kind(of, key, &name.text));
                let mut wanted = kinds.map(|kind| misfit(kind, value));
                let Some(first) = wanted.next().flatten() else { continue };
                if wanted.all(|wanted| wanted.is_some()) {
                    let message =
                        format!("「{}」是{}，这里写的是{}", name.text, first.0, written(value));
                    self.report.error(&value.spot, message, first.1);
                }
            }
        }
    }

    /// The fields of a section, or of its rows.
    pub(super) fn filled(&self, node: &Node, sections: &[&Section]) {
        let known = || sections.iter().flat_map(|section| section.fields.keys());
        let rows = node.items().iter().chain([node]);
        for Entry { key, .. } in rows.flat_map(Node::entries) {
            self.one_of(&key.spot, "字段", &key.text, known().map(|it| it.as_str()));
        }
    }

    /// What services are asked to do by these, with what.
    pub(super) fn called(&self, node: &Node, of: &[&'c Definition]) {
        let effects = of.iter().flat_map(|of| of.steps()).flat_map(|step| &step.effects);
        let calls: Vec<_> = effects
            .filter_map(|effect| {
                let EffectKind::Call { service, operation, with } = &effect.kind else {
                    return None;
                };
                Some((format!("{service}.{operation}"), with))
            })
            .collect();
        for Entry { key, value } in node.entries_of("calls") {
            if calls.is_empty() {
                let message = "这个流程不请外部服务，没有 call";
                self.report.error(&key.spot, message, "去掉 calls，或在动作里写 call");
                continue;
            }
            let known = calls.iter().map(|(name, _)| name.as_str());
            self.one_of(&key.spot, " call（服务.操作）", &key.text, known);
            let mut made = calls.iter().filter(|(name, _)| *name == key.text).peekable();
            if made.peek().is_none() {
                continue;
            }
            let known: Vec<&str> =
                made.flat_map(|(_, with)| with.keys()).map(|name| name.as_str()).collect();
            let written = value.items().iter().chain([value]);
            for Entry { key, .. } in written.flat_map(Node::entries) {
                self.one_of(&key.spot, "参数", &key.text, known.iter().copied());
            }
        }
    }

    /// Who is expected to have tasks, and for whom somebody acts.
    pub(super) fn people(&self, node: &'c Node) {
        for entry in node.entries_of("tasks") {
            entry.value.items().iter().for_each(|item| self.account(item));
        }
    }
}

fn kind<'d>(definition: &'d Definition, key: &str, name: &str) -> Option<&'d Type> {
    match key {
        "vars" => definition.vars.get(name).map(|var| &var.value_type),
        "labels" => definition.labels.get(name).map(|label| label.value_type()),
        _ => definition.values.get(name).map(|value| value.value_type()),
    }
}

/// What a value is called that this is not, and what to write.
fn misfit(kind: &Type, node: &Node) -> Option<(String, &'static str)> {
    let text = node.text().filter(|text| !text.is_empty());
    if text == Some("none") {
        return None;
    }
    let found = |remedy| Some((kind.present().to_string(), remedy));
    match (kind.present(), text) {
        (Type::List(_), Some(_)) => found("写成清单：[一, 二]，空的写 []"),
        (Type::Integer, Some(text)) if text.parse::<i64>().is_err() => found("写成 3 的样子"),
        (Type::Decimal, Some(text)) if text.parse::<rust_decimal::Decimal>().is_err() => {
            found("写成 3.50 的样子")
        }
        (Type::Bool, Some(text)) if !["true", "false"].contains(&text) => {
            found("写成 true 或 false")
        }
        (Type::Date, Some(text)) if text.parse::<jiff::civil::Date>().is_err() => {
            found("写成 2026-07-01 的样子")
        }
        (
            Type::Text | Type::Integer | Type::Decimal | Type::Bool | Type::Date | Type::Choice(_),
            None,
        ) => {
            let is_written = !matches!(node.kind, Kind::Null | Kind::Scalar(_));
            is_written.then(|| found("写一个值，不写清单"))?
        }
        (
            Type::List(_)
            | Type::Text
            | Type::Integer
            | Type::Decimal
            | Type::Bool
            | Type::Date
            | Type::Choice(_)
            | Type::Moment
            | Type::Span
            | Type::File
            | Type::Record(_)
            | Type::Map(_)
            | Type::Reference(_)
            | Type::Optional(_)
            | Type::Never,
            _,
        ) => None,
    }
}

fn written(node: &Node) -> String {
    match &node.kind {
        Kind::List(_) => "清单".to_owned(),
        Kind::Map(_) => "映射".to_owned(),
        Kind::Null | Kind::Scalar(_) => format!("「{}」", node.text().unwrap_or_default()),
    }
}
