//! Timers of states and tasks.

use indexmap::IndexMap;

use super::Reader;
use crate::{
    calendar::{Span, SpanUnit},
    definition::{
        Length, Timer, TimerEnd,
        document::{Entry, Kind, Node},
        scope::Scope,
        type_text::record,
    },
    expression::{Template, Type},
    names::{LetterName, TimerName},
};

impl Reader<'_> {
    /// The timers of a map.
    pub(super) fn timers(&self, node: &Node, scope: &Scope<'_>) -> IndexMap<TimerName, Timer> {
        let timer = |entry: &Entry| {
            Some((entry.key.text.as_str().into(), self.timer(entry, &entry.key.text, scope)?))
        };
        node.entries_of("timers").iter().filter_map(timer).collect()
    }

    /// The timers of a task; a single one has the task's name.
    pub(super) fn task_timers(
        &self,
        task: &Entry,
        scope: &Scope<'_>,
    ) -> IndexMap<TimerName, Timer> {
        let mut timers = self.timers(&task.value, scope);
        if let Some(entry) = task.value.entry("timer")
            && let Some(timer) = self.timer(entry, &task.key.text, scope)
        {
            timers.insert(task.key.text.as_str().into(), timer);
        }
        timers
    }

    fn timer(&self, entry: &Entry, name: &str, scope: &Scope<'_>) -> Option<Timer> {
        let node = &entry.value;
        let (lasts, at) = (node.get("lasts"), node.get("at"));
        if lasts.is_none() && at.is_none() {
            self.report.error(
                &entry.key.spot,
                format!("计时器「{name}」没有说多久"),
                "写 lasts: 时长，或 at: 日期",
            );
        }
        let ends = match (lasts, at) {
            (Some(lasts), _) => self.lengths(lasts, scope).map(TimerEnd::Lasts),
            (None, Some(at)) => {
                self.expression_of(at, scope, "日期或时刻", is_time).map(TimerEnd::At)
            }
            (None, None) => None,
        };
        // What it does at its end is then no way out of a state, but would be.
        self.has_lost_targets.set(self.has_lost_targets.get() || ends.is_none());
        let from = node.get("from");
        let from = from.and_then(|node| self.expression_of(node, scope, "日期或时刻", is_time));
        let remind = node.get("remind").map(|remind| self.reminders(remind, scope));
        self.tell_early_reminders(lasts, node.get("remind"));
        let over = node.get("over").map(|over| self.action(over, "", scope));
        Some(Timer {
            ends: ends?,
            from,
            every: node.is_true("every"),
            remind: remind.unwrap_or_default(),
            over,
        })
    }

    /// One length, or a table of them.
    fn lengths(&self, node: &Node, scope: &Scope<'_>) -> Option<Vec<Length>> {
        if !matches!(node.kind, Kind::List(_)) {
            return Some(vec![Length { when: None, lasts: self.duration(node, scope)? }]);
        }
        let rows: Vec<_> = node
            .items()
            .iter()
            .map(|row| {
                let when = row.get("when").map(|when| self.condition(when, scope));
                let lasts = row.get("is").and_then(|is| self.duration(is, scope))?;
                Some(Length { when: when.map_or(Some(None), |when| when.map(Some))?, lasts })
            })
            .collect();
        let rows = rows.into_iter().collect::<Option<Vec<_>>>()?;
        let conditions: Vec<_> = rows.iter().filter_map(|row| row.when.as_ref()).collect();
        let always = rows.iter().position(|row| row.when.is_none());
        self.examine_conditions(node, always, &conditions, scope);
        Some(rows)
    }

    /// A reminder that would come before the timer begins, however long it is.
    fn tell_early_reminders(&self, lasts: Option<&Node>, remind: Option<&Node>) {
        let span = |node: &Node| node.text().and_then(|text| text.parse::<Span>().ok());
        let (Some(lasts), Some(remind)) = (lasts.and_then(spans), remind) else { return };
        let keys = remind.entries().iter().map(super::effects::key_node);
        let items = remind.items().iter().cloned();
        let single =
            (remind.entries().is_empty() && remind.items().is_empty()).then(|| remind.clone());
        for before in keys.chain(items).chain(single) {
            let is_early = |span: Span| lasts.iter().all(|lasts| is_as_long(&span, lasts));
            if span(&before).is_some_and(is_early) {
                let lasts: Vec<String> = lasts.iter().map(ToString::to_string).collect();
                let message = "提醒比计时开始还早，不会发出";
                self.report.warn(&before.spot, message, format!("写得比 {} 短", lasts.join("、")));
            }
        }
    }

    fn reminders(&self, node: &Node, scope: &Scope<'_>) -> Vec<(Template, Option<LetterName>)> {
        match &node.kind {
            Kind::Map(entries) => entries
                .iter()
                .filter(|entry| !self.is_swapped(entry))
                .filter_map(|entry| {
                    let before = self.duration(&super::effects::key_node(entry), scope);
                    let letter = self.letter(&entry.value);
                    // Nobody is asked anything when a timer reminds.
                    let nothing = record("ask", std::iter::empty::<(&str, Type)>());
                    self.tell_unasked(&entry.value, Some(&nothing));
                    Some((before?, Some(letter?)))
                })
                .collect(),
            Kind::List(items) => {
                items.iter().filter_map(|item| Some((self.duration(item, scope)?, None))).collect()
            }
            Kind::Scalar(_) => {
                self.duration(node, scope).map(|before| (before, None)).into_iter().collect()
            }
            Kind::Null => Vec::new(),
        }
    }

    /// A letter and the time before the end that stand in each other's place.
    fn is_swapped(&self, entry: &Entry) -> bool {
        let is_span = |text: &str| with_numbers(text).parse::<Span>().is_ok();
        let letter = entry.key.text.as_str();
        let Some(before) = entry.value.text() else { return false };
        let is_swapped = is_span(before) && !is_span(letter);
        if is_swapped {
            let message = format!("写反了：「{letter}」是信件，「{before}」是提前多久");
            self.report.error(&entry.key.spot, message, format!("写成 {before}: {letter}"));
        }
        is_swapped
    }

    /// A length of time; where it holds expressions, they are tried as a number.
    fn duration(&self, node: &Node, scope: &Scope<'_>) -> Option<Template> {
        let text = node.text()?;
        let template = self.template(node, scope)?;
        let tried = with_numbers(text);
        match tried.parse::<Span>() {
            Ok(span) if span.count == 0 => {
                let remedy = "写 1 以上；要当天 24:00 到期，把一个日期变量 set 成 today，写 at: 变量";
                self.report.error(&node.spot, "时长是 0", remedy);
            }
            Ok(_) => return Some(template),
            Err(_) => self.report.error(
                &node.spot,
                format!("「{text}」不是时长"),
                "写法如：5 working days、5 publicity days、48 hours、30 minutes、20 days、20 days rolled、6 months、6 months rolled，带钟点的如 1 working days 09:00",
            ),
        }
        None
    }
}

/// The text with a number in place of each `{expression}`.
fn with_numbers(text: &str) -> String {
    let mut tried = String::new();
    for (index, part) in text.split('{').enumerate() {
        if index == 0 {
            tried.push_str(part);
        } else {
            tried.push('1');
            tried.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
        }
    }
    tried
}

/// The lengths of a timer; `None` where one of them is computed.
fn spans(lasts: &Node) -> Option<Vec<Span>> {
    let span = |node: &Node| node.text()?.parse::<Span>().ok();
    match lasts.items() {
        [] => Some(vec![span(lasts)?]),
        rows => rows.iter().map(|row| span(row.get("is")?)).collect(),
    }
}

fn is_time(kind: &Type) -> bool {
    matches!(kind, Type::Date | Type::Moment)
}

/// Whether one length is at least the other, as far as that is certain: no calendar has more days off
/// at once than `FREE`.
fn is_as_long(one: &Span, other: &Span) -> bool {
    const FREE: i64 = 14;
    // Counted back, nothing is rolled on.
    let unit = match one.unit {
        SpanUnit::RolledDays => SpanUnit::Days,
        SpanUnit::RolledMonths => SpanUnit::Months,
        SpanUnit::PublicityDays => SpanUnit::WorkingDays,
        unit @ (SpanUnit::Minutes
        | SpanUnit::Hours
        | SpanUnit::Days
        | SpanUnit::WorkingDays
        | SpanUnit::Months) => unit,
    };
    match (unit, other.unit) {
        (SpanUnit::Minutes, SpanUnit::Minutes)
        | (SpanUnit::Hours, SpanUnit::Hours)
        | (SpanUnit::WorkingDays, SpanUnit::PublicityDays) => return one.count >= other.count,
        // They run to 24:00 of their last day: as many before it are 24:00 of the first.
        (SpanUnit::Days, SpanUnit::Days)
        | (SpanUnit::WorkingDays, SpanUnit::WorkingDays)
        | (SpanUnit::Months, SpanUnit::Months | SpanUnit::RolledMonths) => {
            return one.count > other.count;
        }
        _ => {}
    }
    // In hours; days end at midnight, so there may be one more of them.
    let least = match unit {
        SpanUnit::Minutes => one.count / 60,
        SpanUnit::Hours => one.count,
        SpanUnit::Days | SpanUnit::WorkingDays => one.count * 24,
        SpanUnit::Months => one.count * 28 * 24,
        SpanUnit::RolledDays | SpanUnit::RolledMonths | SpanUnit::PublicityDays => return false,
    };
    let most = match other.unit {
        SpanUnit::Minutes => other.count / 60 + 1,
        SpanUnit::Hours => other.count,
        SpanUnit::Days => (other.count + 1) * 24,
        SpanUnit::Months => (other.count * 31 + 1) * 24,
        SpanUnit::RolledDays => (other.count + 1 + FREE) * 24,
        SpanUnit::RolledMonths => (other.count * 31 + 1 + FREE) * 24,
        SpanUnit::WorkingDays | SpanUnit::PublicityDays => (other.count * 2 + FREE) * 24,
    };
    least >= most
}
