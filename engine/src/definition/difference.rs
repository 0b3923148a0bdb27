//! How two versions of a definition differ, in words, for those whom it concerns.

mod checks;
mod fields;
mod letters;
mod people;
mod prints;
mod steps;
mod tasks;
mod telling;
mod timers;
mod words;
mod world;

use indexmap::IndexMap;

use self::{
    telling::{Changes, Whom},
    words::{listed, maybe, state, tone},
};
use super::{Definition, Place, Publicity, State, Step};
use crate::{
    expression::{Expression, Template},
    names::{ParticipantName, StatusId},
};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// For whom it changes something; `None` is for everybody.
    pub who: Option<ParticipantName>,
    /// What, in one sentence.
    pub what: String,
}

/// What changes from `old` to `new`, in the order of the text. Two that differ in anything but their
/// layout and comments have at least one.
#[must_use]
pub fn differences(old: &Definition, new: &Definition) -> Vec<Change> {
    let mut changes = Changes::between(old, new);
    let all = Whom::All;
    changes.part(all, "名称", &old.name, &new.name, ToString::to_string);
    changes.part(all, "依据的流程", &old.lineage, &new.lineage, |keys| listed(keys));
    changes.start();
    changes.states();
    changes.tasks();
    changes.participants();
    changes.form();
    changes.checks();
    changes.world();
    changes.prints();
    changes.letters();
    if changes.found.is_empty() && plain(old) != plain(new) {
        changes.say(all, "流程有别的变化".to_owned());
    }
    changes.found
}

/// The definition without what its layout, its files and its comments decide.
fn plain(definition: &Definition) -> Definition {
    let place = Place { file: "".into(), line: 1, column: 1 };
    let mut plain = definition.clone();
    plain.hash = "".into();
    plain.sources.clear();
    plain.states.values_mut().for_each(|state| state.place = place.clone());
    plain.letters.values_mut().for_each(|text| *text = text.trim_end().to_owned());
    plain
}

/// The state that only the other version has and that people call the same, where there is one.
fn namesake<'d>(state: &State, (own, other): (&Definition, &'d Definition)) -> Option<&'d State> {
    fn only<'d>(own: &'d Definition, other: &Definition, state: &State) -> Option<&'d State> {
        let alone = own.states.iter().filter(|(name, _)| !other.states.contains_key(*name));
        let mut called = alone.map(|(_, of)| of).filter(|of| of.name == state.name);
        called.next().filter(|_| called.next().is_none())
    }
    only(own, other, state).and(only(other, own, state))
}

/// A state that is called and shown the same, in which nothing happens.
fn empty(state: &State) -> State {
    State {
        name: state.name.clone(),
        status: state.status.clone(),
        tone: state.tone,
        enter: Step::default(),
        timers: IndexMap::new(),
        choose: IndexMap::new(),
        is_end: state.is_end,
        public: None,
        advice: Vec::new(),
        place: state.place.clone(),
    }
}

impl Changes<'_> {
    fn start(&mut self) {
        let (old, new) = (&self.old.start, &self.new.start);
        let told = self.said;
        let by = |by: &Option<ParticipantName>| {
            by.as_ref().map_or("只有别的案", |by| by.as_str()).to_owned()
        };
        self.part(Whom::All, "谁能发起", &old.by, &new.by, by);
        let given = |given: &IndexMap<_, String>| {
            let pairs = given.iter().map(|(name, kind)| format!("{name}（{kind}）"));
            listed(&pairs.collect::<Vec<_>>())
        };
        self.part(Whom::All, "发起时给的对象", &old.given, &new.given, given);
        self.action(Whom::All, "「发起」", &old.action, &new.action);
        self.rest(told, Whom::All, "「发起」", old != new);
    }

    fn states(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, before) in old.states.iter().filter(|(name, _)| !new.states.contains_key(*name))
        {
            self.say(Whom::All, format!("去掉状态「{}」", state((old, new), name)));
            if namesake(before, (old, new)).is_none() {
                self.state(before, &empty(before));
            }
        }
        for (name, after) in &new.states {
            match old.states.get(name) {
                None => {
                    self.say(Whom::All, format!("新增状态「{}」", state((old, new), name)));
                    let before = namesake(after, (new, old)).cloned();
                    let nothing = || State { is_end: false, ..empty(after) };
                    self.state(&before.unwrap_or_else(nothing), after);
                }
                Some(before) => self.state(before, after),
            }
        }
        self.order(Whom::All, "状态", &old.states, &new.states);
    }

    fn state(&mut self, old: &State, new: &State) {
        let told = self.said;
        let (all, place) = (Whom::All, format!("「{}」", new.name));
        self.part(all, "状态的名称", &old.name, &new.name, |name| format!("「{name}」"));
        let status = |status: &Vec<(Option<Expression>, StatusId)>| {
            let row = |(when, status): &(Option<Expression>, StatusId)| match when {
                Some(when) => format!("{} 时 {status}", when.source()),
                None => status.to_string(),
            };
            status.iter().map(row).collect::<Vec<_>>().join("，否则 ")
        };
        self.part(all, &format!("{place}显示的状态"), &old.status, &new.status, status);
        self.part(all, &format!("{place}的颜色"), &old.tone, &new.tone, tone);
        let end = |is_end: &bool| if *is_end { "结束" } else { "不结束" }.to_owned();
        self.part(all, &format!("案到{place}"), &old.is_end, &new.is_end, end);
        self.timers(all, &place, &old.timers, &new.timers);
        self.rules(all, &place, &old.choose, &new.choose);
        self.step(all, &format!("进入{place}时"), &old.enter, &new.enter);
        let public = |public: &Option<Publicity>| {
            let words = |public: &Publicity| {
                let shown = public.shows.iter().map(|(label, name)| format!("{name}（{label}）"));
                format!("「{}」：{}", public.name, listed(&shown.collect::<Vec<_>>()))
            };
            maybe(public.as_ref().map(words), "不公开")
        };
        let what = format!("{place}时不登录也看得见的");
        self.part(all, &what, &old.public, &new.public, public);
        if let Some((before, after)) = old.public.as_ref().zip(new.public.as_ref()) {
            self.order(all, &format!("{place}时公示的各栏"), &before.shows, &after.shows);
        }
        let advice = |advice: &Vec<(ParticipantName, Template)>| {
            let one = |(to, text): &(ParticipantName, Template)| format!("{to}：{}", text.source());
            listed(&advice.iter().map(one).collect::<Vec<_>>())
        };
        self.part(all, &format!("{place}时写给参与者的话"), &old.advice, &new.advice, advice);
        let mut old = old.clone();
        old.place = new.place.clone();
        self.rest(told, all, &place, old != *new);
    }
}
