//! A definition as a whole, put together from its parts.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::{Reader, naming::Naming};
use crate::{
    definition::{
        Definition, Start, Var,
        document::Node,
        scope::Scope,
        world::{CODES, catalogue_path},
    },
    names::{DefinitionHash, LetterName, VarName, WorkflowKey},
};

/// Where the host's schema is.
pub(in crate::definition) const HOST_FILE: &str = "host.yaml";

impl Reader<'_> {
    /// Reads all of the definition; `texts` are the files it may be made of. With the names that its
    /// expressions use.
    pub(in crate::definition) fn definition(
        &self,
        texts: &BTreeMap<String, String>,
    ) -> (Definition, Scope<'static>) {
        let root = &self.outline.root;
        let Naming { scope, facts, values } = self.naming();
        let (states, status_names) = self.state_map(&scope);
        let mut definition = Definition {
            key: WorkflowKey::from(self.outline.key.as_str()),
            lineage: self.outline.lineage.iter().map(|key| key.as_str().into()).collect(),
            name: root.text_of("name").unwrap_or(&self.outline.key).to_owned(),
            hash: DefinitionHash::from(""),
            start: self.start(&scope),
            participants: self.participants(&scope),
            vars: self.vars(),
            labels: self.labels(&scope),
            holds: self.holds(&scope),
            numbers: self.numbers(&scope),
            documents: self.documents(&scope),
            links: self.links(),
            shows: self.shows(),
            readers: self.readers(),
            form: self.form(&scope),
            checks: self.checks(&scope),
            tasks: self.task_map(&scope),
            letters: BTreeMap::new(),
            sources: BTreeMap::new(),
            facts,
            values,
            states,
            status_names,
        };
        definition.letters = self.letters_used();
        definition.sources = self.sources(texts);
        definition.hash = hash(&definition);
        (definition, scope)
    }

    fn vars(&self) -> IndexMap<VarName, Var> {
        let var = |(name, var): (&String, &Option<_>)| {
            let (value_type, initial) = Option::clone(var)?;
            Some((VarName::from(name.as_str()), Var { value_type, initial }))
        };
        self.outline.vars.iter().filter_map(var).collect()
    }

    fn start(&self, scope: &Scope<'_>) -> Start {
        let empty;
        let node = match self.outline.root.get("start") {
            Some(node) => node,
            None => {
                empty = Node::empty(&self.outline.root.spot);
                &empty
            }
        };
        let kind = |entry: &crate::definition::document::Entry| {
            (entry.key.text.as_str().into(), entry.value.text().unwrap_or_default().to_owned())
        };
        Start {
            by: node.get("by").and_then(|by| self.participant(by)),
            given: node.entries_of("given").iter().map(kind).collect(),
            action: self.action(node, "发起", scope),
        }
    }

    fn letters_used(&self) -> BTreeMap<LetterName, String> {
        let letters = self.letters.borrow();
        let text =
            |name: &String| Some((name.as_str().into(), self.world.letters.get(name)?.clone()));
        letters.iter().filter_map(text).collect()
    }

    /// The hash of each file that the definition is made of.
    fn sources(&self, texts: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let root = &self.outline.root;
        let mut paths = self.outline.files.clone();
        paths.push(HOST_FILE.to_owned());
        if root.get("statuses").is_some() {
            paths.push(CODES.to_owned());
        }
        let tables = root.entries_of("facts").iter().filter_map(|fact| fact.value.text_of("table"));
        let used = root.get("form").and_then(|form| form.text_of("use"));
        paths.extend(tables.chain(used).map(catalogue_path));
        paths.extend(self.letters.borrow().iter().map(|name| format!("letters/{name}.txt")));
        let hash = |path: String| {
            let text = texts.get(&path)?;
            Some((path, hex::encode(Sha256::digest(text.as_bytes()))))
        };
        paths.into_iter().filter_map(hash).collect()
    }
}

fn hash(definition: &Definition) -> DefinitionHash {
    let mut hash = Sha256::new();
    hash.update(definition.key.as_str());
    for (path, sum) in &definition.sources {
        hash.update(format!("\n{path} {sum}"));
    }
    hex::encode(hash.finalize()).into()
}
