//! A task as expressions see it: its last answer, how often it was answered, and for an `each` task
//! its rows and counts.

use std::collections::BTreeMap;

use super::{
    Answer, Ballot, TaskList,
    knowledge::{Knowledge, map},
    shape,
};
use crate::{
    calendar::Moment,
    definition::{FieldKind, Fields, Options, Task},
    expression::Value,
    names::TaskName,
};

/// The value of a task's name.
pub(super) fn value(knowledge: &Knowledge<'_>, name: &TaskName, task: &Task) -> Value {
    let case = knowledge.case;
    let answers = case.answers.get(name).map_or(&[][..], Vec::as_slice);
    let fields = asked_fields(task);
    let mut row = answer(&fields, answers.last());
    row.insert("times".to_owned(), count(answers.len()));
    if is_each(knowledge, task) {
        let none = TaskList::default();
        let list = case.lists.get(name).unwrap_or(&none);
        let open = open_rows(knowledge, name, task, list, answers);
        if task.secret {
            row.extend(answer(&fields, None));
            ballots(&mut row, &fields, list, open);
            // Who has voted is no secret, only what.
            row.insert("done".to_owned(), done(list, answers));
        } else {
            rows(&mut row, &fields, list, answers, open);
        }
    }
    Value::Map(row)
}

/// An answer as a row: `{action, by, at, answer}`, all none where there is none.
pub(super) fn answer(fields: &Fields, answer: Option<&Answer>) -> BTreeMap<String, Value> {
    let asked = shape::fields(fields, answer.map(|answer| &answer.asked));
    let row = map([
        ("action", answer.map(|answer| answer.action.as_str()).into()),
        ("by", answer.map(|answer| answer.by.as_str()).into()),
        ("at", answer.map(|answer| answer.at).into()),
        ("row", answer.and_then(|answer| answer.row.as_deref()).into()),
        ("answer", asked),
    ]);
    if let Value::Map(row) = row { row } else { BTreeMap::new() }
}

/// Whatever any action of the task asks.
pub(super) fn asked_fields(task: &Task) -> Fields {
    let asks = task.actions.values().flat_map(|action| action.ask.iter());
    asks.map(|(name, field)| (name.clone(), field.clone())).collect()
}

/// Whether the task is one per row of a list.
pub(super) fn is_each(knowledge: &Knowledge<'_>, task: &Task) -> bool {
    knowledge.definition.is_each(&task.participant)
}

/// For how many it is open, or will be as soon as no rule acts: the list may have changed just now.
fn open_rows(
    knowledge: &Knowledge<'_>,
    name: &TaskName,
    task: &Task,
    list: &TaskList,
    answers: &[Answer],
) -> usize {
    let opened = knowledge.case.tasks.get(name);
    if list.is_closed || opened.is_none() && !is_about_to_open(knowledge, task, list) {
        return 0;
    }
    let is_open = |row: &&String| {
        opened.is_some_and(|open| open.rows.contains(row))
            || !answers.iter().any(|answer| answer.row.as_ref() == Some(*row))
    };
    list.rows.iter().filter(is_open).count()
}

/// Whether rules ask of a task that opens as soon as none of them acts.
fn is_about_to_open(knowledge: &Knowledge<'_>, task: &Task, list: &TaskList) -> bool {
    let case = knowledge.case;
    !list.is_closed
        && !list.rows.is_empty()
        && !case.is_closed
        && task.states.contains(&case.visit.state)
        && knowledge.allows_within(task.when.as_ref())
}

fn rows(
    row: &mut BTreeMap<String, Value>,
    fields: &Fields,
    list: &TaskList,
    answers: &[Answer],
    open: usize,
) {
    // The list decides: the answer of somebody who was taken off it counts no more.
    let is_listed = |answer: &&Answer| {
        answer.row.as_ref().is_some_and(|row| list.rows.iter().any(|listed| listed == row))
    };
    let counted: Vec<&Answer> = answers.iter().filter(is_listed).collect();
    let done = done(list, answers);
    let given = done.as_list().unwrap_or_default().len();
    let is_complete = !list.rows.is_empty() && given == list.rows.len();
    row.insert("all".to_owned(), count(list.rows.len()));
    row.insert("given".to_owned(), count(given));
    row.insert("done".to_owned(), done);
    row.insert("open".to_owned(), count(open));
    row.insert("closed".to_owned(), Value::Bool(list.is_closed || is_complete));
    tally(row, fields, &counted);
}

/// Who of the list has answered.
fn done(list: &TaskList, answers: &[Answer]) -> Value {
    let has_answered =
        |row: &&String| answers.iter().any(|answer| answer.row.as_ref() == Some(*row));
    Value::List(list.rows.iter().filter(has_answered).map(|row| row.as_str().into()).collect())
}

/// The answers as rows, and how often each option was chosen.
fn tally(row: &mut BTreeMap<String, Value>, fields: &Fields, counted: &[&Answer]) {
    let rows = counted.iter().map(|one| Value::Map(answer(fields, Some(one))));
    row.insert("answers".to_owned(), Value::List(rows.collect()));
    for (name, field) in fields {
        if let FieldKind::Choice(Options::Fixed(options))
        | FieldKind::Choices { options: Options::Fixed(options), .. } = &field.kind
        {
            let chosen = |option: &str| {
                let has_chosen = |one: &&&Answer| {
                    let chosen = one.asked.get(name.as_str());
                    let several = chosen.and_then(Value::as_list).unwrap_or_default();
                    let is_option = |value: &Value| value.as_text() == Some(option);
                    chosen.is_some_and(is_option) || several.iter().any(is_option)
                };
                count(counted.iter().filter(has_chosen).count())
            };
            let counts = options.keys().map(|option| (option.clone(), chosen(option)));
            row.insert(name.to_string(), Value::Map(counts.collect()));
        }
    }
}

/// Ballots count once a secret task is closed, without names; before, none has been given.
fn ballots(row: &mut BTreeMap<String, Value>, fields: &Fields, list: &TaskList, open: usize) {
    let counted: Vec<Answer> = list.counted.iter().flatten().map(unnamed).collect();
    row.insert("all".to_owned(), count(list.rows.len()));
    row.insert("given".to_owned(), count(counted.len()));
    row.insert("open".to_owned(), count(open));
    row.insert("closed".to_owned(), Value::Bool(list.counted.is_some()));
    tally(row, fields, &counted.iter().collect::<Vec<_>>());
}

fn unnamed(ballot: &Ballot) -> Answer {
    Answer {
        action: ballot.action.clone(),
        by: String::new(),
        at: Moment(0),
        asked: ballot.asked.clone(),
        row: None,
        acting_for: None,
        via: Vec::new(),
    }
}

fn count(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
