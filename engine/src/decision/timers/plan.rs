//! When a timer begins, reminds and ends.

use crate::{
    calendar::{Moment, Span, SpanUnit},
    decision::{CaseTimer, RejectionKind, Undecided, knowledge::Knowledge, progress::reject},
    definition::{Length, Timer, TimerEnd},
    expression::{Template, Value},
    names::LetterName,
};

/// A timer that comes again every month does so for a thousand years.
const MOST_MONTHS: i64 = 12_000;

/// A timer as it is to run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) from: Moment,
    pub(super) ends: Moment,
    pub(super) reminders: Vec<(Moment, Option<LetterName>)>,
}

/// Where a timer that comes again counts from, and before what it does not end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) from: Moment,
    pub(super) not_before: Moment,
}

impl Plan {
    /// When it reminds. Those that a running timer has given stay given; an end that was put off
    /// brings the later ones of its own.
    pub(super) fn moments_after(&self, running: Option<&CaseTimer>) -> Vec<Moment> {
        let running = running.filter(|running| running.from == self.from);
        let given = running.map_or(&[][..], |running| {
            running.reminders.get(..running.reminded as usize).unwrap_or(&running.reminders)
        });
        let mut moments = given.to_vec();
        let later = |at: &Moment| given.last().is_none_or(|last| at > last);
        moments.extend(self.reminders.iter().map(|(at, _)| *at).filter(later));
        moments
    }
}

impl Knowledge<'_> {
    /// When a timer begins and ends; `None` while what it depends on is missing.
    pub(super) fn plan(
        &self,
        timer: &Timer,
        kept: Option<Kept>,
        began: Moment,
    ) -> Result<Option<Plan>, Undecided> {
        let from = match (kept, &timer.from) {
            (Some(kept), _) => Some(kept.from),
            (None, Some(from)) => {
                let from = self.evaluate(from)?;
                match from.as_moment() {
                    Some(from) => Some(self.counted_from(timer, from)?),
                    None => from.as_date().map(Moment::from_date),
                }
            }
            (None, None) => Some(self.counted_from(timer, began)?),
        };
        let ends = match &timer.ends {
            TimerEnd::Lasts(lengths) => {
                let span = self.length(lengths)?;
                from.zip(span).map(|(from, span)| self.end_of(from, span, kept))
            }
            TimerEnd::At(at) => moment(&self.evaluate(at)?, Moment::end_of),
        };
        let Some((from, ends)) = from.or(Some(began)).zip(ends) else { return Ok(None) };
        let reminders = self.reminders(timer, from, ends)?;
        Ok(Some(Plan { from, ends, reminders }))
    }

    /// A timer as it runs on, or for the first time. One that comes again keeps its rhythm, unless what
    /// it counts `from` has moved past where its time began.
    pub(super) fn planned(
        &self,
        timer: &Timer,
        old: Option<&CaseTimer>,
        began: Moment,
    ) -> Result<Option<Plan>, Undecided> {
        let Some(old) = old.filter(|_| timer.every) else { return self.plan(timer, None, began) };
        if timer.from.is_some() {
            let anew = self.plan(timer, None, began)?;
            if anew.as_ref().is_some_and(|anew| anew.from > old.from) {
                return Ok(anew);
            }
        }
        self.plan(timer, Some(Kept { from: old.from, not_before: old.ends }), began)
    }

    /// Months that come again are all counted from the first day: after the 28th of February the
    /// 31st of March comes.
    fn end_of(&self, from: Moment, span: Span, kept: Option<Kept>) -> Moment {
        let end = |times: i64| {
            let count = span.count.saturating_mul(times);
            self.facts.calendar.end_of_span(from, Span { count, ..span })
        };
        match kept.filter(|_| is_months(span.unit) && span.count > 0) {
            Some(kept) => {
                let later = (1..MOST_MONTHS).map(end).find(|end| *end >= kept.not_before);
                later.unwrap_or_else(|| end(1))
            }
            None => end(1),
        }
    }

    /// Where the time of a timer is counted from that began at a moment.
    fn counted_from(&self, timer: &Timer, began: Moment) -> Result<Moment, Undecided> {
        let TimerEnd::Lasts(lengths) = &timer.ends else { return Ok(began) };
        let span = self.length(lengths)?;
        Ok(span.map_or(began, |span| span.counted_from(began)))
    }

    /// Where counting goes on after an end: an end at 24:00 belongs to the day it closes, which the
    /// next days are counted from.
    pub(super) fn continued(&self, timer: &Timer, ended: &CaseTimer) -> Result<Kept, Undecided> {
        let end = ended.ends;
        let span = match &timer.ends {
            TimerEnd::At(_) => None,
            TimerEnd::Lasts(lengths) => self.length(lengths)?,
        };
        let from = match span.map(|span| (span.unit, span.at)) {
            Some((unit, _)) if is_months(unit) => ended.from,
            None | Some((SpanUnit::Minutes | SpanUnit::Hours, _) | (_, Some(_))) => end,
            Some((_, None)) => end.plus(-1),
        };
        Ok(Kept { from, not_before: end.plus(1) })
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
        // What should have ended before it began ends at once.
        let negated = text.trim().strip_prefix('-');
        if negated.is_some_and(|positive| positive.parse::<Span>().is_ok()) {
            return Ok(Span { count: 0, unit: SpanUnit::Minutes, at: None });
        }
        text.parse().map_err(|_| reject(RejectionKind::Evaluation(format!("“{text}”不是时长"))))
    }
}

fn is_months(unit: SpanUnit) -> bool {
    matches!(unit, SpanUnit::Months | SpanUnit::RolledMonths)
}

fn moment(value: &Value, of_date: impl Fn(jiff::civil::Date) -> Moment) -> Option<Moment> {
    value.as_moment().or_else(|| value.as_date().map(of_date))
}
