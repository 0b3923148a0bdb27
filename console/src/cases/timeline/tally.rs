//! What came of a secret vote, once it is counted: how many could vote, how many did, and how often each
//! answer was given. No ballot is told.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Ballot, Event},
    definition::{Field, FieldKind, Options, Task},
    expression::Value,
    names::TaskName,
};

use super::Reader;

/// How many could vote in each task.
pub(super) type Voters<'h> = BTreeMap<&'h TaskName, usize>;

impl Reader<'_> {
    /// The totals, where the event has them and they are told to the reader.
    pub(super) fn tally(&self, event: &Event, at: Moment, voters: &Voters<'_>) -> Option<String> {
        let Event::Counted { task: name, ballots } = event else { return None };
        let task = self.definition.tasks.get(name)?;
        let voters = voters.get(name).copied().unwrap_or_default().max(ballots.len());
        let mut parts = vec![format!("应投 {voters} 人，实投 {} 人", ballots.len())];
        if self.tells(name, at) {
            parts.extend(totals(task, ballots));
        }
        Some(parts.join("；"))
    }
}

/// How often each action was taken, where there are several, and each of a few answers given.
fn totals(task: &Task, ballots: &[Ballot]) -> Vec<String> {
    let mut totals = Vec::new();
    if task.actions.len() > 1 {
        let counts = task.actions.iter().map(|(name, action)| {
            (action.name.clone(), ballots.iter().filter(|ballot| ballot.action == *name).count())
        });
        totals.push(counted(counts));
    }
    let mut asked: BTreeMap<&str, &Field> = BTreeMap::new();
    for action in task.actions.values() {
        asked.extend(action.ask.iter().map(|(name, field)| (name.as_str(), field)));
    }
    for (name, field) in asked {
        let Some(options) = options(field) else { continue };
        let counts = options.into_iter().map(|(option, says)| {
            let is_chosen = |ballot: &&Ballot| ballot.asked.get(name) == Some(&option);
            (says, ballots.iter().filter(is_chosen).count())
        });
        totals.push(format!("{}：{}", field.name, counted(counts)));
    }
    totals
}

/// The answers of a field that has a few: value and words.
fn options(field: &Field) -> Option<Vec<(Value, String)>> {
    match &field.kind {
        FieldKind::Choice(Options::Fixed(options)) => {
            let option =
                |(value, says): (&String, &String)| (Value::Text(value.clone()), says.clone());
            Some(options.iter().map(option).collect())
        }
        FieldKind::YesNo => {
            let option = |(value, says): (bool, &str)| (Value::Bool(value), says.to_owned());
            Some([(true, "是"), (false, "否")].map(option).into())
        }
        FieldKind::Text { .. }
        | FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Choice(Options::Computed(_))
        | FieldKind::Choices { .. }
        | FieldKind::Accepted
        | FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Parts
        | FieldKind::Reference(_) => None,
    }
}

fn counted(counts: impl Iterator<Item = (String, usize)>) -> String {
    counts.map(|(says, count)| format!("{says} {count} 票")).collect::<Vec<_>>().join("，")
}
