//! A form that was written in two windows at once: what the other one changed since this page was read.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::{Case, FormChange},
    definition::Form,
    expression::Value,
};

use crate::{
    cases::{
        decode::{self, KnownFiles},
        posted::Posted,
        reading::FormData,
        seen::Seen,
        words,
    },
    pages::casework::typed_text::typed_text,
};

/// What was changed elsewhere since the page was read.
#[derive(Debug, Default)]
pub(in crate::pages) struct Elsewhere {
    /// What the person is told, part by part.
    pub(in crate::pages) notices: Vec<String>,
    /// The parts of the page that were changed only there.
    only_there: Vec<String>,
    /// The parts of it that were changed here.
    typed_here: BTreeSet<String>,
}

/// What is said of a form that is out of date.
pub(in crate::pages) fn say(conflict: &str) -> String {
    format!("{conflict}您填写的内容还在下面，没有覆盖已保存的内容；核对后再提交一次")
}

impl Elsewhere {
    /// Compares the page as it was read, as it was sent, and as it is now.
    pub(in crate::pages) fn of(seen: &Seen, posted: &Posted, known: &KnownFiles) -> Self {
        let Some(read) = as_read(seen, posted) else { return Self::default() };
        let (form, now) = (&seen.definition().form, &seen.view.case.form);
        // What cannot be read was typed here, whatever it means.
        let typed = decode::form(form, &read, posted, known);
        let typed_here: BTreeSet<String> = typed
            .faults
            .iter()
            .filter_map(|fault| decode::parts_of(&fault.field).last().map(|&part| part.to_owned()))
            .chain(typed.values.iter().map(part_of))
            .collect();
        let differs = decode::form(form, now, posted, known).values;
        let differs: BTreeSet<String> = differs.iter().map(part_of).collect();
        let mut elsewhere = Self::default();
        for part in changed(form, &read, now) {
            if !posted.has(&format!("form.{part}")) {
                continue;
            }
            let (name, saved) = in_words(seen, &part, (&read, now));
            if !typed_here.contains(&part) {
                let notice = format!("「{name}」在另一处改成了：{saved}；下面已按它显示");
                elsewhere.notices.push(notice);
                elsewhere.only_there.push(part);
            } else if differs.contains(&part) {
                let notice = format!("「{name}」在另一处保存的是：{saved}。再保存就换成您这里的");
                elsewhere.notices.push(notice);
            }
        }
        elsewhere.typed_here = typed_here;
        elsewhere
    }

    /// Tells what was typed here in parts that do not show with what the other window changed.
    pub(in crate::pages) fn tell_hidden(&mut self, seen: &Seen, posted: &Posted) {
        let shows = |part: &str| seen.states.get(part).is_none_or(|state| state.visible);
        let mut hidden = posted.clone();
        hidden.pairs.retain(|(name, _)| {
            let path = name.strip_prefix("form.").unwrap_or(name);
            let parts = decode::parts_of(name);
            let is_typed = parts.iter().any(|&part| self.typed_here.contains(part));
            is_typed && !parts.into_iter().chain([path]).all(shows)
        });
        let typed = typed_text((&seen.definition().form, &seen.states), None, &hidden);
        let typed: Vec<_> =
            typed.into_iter().map(|(name, value)| format!("「{name}」：{value}")).collect();
        if !typed.is_empty() {
            let say = format!("您填写的{}，现在不用填，没有保存", typed.join("；"));
            self.notices.push(say);
        }
    }

    /// What was sent, without what only the other window changed: there the newer one stands.
    pub(in crate::pages) fn adopted(&self, posted: &Posted) -> Posted {
        let is_old = |name: &str| {
            let parts = decode::parts_of(name);
            self.only_there.iter().any(|part| parts.contains(&part.as_str()))
        };
        let mut merged = posted.clone();
        merged.pairs.retain(|(name, _)| !is_old(name));
        merged.uploads.retain(|(name, _)| !is_old(name));
        merged
    }
}

/// The form at the revision that the page was made from.
fn as_read(seen: &Seen, posted: &Posted) -> Option<FormData> {
    let revision = posted.revision().ok()??;
    let until = seen.history.iter().filter(|recorded| recorded.revision <= revision);
    Case::fold(until).map(|case| case.form)
}

fn part_of(change: &FormChange) -> String {
    match &change.field {
        Some(field) => format!("{}.{field}", change.section),
        None => change.section.to_string(),
    }
}

/// The parts that differ: lists as a whole, other sections by field.
fn changed(form: &Form, read: &FormData, now: &FormData) -> Vec<String> {
    let mut changed = Vec::new();
    for (name, section) in &form.sections {
        if section.rows.is_some() {
            if rows(read, name) != rows(now, name) {
                changed.push(name.to_string());
            }
            continue;
        }
        let value = |form: &FormData, field: &str| {
            let value = form.get(name).and_then(|section| section.get(field));
            value.filter(|value| !value.is_blank()).cloned()
        };
        let differs = section
            .fields
            .keys()
            .filter(|field| value(read, field.as_str()) != value(now, field.as_str()));
        changed.extend(differs.map(|field| format!("{name}.{field}")));
    }
    changed
}

fn rows<'f>(form: &'f FormData, section: &engine::names::SectionName) -> &'f [Value] {
    form.get(section).and_then(Value::as_list).unwrap_or_default()
}

/// What people call a part, and what is saved there now: of a list the rows that are new or different.
fn in_words(seen: &Seen, part: &str, (read, now): (&FormData, &FormData)) -> (String, String) {
    let form = &seen.definition().form;
    let name = crate::cases::marks::part_name(form, part);
    let groups = seen.read(None);
    let facts = groups.iter().flat_map(|group| &group.facts);
    if let Some(fact) = facts.into_iter().find(|fact| fact.part == part) {
        return (name, fact.text.clone());
    }
    let section = part.into();
    let (before, after) = (rows(read, &section), rows(now, &section));
    let said: BTreeMap<String, String> = groups
        .iter()
        .map(|group| {
            let texts = group.facts.iter().map(|fact| fact.text.as_str());
            let texts = texts.filter(|text| *text != words::EMPTY).collect::<Vec<_>>();
            (group.part.clone(), texts.join("，"))
        })
        .collect();
    let mut told = vec![format!("现在 {} 项", after.len())];
    if before.len() != after.len() {
        told[0] = format!("现在 {} 项，原来 {} 项", after.len(), before.len());
    }
    for (index, row) in after.iter().enumerate() {
        if before.get(index) != Some(row) {
            let text = said.get(&format!("{part}[{index}]")).filter(|text| !text.is_empty());
            let text = text.map_or(words::EMPTY, String::as_str);
            told.push(format!("第 {} 项是 {text}", index + 1));
        }
    }
    (name, told.join("；"))
}
