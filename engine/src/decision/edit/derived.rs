//! What follows from the form itself: computed fields, corrections, and what is hidden.

use std::collections::BTreeMap;

use crate::{
    decision::{Undecided, examine::is_visible, knowledge::Knowledge, shape},
    definition::{Definition, Field, FieldKind, Fields, Section},
    expression::Value,
    names::{FieldName, SectionName},
};

/// Form data, by section.
pub(super) type Content = BTreeMap<SectionName, Value>;

/// A field of a fixed section, or all rows of a section: what one change changes.
pub(super) type Place = (SectionName, Option<FieldName>);

/// The new value of a field from its place, its value (`it`) and its row.
type Visit<'v> = &'v mut dyn FnMut(&Place, &Field, &Value, &Value) -> Result<Value, Undecided>;

impl Knowledge<'_> {
    /// The form with its computed fields computed anew, a hidden one being empty, and what is filled
    /// in beforehand where nothing stands.
    pub(super) fn computed_form(&self) -> Result<Content, Undecided> {
        let concerns = |field: &Field| field.computed.is_some() || field.prefill.is_some();
        self.map_form(&concerns, &mut |_, field, it, row| {
            let is_free = it.is_blank();
            let Some(value) =
                field.computed.as_ref().or(field.prefill.as_ref().filter(|_| is_free))
            else {
                return Ok(it.clone());
            };
            if is_visible(self, field, row, it)? {
                self.evaluate_with(value, &[("it", it), ("row", row)])
            } else {
                Ok(field.kind.empty().clone())
            }
        })
    }

    /// The form with what the system sets right, and what the person is told about each place.
    pub(super) fn corrected_form(
        &self,
    ) -> Result<(Content, BTreeMap<Place, Vec<String>>), Undecided> {
        let mut notices: BTreeMap<Place, Vec<String>> = BTreeMap::new();
        let concerns = |field: &Field| field.correct.is_some();
        let form = self.map_form(&concerns, &mut |place, field, it, row| {
            let bindings = [("it", it), ("row", row)];
            let Some(correction) = field.correct.as_ref().filter(|_| !it.is_blank()) else {
                return Ok(it.clone());
            };
            if !self.holds_with(&correction.when, &bindings)? {
                return Ok(it.clone());
            }
            let value = self.evaluate_with(&correction.to, &bindings)?;
            if value != *it {
                let notice = self.render_with(&correction.say, &bindings)?;
                notices.entry(place.clone()).or_default().push(notice);
            }
            Ok(value)
        })?;
        Ok((form, notices))
    }

    /// The form with everything hidden emptied.
    pub(in crate::decision) fn visible_form(&self) -> Result<Content, Undecided> {
        let concerns = |field: &Field| field.when.is_some();
        let mut form = self.map_form(&concerns, &mut |_, field, it, row| {
            let is_shown = is_visible(self, field, row, it)?;
            Ok(if is_shown { it.clone() } else { field.kind.empty().clone() })
        })?;
        for (name, section) in &self.definition.form.sections {
            if let Some(content) = form.get_mut(name)
                && !self.allows(section.when.as_ref())?
            {
                if let Value::Map(fields) = content {
                    fields.values_mut().for_each(|value| *value = Value::None);
                } else {
                    *content = Value::List(Vec::new());
                }
            }
        }
        Ok(form)
    }

    /// Maps the fields that the visit concerns, in the sections that are shown.
    fn map_form(
        &self,
        concerns: &dyn Fn(&Field) -> bool,
        visit: Visit<'_>,
    ) -> Result<Content, Undecided> {
        let mut form = self.case.form.clone();
        for (name, section) in &self.definition.form.sections {
            if has_any(&section.fields, concerns) && self.allows(section.when.as_ref())? {
                let content = shape::section(section, self.case.form.get(name)).into_owned();
                let mapped = map_section(name, section, &content, concerns, visit)?;
                merge(&mut form, name, &content, mapped);
            }
        }
        Ok(form)
    }
}

/// The stored form with the computed fields, and what is filled in beforehand where nothing stands, of
/// another.
pub(super) fn with_computed(
    definition: &Definition,
    stored: &Content,
    computed: &Content,
) -> Content {
    let mut form = stored.clone();
    for (name, section) in &definition.form.sections {
        let Some(new) = computed.get(name) else { continue };
        if let (Some(Value::List(own)), Value::List(new)) = (form.get_mut(name), new) {
            take_rows(&section.fields, own, new);
        } else if let Value::Map(new) = new
            && let Value::Map(own) =
                form.entry(name.clone()).or_insert_with(|| Value::Map(BTreeMap::new()))
        {
            take_fields(&section.fields, own, new);
        }
    }
    form
}

fn take_fields(fields: &Fields, own: &mut BTreeMap<String, Value>, new: &BTreeMap<String, Value>) {
    for (name, field) in fields {
        let name = name.as_str();
        let is_free = own.get(name).is_none_or(Value::is_blank);
        if field.computed.is_some() || (field.prefill.is_some() && is_free) {
            match new.get(name) {
                Some(value) => own.insert(name.to_owned(), value.clone()),
                None => own.remove(name),
            };
        } else if let FieldKind::Rows { fields, .. } = &field.kind
            && let (Some(Value::List(own)), Some(Value::List(new))) =
                (own.get_mut(name), new.get(name))
        {
            take_rows(fields, own, new);
        }
    }
}

/// Row by row; rows that are hidden have none beside them.
fn take_rows(fields: &Fields, own: &mut [Value], new: &[Value]) {
    for (own, new) in own.iter_mut().zip(new) {
        if let (Value::Map(own), Value::Map(new)) = (own, new) {
            take_fields(fields, own, new);
        }
    }
}

/// Puts what differs into the form; untouched fields stay away from it.
fn merge(form: &mut Content, name: &SectionName, before: &Value, after: Value) {
    if let Value::Map(fields) = after {
        for (field, value) in fields {
            if before.get(&field) != Some(&value) {
                super::super::evolve::set_field(form, name, &FieldName::from(field), &value);
            }
        }
    } else if after != *before {
        form.insert(name.clone(), after);
    }
}

fn map_section(
    name: &SectionName,
    section: &Section,
    content: &Value,
    concerns: &dyn Fn(&Field) -> bool,
    visit: Visit<'_>,
) -> Result<Value, Undecided> {
    if section.rows.is_some() {
        let place = (name.clone(), None);
        return map_rows(&place, &section.fields, content, concerns, visit);
    }
    let mut mapped = content.as_map().cloned().unwrap_or_default();
    for (field_name, field) in &section.fields {
        let place = (name.clone(), Some(field_name.clone()));
        let value = map_field(&place, field_name, field, content, concerns, visit)?;
        mapped.insert(field_name.to_string(), value);
    }
    Ok(Value::Map(mapped))
}

fn map_rows(
    place: &Place,
    fields: &Fields,
    rows: &Value,
    concerns: &dyn Fn(&Field) -> bool,
    visit: Visit<'_>,
) -> Result<Value, Undecided> {
    let mut mapped_rows = Vec::new();
    for row in rows.as_list().unwrap_or_default() {
        let mut mapped = row.as_map().cloned().unwrap_or_default();
        for (name, field) in fields {
            let value = map_field(place, name, field, row, concerns, visit)?;
            mapped.insert(name.to_string(), value);
        }
        mapped_rows.push(Value::Map(mapped));
    }
    Ok(Value::List(mapped_rows))
}

fn map_field(
    place: &Place,
    name: &FieldName,
    field: &Field,
    row: &Value,
    concerns: &dyn Fn(&Field) -> bool,
    visit: Visit<'_>,
) -> Result<Value, Undecided> {
    let it = shape::field(field, row.get(name.as_str()));
    let value = if concerns(field) { visit(place, field, it, row)? } else { it.clone() };
    if let FieldKind::Rows { fields, .. } = &field.kind
        && has_any(fields, concerns)
    {
        return map_rows(place, fields, &value, concerns, visit);
    }
    Ok(value)
}

fn has_any(fields: &Fields, concerns: &dyn Fn(&Field) -> bool) -> bool {
    fields.values().any(|field| {
        concerns(field)
            || matches!(&field.kind, FieldKind::Rows { fields, .. } if has_any(fields, concerns))
    })
}
