//! Timers that never come to their end: another that begins no later always ends first and leads away,
//! whatever the calendar is.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::{flow::timer_entry, leaving::always_to};
use crate::{
    calendar::{Span, SpanUnit},
    definition::{Definition, Task, Timer, TimerEnd, reading::Reader},
    names::{StateName, TimerName},
};

const DAY: i64 = 24 * 60;

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for (name, state) in definition.states.iter().filter(|(_, state)| !state.is_end) {
        let here = At { reader, definition, name };
        let leading = |timers| here.leading(timers, &[name]);
        here.tell(&leading(&state.timers), &state.timers, Begin::Together);
        for (_, task) in definition.tasks_in(name) {
            here.tell(&here.leading(&task.timers, &of(task)), &task.timers, Begin::Together);
            // One that is open in several states may have begun before.
            if task.states.len() == 1 && !task.keep {
                here.tell(&leading(&state.timers), &task.timers, Begin::Later);
            }
        }
    }
}

fn of(task: &Task) -> Vec<&StateName> {
    task.states.iter().collect()
}

/// Whether timers begin at the same moment as those that lead away, or at that moment or later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begin {
    Together,
    Later,
}

/// A state with what is known of it.
struct At<'r, 'w> {
    reader: &'r Reader<'w>,
    definition: &'r Definition,
    name: &'r StateName,
}

/// A timer that leads away, with its place among those of its state or task.
type Leading<'r> = (usize, &'r TimerName, &'r Timer);

impl<'r> At<'r, '_> {
    /// The timers whose end always leads out of these states.
    fn leading(
        &self,
        timers: &'r IndexMap<TimerName, Timer>,
        states: &[&StateName],
    ) -> Vec<Leading<'r>> {
        let leads = |timer: &Timer| {
            let over = timer.over.as_ref()?;
            let may_fail = over.draws() || over.reaches_others();
            let is_certain = over.choose.is_empty()
                && over.when.is_none()
                && over.require.is_empty()
                && !may_fail;
            let to = always_to(&over.step.target, self.name).filter(|_| is_certain)?;
            // Where there may be no place left, or nobody to draw, it waits.
            let mut holds = self.definition.holds.values();
            let waits = holds.any(|it| it.states.contains(to) && !it.states.contains(self.name));
            (!waits && !states.contains(&to)).then_some(())
        };
        let timers = timers.iter().enumerate();
        let leading = timers.filter(|(_, (_, timer))| leads(timer).is_some());
        leading.map(|(place, (name, timer))| (place, name, timer)).collect()
    }

    /// Tells the timers that one of these precedes.
    fn tell(&self, leading: &[Leading<'r>], timers: &IndexMap<TimerName, Timer>, begin: Begin) {
        for (place, (name, timer)) in timers.iter().enumerate() {
            // What reminds happens before the end.
            if timer.over.is_none() && !timer.remind.is_empty() {
                continue;
            }
            let precedes = |(other_place, other, leading): &&Leading<'r>| {
                // Of several that end at once the first that is written counts; a state's come first.
                let is_first = begin == Begin::Later || *other_place < place;
                let is_other = !std::ptr::eq(*leading, timer) && *other != name;
                is_other && from(leading, timer, begin) && is_before(leading, timer, is_first)
            };
            let found = leading.iter().find(precedes);
            let Some((_, earlier, _)) = found else { continue };
            let Some(entry) = timer_entry(self.reader, name.as_str()) else { continue };
            self.reader.report.doubt(
                &entry.key.spot,
                format!(
                    "计时器「{name}」到不了期：「{earlier}」先到期，案已经离开「{}」",
                    self.name
                ),
                format!("写得比「{earlier}」短，或删去其中一个"),
            );
        }
    }
}

/// Whether the later of two timers does not begin before the other.
fn from(earlier: &Timer, later: &Timer, begin: Begin) -> bool {
    match begin {
        Begin::Together => earlier.from == later.from,
        Begin::Later => earlier.from.is_none() && later.from.is_none(),
    }
}

fn is_before(earlier: &Timer, later: &Timer, is_first: bool) -> bool {
    let (Some(earlier), Some(later)) = (span(earlier), span(later)) else { return false };
    match never_later(&earlier, &later) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => is_first,
        Some(Ordering::Greater) | None => false,
    }
}

fn span(timer: &Timer) -> Option<Span> {
    let TimerEnd::Lasts(lengths) = &timer.ends else { return None };
    let [length] = &lengths[..] else { return None };
    length.lasts.source().parse().ok().filter(|_| length.when.is_none())
}

/// Whether what lasts one length always ends before the other, or no later, from whenever both count.
fn never_later(one: &Span, other: &Span) -> Option<Ordering> {
    if one.at != other.at {
        let (most, least) = (minutes(one).1?, minutes(other).0);
        return (most <= least).then_some(Ordering::Equal);
    }
    if one.unit == other.unit {
        let is_rolled = matches!(one.unit, SpanUnit::RolledDays | SpanUnit::RolledMonths);
        return match one.count.cmp(&other.count) {
            Ordering::Less if is_rolled => Some(Ordering::Equal),
            Ordering::Less => Some(Ordering::Less),
            Ordering::Equal => Some(Ordering::Equal),
            Ordering::Greater => None,
        };
    }
    let (most, least) = match (days(one), days(other)) {
        // Both end on their last day.
        (Some((_, most)), Some((least, _))) => (most?, least),
        (None, _) | (_, None) => (minutes(one).1?, minutes(other).0),
    };
    (most <= least).then(|| most.cmp(&least))
}

/// How many days there are at least from the day on which it begins to its last one, and at most.
fn days(span: &Span) -> Option<(i64, Option<i64>)> {
    let count = span.count;
    match span.unit {
        SpanUnit::Minutes | SpanUnit::Hours => None,
        SpanUnit::Days => Some((count, Some(count))),
        SpanUnit::RolledDays | SpanUnit::WorkingDays => Some((count, None)),
        SpanUnit::PublicityDays => Some((count - 1, None)),
        SpanUnit::Months => Some((count * 28, Some(count * 31))),
        SpanUnit::RolledMonths => Some((count * 28, None)),
    }
}

/// How many minutes it lasts at least and at most: it may begin at any time of a day, whose end may be
/// the end of another length.
fn minutes(span: &Span) -> (i64, Option<i64>) {
    let exact = match span.unit {
        SpanUnit::Minutes => span.count,
        SpanUnit::Hours => span.count * 60,
        SpanUnit::Days
        | SpanUnit::RolledDays
        | SpanUnit::WorkingDays
        | SpanUnit::PublicityDays
        | SpanUnit::Months
        | SpanUnit::RolledMonths => {
            let (least, most) = days(span).unwrap_or_default();
            let at = span.at.map_or(DAY, i64::from);
            let least = (least * DAY + at - DAY).max(0);
            return (least, most.map(|most| most * DAY + at));
        }
    };
    (exact, Some(exact))
}
