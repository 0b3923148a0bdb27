//! One document as the case and the rows that its workflow's checks read: fields get the names of
//! the form, dates and months are read, nothing else.

mod form;

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    calendar::Moment,
    decision::{Actor, Case, DefinitionRef, Event},
    definition::Definition,
    expression::Value,
    names::{SectionName, StateName, SubjectName, VarName},
};

use super::place::{Fault, Place, written_date};
use crate::{
    demo::written::{Written, WrittenApplicant},
    facts::{
        library::{self, Content, Item},
        subjects::{map, plan_value, unit_value},
    },
};

/// A document that was read.
pub(super) struct Document {
    /// The series of its plan.
    pub(super) series: String,
    /// The moment of the check.
    pub(super) now: Moment,
    pub(super) person: Value,
    pub(super) plan: Value,
    pub(super) unit: Value,
    /// Rows as other bindings, declarations and registers give them.
    pub(super) bindings: Value,
    pub(super) others: Value,
    pub(super) bans: Value,
    /// The items that the declaration names, by id.
    pub(super) library: BTreeMap<String, Value>,
    form: BTreeMap<SectionName, Value>,
    committed_at: Value,
}

impl Document {
    pub(super) fn read(place: &Place<'_>, written: &Written) -> Result<Self, Fault> {
        let place = place.clone().required_object()?;
        let plan_id = place.field("plan");
        let plan =
            written.plan(plan_id.text()?).ok_or_else(|| plan_id.fault("没有这个评审计划"))?;
        let now = place.field("now");
        let now = now.moment()?.as_moment().ok_or_else(|| now.fault("缺少检测的时刻"))?;
        let account = place.field("account").required_object()?;
        let known = written.applicant(account.field("id").text()?, now);
        let unit = bound_unit(&account, known.as_ref())?;
        let application = place.field("application").required_object()?;
        let committed_at = application.field("commitment_accepted_at").moment()?;
        let library = place.field("library").object()?;
        let read = form::read(&application, &library)?;
        let library = named_items(&library, &read.named)?;
        Ok(Self {
            series: plan.series.clone(),
            now,
            person: person(&account, known.as_ref())?,
            plan: plan_value(plan),
            unit: unit.as_text().and_then(|id| written.unit(id)).map(unit_value).into(),
            bindings: bindings(&account, unit, now)?,
            others: others(&place, now)?,
            bans: bans(&place)?,
            library,
            form: read.form,
            committed_at,
        })
    }

    /// The declaration, as a draft.
    pub(super) fn case(&self, definition: &Definition) -> Option<Case> {
        let mut vars: BTreeMap<VarName, Value> =
            definition.vars.iter().map(|(name, var)| (name.clone(), var.initial.clone())).collect();
        vars.insert("committed_at".into(), self.committed_at.clone());
        let given = definition.start.given.keys();
        let given = given.map(|name| (name.clone(), self.subject_id(name))).collect();
        let started = Event::Started {
            id: "document".into(),
            definition: DefinitionRef {
                key: definition.key.clone(),
                version: 1,
                hash: definition.hash.clone(),
            },
            by: Actor::Service("checks".into()),
            given,
            asked: BTreeMap::new(),
            form: self.form.clone(),
            vars,
        };
        let entered = Event::Entered { state: StateName::from("draft"), is_end: false };
        Case::begin(&started, self.now).map(|case| case.evolve(&entered, self.now))
    }

    fn subject_id(&self, name: &SubjectName) -> String {
        let subject = self.subject(name.as_str());
        subject.get("id").map(Value::display).unwrap_or_default()
    }

    /// The data of a subject.
    pub(super) fn subject(&self, name: &str) -> &Value {
        match name {
            "person" => &self.person,
            "plan" => &self.plan,
            "unit" => &self.unit,
            _ => Value::NONE,
        }
    }
}

fn person(account: &Place<'_>, known: Option<&WrittenApplicant>) -> Result<Value, Fault> {
    // What the document leaves out is what the demonstration knows.
    let said = |name: &str, known: Option<Value>| {
        let field = account.field(name);
        if account.has(name) { field.value().clone() } else { known.unwrap_or_default() }
    };
    // As in the form, where a number that was left out is an empty text.
    let id_number = said("id_number", known.map(|it| it.id_number.as_str().into()));
    let id_number = if id_number.is_none() { Value::from("") } else { id_number };
    let birth_date = said("birth_date", known.map(|it| it.birth_date.into()));
    let date = birth_date.as_text().and_then(written_date).map(Value::Date);
    Ok(map([
        ("id", account.field("id").value().clone()),
        ("account", account.field("id").value().clone()),
        ("name", said("name", known.map(|it| it.name.as_str().into()))),
        ("gender", said("gender", known.map(|it| it.gender.into()))),
        ("birth_date", date.unwrap_or(birth_date)),
        ("id_number", id_number),
        ("series", Value::None),
        ("mobile", Value::None),
        ("retire_on", account.field("retire_on").date()?),
        ("civil_servant", Value::Bool(account.field("civil_servant").yes_no()? == true.into())),
    ]))
}

/// The id of the unit of the binding; none where there is no binding.
fn bound_unit(account: &Place<'_>, known: Option<&WrittenApplicant>) -> Result<Value, Fault> {
    if !account.has("binding") {
        return Ok(known.and_then(|known| known.unit.clone()).into());
    }
    Ok(account.field("binding").object()?.field("unit").value().clone())
}

fn bindings(account: &Place<'_>, unit: Value, now: Moment) -> Result<Value, Fault> {
    let binding = account.field("binding").object()?;
    let status = match (account.has("binding"), binding.value().is_none()) {
        (true, true) => return Ok(Value::List(Vec::new())),
        (true, false) => binding.field("status").value().clone(),
        (false, _) if unit.is_none() => return Ok(Value::List(Vec::new())),
        (false, _) => Value::from("approved"),
    };
    let row = case_row("binding", &status, now, [("unit", unit)]);
    Ok(Value::List(vec![row]))
}

fn others(place: &Place<'_>, now: Moment) -> Result<Value, Fault> {
    let rows = place.field("other_applications").rows()?.into_iter().map(|row| {
        let year = row.field("plan_year").value().clone();
        case_row("declaration", row.field("status").value(), now, [("year", year)])
    });
    Ok(Value::List(rows.collect()))
}

/// A case as others know it, with one of its labels.
fn case_row(workflow: &str, status: &Value, now: Moment, label: [(&str, Value); 1]) -> Value {
    let [(name, value)] = label;
    map([
        ("id", Value::from("")),
        ("workflow", Value::from(workflow)),
        ("state", status.clone()),
        ("status", status.clone()),
        ("started", now.into()),
        ("ended", Value::Bool(false)),
        (name, value),
    ])
}

fn bans(place: &Place<'_>) -> Result<Value, Fault> {
    let mut bans = Vec::new();
    for ground in ["integrity", "discipline"] {
        for row in place.field(ground).rows()? {
            let from = row.field("from");
            let first = from.date()?;
            if first.is_none() {
                return Err(from.fault("缺少起始日期"));
            }
            bans.push(map([
                ("ground", Value::from(ground)),
                ("kind", row.field("kind").value().clone()),
                ("from", first),
                ("to", row.field("to").date()?),
            ]));
        }
    }
    Ok(Value::List(bans))
}

/// The items that entries name; others need not even be readable.
fn named_items(
    library: &Place<'_>,
    named: &BTreeSet<String>,
) -> Result<BTreeMap<String, Value>, Fault> {
    named.iter().map(|id| Ok((id.clone(), item(id, &library.field(id))?))).collect()
}

fn item(id: &str, place: &Place<'_>) -> Result<Value, Fault> {
    let place = place.clone().object()?;
    let data = place.field("data").object()?;
    let section = place.field("section").value().clone();
    let field = |name: &str| data.field(name).value().clone();
    let hours = data.field("hours");
    // Only these sections have hours that are counted, and periods whose months are.
    let (has_hours, has_period) = match section.as_text().unwrap_or_default() {
        "continuing_education" => (true, false),
        "rural_teaching" | "grassroots_service" => (false, true),
        _ => (false, false),
    };
    let content = Content {
        year: field("year"),
        kind: field("kind"),
        hours: if has_hours { hours.number()? } else { hours.number().unwrap_or_default() },
        education: field("education"),
        degree: field("degree"),
        grade: field("grade"),
        period: if has_period { period(&data)? } else { Value::None },
    };
    let item = Item {
        id: Value::from(id),
        owner: place.field("owner").value().clone(),
        status: place.field("status").value().clone(),
        version: place.field("version").value().clone(),
        digest: digest(data.value()),
        section,
    };
    Ok(library::item_value(item, content))
}

/// The hash of data, whose absence is the same as no fields.
fn digest(data: &Value) -> String {
    let none = Value::Map(BTreeMap::new());
    library::digest(if data.is_none() { &none } else { data })
}

/// From and to; an open end is written 至今. Without one of them there is no period.
fn period(data: &Place<'_>) -> Result<Value, Fault> {
    let (from, to) = (data.field("from"), data.field("to"));
    let first = from.month()?;
    if to.value().as_text() == Some(OPEN) {
        return Ok(map([("from", first), ("to", Value::None)]));
    }
    let last = to.month()?;
    Ok(if last.is_none() { Value::None } else { map([("from", first), ("to", last)]) })
}

/// The word for an open end.
const OPEN: &str = "至今";
