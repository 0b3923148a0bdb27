//! Start-checks (开始检测).

use indexmap::IndexMap;

use super::{Reader, participants::item};
use crate::{
    definition::{
        Check, CheckPhase, CheckSeverity,
        document::{Entry, Node},
        scope::Scope,
    },
    names::CheckName,
};

impl Reader<'_> {
    pub(super) fn checks(&self, scope: &Scope<'_>) -> IndexMap<CheckName, Check> {
        let check = |entry: &Entry| {
            Some((CheckName::from(entry.key.text.as_str()), self.check(&entry.value, scope)?))
        };
        self.outline.root.entries_of("checks").iter().filter_map(check).collect()
    }

    fn check(&self, node: &Node, scope: &Scope<'_>) -> Option<Check> {
        let each = node.get("each");
        let each_compiled = each.and_then(|node| {
            self.expression_of(node, scope, "清单", |kind| item(kind).is_some())
        });
        let mut inner = scope.inner();
        if each.is_some() {
            let row = each_compiled.as_ref().and_then(|list| item(list.value_type())).cloned();
            inner.define("it", row);
        }
        let template = |key: &str| node.get(key).and_then(|node| self.template(node, &inner));
        let when = self.when(node, &inner);
        let that = node.get("that").and_then(|node| self.condition(node, &inner));
        let (say, detail) = (template("say"), template("detail"));
        let part = node.get("part").and_then(|node| self.part(node));
        let severity = match node.text_of("severity")? {
            "block" => CheckSeverity::Block,
            "warn" => CheckSeverity::Warn,
            "fix" => CheckSeverity::Fix,
            _ => return None,
        };
        let phase = match node.text_of("phase") {
            Some("gate") => CheckPhase::Gate,
            Some("submit") => CheckPhase::Submit,
            Some(_) | None => CheckPhase::Check,
        };
        Some(Check {
            name: node.text_of("name").map(str::to_owned),
            severity,
            phase,
            when,
            each: each_compiled,
            that: that?,
            say: say?,
            detail,
            part,
        })
    }

    /// A part of the form: `section` or `section.field`.
    fn part(&self, node: &Node) -> Option<String> {
        let text = node.text()?;
        let sections = &self.outline.sections;
        let (section, field) = text.split_once('.').map_or((text, None), |(s, f)| (s, Some(f)));
        let Some(outline) = sections.get(section) else {
            self.unknown_section(&node.spot, section);
            return None;
        };
        if let Some(field) = field.filter(|field| !outline.fields.contains_key(*field)) {
            let known = outline.fields.keys().map(String::as_str);
            self.report.unknown(&node.spot, &format!("字段（栏目 {section}）"), field, known);
            return None;
        }
        Some(text.to_owned())
    }
}
