//! What people write into the form, and what of it may have changed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::flow::Plan;
use crate::{
    decision::{Case, FormChange},
    expression::Value,
    names::{SectionName, TaskName},
};

type Content = BTreeMap<SectionName, Value>;

const PARTS: [&str; 9] = [
    "basic",
    "basic.a",
    "papers",
    "papers[0]",
    "papers[1]",
    "papers.money",
    "more",
    "quiet.q",
    "basic.extra",
];

/// What a reviewer marks.
pub(super) fn parts(seed: u32) -> Value {
    let seed = seed as usize;
    let marked = [PARTS[seed % PARTS.len()], PARTS[seed / PARTS.len() % PARTS.len()]];
    Value::List(marked[..=seed % 2].iter().map(|part| (*part).into()).collect())
}

/// What somebody writes: some fields, some rows.
pub(super) fn changes(form: &Content, seed: u32) -> Vec<FormChange> {
    let text = |shift: u32| Value::Text(format!("文{}", seed >> shift & 7));
    let fields = [
        ("basic", "a", text(3)),
        ("basic", "kind", ["x", "y"][(seed >> 5) as usize % 2].into()),
        ("basic", "extra", amount(seed)),
        ("basic", "years", Value::Integer(i64::from(seed >> 7 & 15))),
        ("more", "why", text(9)),
        ("quiet", "q", text(11)),
    ];
    let mut changes = Vec::new();
    for (number, (section, field, value)) in (0..).zip(fields) {
        // About every third of them.
        if (seed >> number).is_multiple_of(3) {
            changes.push(FormChange { section: section.into(), field: Some(field.into()), value });
        }
    }
    if seed.is_multiple_of(11) {
        let (section, field) = ("basic".into(), Some("fixed".into()));
        changes.push(FormChange { section, field, value: text(13) });
    }
    if (seed >> 6) % 5 < 3 {
        let value = Value::List(rows_of(form, seed));
        changes.push(FormChange { section: "papers".into(), field: None, value });
    }
    changes
}

/// The rows of the list with one thing about them changed.
fn rows_of(form: &Content, seed: u32) -> Vec<Value> {
    let mut rows = rows(form).to_vec();
    let which = (seed >> 16) as usize % rows.len().max(1);
    let mut put = |field: &str, value: Value| {
        if let Some(Value::Map(row)) = rows.get_mut(which) {
            row.insert(field.to_owned(), value);
        }
    };
    match seed >> 12 & 7 {
        0 => put("title", Value::Text(format!("题{}", seed >> 18 & 7))),
        1 => put("title", "none".into()),
        2 => put("money", amount(seed >> 4)),
        3 => put("paid", amount(seed >> 5)),
        4 if !rows.is_empty() => drop(rows.remove(which)),
        5 => rows.reverse(),
        _ => {
            let title = Value::Text(format!("题{}", seed >> 18 & 7));
            let row = [("title", title), ("money", amount(seed)), ("paid", amount(seed >> 8))];
            rows.push(Value::Map(row.map(|(name, value)| (name.to_owned(), value)).into()));
        }
    }
    rows
}

fn amount(seed: u32) -> Value {
    Value::Text(format!("{}.{:02}", seed % 100_000, seed >> 10 & 63))
}

fn rows(form: &Content) -> &[Value] {
    form.get("papers").and_then(Value::as_list).unwrap_or_default()
}

fn field<'a>(form: &'a Content, section: &str, field: &str) -> &'a Value {
    let section = form.get(section);
    section.and_then(|section| section.get(field)).unwrap_or(Value::NONE)
}

/// Of a row what is always there, for people to write.
fn entered(row: &Value) -> [&Value; 2] {
    ["title", "money"].map(|name| row.get(name).unwrap_or(Value::NONE))
}

/// Who wrote in which task.
pub(super) struct Writing<'a> {
    pub(super) task: &'a TaskName,
    /// Whether he sees what only clerks see.
    pub(super) is_clerk: bool,
}

/// The form of one case over its commands.
#[derive(Default)]
pub(super) struct Sheet {
    /// The rows as they were submitted last.
    submitted: Vec<Value>,
}

impl Sheet {
    /// What a command has changed of the form was open to whoever gave it.
    pub(super) fn examine(
        &mut self,
        plan: &Plan,
        (before, after): (&Case, &Case),
        writing: Option<&Writing<'_>>,
    ) {
        assert_eq!(
            field(&before.form, "basic", "fixed"),
            field(&after.form, "basic", "fixed"),
            "what is only read was written"
        );
        let parts = writing.map_or(Some(Vec::new()), |it| plan.parts_open(it.task, before));
        let is_open =
            |part: &str| parts.as_ref().is_none_or(|parts| parts.iter().any(|it| it == part));
        for name in ["a", "kind", "years"] {
            let [old, new] = [before, after].map(|case| field(&case.form, "basic", name));
            let is_open = is_open("basic") || is_open(&format!("basic.{name}"));
            assert!(old == new || is_open, "{name} was not open: {old:?} → {new:?}, {parts:?}");
        }
        let [old, new] = [before, after].map(|case| field(&case.form, "quiet", "q"));
        let is_clerk = writing.is_some_and(|writing| writing.is_clerk);
        let is_quiet_open = is_clerk && (is_open("quiet") || is_open("quiet.q"));
        assert!(old == new || is_quiet_open, "what is hidden was written: {old:?} → {new:?}");
        // A list that comes to show through what is written may be written with it.
        if !(plan.has_conditional_list() || is_open("papers")) {
            self.examine_rows((rows(&before.form), rows(&after.form)), parts.unwrap_or_default());
        }
        self.examine_submission(plan, before, after);
    }

    fn examine_rows(&self, (old, new): (&[Value], &[Value]), parts: Vec<String>) {
        let of_list = |part: &String| part.starts_with("papers");
        let marks: Vec<String> = parts.into_iter().filter(of_list).collect();
        let (fields, marked): (Vec<&String>, Vec<&String>) =
            marks.iter().partition(|part| part.contains('.'));
        if marked.is_empty() {
            assert_eq!(old.len(), new.len(), "rows came or went: {old:?} → {new:?}");
            for (old, new) in old.iter().zip(new) {
                for (index, name) in ["title", "money"].into_iter().enumerate() {
                    let is_open = fields.iter().any(|part| part.ends_with(name));
                    let (old, new) = (entered(old)[index], entered(new)[index]);
                    assert!(is_open || old == new, "{name} was not open: {old:?} → {new:?}");
                }
            }
        } else if fields.is_empty() {
            let is_marked =
                |index: usize| marked.iter().any(|it| **it == format!("papers[{index}]"));
            let submitted = self.submitted.iter().enumerate();
            let kept: Vec<[&Value; 2]> = submitted
                .filter(|(index, _)| !is_marked(*index))
                .map(|(_, row)| entered(row))
                .collect();
            let are_kept = |rows: &[Value]| {
                let mut rows = rows.iter().map(entered);
                kept.iter().all(|kept| rows.any(|row| row == *kept))
            };
            assert!(!are_kept(old) || are_kept(new), "{kept:?} were not open: {old:?} → {new:?}");
        }
    }

    fn examine_submission(&mut self, plan: &Plan, before: &Case, after: &Case) {
        for (section, entries) in &before.frozen {
            let now = after.frozen.get(section).map_or(&[][..], Vec::as_slice);
            assert!(now.starts_with(entries), "what was submitted of {section} has changed");
        }
        if before.submission == after.submission {
            assert_eq!(before.frozen, after.frozen, "submitted without a submission");
            return;
        }
        assert_eq!(before.submission + 1, after.submission);
        let form = &after.form;
        self.submitted = rows(form).to_vec();
        let is_x = field(form, "basic", "kind").as_text() == Some("x");
        assert!(
            is_x || field(form, "basic", "extra").is_none(),
            "what does not show was submitted"
        );
        assert!(rows(form).len() > 1 || field(form, "more", "why").is_none(), "{form:?}");
        assert!(is_x || !plan.has_conditional_list() || rows(form).is_empty(), "{form:?}");
        let is_hidden = |row: &&Value| row.get("title").and_then(Value::as_text) == Some("none");
        let is_empty = |row: &Value| row.get("paid").is_none_or(Value::is_none);
        assert!(rows(form).iter().filter(is_hidden).all(is_empty), "{form:?}");
        for (section, name) in plan.required(is_x, rows(form).len()) {
            assert!(!field(form, section, name).is_blank(), "{section}.{name} was left out");
        }
    }
}

/// The sums of the form are those of what shows, to the cent.
pub(super) fn examine_sums(plan: &Plan, case: &Case) {
    let form = &case.form;
    let is_shown =
        !plan.has_conditional_list() || field(form, "basic", "kind").as_text() == Some("x");
    let shown = if is_shown { rows(form) } else { &[] };
    let is_paid = |row: &&Value| row.get("title").and_then(Value::as_text) != Some("none");
    let money: i128 = shown.iter().map(|row| cents(row.get("money"))).sum();
    let paid: i128 = shown.iter().filter(is_paid).map(|row| cents(row.get("paid"))).sum();
    assert_eq!(cents(Some(field(form, "basic", "total"))), money, "{form:?}");
    assert_eq!(cents(Some(field(form, "basic", "paid"))), paid, "{form:?}");
    for row in shown {
        assert_eq!(cents(row.get("twice")), 2 * cents(row.get("money")), "{row:?}");
    }
}

fn cents(value: Option<&Value>) -> i128 {
    let Some(Value::Decimal(amount)) = value else { return 0 };
    let amount: &Decimal = amount;
    assert_eq!(amount.scale(), 2, "{amount} is no sum of money");
    amount.mantissa()
}
