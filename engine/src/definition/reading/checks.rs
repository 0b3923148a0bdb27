//! Start-checks (开始检测).

use indexmap::IndexMap;

use super::{Reader, participants::item};
use crate::{
    definition::{
        Assigned, Assignment, Check, CheckPhase, CheckSeverity,
        document::{Entry, Node},
        scope::Scope,
        type_text::is_text,
    },
    expression::Expression,
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
        let has_part = node.get("part").is_some();
        let page = node.get("page").and_then(|node| self.page(node, has_part, &inner));
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
            page,
            fix: self.fix(node, severity, &inner),
        })
    }

    /// The page of a part that is filled in on several.
    fn page(&self, node: &Node, has_part: bool, scope: &Scope<'_>) -> Option<Expression> {
        if !has_part {
            let message = "page 说的是 part 的哪一页，这里没有 part";
            self.report.error(&node.spot, message, "加上 part: 栏目");
        }
        self.expression_of(node, scope, "文本（类别的编号）", |kind| {
            is_text(kind.present())
        })
    }

    /// How the system sets the form right.
    fn fix(&self, node: &Node, severity: CheckSeverity, scope: &Scope<'_>) -> Vec<Assignment> {
        let set = node.entry("set");
        if severity != CheckSeverity::Fix {
            if let Some(set) = set {
                let message = "只有 severity: fix 的检测会改表单";
                self.report.error(&set.key.spot, message, "去掉 set，或写 severity: fix");
            }
            return Vec::new();
        }
        let Some(set) = set else {
            let message = "severity: fix 的检测没有写怎样改";
            self.report.error(&node.spot, message, "加上 set: {form.栏目.字段: 表达式}");
            return Vec::new();
        };
        for entry in set.value.entries().iter().filter(|entry| !is_form(&entry.key.text)) {
            let message = format!("检测只能改表单，「{}」不是表单的字段", entry.key.text);
            self.report.error(&entry.key.spot, message, "写成 form.栏目.字段");
        }
        let mut assignments = self.assignments(node, scope);
        assignments.retain(|assignment| matches!(assignment.to, Assigned::Form(..)));
        assignments
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

fn is_form(name: &str) -> bool {
    name.starts_with("form.")
}
