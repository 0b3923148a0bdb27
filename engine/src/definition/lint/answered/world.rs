//! A world in which some tasks have been answered.

use std::collections::BTreeMap;

use super::{super::known::Known, Awaited};
use crate::{
    calendar::Moment,
    definition::{Action, Definition, FieldKind, Fields, Options, Task},
    expression::Value,
};

/// One answer: the action, and what was asked.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) action: String,
    pub(super) asked: BTreeMap<String, Value>,
}

/// What has been answered in a task.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) answers: Vec<Answer>,
    /// Whether nobody else answers.
    pub(super) is_closed: bool,
}

/// An answer by one of these actions; `None` where there is none.
pub(super) fn answer(actions: &[(&str, &Action)], random: &mut Random) -> Option<Answer> {
    let (name, action) = actions.get(random.index(actions.len()))?;
    let asked =
        action.ask.iter().map(|(name, field)| (name.to_string(), value(&field.kind, random)));
    Some(Answer { action: (*name).to_owned(), asked: asked.collect() })
}

fn value(kind: &FieldKind, random: &mut Random) -> Value {
    match kind {
        FieldKind::Text { .. } | FieldKind::Reference(_) => "x".into(),
        FieldKind::Choice(Options::Fixed(options)) => {
            let option = options.get_index(random.index(options.len()));
            option.map(|(option, _)| option.as_str()).into()
        }
        FieldKind::Choice(Options::Computed(_)) => "x".into(),
        FieldKind::Integer { min, max } => {
            let (min, max) = (min.unwrap_or(0), max.unwrap_or(100));
            Value::Integer([min, max, min.midpoint(max)][random.index(3)])
        }
        FieldKind::Decimal { min, max, .. } => {
            let ends = [min.unwrap_or_default(), max.unwrap_or(rust_decimal::Decimal::ONE_HUNDRED)];
            Value::Decimal(ends[random.index(2)])
        }
        FieldKind::YesNo => Value::Bool(random.below(2) == 0),
        FieldKind::Accepted => Value::Bool(true),
        FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Choices { .. }
        | FieldKind::Parts => Value::List(Vec::new()),
        FieldKind::Date | FieldKind::Month | FieldKind::DateRange { .. } | FieldKind::Moment => {
            Value::None
        }
    }
}

/// How many answers there are that are tried of this action.
pub(super) fn ways(action: &Action) -> u64 {
    let of_field = |kind: &FieldKind| match kind {
        FieldKind::Choice(Options::Fixed(options)) => options.len() as u64,
        FieldKind::Integer { .. } => 3,
        FieldKind::Decimal { .. } | FieldKind::YesNo => 2,
        FieldKind::Choice(Options::Computed(_))
        | FieldKind::Text { .. }
        | FieldKind::Reference(_)
        | FieldKind::Accepted
        | FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Choices { .. }
        | FieldKind::Parts
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment => 1,
    };
    action.ask.iter().map(|(_, field)| of_field(&field.kind)).fold(1, u64::saturating_mul)
}

/// `agree 1、disagree 2`.
pub(super) fn words(task: &Task, answers: &[Answer]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers {
        let fixed = task.actions.get(answer.action.as_str()).map(|action| &action.ask);
        let chosen = fixed.into_iter().flatten().find_map(|(name, field)| {
            let is_fixed = matches!(field.kind, FieldKind::Choice(Options::Fixed(_)));
            is_fixed.then(|| answer.asked.get(name.as_str()).map(Value::display))?
        });
        let said = chosen.unwrap_or_else(|| answer.action.clone());
        *counts.entry(said).or_default() += 1;
    }
    let counts = counts.iter().map(|(said, count)| format!("{said} {count}"));
    counts.collect::<Vec<_>>().join("、")
}

/// The world where so many people of each list have answered this, in the order of the list.
pub(super) fn answered<'d>(
    definition: &'d Definition,
    awaited: &[Awaited<'_>],
    lists: &[String],
    given: &[Option<Given>],
    count: u64,
) -> Known<'d> {
    let people: Vec<Value> = (1..=count).map(|person| Value::Text(format!("p{person}"))).collect();
    let row = |person: &Value| {
        let fields = ["account", "id"].map(|field| (field.to_owned(), person.clone()));
        Value::Map(fields.into())
    };
    let list = Value::List(people.iter().map(row).collect());
    let known = Known::new(definition);
    let known = lists.iter().fold(known, |known, name| known.with(name, list.clone()));
    let nothing = Given { answers: Vec::new(), is_closed: false };
    awaited.iter().zip(given).fold(known, |known, (awaited, given)| {
        let people = if awaited.is_list { &people[..] } else { &people[..1] };
        let given = given.as_ref().unwrap_or(&nothing);
        known.with(awaited.name.as_str(), task_value(awaited.task, given, people))
    })
}

/// What expressions see of a task of a list in which nobody is.
pub(in super::super) fn of_nobody(task: &Task) -> Value {
    task_value(task, &Given { answers: Vec::new(), is_closed: false }, &[])
}

/// The same once something has closed it.
pub(in super::super) fn closed_of_nobody(task: &Task) -> Value {
    task_value(task, &Given { answers: Vec::new(), is_closed: true }, &[])
}

/// What expressions see of a task of a list once all have answered, as a few people may.
pub(in super::super) fn of_everybody(task: &Task) -> Vec<Value> {
    const MOST: usize = 3;
    const EACH: usize = 4;
    let (mut found, mut random) = (Vec::new(), Random::new());
    let people = ["p1", "p2", "p3"].map(Value::from);
    for (name, action) in &task.actions {
        let alike = [(name.as_str(), action)];
        for people in (1..=MOST).map(|count| &people[..count]) {
            found.extend((0..EACH).filter_map(|_| {
                let answers = vec![answer(&alike, &mut random)?; people.len()];
                Some(task_value(task, &Given { answers, is_closed: true }, people))
            }));
        }
    }
    found
}

/// What expressions see of a task of one person with this answer.
pub(super) fn of_one(task: &Task, answer: &Answer) -> Value {
    let given = Given { answers: vec![answer.clone()], is_closed: true };
    task_value(task, &given, &["p1".into()])
}

/// What expressions see of the task.
fn task_value(task: &Task, given: &Given, people: &[Value]) -> Value {
    let Given { answers, is_closed } = given;
    let count = |number: usize| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let rows = answers.iter().zip(people).map(|(answer, person)| row(answer, person));
    let mut fields: BTreeMap<String, Value> = BTreeMap::new();
    if let (Some(last), false) = (answers.last().zip(people.last()), task.secret)
        && let Value::Map(last) = row(last.0, last.1)
    {
        fields.extend(last);
    }
    for (name, options) in choices(task) {
        let chosen = |option: &String| {
            let is_chosen = |answer: &&Answer| {
                answer.asked.get(&name).and_then(Value::as_text) == Some(option.as_str())
            };
            (option.clone(), count(answers.iter().filter(is_chosen).count()))
        };
        fields.insert(name.clone(), Value::Map(options.iter().map(chosen).collect()));
    }
    for (name, number) in
        [("all", people.len()), ("given", answers.len()), ("times", answers.len())]
    {
        fields.insert(name.to_owned(), count(number));
    }
    let open = if *is_closed { 0 } else { people.len() - answers.len().min(people.len()) };
    fields.insert("open".to_owned(), count(open));
    fields.insert("closed".to_owned(), Value::Bool(*is_closed));
    fields.insert("answers".to_owned(), Value::List(rows.collect()));
    fields.insert("done".to_owned(), Value::List(people[..answers.len()].to_vec()));
    Value::Map(fields)
}

fn row(answer: &Answer, person: &Value) -> Value {
    let fields = [
        ("action", Value::from(answer.action.as_str())),
        ("by", person.clone()),
        ("row", person.clone()),
        ("at", Value::Moment(Moment(0))),
        ("answer", Value::Map(answer.asked.clone())),
    ];
    Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

/// The choices that are counted, with their options.
fn choices(task: &Task) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let asks = task.actions.values().map(|action| &action.ask).flat_map(Fields::iter);
    for (name, field) in asks {
        if let FieldKind::Choice(Options::Fixed(options))
        | FieldKind::Choices { options: Options::Fixed(options), .. } = &field.kind
        {
            found.entry(name.to_string()).or_default().extend(options.keys().cloned());
        }
    }
    found
}

/// Numbers that are the same each time.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new() -> Self {
        Self(0x2545_F491_4F6C_DD1D)
    }

    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.checked_rem(most).unwrap_or_default()
    }

    /// A place in a list of this length.
    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }
}
