//! The effects of a step, with everything they need evaluated: whoever carries them out later needs
//! no definition.

use std::collections::BTreeMap;

use crate::{
    decision::{
        Effect, Event, Undecided, effect::number_mark, knowledge::Knowledge, progress::Progress,
    },
    definition::{EffectKind, EffectRule},
    expression::{Expression, Value},
    names::{CaseId, LinkName, NumberName, SectionName},
};

impl Progress<'_> {
    pub(super) fn effect(&mut self, effect: &EffectRule) -> Result<(), Undecided> {
        if !self.knowledge().allows(effect.when.as_ref())? {
            return Ok(());
        }
        match &effect.kind {
            EffectKind::Notify { who, letter } => self.notify(who, letter),
            EffectKind::Document(document) => {
                let when = self.definition.documents.get(document);
                let when = when.and_then(|document| document.when.as_ref());
                // It is printed with the numbers that the same command draws.
                if !self.knowledge_with_numbers().allows(when)? {
                    return Ok(());
                }
                self.record(Event::Documented { document: document.clone() });
                self.effects.push(Effect::Document { document: document.clone() });
                Ok(())
            }
            EffectKind::Number(series) => self.draw_number(series),
            EffectKind::Call { service, operation, with } => {
                let with = self.called_with(with)?;
                let (service, operation) = (service.clone(), operation.clone());
                self.record(Event::Called {
                    service: service.clone(),
                    operation: operation.clone(),
                });
                self.effects.push(Effect::Call { service, operation, with });
                Ok(())
            }
            EffectKind::Start { .. } => self.start_other(&effect.kind),
            EffectKind::Tell { .. } => self.tell(&effect.kind),
            EffectKind::Join { link, case } => self.join(link, case),
            EffectKind::Leave { link, case } => self.leave(link, case.as_ref()),
            EffectKind::Draw(draw) => self.draw(draw),
            EffectKind::Replace(replace) => self.replace(replace),
            EffectKind::Close(task) => {
                self.record(Event::ListClosed { task: task.clone() });
                match self.definition.tasks.get(task) {
                    Some(defined) => self.count_ballots(task, defined),
                    None => Ok(()),
                }
            }
        }
    }

    fn draw_number(&mut self, series: &NumberName) -> Result<(), Undecided> {
        let Some(defined) = self.definition.numbers.get(series) else { return Ok(()) };
        let number = Value::from("{n}");
        let text = self.knowledge().render_with(&defined.text, &[("n", &number)])?;
        self.effects.push(Effect::Number { series: series.clone(), text });
        Ok(())
    }

    /// What is known with the numbers that this command draws, which are known only when it is
    /// committed: until then a mark stands for each.
    pub(super) fn knowledge_with_numbers(&self) -> Knowledge<'_> {
        let drawn = self.effects.iter().filter_map(|effect| {
            let Effect::Number { series, text } = effect else { return None };
            Some((series.clone(), text.replace("{n}", &number_mark(series))))
        });
        self.knowledge().with_drawn(drawn.collect())
    }

    /// The arguments of a call.
    fn called_with(
        &self,
        expressions: &indexmap::IndexMap<String, Expression>,
    ) -> Result<BTreeMap<String, Value>, Undecided> {
        let knowledge = self.knowledge_with_numbers();
        let value = |(name, expression): (&String, &Expression)| {
            Ok((name.clone(), knowledge.evaluate(expression)?))
        };
        expressions.iter().map(value).collect()
    }

    fn values<K: Clone + ToString>(
        &self,
        expressions: &indexmap::IndexMap<K, Expression>,
    ) -> Result<BTreeMap<String, Value>, Undecided> {
        self.values_with(expressions, &[])
    }

    fn values_with<K: Clone + ToString>(
        &self,
        expressions: &indexmap::IndexMap<K, Expression>,
        row: &[(&'static str, &Value)],
    ) -> Result<BTreeMap<String, Value>, Undecided> {
        let knowledge = self.knowledge();
        let value = |expression| knowledge.evaluate_with(expression, row);
        let values =
            expressions.iter().map(|(name, expression)| Ok((name.to_string(), value(expression)?)));
        values.collect()
    }

    fn start_other(&mut self, kind: &EffectKind) -> Result<(), Undecided> {
        let EffectKind::Start { each: Some(each), .. } = kind else {
            return self.start_one(kind, &[]);
        };
        let rows = self.knowledge().evaluate(each)?;
        let mut rows = rows.as_list().unwrap_or_default().iter();
        rows.try_for_each(|row| self.start_one(kind, &[("it", row)]))
    }

    fn start_one(
        &mut self,
        kind: &EffectKind,
        row: &[(&'static str, &Value)],
    ) -> Result<(), Undecided> {
        let EffectKind::Start { link, workflow, given, set, form, .. } = kind else {
            return Ok(());
        };
        let given = self.values_with(given, row)?.into_iter();
        let given = given.map(|(name, value)| (name.into(), value.display())).collect();
        let set = self.values_with(set, row)?.into_iter();
        let set = set.map(|(name, value)| (name.into(), value)).collect();
        let form = match form {
            Some(form) => filled_sections(&self.knowledge().evaluate_with(form, row)?),
            None => BTreeMap::new(),
        };
        let (link, workflow) = (link.clone(), workflow.clone());
        self.effects.push(Effect::Start { link, workflow, given, set, form });
        Ok(())
    }

    fn tell(&mut self, kind: &EffectKind) -> Result<(), Undecided> {
        let EffectKind::Tell { of, filter, action, ask, all } = kind else { return Ok(()) };
        let knowledge = self.knowledge();
        let rows = knowledge.evaluate(of)?;
        let rows = match rows.as_list() {
            Some(rows) => rows,
            None if rows.is_none() => &[],
            None => std::slice::from_ref(&rows),
        };
        let mut cases = std::collections::BTreeSet::new();
        for row in rows {
            if knowledge.allows_with(filter.as_ref(), &[("it", row)])? {
                cases.extend(case_id(row));
            }
        }
        let asked = self.values(ask)?;
        let cases = cases.into_iter().collect();
        self.effects.push(Effect::Tell { cases, action: action.clone(), asked, all: *all });
        Ok(())
    }

    fn join(&mut self, link: &LinkName, case: &Expression) -> Result<(), Undecided> {
        let row = self.knowledge().evaluate(case)?;
        let linked = self.case.links.get(link);
        let new = case_id(&row).filter(|case| !linked.is_some_and(|cases| cases.contains(case)));
        if let Some(case) = new {
            self.may_link(link)?;
            self.record(Event::Linked { link: link.clone(), case: case.clone() });
            self.effects.push(Effect::Join { link: link.clone(), case });
        }
        Ok(())
    }

    fn leave(&mut self, link: &LinkName, case: Option<&Expression>) -> Result<(), Undecided> {
        let linked = self.case.links.get(link).cloned().unwrap_or_default();
        let left: Vec<CaseId> = match case {
            Some(case) => case_id(&self.knowledge().evaluate(case)?).into_iter().collect(),
            None => linked.iter().cloned().collect(),
        };
        for case in left.into_iter().filter(|case| linked.contains(case)) {
            self.record(Event::Unlinked { link: link.clone(), case: case.clone() });
            self.effects.push(Effect::Leave { link: link.clone(), case });
        }
        Ok(())
    }
}

/// The case a row (with `id`) or text names.
fn case_id(row: &Value) -> Option<CaseId> {
    let id = row.get("id").unwrap_or(row).as_text();
    id.filter(|id| !id.is_empty()).map(CaseId::from)
}

/// The sections in which something is filled in.
fn filled_sections(form: &Value) -> BTreeMap<SectionName, Value> {
    let sections = form.as_map().cloned().unwrap_or_default().into_iter();
    let filled = sections.filter(|(_, section)| match section.as_map() {
        Some(fields) => {
            fields.values().any(|value| !value.is_blank() && *value != Value::Bool(false))
        }
        None => !section.is_blank(),
    });
    filled.map(|(name, section)| (SectionName::from(name), section)).collect()
}
