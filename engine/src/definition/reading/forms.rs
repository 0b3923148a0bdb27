//! The form: sections of the definition's own and of the catalogue.

use indexmap::IndexMap;

use super::{
    Reader,
    demands::Filled,
    naming::{row_type, section_type},
    whole,
};
use crate::{
    definition::{
        Form, Requirement, RowLimits, Section,
        document::{Entry, Kind, Node, Spot},
        outline::SectionOutline,
        scope::Scope,
    },
    expression::{Expression, Type},
    names::{FieldName, SectionName},
};

impl Reader<'_> {
    /// The form.
    pub(super) fn form(&self, scope: &Scope<'_>) -> Form {
        let chosen_by = self.chosen_by();
        let mut sections = IndexMap::new();
        for (name, section) in &self.outline.sections {
            let chosen = if section.is_chosen { chosen_by } else { None };
            sections.insert(
                SectionName::from(name.as_str()),
                self.section(name, section, chosen, scope),
            );
        }
        Form { sections }
    }

    /// The variable that chooses a section.
    fn chosen_by(&self) -> Option<&str> {
        let form = self.outline.root.get("form")?;
        if let Some(entry) = form.entry("chosen_by").filter(|_| form.get("use").is_none()) {
            self.report.error(
                &entry.key.spot,
                "chosen_by 要和 use 一起写",
                "加上 use: catalog/文件",
            );
        }
        let node = form.get("chosen_by")?;
        let name = node.text()?;
        self.use_names(vec![vec![name.to_owned()]]);
        let Some(var) = self.outline.vars.get(name) else {
            let known = self.outline.vars.keys().map(String::as_str);
            self.report.unknown(&node.spot, "变量", name, known);
            return None;
        };
        if let Some((kind, _)) = var.as_ref().filter(|(kind, _)| *kind != Type::Text) {
            self.report.error(
                &node.spot,
                format!("选出栏目的变量「{name}」应当是文本，它是{kind}"),
                "",
            );
            return None;
        }
        Some(name)
    }

    fn section(
        &self,
        name: &str,
        section: &SectionOutline,
        chosen_by: Option<&str>,
        scope: &Scope<'_>,
    ) -> Section {
        let node = &section.node;
        let mut inner = scope.with("it", Some(section_type(section)));
        if !section.is_rows {
            inner.define("row", Some(row_type(&section.fields)));
        }
        let row = scope.with("row", Some(row_type(&section.fields)));
        let chosen = chosen_by.map(|var| format!("{var} == '{name}'"));
        let rows = section.is_rows.then(|| {
            let rows = node.get("rows").unwrap_or(node);
            self.examine_limits(rows);
            self.examine_row_count(rows);
            limits(rows)
        });
        let (fields, require) =
            (self.fields(node.entries_of("fields"), &row), self.requirements(node, &inner));
        let filled = rows.map_or(Filled::Section(&fields), Filled::Rows);
        self.examine_demands(node, &require, (filled, &inner));
        Section {
            name: node.text_of("name").unwrap_or(name).to_owned(),
            hint: node.text_of("hint").map(str::to_owned),
            page: node.text_of("page").map(str::to_owned),
            when: self.section_when(node, chosen, scope),
            rows,
            slot: node.get("slot").and_then(|slot| self.slot(section, slot)),
            visible_to: node.get("visible_to").map(|visible| {
                visible.items().iter().filter_map(|item| self.participant(item)).collect()
            }),
            fields,
            require,
        }
    }

    /// The field by which the rows of a section stand in slots.
    fn slot(&self, section: &SectionOutline, node: &Node) -> Option<FieldName> {
        let name = node.text()?;
        if section.is_rows && section.fields.contains_key(name) {
            return Some(name.into());
        }
        let known = section.fields.keys().filter(|_| section.is_rows).map(String::as_str);
        self.report.unknown(&node.spot, "行的字段", name, known);
        None
    }

    /// When a section is shown: while the variable chooses it, and while its own `when` holds.
    fn section_when(
        &self,
        node: &Node,
        chosen: Option<String>,
        scope: &Scope<'_>,
    ) -> Option<Expression> {
        let own = self.when(node, scope);
        let Some(chosen) = chosen else { return own };
        let both = match node.text_of("when") {
            Some(when) => format!("{chosen} and ({when})"),
            None => chosen,
        };
        scope.plain(&both, &Type::Bool)
    }

    /// A section that the form does not have, as far as the form is known.
    pub(super) fn unknown_section(&self, spot: &Spot, name: &str) {
        if self.outline.is_form_known {
            let known = self.outline.sections.keys().map(String::as_str);
            self.report.unknown(spot, "栏目", name, known);
        } else {
            self.report.give_up();
        }
    }

    /// The `require` of a map.
    pub(super) fn requirements(&self, node: &Node, scope: &Scope<'_>) -> Vec<Requirement> {
        let requirement = |entry: &Entry| {
            let when = self.when(&entry.value, scope);
            let that = entry.value.get("that").and_then(|node| self.condition(node, scope));
            let say = entry.value.get("say").and_then(|node| self.template(node, scope));
            let name = entry.key.text.as_str().into();
            Some(Requirement { name, when, that: that?, say: say? })
        };
        node.entries_of("require").iter().filter_map(requirement).collect()
    }
}

/// `min` and `max` of a map, or no limits where there is only `true`.
pub(super) fn limits(node: &Node) -> RowLimits {
    if !matches!(node.kind, Kind::Map(_)) {
        return RowLimits::default();
    }
    RowLimits { min: whole(node, "min").unwrap_or_default(), max: whole(node, "max") }
}
