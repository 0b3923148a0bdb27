//! What comes along with a part of the form that is mended: fields and sections that show, must be filled
//! or can be chosen by what stands there, and whatever does not fit any more. Whoever may mend the part
//! may mend these too.

use std::collections::BTreeSet;

use super::section_of;
use crate::{
    decision::{
        FieldFault, FormChange, Undecided, examine::is_visible, knowledge::Knowledge, shape,
    },
    definition::{Condition, Definition, Edit, Field, FieldKind, Options, Task},
    expression::Expression,
    names::SectionName,
};

impl Knowledge<'_> {
    /// What may be mended beside the marked parts.
    pub(super) fn coming_along(&self, marked: &[String]) -> Result<Vec<String>, Undecided> {
        let mut along = Vec::new();
        for part in what_hangs(self.definition, marked) {
            if self.comes_along(&part)? {
                along.push(part);
            }
        }
        along.extend(self.unfit()?);
        Ok(along)
    }

    /// Whether what hangs on something that is mended comes with it: it shows now. A section as a whole
    /// does only where nothing of it was submitted; what was is marked by itself.
    fn comes_along(&self, part: &str) -> Result<bool, Undecided> {
        let name = section_of(part);
        let Some(section) = self.definition.form.sections.get(&name) else { return Ok(false) };
        if !self.allows(section.when.as_ref())? {
            return Ok(false);
        }
        let Some((_, field)) = part.split_once('.') else {
            let last = self.case.frozen.get(&name).and_then(|entries| entries.last());
            return Ok(last.is_none_or(|(_, hash)| hash.is_empty()));
        };
        let Some(known) = section.fields.get(field) else { return Ok(false) };
        let content = shape::section(section, self.case.form.get(&name));
        is_visible(self, known, &content, shape::field(known, content.get(field)))
    }

    /// What was submitted and does not fit any more: another version of the definition came, or what
    /// is mended makes something else needed. Nobody could submit it again if it stayed shut. Single
    /// rows of lists are named by where they were submitted, and only while none was added or taken
    /// out.
    fn unfit(&self) -> Result<Vec<String>, Undecided> {
        if self.case.submission == 0 {
            return Ok(Vec::new());
        }
        let faults = self.examined_form()?;
        let part = |fault: FieldFault| {
            let path = fault.field.strip_prefix("form.").unwrap_or(&fault.field);
            let Some((list, rest)) = path.split_once('[') else { return Some(path.to_owned()) };
            let list = SectionName::from(list);
            let row = rest.split(']').next()?;
            let standing = self.case.form.get(&list)?.as_list()?.len();
            let submitted = self.case.frozen_rows.get(&list)?.len();
            (standing == submitted).then(|| format!("{list}[{row}]"))
        };
        Ok(faults.into_iter().filter_map(part).collect())
    }

    /// The parts among these changes that are open only because they do not fit any more.
    pub(super) fn opened_by(
        &self,
        task: &Task,
        changes: &[FormChange],
    ) -> Result<Vec<String>, Undecided> {
        let mut opened = match &task.edit {
            Edit::Parts(_) => self.unfit()?,
            Edit::Nothing | Edit::All => return Ok(Vec::new()),
        };
        opened.retain(|part| {
            let of_field = |change: &FormChange| match (part.split_once('.'), &change.field) {
                (Some((_, part)), Some(field)) => part == field.as_str(),
                (Some(_), None) | (None, _) => true,
            };
            let is_changed =
                |change: &FormChange| section_of(part) == change.section && of_field(change);
            changes.iter().any(is_changed) && !self.case.opened.contains(part)
        });
        Ok(opened)
    }
}

/// All that hangs on the parts, without them.
fn what_hangs(definition: &Definition, marked: &[String]) -> Vec<String> {
    let mut parts = marked.to_vec();
    loop {
        let more: Vec<String> = hanging(definition)
            .filter(|(part, ..)| !is_open(&parts, part))
            .filter(|(_, section, on)| {
                on.iter().any(|on| reads(definition, section, on, &parts, &mut BTreeSet::new()))
            })
            .map(|(part, ..)| part)
            .collect();
        if more.is_empty() {
            return parts.split_off(marked.len());
        }
        parts.extend(more);
    }
}

/// Sections and fields outside of rows, each with its section and the rules that it hangs on. A row is
/// marked as a whole.
fn hanging(
    definition: &Definition,
) -> impl Iterator<Item = (String, &SectionName, Vec<&Expression>)> {
    definition.form.sections.iter().flat_map(|(name, section)| {
        let whole = (name.to_string(), name, section.when.iter().collect());
        let fields = section.fields.iter().filter(|_| section.rows.is_none());
        let fields = fields
            .map(move |(field, known)| (format!("{name}.{field}"), name, rules(known).collect()));
        std::iter::once(whole).chain(fields)
    })
}

fn rules(field: &Field) -> impl Iterator<Item = &Expression> {
    let required = match &field.required {
        Condition::When(rule) => Some(rule),
        Condition::Never | Condition::Always => None,
    };
    let options = if let FieldKind::Choice(options) | FieldKind::Choices { options, .. } =
        &field.kind
        && let Options::Computed(rule) = options
    {
        Some(rule)
    } else {
        None
    };
    field.when.iter().chain(required).chain(options)
}

/// Whether a part is open: it is, or its section.
fn is_open(parts: &[String], part: &str) -> bool {
    let section = part.split('.').next().unwrap_or(part);
    parts.iter().any(|open| open == part || open == section)
}

/// Whether a rule reads one of the parts, itself or by the values of the definition.
fn reads(
    definition: &Definition,
    section: &SectionName,
    rule: &Expression,
    parts: &[String],
    seen: &mut BTreeSet<String>,
) -> bool {
    rule.reads().iter().any(|path| {
        let mut steps = path.iter().map(String::as_str);
        let read = match (steps.next(), steps.next(), steps.next()) {
            (Some("form"), Some(section), Some(field)) => format!("{section}.{field}"),
            (Some("form"), Some(section), None) => section.to_owned(),
            (Some("row"), Some(field), _) => format!("{section}.{field}"),
            (Some(name), ..) => {
                let value = definition.values.get(name);
                return seen.insert(name.to_owned())
                    && value.is_some_and(|rule| reads(definition, section, rule, parts, seen));
            }
            (None, ..) => return false,
        };
        let is_inside = |open: &String| {
            open.strip_prefix(&read).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        is_open(parts, &read) || parts.iter().any(is_inside)
    })
}
