//! Everything around the definition that is being compiled: the host, the catalogue, the letters
//! and the other definitions.

use std::{cell::OnceCell, collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use super::{
    Definition, HostSchema, document::Node, outline::Outline, report::Report, type_text::record,
};
use crate::{
    expression::{Type, nearest::nearest},
    names::WorkflowKey,
};

/// What a definition is compiled against.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) host: HostSchema,
    /// The first document of each file of `catalog/`, by path.
    pub(super) catalogue: BTreeMap<String, Node>,
    /// The letters, by name.
    pub(super) letters: BTreeMap<String, String>,
    /// The definitions, by key.
    pub(super) outlines: IndexMap<String, Outline>,
    /// Whether a file could not be read, so that what seems to be missing may stand there.
    pub(super) is_partial: bool,
    /// What the definitions say, as far as they were understood: known once all are read, when they are
    /// examined.
    pub(super) definitions: OnceCell<Vec<Arc<Definition>>>,
}

/// Where the names of statuses are.
pub(super) const CODES: &str = "catalog/codes.yaml";

/// The fields that every row of a case has.
pub(super) const CASE_ROW: [&str; 6] = ["id", "workflow", "state", "status", "started", "ended"];

impl World {
    /// The part of a catalogue file that `catalog/FILE` or `catalog/FILE#key` names.
    pub(super) fn catalogue(&self, node: &Node, report: &Report) -> Option<&Node> {
        let text = node.text()?;
        let path = catalogue_path(text);
        let Some(file) = self.catalogue.get(&path) else {
            if self.is_partial {
                report.give_up();
            } else {
                let known = self.catalogue.keys().filter_map(|path| path.strip_suffix(".yaml"));
                report.unknown(&node.spot, "目录表", text, known);
            }
            return None;
        };
        let Some((_, key)) = text.split_once('#') else { return Some(file) };
        let part = file.get(key);
        if part.is_none() {
            let known = file.entries().iter().map(|entry| entry.key.text.as_str());
            report.unknown(&node.spot, &format!("{path} 的键"), key, known);
        }
        part
    }

    /// Knows a workflow by its key, or says that there is none.
    pub(super) fn workflow(&self, node: &Node, report: &Report) -> Option<&Outline> {
        let key = node.text()?;
        let outline = self.outlines.get(key);
        if outline.is_none() && self.is_partial {
            report.give_up();
        } else if outline.is_none() {
            report.unknown(&node.spot, "流程", key, self.outlines.keys().map(String::as_str));
        }
        outline
    }

    /// Whether there is a workflow of this key.
    pub(super) fn knows(&self, workflow: &str) -> bool {
        self.outlines.contains_key(workflow)
    }

    /// The definitions that a name of `workflow` means.
    pub(super) fn covering(&self, workflow: &str) -> impl Iterator<Item = &Outline> {
        self.outlines.values().filter(move |outline| outline.covers(workflow))
    }

    /// The definitions themselves that a name of `workflow` means.
    pub(super) fn meant_by(&self, workflow: &WorkflowKey) -> impl Iterator<Item = &Definition> {
        let known = self.definitions.get().into_iter().flatten().map(AsRef::as_ref);
        known.filter(move |definition: &&Definition| definition.lineage.contains(workflow))
    }

    /// How other cases see a case of `workflow`: `{id, workflow, state, status, started}`, its labels
    /// and the variables it shows, as far as their types are known.
    pub(super) fn case_row(&self, workflow: &str) -> Option<Type> {
        let outline = self.outlines.get(workflow)?;
        let mut states: Vec<String> = Vec::new();
        for state in self.covering(workflow).flat_map(|outline| &outline.states) {
            if !states.contains(state) {
                states.push(state.clone());
            }
        }
        let mut fields: BTreeMap<String, Type> = BTreeMap::new();
        for shown in outline.root.items_of("shows").iter().filter_map(Node::text) {
            // A misspelt one is told where it is shown, and not again wherever it is read.
            let meant = || nearest(shown, outline.vars.keys().map(String::as_str));
            let shown = if outline.vars.contains_key(shown) { Some(shown) } else { meant() };
            if let Some((shown, var)) = shown.and_then(|it| outline.vars.get_key_value(it)) {
                let kind = var.as_ref().map_or(Type::Never, |(kind, _)| kind.clone());
                fields.insert(shown.to_owned(), kind);
            }
        }
        fields.extend(outline.labels.borrow().iter().map(|(k, v)| (k.clone(), v.clone())));
        for field in CASE_ROW {
            let kind = match field {
                "state" => Type::Choice(states.clone().into()),
                "started" => Type::Moment,
                "ended" => Type::Bool,
                _ => Type::Text,
            };
            fields.insert(field.to_owned(), kind);
        }
        Some(record(workflow, fields))
    }

    /// What expressions see of a link.
    pub(super) fn linked(&self, workflow: &str, is_many: bool) -> Option<Type> {
        let row = self.case_row(workflow)?;
        Some(if is_many { row.list() } else { row.optional() })
    }
}

/// The path of the file that `catalog/FILE`, with or without `.yaml` and `#key`, names.
pub(super) fn catalogue_path(text: &str) -> String {
    let path = text.split('#').next().unwrap_or_default();
    if path.ends_with(".yaml") { path.to_owned() } else { format!("{path}.yaml") }
}
