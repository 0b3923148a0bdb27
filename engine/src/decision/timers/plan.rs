//! When a timer begins, reminds and ends.

use crate::{
    calendar::{Moment, Span, SpanUnit},
    decision::{RejectionKind, Undecided, knowledge::Knowledge, progress::reject},
    definition::{Length, Timer, TimerEnd},
    expression::{Template, Value},
    names::LetterName,
};

/// A timer as it is to run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) from: Moment,
    pub(super) ends: Moment,
    pub(super) reminders: Vec<(Moment, Option<LetterName>)>,
}

impl Plan {
    pub(super) fn moments(&self) -> Vec<Moment> {
        self.reminders.iter().map(|(at, _)| *at).collect()
    }
}

impl Knowledge<'_> {
    /// When a timer begins and ends; `None` while what it depends on is missing.
    pub(super) fn plan(
        &self,
        timer: &Timer,
        kept: Option<Moment>,
        began: Moment,
    ) -> Result<Option<Plan>, Undecided> {
        let from = match (kept, &timer.from) {
            (Some(kept), _) => Some(kept),
            (None, Some(from)) => moment(&self.evaluate(from)?, Moment::from_date),
            (None, None) => Some(began),
        };
        let ends = match &timer.ends {
            TimerEnd::Lasts(lengths) => {
                let span = self.length(lengths)?;
                from.zip(span).map(|(from, span)| self.facts.calendar.end_of_span(from, span))
            }
            TimerEnd::At(at) => moment(&self.evaluate(at)?, Moment::end_of),
        };
        let Some((from, ends)) = from.or(Some(began)).zip(ends) else { return Ok(None) };
        let reminders = self.reminders(timer, from, ends)?;
        Ok(Some(Plan { from, ends, reminders }))
    }

    /// Where counting goes on after an end: an end at 24:00 belongs to the day it closes, which the
    /// next days are counted from.
    pub(super) fn continued(&self, timer: &Timer, end: Moment) -> Result<Moment, Undecided> {
        let counts_days = match &timer.ends {
            TimerEnd::At(_) => false,
            TimerEnd::Lasts(lengths) => self.length(lengths)?.is_some_and(|span| {
                span.at.is_none() && !matches!(span.unit, SpanUnit::Minutes | SpanUnit::Hours)
            }),
        };
        Ok(if counts_days { end.plus(-1) } else { end })
    }

    pub(super) fn reminders(
        &self,
        timer: &Timer,
        from: Moment,
        ends: Moment,
    ) -> Result<Vec<(Moment, Option<LetterName>)>, Undecided> {
        let mut reminders = Vec::new();
        for (before, letter) in &timer.remind {
            let at = self.facts.calendar.before(ends, self.span(before)?);
            if at > from && at < ends {
                reminders.push((at, letter.clone()));
            }
        }
        reminders.sort();
        Ok(reminders)
    }

    /// The first of some lengths whose condition holds.
    fn length(&self, lengths: &[Length]) -> Result<Option<Span>, Undecided> {
        for length in lengths {
            if self.allows(length.when.as_ref())? {
                return self.span(&length.lasts).map(Some);
            }
        }
        Ok(None)
    }

    fn span(&self, template: &Template) -> Result<Span, Undecided> {
        let text = self.render(template)?;
        text.parse().map_err(|_| reject(RejectionKind::Evaluation(format!("“{text}”不是时长"))))
    }
}

fn moment(value: &Value, of_date: impl Fn(jiff::civil::Date) -> Moment) -> Option<Moment> {
    value.as_moment().or_else(|| value.as_date().map(of_date))
}
