//! What expressions mean and what is refused, seen from outside: compiled against names and
//! evaluated in a world of values.

mod faults;
mod functions;
mod guards;
mod meaning;
mod properties;
mod templates;

use std::{borrow::Cow, collections::BTreeMap};

use super::{EvaluationFault, Expression, Fault, Names, Record, Type, Value, World};
use crate::calendar::{Calendar, Moment};

/// A world of values by root name; its moment is 2026-11-25 10:00 in Shanghai.
#[derive(Default)]
struct Known {
    values: BTreeMap<String, Value>,
    calendar: Calendar,
}

impl World for Known {
    fn name(&self, name: &str) -> Cow<'_, Value> {
        Cow::Borrowed(self.values.get(name).unwrap_or(Value::NONE))
    }

    fn now(&self) -> Moment {
        Moment::parse("2026-11-25 10:00").unwrap()
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn changed(&self, sections: &[String], since: i64) -> bool {
        sections == ["basic"] && since < 2
    }
}

fn record(name: &str, fields: &[(&'static str, Type)]) -> Type {
    Type::Record(Record::new(name, fields.iter().cloned()).into())
}

fn review() -> Type {
    record(
        "任务 review",
        &[
            ("action", Type::choice(["pass", "veto", "return"]).optional()),
            ("at", Type::Moment.optional()),
            ("by", Type::Reference("account".into()).optional()),
            ("times", Type::Integer),
        ],
    )
}

/// The names that the tests may use.
fn names() -> Names<'static> {
    let office = record("office", &[("unit", Type::Text), ("role", Type::Text)]);
    let basic = record(
        "basic",
        &[
            ("score", Type::Integer),
            ("oral", Type::Decimal),
            ("phone", Type::Text.optional()),
            ("born", Type::Date.optional()),
            ("photos", Type::File.list()),
        ],
    );
    let work = record(
        "work",
        &[("from", Type::Date.optional()), ("to", Type::Date.optional()), ("years", Type::Integer)],
    );
    let own = [
        ("form", record("form", &[("basic", basic), ("work", work.list())])),
        ("review", review()),
        ("health", review()),
        ("route", office.clone().list()),
        ("at", Type::Integer),
        ("late", Type::Bool),
        (
            "meeting",
            record("meeting", &[("state", Type::Text), ("size", Type::Integer)]).optional(),
        ),
        ("unit", Type::Reference("unit".into())),
        ("person", Type::Reference("person".into())),
        ("posts", Type::Integer.map()),
        ("note", Type::Text),
        ("marks", Type::Decimal.list()),
        ("open", Type::Text.list()),
        ("due", Type::Date),
        ("parts", Type::Text.list().optional()),
        ("table", record("row", &[("id", Type::Text), ("weight", Type::Integer)]).list()),
        ("maybe", Type::Integer.optional()),
        ("flag", Type::Bool.optional()),
        ("gaps", Type::Integer.optional().list()),
    ];
    Names { own: own.map(|(name, kind)| (name.to_owned(), kind)).into(), outer: None }
}

fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn date(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

fn texts<const N: usize>(items: [&str; N]) -> Value {
    Value::List(items.map(Value::from).into())
}

fn world() -> Known {
    let basic = map([
        ("score", 72.into()),
        ("oral", decimal("80.5")),
        ("phone", "13900000000".into()),
        ("photos", Value::List(vec![])),
    ]);
    let period = |from: &str, to: Value, years: i64| {
        map([("from", date(from)), ("to", to), ("years", years.into())])
    };
    let work = vec![
        period("2020-09-01", date("2021-06-01"), 1),
        period("2021-03-01", date("2021-08-01"), 2),
        period("2026-10-01", Value::None, 3),
    ];
    let office = |unit: &str, role: &str| map([("unit", unit.into()), ("role", role.into())]);
    let row = |id: &str, weight: i64| map([("id", id.into()), ("weight", weight.into())]);
    let values = [
        ("form", map([("basic", basic), ("work", work.into())])),
        (
            "review",
            map([
                ("action", "pass".into()),
                ("at", Moment::parse("2026-11-24 09:00").into()),
                ("by", "a01".into()),
                ("times", 1.into()),
            ]),
        ),
        ("health", map([("times", 0.into())])),
        ("route", vec![office("U1", "unit_reviewer"), office("U2", "title_reviewer")].into()),
        ("at", 1.into()),
        ("late", false.into()),
        ("meeting", Value::None),
        ("unit", "U1".into()),
        ("person", "P1".into()),
        ("posts", map([("middle", 3.into()), ("senior", 1.into())])),
        ("note", " 教师 ".into()),
        ("marks", vec![decimal("90.5"), decimal("71"), decimal("83.25")].into()),
        ("open", texts(["basic", "work"])),
        ("due", date("2026-11-30")),
        ("table", vec![row("a", 3), row("b", 1), row("c", 2)].into()),
        ("gaps", vec![Value::None, 4.into(), 1.into()].into()),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into();
    Known { values, calendar: Calendar::default() }
}

fn compiled(source: &str) -> Expression {
    Expression::compile(source, &names(), None)
        .unwrap_or_else(|faults| panic!("{source}: {faults:#?}"))
}

/// The value of an expression in the world of the tests.
fn value(source: &str) -> Value {
    compiled(source).evaluate(&world()).unwrap_or_else(|fault| panic!("{source}: {fault}"))
}

fn evaluation_fault(source: &str) -> EvaluationFault {
    compiled(source).evaluate(&world()).unwrap_err()
}

fn holds(source: &str) -> bool {
    let expression = Expression::compile(source, &names(), Some(&Type::Bool))
        .unwrap_or_else(|faults| panic!("{source}: {faults:#?}"));
    expression.holds(&world()).unwrap_or_else(|fault| panic!("{source}: {fault}"))
}

/// The faults of an expression, one a line, with the place as it is marked in the source.
fn faults(source: &str) -> String {
    let faults =
        Expression::compile(source, &names(), None).map(|found| found.value_type().clone());
    shown(source, &faults.expect_err(source))
}

fn shown(source: &str, faults: &[Fault]) -> String {
    let characters: Vec<char> = source.chars().collect();
    let line = |fault: &Fault| {
        let place: String = characters[fault.start..fault.end].iter().collect();
        let remedy =
            fault.remedy.as_ref().map(|remedy| format!("（{remedy}）")).unwrap_or_default();
        format!("[{place}] {}{remedy}", fault.message)
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}
