//! Records as the subjects and rows of `workflows/host.yaml`.

use std::collections::BTreeMap;

use engine::expression::Value;
use jiff::civil::Date;

use crate::records::{
    people::{Ban, Person, Private},
    plans::{AnnualAssessment, ContinuingEducation, Day, Interview, Plan},
    units::Unit,
};

/// A person; the sealed numbers only where rules judge them.
#[must_use]
pub fn person_value(person: Person, private: Option<Private>) -> Value {
    let (id_number, mobile) = private.map(|it| (it.id_number, it.mobile)).unzip();
    map([
        ("id", Value::Text(person.id)),
        ("account", Value::Text(person.account_id)),
        ("name", Value::Text(person.name)),
        ("gender", Value::Text(person.gender)),
        ("birth_date", date(&person.birth_date)),
        ("series", person.series.into()),
        ("id_number", id_number.into()),
        ("mobile", mobile.into()),
        ("retire_on", person.retire_on.as_deref().map_or(Value::None, date)),
        ("civil_servant", Value::Bool(person.is_civil_servant != 0)),
    ])
}

/// A unit.
#[must_use]
pub fn unit_value(unit: Unit) -> Value {
    map([
        ("id", Value::Text(unit.id.to_string())),
        ("name", Value::Text(unit.name)),
        ("kind", Value::Text(unit.kind)),
        ("status", Value::Text(unit.status)),
        ("division", Value::Text(unit.division)),
        ("parent", unit.parent.map(|parent| parent.to_string()).into()),
        ("title_admin", unit.title_admin.map(|office| office.to_string()).into()),
        ("location", Value::Text(unit.location)),
        ("roles", texts(&unit.roles)),
    ])
}

/// A review plan, with its dates as they are written in it.
#[must_use]
pub fn plan_value(plan: &Plan) -> Value {
    let text = |text: &String| Value::Text(text.clone());
    let day = |day: Day| Value::Date(day.0);
    let window = &plan.window;
    let days = plan.days.iter().map(|(name, days)| (name.clone(), Value::Integer(*days)));
    let categories = plan.categories.iter().map(|(id, (min, max))| {
        map([("id", text(id)), ("min", Value::Integer(*min)), ("max", Value::Integer(*max))])
    });
    map([
        ("id", text(&plan.id)),
        ("year", Value::Integer(plan.year)),
        ("name", text(&plan.name)),
        ("plan_type", text(&plan.plan_type)),
        ("series", text(&plan.series)),
        ("level", text(&plan.level)),
        ("titles", texts(&plan.titles)),
        ("stages", texts(&plan.stages)),
        ("specialities", texts(&plan.specialities)),
        ("declaration_types", texts(&plan.declaration_types)),
        ("declare_from", day(window.declare.0)),
        ("declare_to", day(window.declare.1)),
        ("unit_review_until", day(window.unit_review_until)),
        ("department_until", window.department_until.map_or(Value::None, day)),
        ("title_admin_until", window.title_admin_until.map_or(Value::None, day)),
        ("accept_until", window.accept_until.map_or(Value::None, day)),
        ("days", Value::Map(days.collect())),
        // `declare_date`: the day of the check.
        ("cutoff_date", date(&plan.cutoff_date)),
        ("interview", interview_value(&plan.interview)),
        ("anonymous_review", Value::Bool(plan.anonymous_review)),
        ("library_industry_required", Value::Bool(plan.library_industry_required)),
        ("route", texts(&plan.route)),
        ("divisions", texts(&plan.scope.divisions)),
        ("unit_kinds", texts(&plan.scope.unit_kinds)),
        ("categories", Value::List(categories.collect())),
        ("eligibility", texts(&plan.eligibility)),
        ("continuing_education", plan.continuing_education.as_ref().map(hours_value).into()),
        ("annual_assessment", plan.annual_assessment.as_ref().map(assessment_value).into()),
        ("organiser", plan.committee.as_ref().map(|it| it.organiser_unit.clone()).into()),
        (
            "city_recommend_max",
            plan.quota.as_ref().and_then(|quota| quota.city_recommend_max).into(),
        ),
        ("resume", plan.resume.clone().into()),
    ])
}

fn interview_value(interview: &Interview) -> Value {
    map([
        ("enabled", Value::Bool(interview.enabled)),
        ("mode", interview.mode.clone().into()),
        ("exemption", Value::Bool(interview.exemption)),
        ("date", interview.date.map(|day| day.0).into()),
    ])
}

fn hours_value(asked: &ContinuingEducation) -> Value {
    map([
        ("last_years", Value::Integer(asked.last_years)),
        ("hours_per_year", Value::Integer(asked.hours_per_year)),
        ("share_of", Value::Integer(asked.professional_share.0)),
        ("share_in", Value::Integer(asked.professional_share.1)),
    ])
}

fn assessment_value(asked: &AnnualAssessment) -> Value {
    map([
        ("last_years", Value::Integer(asked.last_years)),
        ("all_pass", Value::Bool(asked.all_pass)),
    ])
}

/// A period in which a person may not declare.
#[must_use]
pub fn ban_value(ban: Ban) -> Value {
    map([
        ("ground", Value::Text(ban.ground)),
        ("kind", Value::Text(ban.kind)),
        ("from", date(&ban.from_date)),
        ("to", date(&ban.to_date)),
    ])
}

fn date(text: &str) -> Value {
    text.parse::<Date>().map_or(Value::None, Value::Date)
}

fn texts(texts: &[String]) -> Value {
    Value::List(texts.iter().map(|text| Value::Text(text.clone())).collect())
}

/// A row of these fields.
pub(crate) fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<BTreeMap<_, _>>(),
    )
}
