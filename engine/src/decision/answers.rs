//! Answers by themselves: what follows from them without the case they are given in.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use super::shape;
use crate::{
    calendar::{Calendar, Moment},
    definition::{Action, Fields, Untold},
    expression::{EvaluationFault, Value, World},
    names::{FieldName, ParticipantName},
};

/// The only names that are known: `ask`, and in a list of cases `place`.
#[derive(Debug)]
struct OfAnswers<'a> {
    ask: Value,
    place: Value,
    calendar: &'a Calendar,
}

impl World for OfAnswers<'_> {
    fn name(&self, name: &str) -> Cow<'_, Value> {
        match name {
            "ask" => Cow::Borrowed(&self.ask),
            "place" => Cow::Borrowed(&self.place),
            _ => Cow::Borrowed(Value::NONE),
        }
    }

    // What asks for the time is refused when the definition is read.
    fn now(&self) -> Moment {
        Moment(0)
    }

    fn calendar(&self) -> &Calendar {
        self.calendar
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        true
    }
}

/// What an action that is done to many cases is answered with in the one at a place of the list, from
/// 0: what was asked once for all, and what is computed for each.
///
/// # Errors
/// When an answer cannot be computed, as beyond the last day there is.
pub fn batch_answers(
    action: &Action,
    asked: &BTreeMap<String, Value>,
    place: usize,
    calendar: &Calendar,
) -> Result<BTreeMap<String, Value>, EvaluationFault> {
    let place = Value::Integer(i64::try_from(place).unwrap_or(i64::MAX));
    let ask = shape::fields(&action.asked_of_many(), Some(asked));
    let world = OfAnswers { ask, place, calendar };
    let mut answers = asked.clone();
    answers.retain(|name, _| !action.batch.ask.contains_key(name.as_str()));
    for (name, each) in &action.batch.each {
        answers.insert(name.to_string(), each.evaluate(&world)?);
    }
    Ok(answers)
}

/// The answers that are kept from whoever stands as these participants.
pub fn kept_back<'f>(
    fields: &'f Fields,
    asked: &BTreeMap<String, Value>,
    stands_as: impl Fn(&ParticipantName) -> bool,
) -> Vec<&'f FieldName> {
    let is_kept = |untold: &Untold| {
        untold.to.iter().any(&stands_as)
            && untold.when.as_ref().is_none_or(|when| {
                let ask = shape::fields(fields, Some(asked));
                let world = OfAnswers { ask, place: Value::None, calendar: &CALENDAR };
                // What cannot be judged is rather not told.
                when.holds(&world).unwrap_or(true)
            })
    };
    let kept = fields.iter().filter(|(_, field)| field.untold.as_ref().is_some_and(is_kept));
    kept.map(|(name, _)| name).collect()
}

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::default);
