//! Starting a case, as a scenario says it.

use std::collections::BTreeMap;

use super::{Run, Stop, Wish, scenario::Started};
use crate::{
    decision::Start,
    definition::{Place, report::suggestion},
    expression::Value,
    names::{SectionName, SubjectName},
};

impl Run<'_> {
    pub(super) fn start(&mut self, started: &Started, place: &Place) -> Result<Wish, Stop> {
        let workflow = started.workflow.as_deref().unwrap_or(self.workflow);
        let Some(definition) = self.world.definition(workflow) else {
            self.fail(place, format!("没有叫「{workflow}」的流程"));
            return Err(Stop);
        };
        let mut form = BTreeMap::new();
        for (path, value) in &started.form {
            put(&mut form, path, value);
        }
        let given = started.given.iter().map(|(name, id)| (name.as_str().into(), id.clone()));
        let start = Start {
            id: self.world.new_id(&started.name),
            version: 1,
            by: self.world.actor(&started.by),
            given: given.collect(),
            asked: started.ask.clone(),
            form,
            set: BTreeMap::new(),
            link: None,
        };
        Ok(Wish::Start(started.name.clone(), definition, Box::new(start)))
    }

    /// The subjects that a start names: those the workflow wants, and ones that the scenario gave.
    pub(super) fn examine_given(&mut self, started: &Started, place: &Place) -> Result<(), Stop> {
        let workflow = started.workflow.as_deref().unwrap_or(self.workflow);
        // That there is no such workflow is told where it is started.
        let Some(definition) = self.world.definition(workflow) else { return Ok(()) };
        let wanted = &definition.start.given;
        let names = || wanted.keys().map(SubjectName::as_str);
        for (name, id) in &started.given {
            let Some(kind) = wanted.get(name.as_str()) else {
                let key = &definition.key;
                let remedy = suggestion(name, names());
                self.fail(place, format!("流程 {key} 的 given 没有「{name}」（{remedy}）"));
                return Err(Stop);
            };
            if self.world.surroundings.subject(&(kind.clone(), id.clone())).is_none() {
                let known = self.world.surroundings.subjects_of(kind).join("、");
                self.fail(place, format!("给定的对象里没有 {kind}「{id}」（有：{known}）"));
                return Err(Stop);
            }
        }
        match names().find(|name| !started.given.contains_key(*name)) {
            Some(missing) => {
                let key = &definition.key;
                self.fail(
                    place,
                    format!("发起 {key} 还要给定「{missing}」；发起别的流程写 workflow"),
                );
                Err(Stop)
            }
            None => Ok(()),
        }
    }
}

/// Puts `section` or `section.field` into the form of a start.
fn put(form: &mut BTreeMap<SectionName, Value>, path: &str, value: &Value) {
    let Some((section, field)) = path.split_once('.') else {
        form.insert(path.into(), value.clone());
        return;
    };
    let section = form.entry(section.into()).or_insert_with(|| Value::Map(Default::default()));
    if let Value::Map(fields) = section {
        fields.insert(field.to_owned(), value.clone());
    }
}
