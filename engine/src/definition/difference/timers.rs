//! How timers differ: when they end, whom they remind and what they do when they are over.

use indexmap::IndexMap;

use super::{
    telling::{Changes, Whom},
    words::{formula, listed},
};
use crate::{
    calendar::Span,
    definition::{Action, Batch, Length, Step, Timer, TimerEnd, Tone},
    expression::Template,
    names::{LetterName, TimerName},
};

impl Changes<'_> {
    pub(super) fn timers(
        &mut self,
        whom: Whom<'_>,
        place: &str,
        old: &IndexMap<TimerName, Timer>,
        new: &IndexMap<TimerName, Timer>,
    ) {
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            self.say(whom, format!("{place}不再有期限 {name}"));
        }
        for (name, timer) in new {
            match old.get(name) {
                None => {
                    self.say(whom, format!("{place}新增期限 {name}：{}", ends(&timer.ends)));
                    let ends = timer.ends.clone();
                    let bare =
                        Timer { ends, from: None, every: false, remind: Vec::new(), over: None };
                    self.timer(whom, &format!("{place}的期限 {name} "), &bare, timer);
                }
                Some(before) => self.timer(whom, &format!("{place}的期限 {name} "), before, timer),
            }
        }
        self.order(whom, &format!("{place}的期限"), old, new);
    }

    fn timer(&mut self, whom: Whom<'_>, place: &str, old: &Timer, new: &Timer) {
        let told = self.said;
        self.part(whom, place.trim_end(), &old.ends, &new.ends, ends);
        let from = |from: &Option<_>| formula(from);
        self.part(whom, &format!("{place}从何时算起"), &old.from, &new.from, from);
        self.flag(whom, &format!("{place}到期后重新开始"), old.every, new.every);
        let remind = |remind: &Vec<(Template, Option<LetterName>)>| {
            let each = remind.iter().map(|(before, letter)| {
                let letter = letter.as_ref().map(|letter| format!("（信件「{letter}」）"));
                format!("前 {}{}", length(before), letter.unwrap_or_default())
            });
            listed(&each.collect::<Vec<_>>())
        };
        self.part(whom, &format!("{place}的提醒"), &old.remind, &new.remind, remind);
        let over = [old, new].map(|timer| timer.over.clone().unwrap_or_else(nothing));
        self.action(whom, &format!("{place}到期"), &over[0], &over[1]);
        self.rest(told, whom, place.trim_end(), old != new);
    }
}

fn ends(ends: &TimerEnd) -> String {
    match ends {
        TimerEnd::Lasts(lengths) => {
            let words = |length: &Length| match &length.when {
                Some(when) => format!("{} 时 {}", when.source(), self::length(&length.lasts)),
                None => self::length(&length.lasts),
            };
            lengths.iter().map(words).collect::<Vec<_>>().join("，否则 ")
        }
        TimerEnd::At(at) => at.source().to_owned(),
    }
}

/// `5 个工作日`; one that is computed as it is written.
fn length(written: &Template) -> String {
    let span = written.source().parse::<Span>();
    span.map_or_else(|_| written.source().to_owned(), Span::words)
}

/// What does nothing, as a timer that is over and does nothing.
pub(super) fn nothing() -> Action {
    Action {
        name: String::new(),
        tone: Tone::Plain,
        confirm: None,
        hint: None,
        when: None,
        require: Vec::new(),
        checks: None,
        ask: IndexMap::new(),
        freeze: false,
        at_most: None,
        batch: Batch::default(),
        step: Step::default(),
        choose: IndexMap::new(),
    }
}
