//! Variables, and what other cases show, that are compared with a text that nothing ever puts into them.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};

use crate::{
    definition::{
        Assigned, Definition, EffectKind,
        document::Node,
        reading::Reader,
        scope::Scope,
        world::{CASE_ROW, World},
    },
    expression::{Expression, Type},
    names::{VarName, WorkflowKey},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    let known = Setting { world: reader.world, definition }.known();
    for (node, expression) in reader.read.borrow().iter() {
        for (path, text) in expression.compared_texts() {
            if let [var] = &path[..] {
                let texts = known.get(var).filter(|texts| !texts.contains(&text));
                if let Some(texts) = texts {
                    let message = format!("变量「{var}」永远不会是 '{text}'：没有动作这样设它");
                    tell(reader, node, &text, (message, texts));
                }
                continue;
            }
            let shown = shown_texts(reader, definition, scope, (expression, &path));
            if let Some((workflow, texts)) = shown.filter(|(_, texts)| !texts.contains(&text)) {
                let field = path.last().map(String::as_str).unwrap_or_default();
                let message = format!(
                    "流程 {workflow} 的「{field}」永远不会是 '{text}'：那边没有动作这样设它"
                );
                tell(reader, node, &text, (message, &texts));
            }
        }
    }
}

fn tell(reader: &Reader<'_>, node: &Node, text: &str, (message, texts): (String, &[String])) {
    let source = node.text().unwrap_or_default();
    let quoted = source.find(&format!("'{text}'"));
    let at = quoted.map_or(0, |at| source[..at].chars().count());
    let shown: IndexSet<String> = texts.iter().map(|text| format!("'{text}'")).collect();
    let shown: Vec<String> = shown.into_iter().collect();
    let remedy = format!("可能的值：{}", shown.join("、"));
    reader.report.doubt_at(node.spot.place_within(source, at), message, remedy);
}

/// The workflow whose cases a path reads a field of, and the texts that they may show there.
fn shown_texts(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    (expression, path): (&Expression, &[String]),
) -> Option<(String, Vec<String>)> {
    let [root, field] = path else { return None };
    let kind = match root.as_str() {
        "it" => told(definition, expression)?.value_type().clone(),
        root => scope.kind(root)?,
    };
    let row = if let Type::List(row) = kind.present() { row.present() } else { kind.present() };
    let record = row.fields()?;
    let is_case = CASE_ROW.iter().all(|name| record.fields.contains_key(*name));
    let is_text = record.fields.get(field).is_some_and(|kind| *kind.present() == Type::Text);
    let workflow = WorkflowKey::from(record.name.as_str());
    let mut texts = Vec::new();
    for shown in reader.world.meant_by(&workflow).filter(|_| is_case && is_text) {
        let setting = Setting { world: reader.world, definition: shown };
        texts.extend(setting.of_shown(field)?);
    }
    texts.iter().any(|text| !text.is_empty()).then_some((record.name.clone(), texts))
}

/// The cases that are told something where this is true of them.
fn told<'d>(definition: &'d Definition, filter: &Expression) -> Option<&'d Expression> {
    let mut effects = definition.steps().flat_map(|step| &step.effects);
    effects.find_map(|effect| {
        let EffectKind::Tell { of, filter: Some(asked), .. } = &effect.kind else { return None };
        (asked == filter).then_some(of)
    })
}

/// A definition among those that set its variables.
#[derive(Clone, Copy)]
struct Setting<'w> {
    world: &'w World,
    definition: &'w Definition,
}

impl<'w> Setting<'w> {
    /// The texts that each variable may hold, where all that is ever put into it is known.
    fn known(self) -> BTreeMap<String, Vec<String>> {
        let of_var = |var: &VarName| {
            let texts = self.of_var(var, &mut Vec::new())?;
            texts.iter().any(|text| !text.is_empty()).then(|| (var.to_string(), texts))
        };
        self.definition.vars.keys().filter_map(of_var).collect()
    }

    /// The texts that a variable or a label may show.
    fn of_shown(self, name: &str) -> Option<Vec<String>> {
        match self.definition.labels.get(name) {
            Some(label) => self.of(label, &mut Vec::new()),
            None => self.of_var(&name.into(), &mut Vec::new()),
        }
    }

    /// The texts that a variable may hold; `seen` are those that are being asked about.
    fn of_var(self, name: &VarName, seen: &mut Vec<(WorkflowKey, VarName)>) -> Option<Vec<String>> {
        let var = self.definition.vars.get(name)?;
        let here = (self.definition.key.clone(), name.clone());
        if seen.contains(&here) {
            return Some(Vec::new());
        }
        seen.push(here);
        if *var.value_type.present() != Type::Text {
            return None;
        }
        let mut texts: Vec<String> = var.initial.as_text().map(str::to_owned).into_iter().collect();
        for definition in self.world.definitions.get()?.iter() {
            let is_own = definition.lineage.contains(&self.definition.key);
            let setting = Setting { definition, ..self };
            for step in definition.steps() {
                let own =
                    step.set.iter().filter(|set| is_own && set.to == Assigned::Var(name.clone()));
                let started =
                    step.effects.iter().filter_map(|effect| self.started(&effect.kind)?.get(name));
                for value in own.map(|set| &set.value).chain(started) {
                    texts.extend(setting.of(value, seen)?);
                }
            }
        }
        Some(texts)
    }

    /// What an effect sets of a case that it starts of this definition, of its bases, or of what extends
    /// it.
    fn started(self, kind: &EffectKind) -> Option<&IndexMap<VarName, Expression>> {
        let EffectKind::Start { workflow, set, .. } = kind else { return None };
        let is_over = |it: &Definition| it.lineage.contains(&self.definition.key);
        let is_meant = self.definition.lineage.contains(workflow)
            || self.world.meant_by(workflow).any(|it| it.key == *workflow && is_over(it));
        is_meant.then_some(set)
    }

    /// The texts that an expression may give; `None` where that is any.
    fn of(self, value: &Expression, seen: &mut Vec<(WorkflowKey, VarName)>) -> Option<Vec<String>> {
        if let Some(constant) = value.constant() {
            return constant.as_text().map(|text| vec![text.to_owned()]);
        }
        if let Type::Choice(options) = value.value_type().present() {
            return Some(options.to_vec()).filter(|options| !options.is_empty());
        }
        self.of_var(&value.source().trim().into(), seen)
    }
}

/// Variables that whoever starts a case of this workflow sets.
pub(super) fn started_with(reader: &Reader<'_>) -> Vec<String> {
    fn below(node: &crate::definition::document::Node, key: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for entry in node.entries() {
            let is_meant = entry.value.text_of("workflow").is_some_and(key);
            if is_meant {
                let set = entry.value.entries_of("set").iter();
                found.extend(set.map(|entry| entry.key.text.clone()));
            }
            found.extend(below(&entry.value, key));
        }
        found
    }
    let outline = reader.outline;
    let outlines = reader.world.outlines.values();
    outlines.flat_map(|other| below(&other.root, &|key| outline.covers(key))).collect()
}
