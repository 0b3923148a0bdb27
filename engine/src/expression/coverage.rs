//! Whether conditions leave a gap: each name they compare with fixed values has only so many kinds
//! of value that they tell apart, so one of each kind is tried with one of every other.

mod asked;
mod axes;
mod orders;
mod trial;
mod values;

pub use asked::{Knowing, Trying};
use axes::Axes;
pub use orders::compares_a_part;
use trial::Trial;

use super::{Expression, Names};

/// More combinations than this are not tried: nothing is said of them.
const MOST_TRIALS: usize = 20_000;

/// The same where it is tried of every condition.
const FEW_TRIALS: usize = 500;

/// So often rules act before they are stopped.
const MOST_TURNS: usize = 100;

/// What is known of a list of conditions, of which the first that holds counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Where none holds, as far as can be seen.
    pub gap: Option<Gap>,
    /// The conditions that never are the first to hold.
    pub idle: Vec<usize>,
}

/// Where no condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Values for which that is so, as `name = value`; without, it only was not seen that there are
    /// none.
    pub example: Option<String>,
    /// Without an example: values for which it is so if a computed value can be what is said.
    pub perhaps: Option<String>,
}

/// A rule that acts: those before it do not hold, and it holds itself; without a condition it always
/// does.
#[derive(Clone, Debug)]
pub struct Turn<'e> {
    /// The rules before it.
    pub before: Vec<&'e Expression>,
    /// Its own condition.
    pub when: Option<&'e Expression>,
    /// The variables it sets, in this order.
    pub sets: Vec<(&'e str, &'e Expression)>,
}

/// What the conditions leave open; `None` where there are too many values to try.
#[must_use]
pub fn coverage(
    conditions: &[&Expression],
    names: &Names<'_>,
    trying: Trying<'_>,
) -> Option<Coverage> {
    let axes = Axes::of(conditions, names, trying, true, MOST_TRIALS)?;
    let mut first_of: Vec<bool> = vec![false; conditions.len()];
    let (mut sure, mut open, mut perhaps) = (None, None, None);
    // What stands for something else changes fastest: a gap is sure where it is there whatever that is.
    let mut is_open_so_far = true;
    for (number, trial) in axes.trials().enumerate() {
        let is_new = number % axes.unsure == 0;
        let first = axes.first(&trial);
        is_open_so_far = first.is_none() && (is_new || is_open_so_far);
        if let Some(first) = first {
            first_of[first] = true;
        } else if open.is_none() {
            open = Some(axes.words_of_order(&trial));
            perhaps = axes.words_of_value(&trial);
        }
        if is_open_so_far && (number + 1) % axes.unsure == 0 && sure.is_none() {
            sure = Some(axes.words(&trial)).filter(|words| !words.is_empty());
        }
    }
    let idle = first_of.iter().enumerate().filter(|(_, is_first)| !**is_first);
    let idle = idle.map(|(index, _)| index).collect();
    let gap = open.map(|order| Gap { example: sure.or(order), perhaps });
    Some(Coverage { gap, idle })
}

/// Values for which each of these rules acts, as `name = value` (empty where any will do); `None`
/// where there are none or they cannot be tried out.
#[must_use]
pub fn all_act(turns: &[Turn<'_>], names: &Names<'_>) -> Option<String> {
    let conditions = turns.iter().flat_map(|turn| turn.before.iter().copied().chain(turn.when));
    let axes =
        Axes::of(&conditions.collect::<Vec<_>>(), names, Trying::NOTHING, false, MOST_TRIALS)?;
    let acts = |trial: &Trial<'_>, turn: &Turn<'_>| {
        !turn.before.iter().any(|before| trial.holds(before))
            && turn.when.is_none_or(|when| trial.holds(when))
    };
    let mut trials = axes.trials();
    let found = trials.find(|trial| turns.iter().all(|turn| acts(trial, turn)));
    found.map(|trial| axes.words(&trial))
}

/// Whether a condition holds whatever its names are, or never; `None` where that depends on them, or
/// there are too many values to try.
#[must_use]
pub fn always(condition: &Expression, names: &Names<'_>, trying: Trying<'_>) -> Option<bool> {
    let axes = Axes::of(&[condition], names, trying, true, FEW_TRIALS)?;
    let mut holds = axes.trials().map(|trial| axes.first(&trial).is_some());
    let first = holds.next()?;
    holds.all(|it| it == first).then_some(first)
}

/// Values with which each of these rules acts again and again although they set variables, as
/// `name = value`; `None` where there are none or they cannot be tried out.
#[must_use]
pub fn keep_acting(turns: &[Turn<'_>], names: &Names<'_>) -> Option<String> {
    let conditions = turns.iter().flat_map(|turn| turn.before.iter().copied().chain(turn.when));
    let axes =
        Axes::of(&conditions.collect::<Vec<_>>(), names, Trying::NOTHING, false, FEW_TRIALS)?;
    let mut trials = axes.trials();
    trials.find(|trial| trial.clone().keeps_acting(turns)).map(|trial| axes.words(&trial))
}
